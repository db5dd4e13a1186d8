"""Writing a story at the desk: begin, save a step, add and order what is shown, say who takes part.

Every step is saved against what its writer had before him: what somebody else has saved meanwhile is never
overwritten. ``version`` rises with every change, so that nobody agrees to a draft that has just become another.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from home.models import Clock, User
from programs.models import Membership, TeamPage
from programs.reading import current_program
from showcase.models import DraftAsset, DraftPerson, StoryDraft, StoryFile, StoryPhoto
from showcase.vocabularies import AssetKind, PartyRole

from .media import unused

WORDS: Final = ("title", "text", "event")
ANSWERS: Final = ("rights", "rights_note", "people", "music", "alt", "credit")
# Names cameras and messengers give, which say nothing of the picture.
_MEANINGLESS: Final = re.compile(
    r"^(img|image|dsc[nf]?|pxl|mvi|vid|p|photo|screenshot|line|fb|received|signal|wp)?[\W_\d]*(copy|edited)?[\W_\d]*$",
    re.IGNORECASE,
)


class OvertakenError(Exception):
    """Somebody else saved this step meanwhile; ``stored`` is what stands now."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        super().__init__("overtaken")
        self.stored = stored


class FullError(Exception):
    """The story shows as many things as one story may."""


def digest(stored: Mapping[str, Any]) -> str:
    """What a writer had before him, in sixteen digits that a form carries along."""
    text = json.dumps(stored, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def words_of(draft: StoryDraft) -> dict[str, Any]:
    """The words of a draft as stored."""
    return {"title": draft.title, "text": draft.text, "event": draft.event_id}


def answers_of(draft: StoryDraft, assets: Iterable[int] | None = None) -> dict[str, Any]:
    """What is answered of each of a draft's assets, or of some of them: ``rights-12`` and so on."""
    wanted = None if assets is None else set(assets)
    rows = [one for one in draft.assets.all() if wanted is None or one.pk in wanted]
    return {f"{name}-{one.pk}": getattr(one, name) for one in rows for name in ANSWERS}


def people_of(draft: StoryDraft) -> dict[str, Any]:
    """Who takes part beside the author: members by number, others as [name, address, role]."""
    people = list(draft.people.all())
    return {
        "members": sorted(one.user_id for one in people if one.user_id),
        "others": [[one.name, one.email, str(one.role)] for one in people if not one.user_id],
    }


@contextmanager
def _changing(draft: StoryDraft, now: datetime) -> Iterator[StoryDraft]:
    """One transaction on the draft as it stands, which is another version afterwards."""
    with transaction.atomic():
        Clock.locked()
        row = StoryDraft.objects.select_for_update().get(pk=draft.pk)
        yield row
        row.version += 1
        row.updated_at, row.told_at = now, None
        row.save()


def _refuse_overtaken(base: str, stored: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    if base != digest(stored) and told != stored:
        raise OvertakenError(stored)


def begin(uid: UUID, team: TeamPage, author: User, now: datetime) -> StoryDraft:
    """Begin a draft under the number its form carries, so that a form sent twice begins one.

    Raises:
        StoryDraft.DoesNotExist: the number is another team's.
    """
    with transaction.atomic():
        Clock.locked()
        found = StoryDraft.objects.filter(uid=uid).first()
        if found is None:
            program = current_program("zh-Hant", now)
            return StoryDraft.objects.create(
                uid=uid, team=team, author=author, program=program, created_at=now, updated_at=now
            )
        if not Membership.objects.filter(team=found.team_id, user=author).exists():
            raise StoryDraft.DoesNotExist
        return found


def save_words(draft: StoryDraft, base: str, told: Mapping[str, Any], now: datetime) -> StoryDraft:
    """Save title, text and event.

    Raises:
        OvertakenError: somebody else has saved others meanwhile.
    """
    with _changing(draft, now) as row:
        _refuse_overtaken(base, words_of(row), told)
        row.title, row.text, row.event_id = told["title"], told["text"], told["event"]
    return row


def save_answers(draft: StoryDraft, base: str, told: Mapping[str, Any], now: datetime) -> StoryDraft:
    """Save what is said of the assets that ``told`` names.

    Raises:
        OvertakenError: somebody else has answered otherwise meanwhile, or taken one of them out.
    """
    with _changing(draft, now) as row:
        named = {int(name.rpartition("-")[2]) for name in told}
        _refuse_overtaken(base, answers_of(row, named), told)
        for asset in row.assets.filter(pk__in=named):
            for name in ANSWERS:
                setattr(asset, name, told[f"{name}-{asset.pk}"])
            asset.save(update_fields=ANSWERS)
    return row


def save_people(draft: StoryDraft, base: str, told: Mapping[str, Any], now: datetime) -> StoryDraft:
    """Save who takes part beside the author; somebody who stays is the same row.

    Raises:
        OvertakenError: somebody else has named others meanwhile.
    """
    with _changing(draft, now) as row:
        _refuse_overtaken(base, people_of(row), told)
        row.people.filter(user__isnull=False).exclude(user__in=told["members"]).delete()
        named = set(row.people.filter(user__isnull=False).values_list("user", flat=True))
        members = Membership.objects.filter(team=row.team_id, user__in=set(told["members"]) - named)
        for member in members.select_related("user"):
            person = member.user
            DraftPerson.objects.create(draft=row, user=person, name=str(person), email=person.email)
        if told["others"] != people_of(row)["others"]:
            row.people.filter(user=None).delete()
            for name, email, role in told["others"]:
                DraftPerson.objects.create(draft=row, name=name, email=email, role=role)
    return row


def known_asset(draft: StoryDraft, source_sha256: str) -> DraftAsset | None:
    """What the draft already shows of these bytes, as they were handed in."""
    both = draft.assets.filter(photo__source_sha256=source_sha256) | draft.assets.filter(
        file__source_sha256=source_sha256
    )
    return both.first()


def refuse_full(draft: StoryDraft, kind: AssetKind) -> None:
    """Refuse one thing more before it is read, which takes long, and stored for nothing.

    Raises:
        FullError: the story shows as much as one may.
    """
    kinds = list(draft.assets.values_list("kind", flat=True))
    photos = kinds.count(AssetKind.PHOTO)
    if len(kinds) >= settings.STORY_ASSETS or (kind == AssetKind.PHOTO and photos >= settings.STORY_PHOTOS):
        raise FullError


def add_photo(draft: StoryDraft, photo: StoryPhoto, now: datetime) -> DraftAsset:
    """Show a photo; the same bytes once more are the same asset.

    Raises:
        FullError: the story shows as much as one may.
    """
    return _add(draft, now, kind=AssetKind.PHOTO, photo=photo, alt=alt_from(photo.title))


def add_file(draft: StoryDraft, kind: AssetKind, file: StoryFile, now: datetime) -> DraftAsset:
    """Show a video or something printed.

    Raises:
        FullError: the story shows as much as one may.
    """
    return _add(draft, now, kind=kind, file=file, alt=alt_from(file.name.rpartition(".")[0]))


def add_link(draft: StoryDraft, kind: AssetKind, url: str, now: datetime) -> DraftAsset:
    """Show a video or a post that lies elsewhere.

    Raises:
        FullError: the story shows as much as one may.
    """
    return _add(draft, now, kind=kind, url=url)


def _add(draft: StoryDraft, now: datetime, **fields: Any) -> DraftAsset:
    stored: StoryPhoto | StoryFile | None = fields.get("photo") or fields.get("file")
    with transaction.atomic():
        Clock.locked()
        known = known_asset(draft, stored.source_sha256) if stored else draft.assets.filter(url=fields["url"]).first()
        if known:
            # Sent twice at once: the second was stored for nothing.
            if stored and stored.pk not in {known.photo_id, known.file_id}:
                unused(type(stored), type(stored).objects.filter(pk=stored.pk)).delete()
            return known
        refuse_full(draft, fields["kind"])
        position = max((one.position for one in draft.assets.all()), default=-1) + 1
        with _changing(draft, now) as row:
            return DraftAsset.objects.create(draft=row, position=position, **fields)


def remove_asset(draft: StoryDraft, asset: DraftAsset, now: datetime) -> None:
    """Take something out of a draft; a file nothing uses any more is forgotten a day later."""
    with _changing(draft, now) as row:
        row.assets.filter(pk=asset.pk).delete()


def move_up(draft: StoryDraft, asset: DraftAsset, now: datetime) -> None:
    """Show something one place earlier."""
    with _changing(draft, now) as row:
        rows = list(row.assets.all())
        place = next((number for number, one in enumerate(rows) if one.pk == asset.pk), 0)
        if place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
        for number, one in enumerate(rows):
            row.assets.filter(pk=one.pk).update(position=number)


def take_out(draft: StoryDraft, name: str, email: str, now: datetime) -> bool:
    """Take somebody's part out of a draft, as the one who said no; True when there was such a person."""
    with _changing(draft, now) as row:
        removed, _models = row.people.filter(name=name, email__iexact=email).delete()
    return bool(removed)


def take_over(draft: StoryDraft, author: User, now: datetime) -> None:
    """Become the author, who hands the story in; whoever was it until now is a co-author."""
    with _changing(draft, now) as row:
        former, row.author = row.author, author
        row.people.filter(user=author).delete()
        if former and former != author and not row.people.filter(user=former).exists():
            DraftPerson.objects.create(
                draft=row, user=former, name=str(former), email=former.email, role=PartyRole.COAUTHOR
            )


def throw_away(draft: StoryDraft) -> bool:
    """Throw a draft away that was never handed in; False when it was."""
    with transaction.atomic():
        Clock.locked()
        removed, _models = StoryDraft.objects.filter(pk=draft.pk, story=None).delete()
    return bool(removed)


def alt_from(title: str) -> str:
    """What a file's name says of a picture; nothing where a camera gave it."""
    words = re.sub(r"[_\s]+", " ", title).strip()
    return "" if len(words) == 1 or _MEANINGLESS.match(words) else words
