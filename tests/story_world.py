"""A world of stories, one or more in every state, each with canaries of its own in all that it holds.

It is built once a module, in one transaction (`told`), through the real flows and by a clock that runs five years.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from PIL import Image
from PIL.ExifTags import Base

from home.models import Clock, User
from home.visibility import ALL_CHANNELS, Channel
from programs.models import Invitation, Membership, TeamPage
from programs.team_flows import invite
from showcase.flows import answers, asking, handing_in, holds, purging, reviewing
from showcase.flows.acts import How
from showcase.flows.media import take_file, take_photo
from showcase.links import token_of
from showcase.models import Evidence, Party, StoryDraft, StoryPage, StoryRevision
from showcase.vocabularies import AssetKind, HoldKind, PartyRole
from tests import factories
from tests.showcase import stories, uploads
from tests.showcase.stories import ADULT, agree

BEGAN = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))
LATER = BEGAN + timedelta(days=20)
# A day after the first license has ended.
TODAY = BEGAN.replace(year=2031) + timedelta(days=1)
MINOR = date(2020, 5, 5)
# A part of a file by which its bytes are known, wherever they stand.
_PART = slice(-1200, -1136)


@dataclass
class Told:
    """One version of a story, with the words and bytes it would be known by, a kind at a time."""

    name: str
    draft: StoryDraft
    canaries: dict[str, tuple[str | bytes, ...]]
    revision: StoryRevision | None = None
    media: list[tuple[Any, int]] = field(default_factory=list)
    # By whose they are: links that open something, and those that were replaced.
    links: dict[str, str] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)

    @property
    def page(self) -> StoryPage | None:
        """Its page; None while it is a draft."""
        return StoryPage.objects.get(pk=self.revision.story_id) if self.revision else None

    def party(self, role: str) -> Party:
        """The party in a role."""
        return Party.objects.get(story=self.revision.story_id, role=role)  # type: ignore[union-attr]  # handed in


@dataclass
class World:
    """The stories by name, their team and another one, and what they are about."""

    stories: dict[str, Told]
    team: TeamPage
    other: TeamPage
    member: User
    stranger: User
    invitation: Invitation
    around: dict[str, Any]

    @property
    def canaries(self) -> dict[tuple[str, str], tuple[str | bytes, ...]]:
        """All canaries, by story and kind."""
        return {(told.name, kind): words for told in self.stories.values() for kind, words in told.canaries.items()}


def noise(name: str, size: tuple[int, int]) -> Image.Image:
    """A picture that is like no other one."""
    return Image.frombytes("RGB", size, random.Random(name).randbytes(size[0] * size[1] * 3))


def photographed(name: str) -> bytes:
    """A wide strip, whose sizes all differ from it, as a camera writes it: with its owner, its words and its place."""
    said = uploads.exif()
    said[Base.Artist], said[Base.ImageDescription] = f"canary-{name}-artist", f"canary-{name}-description"
    return uploads.written("JPEG", noise(name, (1700, 64)), exif=said.tobytes())


def printed(name: str) -> bytes:
    """A zine whose program says who made it."""
    file = BytesIO()
    noise(f"{name}-zine", (64, 64)).save(file, "PDF", title=f"canary-{name}-program", author=f"canary-{name}-artist")
    return file.getvalue()


def known(file: Any) -> bytes:
    """A part of a stored file."""
    with file.open("rb") as opened:
        return opened.read()[_PART]


def _handed_over(told: Told, *, zine: bool) -> None:
    """Add a photo, and a zine, to its draft."""
    name, by = told.name, told.draft.author
    photo = take_photo(SimpleUploadedFile(f"canary-{name}-file.jpg", photographed(name)), by)
    shown = {"alt": f"canary-{name}-alt", "credit": f"canary-{name}-credit", "people": "nobody"}
    declared = {"rights": "licensed", "rights_note": f"canary-{name}-note"}
    told.draft.assets.create(kind=AssetKind.PHOTO, photo=photo, **shown, **declared)
    told.media = [(photo.uid, width) for width in (480, 960, 1600)]
    sizes = [known(one.file) for one in photo.renditions.all()]
    told.canaries |= {"bytes": (*sizes,), "original": (known(photo.file), photo.file.name)}
    if zine:
        file = take_file(SimpleUploadedFile(f"canary-{name}-file.pdf", printed(name)), AssetKind.PRINT, by)
        told.draft.assets.create(kind=AssetKind.PRINT, file=file, position=1, **shown, **declared)
        told.media.append((file.uid, 1))
        told.canaries["bytes"] = (*sizes, known(file.file))


def written(name: str, of: TeamPage, *, zine: bool = False, **fields: Any) -> Told:
    """A draft by an author of its own, with a co-author of its own."""
    author = stories.member(of, last_name=f"canary-{name}-author-name", first_name="")
    User.objects.filter(pk=author.pk).update(email=f"canary-{name}-author@example.org")
    author.refresh_from_db()
    person = f"canary-{name}-coauthor-name", f"canary-{name}-coauthor@example.org", PartyRole.COAUTHOR
    fields |= {"title": f"canary-{name}-title", "text": f"canary-{name}-text"}
    told = Told(name, stories.draft(of=of, author=author, people=[person], **fields), {})
    told.canaries = {
        "title": (f"canary-{name}-title",),
        "text": (f"canary-{name}-text",),
        "alt": (f"canary-{name}-alt", f"canary-{name}-credit"),
        "names": (f"canary-{name}-author-name", f"canary-{name}-coauthor-name"),
        "author's mail": (f"canary-{name}-author@",),
        "co-author's mail": (f"canary-{name}-coauthor@",),
        "guardian": (f"canary-{name}-guardian",),
        "file's name": (f"canary-{name}-file",),
        "note": (f"canary-{name}-note",),
        "reason": (f"canary-{name}-reason",),
        "evidence": (f"canary-{name}-browser",),
        # What cameras and programs wrote.
        "camera": (f"canary-{name}-artist", f"canary-{name}-description", f"canary-{name}-program"),
    }
    _handed_over(told, zine=zine)
    return told


def hand_in(told: Told) -> Told:
    """Hand it in."""
    told.revision = handing_in.hand_in(told.draft, told.draft.author, Clock.now())
    told.draft.refresh_from_db()
    for party in told.revision.parties.all():
        told.links[party.role] = token_of(party)
    return told


def cleared(told: Told, channels: Channel = ALL_CHANNELS, *, minor: bool = False) -> Told:
    """Hand it in, and everyone agrees; a minor co-author has a legal representative."""
    hand_in(told)
    agree(told.party("author"), channels)
    agree(told.party("coauthor"), channels, born_on=MINOR if minor else ADULT)
    if minor:
        named(told)
        agree(told.party("guardian"), channels)
    keep(told)
    return told


def named(told: Told) -> None:
    """Name a legal representative."""
    name, ward = f"canary-{told.name}-guardian", told.party("coauthor")
    told.links["guardian"] = token_of(asking.name_guardian(ward, name, f"{name}@example.org", Clock.now()))


def keep(told: Told) -> None:
    """Mark how everyone acted."""
    mark = {"user_agent": f"canary-{told.name}-browser", "name_typed": f"canary-{told.name}-browser"}
    Evidence.objects.filter(party__story=told.revision.story_id).update(**mark)  # type: ignore[union-attr]  # handed in


def published(told: Told, channels: Channel = ALL_CHANNELS, **how: Any) -> Told:
    """Everyone agrees and it is live."""
    cleared(told, channels, **how)
    told.revision.refresh_from_db()
    told.revision.revision.publish()
    return told


def rewritten(told: Told, name: str) -> Told:
    """A newer version of a story, with words and a photo of its own."""
    draft = told.draft
    draft.title, draft.text, draft.version = f"canary-{name}-title", f"canary-{name}-text", draft.version + 1
    draft.save()
    draft.assets.all().delete()
    kinds = ("title", "text", "alt", "camera", "note", "file's name")
    words = {kind: tuple(one.replace(told.name, name) for one in told.canaries[kind]) for kind in kinds}
    newer = Told(name, draft, words, told.revision, links=told.links)
    _handed_over(newer, zine=False)
    return newer


HOW = How("示範", "link", "192.0.2.7", "a browser")


def left(_told: Told) -> None:
    """Still a draft."""


def live(told: Told) -> None:
    """Live on every channel."""
    published(told)


def guarded(told: Told) -> None:
    """Live, with a minor and his legal representative in it."""
    published(told, minor=True)


def at_home(told: Told) -> None:
    """Live on this website alone."""
    published(told, Channel.SITE)


def returned(told: Told) -> None:
    """Sent back."""
    cleared(told)
    reviewing.send_back(told.revision, f"canary-{told.name}-reason", factories.person("審核"), Clock.now())


def refused(told: Told) -> None:
    """The co-author says no."""
    hand_in(told)
    agree(told.party("author"))
    answers.refuse(told.party("coauthor"), Clock.now(), HOW)
    keep(told)


def replaced(told: Told) -> None:
    """Nobody has answered by the first link, which went to a wrong address."""
    hand_in(told)
    told.dead.append(told.links["coauthor"])
    agree(told.party("author"))
    party = told.party("coauthor")
    asking.correct_address(party, party.email.replace("@", "@mail."), Clock.now())
    told.links["coauthor"] = token_of(told.party("coauthor"))
    keep(told)


def pending(told: Told) -> None:
    """A minor has agreed, his legal representative has not; the first one's address was wrong."""
    hand_in(told)
    agree(told.party("author"))
    agree(told.party("coauthor"), born_on=MINOR)
    named(told)
    told.dead.append(told.links["guardian"])
    asking.ask_again(told.party("guardian"), Clock.now())
    told.links["guardian"] = token_of(told.party("guardian"))


def held(told: Told) -> None:
    """Live, and held."""
    published(told)
    by = factories.person("審核")
    holds.hold(told.page, HoldKind.CHECK, f"canary-{told.name}-reason", by, Clock.now())


def retracted(told: Told) -> None:
    """Live, and its co-author has withdrawn."""
    published(told)
    answers.withdraw(told.party("coauthor"), Clock.now(), HOW)


def purged(told: Told) -> None:
    """Live, and erased; its author has left the team."""
    published(told)
    purging.purge_story(told.page, Clock.now(), None)
    Membership.objects.filter(user=told.draft.author).delete()
    told.draft.author.delete()


# What became of each story that is told today.
TODAYS = {
    "draft": left,
    "collecting": replaced,
    "guardian-pending": pending,
    "returned": returned,
    "refused": refused,
    "cleared": cleared,
    "published": guarded,
    "site-only": at_home,
    "held": held,
    "retracted": retracted,
    "purged": purged,
    "superseded": live,
    "standing": live,
}
WITH_ZINE = frozenset({"draft", "published", "held", "retracted", "expired"})


def build(clock: time_machine.Traveller) -> World:
    """The world, with the clock run to TODAY."""
    of = stories.team(title="甲團隊")
    program = factories.program(title="公開計畫", slug="public")
    event = factories.event(title="公開活動", slug="public", program=program)
    about = {"program": program, "event": event}
    found: dict[str, Told] = {}

    def tell(name: str) -> Told:
        found[name] = written(name, of, zine=name in WITH_ZINE, **about)
        return found[name]

    published(tell("expired"))
    clock.move_to(LATER)
    published(tell("expiring"))
    clock.move_to(TODAY)
    for name, become in TODAYS.items():
        become(tell(name))
    found["successor"] = published(rewritten(found["superseded"], "successor"))
    # Who is in it is told with the version that is live.
    for kind in ("names", "author's mail", "co-author's mail", "guardian", "reason", "evidence"):
        found["successor"].canaries[kind] = found["superseded"].canaries.pop(kind)
    found["pending"] = hand_in(rewritten(found["standing"], "pending"))
    other = stories.team(title="乙團隊")
    head = stories.member(of, "head")
    invitation = invite(of, head, "canary-team-invited@example.org", Clock.now())
    return World(found, of, other, stories.member(of), stories.member(other), invitation, about)


@contextmanager
def told(
    folder: Path, blocker: Any, make: Callable[[time_machine.Traveller], Any] = build, at: datetime = BEGAN
) -> Iterator[Any]:
    """A world made from an instant on, its files in a folder, in a transaction that is rolled back."""
    with (
        blocker.unblock(),
        override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media"),
        transaction.atomic(),
    ):
        Clock.objects.update(at=at)
        with time_machine.travel(at, tick=False) as clock:
            made = make(clock)
        yield made
        transaction.set_rollback(True)
