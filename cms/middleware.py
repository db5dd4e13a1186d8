"""What every response carries, and what the editor's acts are wrapped in."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import permission_denied
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from home.login import ADMIN_ACCESS, has_second_factor, second_factor_address, showed_second_factor
from home.models import BasePage, Clock
from home.visibility import Channel

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Where nobody is yet expected to be logged in; these lead on to the one login.
OPEN_DOORS = ("/cms/login/", "/cms/logout/", "/cms/password_reset/", "/cms/jsi18n/", "/cms/sprite/")
# allauth's pages on which the second factor is shown; its others change it.
SHOWING_A_FACTOR = {"mfa_authenticate", "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
# Uploads are decoded and passwords hashed here: never while holding the database's write lock.
UNWRAPPED = ("/cms/images/", "/cms/documents/", "/cms/users/", "/cms/mandates/")

# Where people act in their own name: nobody else's page may lay itself around these.
UNFRAMED = ("/desk/", "/consent/")

# Whatever language a reader accepts.
ONE_ANSWER_FOR_ALL = ("/api/", "/feeds/", "/share/", "/consent/", f"{settings.MEDIA_URL}renditions/", "/stories/media/")


class PageLocaleMiddleware(LocaleMiddleware):
    """Chooses a page's language. The API is asked by parameter and pictures speak none: they would vary in name only.

    A party's consent page speaks the language of the license text, which is what is agreed to. Otherwise caches would
    keep one copy for each Accept-Language.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Choose by address and Accept-Language; elsewhere, only forget the thread's last reader."""
        if request.path.startswith(ONE_ANSWER_FOR_ALL):
            translation.activate(settings.LANGUAGE_CODE)
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which language was chosen, and by what."""
        return response if request.path.startswith(ONE_ANSWER_FOR_ALL) else super().process_response(request, response)


class StaffMiddleware:
    """Who is logged in and still may not pass into the admin: those without rights, and staff without a second factor.

    Nobody else is looked at, so that public pages never touch the session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, lead to the second factor, or let pass."""
        if request.path.startswith("/cms/") and not request.path.startswith(OPEN_DOORS):
            return self._refusal(request) or self.get_response(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Keep a session that has not shown the account's second factor from changing it."""
        match = request.resolver_match
        if match and (match.url_name or "").startswith("mfa_") and match.url_name not in SHOWING_A_FACTOR:
            user = request.user
            if user.is_authenticated and has_second_factor(user) and not showed_second_factor(request, user):
                return HttpResponseRedirect(second_factor_address(request, user))
        return None

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        """What somebody gets who may not pass; None for those who may, and for strangers."""
        user = request.user
        if not user.is_authenticated:
            return None
        if not user.has_perm(ADMIN_ACCESS):
            return permission_denied(request, PermissionDenied())
        if not settings.STAFF_MFA or showed_second_factor(request, user):
            return None
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return permission_denied(request, PermissionDenied())
        if not has_second_factor(user):
            messages.warning(request, _("Please set up a second factor first: an app or a passkey."))
        return HttpResponseRedirect(second_factor_address(request, user))


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
        if request.path.startswith(UNFRAMED) and not report_only:
            parts.replace = {"frame-ancestors": ["'none'"]}
        return parts


class MovedPageMiddleware(RedirectMiddleware):
    """Sends a moved page's readers after it, unless it may no longer be shown: its new address is nobody's business."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Wagtail's redirect, if the page it leads to is visible."""
        if response.status_code != HTTPStatus.NOT_FOUND:
            return response
        path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        found = get_redirect(request, path) or get_redirect(request, urlsplit(path).path)
        page = found.redirect_page.specific if found and found.redirect_page else None
        if found is None or (page and hidden(page)):
            return response
        answer: HttpResponse = super().process_response(request, response)
        return answer


def hidden(page: Page) -> bool:
    """Whether a page may not be shown on the site now."""
    return not isinstance(page, BasePage) or page.hidden_because(Channel.SITE, Clock.now()) is not None
