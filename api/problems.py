"""Error answers: RFC 9457 problem documents in the reader's language."""

from collections.abc import Sequence
from math import ceil
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import exceptions

from .serializers.json import dump

CONTENT_TYPE: Final = "application/problem+json"
CHALLENGE: Final = 'Bearer realm="qingju-hub"'


class ProblemType(NamedTuple):
    """One way in which an answer may fail."""

    status: int
    # What happened.
    title: Promise
    # What to do about it.
    advice: Promise


PROBLEMS: Final = {
    "invalid-parameter": ProblemType(
        400, _("A parameter is not valid"), _("errors names each parameter and what it takes.")
    ),
    "invalid-cursor": ProblemType(
        400,
        _("The cursor is not one of ours"),
        _("Follow page.next unchanged, or begin again without a cursor."),
    ),
    "unauthenticated": ProblemType(
        401,
        _("The key is not valid"),
        _("Leave Authorization out to read what is public; a wrong key is never taken for none."),
    ),
    "forbidden-scope": ProblemType(403, _("The key does not allow this"), _("Ask us to widen what your key may do.")),
    "not-found": ProblemType(
        404,
        _("There is nothing here"),
        _("Check the address, the id and the language; lang_fallback=true also takes the other language."),
    ),
    "method-not-allowed": ProblemType(
        405, _("This address cannot be used that way"), _("The Allow header names what this address takes.")
    ),
    "withdrawn": ProblemType(
        410,
        _("This was withdrawn and may no longer be shown"),
        _("Delete your copies by purge_by; reason says why, at since when."),
    ),
    "cursor-expired": ProblemType(
        410,
        _("The cursor is too old; start again without one"),
        _("Too much has changed since: begin again without a cursor."),
    ),
    "quota-exceeded": ProblemType(
        429, _("Too many requests; please wait"), _("Wait as many seconds as Retry-After says.")
    ),
    "internal-error": ProblemType(500, _("Something went wrong on our side"), _("Tell us the request_id.")),
    "maintenance": ProblemType(
        503,
        _("The hub is being looked after; please come back soon"),
        _("Wait as many seconds as Retry-After says."),
    ),
}


class Problem(exceptions.APIException):
    """An error to answer with: its type is a key of PROBLEMS; more members may be given."""

    def __init__(self, kind: str, errors: Sequence[dict[str, Any]] = (), **members: Any) -> None:
        self.kind, self.errors, self.members = kind, list(errors), members
        self.status_code = PROBLEMS[kind].status
        super().__init__(str(PROBLEMS[kind].title))


def language_for(request: HttpRequest) -> str:
    """The reader's language by Accept-Language; Chinese when it says nothing we have."""
    accepted = request.headers.get("Accept-Language", "")
    for code, _quality in parse_accept_lang_header(accepted):
        if code.startswith("en"):
            return "en"
        if code.startswith("zh"):
            break
    return settings.LANGUAGE_CODE


def problem(
    request: HttpRequest, kind: str, errors: Sequence[dict[str, Any]] = (), detail: Any = "", **members: Any
) -> HttpResponse:
    """A problem document; never cached. ``errors`` are rows of parameter or pointer, code and detail."""
    found = PROBLEMS[kind]
    request_id = uuid4().hex
    with translation.override(language_for(request)):
        body = {
            "type": f"{settings.PUBLIC_URL}/api/v1/docs#{kind}",
            "title": str(found.title),
            "status": found.status,
            "detail": str(detail or found.advice),
            **({"errors": [{**error, "detail": str(error["detail"])} for error in errors]} if errors else {}),
            **members,
            "request_id": request_id,
        }
    response = HttpResponse(dump(body), status=found.status, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept-Language"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Request-Id"] = request_id
    return response


KINDS: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...]] = (
    ((Http404, exceptions.NotFound), "not-found"),
    (exceptions.MethodNotAllowed, "method-not-allowed"),
    ((exceptions.AuthenticationFailed, exceptions.NotAuthenticated), "unauthenticated"),
    (exceptions.Throttled, "quota-exceeded"),
    ((exceptions.ValidationError, exceptions.ParseError, SuspiciousOperation), "invalid-parameter"),
)


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: everything that is not a bug becomes a problem document."""
    request = context["request"]
    if isinstance(error, Problem):
        response = problem(request, error.kind, error.errors, **error.members)
        if error.kind == "maintenance":
            response.headers["Retry-After"] = "1"
        return response
    kind = next((kind for classes, kind in KINDS if isinstance(error, classes)), None)
    if kind is None:
        return None
    response = problem(request, kind)
    if kind == "method-not-allowed":
        response.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if kind == "unauthenticated":
        response.headers["WWW-Authenticate"] = CHALLENGE
    if isinstance(error, exceptions.Throttled):
        response.headers["Retry-After"] = str(max(1, ceil(getattr(error, "wait", None) or 1)))
    return response
