"""What a draft still lacks before it can be handed in (R55): each lack names the field to go to."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import DraftAsset, StoryDraft
from .vocabularies import AssetKind, AssetRights, PeopleShown


@dataclass(frozen=True)
class Lack:
    """One thing missing: on which step of the desk, in which field, in words."""

    step: str
    field: str
    words: str | Promise


def lacking(draft: StoryDraft) -> list[Lack]:
    """Everything a draft lacks, in the order of the desk's steps; empty when it can be handed in."""
    found = list(_of_words(draft))
    for asset in draft.assets.all():
        found += _of_asset(asset)
    return [*found, *_of_people(draft)]


def _of_words(draft: StoryDraft) -> Iterator[Lack]:
    if not draft.title.strip():
        yield Lack("words", "title", _("The story has no title yet."))
    if not draft.text.strip():
        yield Lack("words", "text", _("What happened? The text is still empty."))


def _of_asset(asset: DraftAsset) -> Iterator[Lack]:
    if not asset.rights:
        yield Lack("media", f"rights-{asset.pk}", _("Who made it? Say why you may hand it in."))
    if asset.rights == AssetRights.LICENSED and not asset.rights_note.strip():
        yield Lack("media", f"rights_note-{asset.pk}", _("From whom do you have the permission, and on what terms?"))
    if asset.kind in {AssetKind.PHOTO, AssetKind.VIDEO} and not asset.people:
        yield Lack("media", f"people-{asset.pk}", _("Can people be recognized, and have they agreed?"))
    if asset.kind == AssetKind.VIDEO and not asset.music:
        yield Lack("media", f"music-{asset.pk}", _("Whose music is heard?"))


def _of_people(draft: StoryDraft) -> Iterator[Lack]:
    """Whoever is shown may be a co-author; but where nobody at all is named, nobody is asked."""
    if draft.assets.filter(people=PeopleShown.PARTIES).exists() and not draft.people.exists():
        yield Lack("people", "others", _("People shown are to be asked by mail, but nobody is named yet."))
