"""The one door to story media: it asks the rule whenever somebody reads. Originals of photos have no address."""

from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import IO, Any, Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from home.login import ADMIN_ACCESS, showed_second_factor
from home.models import Clock

from .byte_ranges import UnsatisfiableError, asked_range
from .links import party_of
from .media_reading import is_asked_about, is_of_staff, is_of_team, is_shown
from .models import StoryFile, StoryPhoto, StoryRendition
from .models.media import STORY_SPECS

# Nothing in a file may act, wherever it is opened.
_POLICY: Final = "default-src 'none'; sandbox; frame-ancestors 'self'"
_NOWHERE: Final = {"Content-Type": "text/plain", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_BLOCK: Final = 64 * 1024

View = Callable[..., HttpResponseBase]


def bare(view: View) -> View:
    """A view whose 404 says nothing: a page of words would only be thrown away where a picture was to stand."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except Http404:
            return HttpResponse(status=HTTPStatus.NOT_FOUND, headers=_NOWHERE)

    return answer


@require_safe
@bare
def story_photo(request: HttpRequest, uid: UUID, width: int) -> HttpResponseBase:
    """A photo in one of the widths: for everybody while a story that shows it is public, else for its people.

    Raises:
        Http404: for whoever may not see it, as for what never was: readers cannot tell which.
    """
    public = is_shown(Clock.now(), media__photo__uid=uid)
    found = _size(uid, width)
    if found is None or not (public or may_see_privately(request, found.image)):
        raise Http404
    return _photo_answer(request, found, public=public)


@require_safe
@bare
def story_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """A video or a PDF: for everybody while a story that shows it is public, else for its people.

    Raises:
        Http404: for whoever may not see it, as for what never was.
    """
    public = is_shown(Clock.now(), media__file__uid=uid)
    found = StoryFile.objects.filter(uid=uid).first()
    if found is None or not (public or may_see_privately(request, found)):
        raise Http404
    return _file_answer(request, found, public=public)


@require_safe
@bare
def consent_photo(request: HttpRequest, token: str, uid: UUID, width: int) -> HttpResponseBase:
    """A photo for somebody who is asked to agree to a story that shows it.

    Raises:
        Http404: for a link that opens nothing, and for what its party is not asked about.
    """
    party, found = party_of(token, Clock.now()), _size(uid, width)
    if party is None or found is None or not is_asked_about(party, found.image):
        raise Http404
    return _photo_answer(request, found, public=False)


@require_safe
@bare
def consent_file(request: HttpRequest, token: str, uid: UUID) -> HttpResponseBase:
    """A video or a PDF for somebody who is asked to agree to a story that shows it.

    Raises:
        Http404: for a link that opens nothing, and for what its party is not asked about.
    """
    party, found = party_of(token, Clock.now()), StoryFile.objects.filter(uid=uid).first()
    if party is None or found is None or not is_asked_about(party, found):
        raise Http404
    return _file_answer(request, found, public=False)


def may_see_privately(request: HttpRequest, item: StoryPhoto | StoryFile) -> bool:
    """Whether it is shown to this person though not to everybody: to members of the team, and to staff of stories.

    Staff need a second factor here wherever they need it in the admin. Who carries no session is nobody, and no
    answer to him varies by cookie.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return False
    user = request.user
    if is_of_team(user, item):
        return True
    inside = user.has_perm(ADMIN_ACCESS) and (not settings.STAFF_MFA or showed_second_factor(request, user))
    return inside and is_of_staff(user, item)


def _size(uid: UUID, width: int) -> StoryRendition | None:
    sizes = StoryRendition.objects.filter(image__uid=uid, filter_spec=STORY_SPECS.get(width, ""))
    return sizes.select_related("image").first()


def _photo_answer(request: HttpRequest, size: StoryRendition, *, public: bool) -> HttpResponseBase:
    # A size is made once, from the photo these bytes are of.
    etag = f'"{size.image.sha256}-{size.spec_width}"'
    return _answer(request, size.file, {"Content-Type": "image/jpeg", "ETag": etag}, public=public)


def _file_answer(request: HttpRequest, found: StoryFile, *, public: bool) -> HttpResponseBase:
    headers = {"Content-Type": found.content_type, "ETag": f'"{found.sha256}"'}
    if found.content_type == "application/pdf":
        # Not the name the team gave it: nobody has agreed to that one's being shown.
        headers["Content-Disposition"] = f'attachment; filename="{found.uid.hex[:8]}.pdf"'
    return _answer(request, found.file, headers, public=public)


def _answer(request: HttpRequest, file: Any, headers: dict[str, str], *, public: bool) -> HttpResponseBase:
    """The file or the part that was asked for, or that it has not changed.

    Raises:
        Http404: when the file is gone though its row is there.
    """
    headers |= {
        "Accept-Ranges": "bytes",
        # Asked again each time, so that a copy kept by a browser or a cache ends with the license.
        "Cache-Control": "no-cache" if public else "private, no-store",
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin" if public else "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    empty = HttpResponse(headers=headers)
    unchanged = get_conditional_response(request, etag=headers["ETag"], response=empty)
    if unchanged and unchanged is not empty:
        return unchanged
    try:
        opened: File[Any] = file.storage.open(file.name)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = _body(request, opened, headers["ETag"])
    for name, value in headers.items():
        answer[name] = value
    return answer


def _body(request: HttpRequest, opened: File[Any], etag: str) -> HttpResponseBase:
    """The whole file, one range of it, or for HEAD nothing but its length."""
    size = opened.size
    start, end, status = 0, size, HTTPStatus.OK
    asked = request.headers.get("Range", "") if request.method == "GET" else ""
    if asked and request.headers.get("If-Range", etag) == etag:
        try:
            part = asked_range(asked, size)
        except UnsatisfiableError:
            opened.close()
            status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            return HttpResponse(status=status, headers={"Content-Range": f"bytes */{size}"})
        if part:
            (start, end), status = part, HTTPStatus.PARTIAL_CONTENT
    answer: HttpResponseBase
    if request.method == "HEAD":
        opened.close()
        answer = HttpResponse()
    else:
        answer = StreamingHttpResponse(_Part(opened, start, end), status=status)
    answer["Content-Length"] = str(end - start)
    if status == HTTPStatus.PARTIAL_CONTENT:
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answer


class _Part:
    """A part of an open file, block by block; closed with the response."""

    def __init__(self, file: IO[bytes] | File[Any], start: int, end: int) -> None:
        self.file, self.left = file, end - start
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self.left and (block := self.file.read(min(_BLOCK, self.left))):
            self.left -= len(block)
            yield block

    def close(self) -> None:
        """Close the file."""
        self.file.close()
