"""The files of the bureau's library, as readers get them, and what a session that is over gets back."""

from typing import Any, Final
from urllib.parse import urlsplit

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve
from wagtail.permissions import policy_registry

from .models import Clock, Document
from .visibility import Channel

# Where people write at length; elsewhere there may be a password among the fields.
WRITTEN_AT: Final = ("/cms/", "/desk/")


@require_safe
def rendition(_request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture in one size, by its unguessable name. Originals have no address.

    Raises:
        Http404: when no such file exists.
    """
    path = f"renditions/{name}"
    if "/" in name or not default_storage.exists(path):
        raise Http404
    response = FileResponse(default_storage.open(path))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def document(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """A document as a download: for everybody while a visible announcement attaches it, else for its staff.

    Raises:
        Http404: for a number that is not there, is not public, or has another name: readers cannot tell which.
    """
    found = Document.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    public = found.hidden_because(Channel.SITE, Clock.now()) is None
    if not public and not _may_read(request.user, found):
        raise Http404
    response = serve(request, number, name)
    # Asked again each time, so that a copy kept by a browser or cache ends with the announcement.
    response["Cache-Control"] = "no-cache" if public else "private, no-store"
    return response


def _may_read(user: Any, found: Document) -> bool:
    """Whether a person may see a document that is not public: those who may attach or change it."""
    policy = policy_registry.get_by_type(Document)
    return bool(policy.user_has_any_permission_for_instance(user, ["choose", "change"], found))


def _is_from_us(request: HttpRequest) -> bool:
    """Whether a page of this site sent it. A browser too old to say so (Safari before 16.4) names the page's origin."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    named = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    return (named.scheme, named.netloc) == (request.scheme, request.get_host())


def hand_back(request: HttpRequest) -> HttpResponse:
    """403 for what was sent by a session that is over: nothing was stored, and what was typed is handed back.

    Only to a page of our own where people write: a stranger's page would get its wish with one press of our button.
    """
    ours = request.path.startswith(WRITTEN_AT) and _is_from_us(request)
    kept = [(name, value) for name, values in request.POST.lists() for value in values] if ours else []
    fields = [(name, value) for name, value in kept if name != "csrfmiddlewaretoken"]
    facts = {"fields": fields, "address": request.get_full_path(), "files": ours and bool(request.FILES)}
    response = render(request, "session_over.html", facts, status=403)
    response["Cache-Control"] = "no-store"
    return response
