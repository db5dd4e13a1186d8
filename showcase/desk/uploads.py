"""Files come in: each for itself, so that those that arrived stay when a later one is cut off or is no good."""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from home.models import Clock, User
from showcase.flows import drafting
from showcase.flows.media import take_file, take_photo
from showcase.models import DraftAsset, StoryDraft
from showcase.vocabularies import AssetKind

from .door import of_draft, wants_json
from .steps import address

KINDS: Final = {
    "mp4": AssetKind.VIDEO,
    "mov": AssetKind.VIDEO,
    "webm": AssetKind.VIDEO,
    "pdf": AssetKind.PRINT,
}


@dataclass(frozen=True)
class Taken:
    """One file that was sent: what became of it, or why it was not taken."""

    name: str
    asset: DraftAsset | None = None
    why: str = ""
    # Whether the draft showed it before.
    again: bool = False

    @property
    def had_location(self) -> bool:
        """Whether the place where it was taken stood in it, and was removed."""
        photo = self.asset.photo if self.asset else None
        return bool(photo and photo.had_location)


@require_POST
@of_draft
def upload(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Take one file or several; where none has arrived, that is said too."""
    taken = take_all(request, draft)
    if not taken:
        return _nothing(request, draft)
    if wants_json(request):
        status = HTTPStatus.OK if all(one.asset for one in taken) else HTTPStatus.UNPROCESSABLE_ENTITY
        return JsonResponse({"files": [_told(one) for one in taken]}, status=status)
    return HttpResponseRedirect(address(draft, "media"))


def _nothing(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    why = _("No file has arrived. Please choose it anew.")
    if wants_json(request):
        return JsonResponse({"files": [_told(Taken("", why=why))]}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.error(request, why)
    return HttpResponseRedirect(address(draft, "media"))


def take_all(request: HttpRequest, draft: StoryDraft) -> list[Taken]:
    """Take every file of a form; whoever uses no script is told above the next screen what became of each."""
    user: Any = request.user
    taken = [_take(draft, one, user) for one in request.FILES.getlist("files")]
    if not wants_json(request):
        for one in taken:
            _tell(request, one)
    return taken


def _take(draft: StoryDraft, sent: UploadedFile[Any], user: User) -> Taken:
    """Take one file: the same bytes once more are the same thing."""
    name = PurePath(sent.name or "").name
    if known := drafting.known_asset(draft, _sha256(sent)):
        return Taken(name, known, again=True)
    kind = KINDS.get(PurePath(name).suffix.lower().removeprefix("."), AssetKind.PHOTO)
    try:
        drafting.refuse_full(draft, kind)
        if kind == AssetKind.PHOTO:
            return Taken(name, drafting.add_photo(draft, take_photo(sent, user), Clock.now()))
        return Taken(name, drafting.add_file(draft, kind, take_file(sent, kind, user), Clock.now()))
    except ValidationError as error:
        return Taken(name, why=" ".join(error.messages))
    except drafting.FullError:
        return Taken(name, why=_("The story shows as much as one may. Take something else out first."))


def _sha256(sent: UploadedFile[Any]) -> str:
    found = hashlib.sha256()
    for chunk in sent.chunks():
        found.update(chunk)
    sent.seek(0)
    return found.hexdigest()


def _tell(request: HttpRequest, one: Taken) -> None:
    if one.asset is None:
        messages.error(request, _("“%(name)s” was not taken: %(why)s") % {"name": one.name, "why": one.why})
    elif one.had_location:
        messages.success(
            request,
            _("“%(name)s” has arrived. The place where it was taken stood in it; we removed it.") % {"name": one.name},
        )
    else:
        messages.success(request, _("“%(name)s” has arrived.") % {"name": one.name})


def _told(one: Taken) -> dict[str, Any]:
    """What a script shows of a file."""
    asset = one.asset
    return {
        "name": one.name,
        "taken": asset is not None,
        "why": one.why,
        "again": one.again,
        "had_location": one.had_location,
        "uid": str(asset.uid) if asset else None,
        "thumbnail": asset.photo.url_of(480) if asset and asset.photo else None,
    }
