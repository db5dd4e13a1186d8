"""What every response carries, and what the editor's acts are wrapped in."""

from collections.abc import Callable
from http import HTTPStatus

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from home.models import Clock

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Uploads are decoded and passwords hashed here: never while holding the database's write lock.
UNWRAPPED = ("/cms/images/", "/cms/documents/", "/cms/users/")


class PageLocaleMiddleware(LocaleMiddleware):
    """Chooses a page's language. The API is asked by parameter: its answers would only vary in name."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose by address and Accept-Language; for the API, only forget the thread's last reader."""
        if request.path.startswith("/api/"):
            translation.activate(settings.LANGUAGE_CODE)
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which language was chosen, and by what."""
        return response if request.path.startswith("/api/") else super().process_response(request, response)


class EditorTransactionMiddleware:
    """One transaction for every act in the admin, so that a page and what is told of it change together or not at all.

    Not ATOMIC_REQUESTS: with SQLite's IMMEDIATE that would make every read wait for the write lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Wrap unsafe methods under /cms/; an answer of 500 undoes what was written."""
        wrapped = request.path.startswith("/cms/") and not request.path.startswith(UNWRAPPED)
        if request.method in SAFE_METHODS or not wrapped:
            return self.get_response(request)
        with transaction.atomic():
            # First of all locks, so that two acts that touch the same pages wait for each other and never deadlock.
            Clock.locked()
            response = self.get_response(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
        return response


class PolicyMiddleware(CSPMiddleware):
    """The strict nonce policy on pages; the admin, whose pages still carry inline scripts, has one of its own."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - the base's signature
    ) -> PolicyParts:
        """The parts for a request's address."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith("/cms/") and not report_only:
            parts.replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts
