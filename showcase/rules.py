"""What must hold for a story to be shown: pure functions over plain values. Nothing here reads clock or database.

The same rule as SQL stands in ``showcase/models/consent.py``; a property test proves that both and the replayed
record of consent agree.
"""

import hashlib
import json
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from home.ages import is_minor as is_minor  # noqa: PLC0414 - one of the rules: asked for here
from home.taiwan import local, midnight
from home.visibility import Channel, Reason
from showcase.vocabularies import Obstacle, RevisionState

TERM_YEARS: Final = 5

_BLANK: Final = re.compile(r"\s+")
_KEY: Final = re.compile(r' data-block-key="\w*"')


@dataclass(frozen=True)
class Given:
    """One grant: what was agreed to, and its term once everyone had agreed."""

    channels: int
    adaptation: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def runs(self, now: datetime) -> bool:
        """Whether it is in force: not withdrawn, and within its term."""
        if self.withdrawn_at is not None or self.starts_at is None or self.ends_at is None:
            return False
        return self.starts_at <= now < self.ends_at

    @property
    def waits(self) -> bool:
        """Whether it waits for the others: given, not withdrawn, and without a term yet."""
        return self.withdrawn_at is None and self.ends_at is None


@dataclass(frozen=True)
class Signatory:
    """Somebody whose consent a revision needs, with the grants given for its content."""

    id: int
    grants: tuple[Given, ...] = ()
    refused: bool = False
    # Whether a minor on the day of the act; None while nobody has asked.
    minor: bool | None = None
    guardian_of: int | None = None
    # Representatives whose mandate a second member of staff has confirmed.
    spoken_for_by: frozenset[int] = frozenset()

    def running(self, now: datetime) -> Given | None:
        """The grant in force: the last one given, so that a renewal with fewer channels counts at once."""
        found = [one for one in self.grants if one.runs(now)]
        return found[-1] if found else None

    @property
    def waiting(self) -> Given | None:
        """The last grant that waits for the others."""
        found = [one for one in self.grants if one.waits]
        return found[-1] if found else None

    @property
    def withdrew(self) -> bool:
        """Whether the last word was no: a grant withdrawn or consent refused, and no later grant stands."""
        return self.refused or bool(self.grants and self.grants[-1].withdrawn_at is not None)


@dataclass(frozen=True)
class License:
    """What all required parties have granted in common."""

    channels: int
    adaptation: bool
    starts_at: datetime
    ends_at: datetime

    def allows(self, channel: Channel) -> bool:
        """Whether the story may stand on a channel; without everyone's ``site`` it stands on none."""
        return bool(self.channels & channel)


@dataclass(frozen=True)
class Term:
    """A term that begins: for which grants (by the id of who gave them), from when to when."""

    signatories: frozenset[int]
    starts_at: datetime
    ends_at: datetime


def license_of(required: Sequence[Signatory], now: datetime) -> License | None:
    """The license in force at an instant; None unless every required party has granted one and no minor is alone."""
    by_id = {one.id: one for one in required}
    found = [_in_force(one, by_id, now) for one in required]
    if not required or not all(found):
        return None
    channels = sum(int(one) for one in Channel if _all_allow(found, one))
    if not channels:
        return None
    longest = [max(grants, key=_end) for grants in found]
    adaptation = all(one.adaptation for one in longest)
    return License(channels, adaptation, max(map(_start, longest)), min(map(_end, longest)))


def _all_allow(found: Iterable[Sequence[Given]], channel: Channel) -> bool:
    """Whether for every party one of the grants that count allows a channel; none does without ``site``."""
    wanted = Channel.SITE | channel
    return all(any(one.channels & wanted == wanted for one in grants) for grants in found)


def _start(grant: Given) -> datetime:
    """The beginning of a grant that has a term."""
    assert grant.starts_at is not None  # noqa: S101 - only running grants come here
    return grant.starts_at


def _end(grant: Given) -> datetime:
    """The end of a grant that has a term."""
    assert grant.ends_at is not None  # noqa: S101 - only running grants come here
    return grant.ends_at


def _in_force(one: Signatory, by_id: Mapping[int, Signatory], now: datetime) -> list[Given]:
    """What a party has granted: his own, else a representative's; a minor's counts only beside the guardian's."""
    if is_unguarded(one, by_id.values()):
        return []
    if own := one.running(now):
        return [own]
    spoken = (other.running(now) for other in _speakers(one, by_id)[1:])
    return [grant for grant in spoken if grant]


def fits_check(born_on: date, minor: bool | None, checked_on: date | None) -> bool:  # noqa: FBT001 - the stored result
    """Whether a date of birth makes a minor, on the day of an earlier check, of whoever was found to be one then.

    The date itself is not kept: this is how a minor comes of age by time alone, and not by typing another day (R15).
    """
    return not minor or checked_on is None or is_minor(born_on, checked_on)


def is_unguarded(one: Signatory, required: Iterable[Signatory]) -> bool:
    """Whether a minor has nobody beside him: no legal representative is among the required parties."""
    return bool(one.minor) and all(other.guardian_of != one.id for other in required)


def next_term(required: Sequence[Signatory], now: datetime) -> Term | None:
    """The term that begins because of what has been granted so far; None while somebody's answer is missing.

    When all have agreed anew, a term of five years begins: the first one, or a renewal. Who agrees again into a
    running term joins what is left of it.
    """
    by_id = {one.id: one for one in required}
    if not required or any(is_unguarded(one, required) for one in required):
        return None
    speakers = [_speakers(one, by_id) for one in required]
    if all(map(_agree_anew, speakers)):
        return Term(_waiting(required), now, years_later(now, TERM_YEARS))
    return _joined(required, now) if all(_agree(spoken, now) for spoken in speakers) else None


def _agree_anew(speakers: Iterable[Signatory]) -> bool:
    """Whether somebody who speaks for a party has given a grant that waits for the others."""
    return any(who.waiting and who.waiting.channels & Channel.SITE for who in speakers)


def _agree(speakers: Iterable[Signatory], now: datetime) -> bool:
    """Whether a grant of somebody who speaks for a party is in force, or waits for the others."""
    return any(who.running(now) or who.waiting for who in speakers)


def _joined(required: Sequence[Signatory], now: datetime) -> Term | None:
    """What is left of the running term, for those who agreed again into it; None where nobody did."""
    joining = frozenset(one.id for one in required if one.waiting and not one.running(now))
    running = [grant for one in required if (grant := one.running(now))]
    return Term(joining, now, min(map(_end, running))) if joining and running else None


def _speakers(one: Signatory, by_id: Mapping[int, Signatory]) -> list[Signatory]:
    """Whose grants count for a party: his own, and a representative's unless he has said no himself."""
    others = [] if one.withdrew else [by_id[pk] for pk in sorted(one.spoken_for_by) if pk in by_id]
    return [one, *others]


def _waiting(required: Sequence[Signatory]) -> frozenset[int]:
    return frozenset(one.id for one in required if one.waiting)


def hidden_because(
    required: Sequence[Signatory], channel: Channel, now: datetime, holds: Iterable[Reason] = ()
) -> Reason | None:
    """Why consent keeps a story from a channel; ``holds`` are the reasons of the holds in force. None when it may."""
    if held := next(iter(sorted(holds, reverse=True)), None):
        return held
    license_in_force = license_of(required, now)
    if license_in_force is None:
        return _why_missing(required, now)
    return None if license_in_force.allows(channel) else Reason.CHANNEL_REMOVED


def _why_missing(required: Sequence[Signatory], now: datetime) -> Reason:
    if any(one.grants and one.withdrew and not one.running(now) for one in required):
        return Reason.CONSENT_WITHDRAWN
    ended = any(one.ends_at and one.ends_at <= now for party in required for one in party.grants)
    return Reason.LICENSE_EXPIRED if ended else Reason.UNPUBLISHED


def obstacle(
    state: str | None, required: Sequence[Signatory], now: datetime, *, held: bool, own: bool
) -> Obstacle | None:
    """Why a revision may not be approved now; None when it may.

    ``state`` is the stored one of the revision whose content is reviewed, None where there is no such revision;
    ``own`` says that whoever asks has handed it in.
    """
    found = (
        (Obstacle.NEVER_HANDED_IN, state is None),
        (Obstacle.SENT_BACK, state == RevisionState.RETURNED),
        (Obstacle.HELD, held),
        (Obstacle.UNCLEARED, license_of(required, now) is None),
        (Obstacle.OWN, own),
    )
    return next((one for one, stands in found if stands), None)


def years_later(instant: datetime, years: int) -> datetime:
    """The same time of the same day some calendar years later in Taipei; 29 February becomes the 28th."""
    return months_later(instant, 12 * years)


def months_later(instant: datetime, months: int) -> datetime:
    """The same time of the same day some calendar months later in Taipei; where there is none, of the month's last."""
    here = instant.astimezone(local(instant).tzinfo)
    year, month = divmod(12 * here.year + here.month - 1 + months, 12)
    return here.replace(year=year, month=month + 1, day=min(here.day, monthrange(year, month + 1)[1]))


def first_instant(day: date) -> datetime:
    """The midnight at which a day begins in Taipei."""
    return midnight(day)


def content_hash(
    title: str, body: Any, media: Iterable[tuple[str, str, str, str]], credit: Iterable[tuple[str, str]]
) -> str:
    """SHA-256 of the canonical JSON of a story's content: what is agreed to, and nothing else.

    ``body`` is a StreamField's raw value, ``media`` rows of (kind, SHA-256 of the bytes, address, maker) and
    ``credit`` rows of (name, role). White space is collapsed; alt texts, tags and focal points are outside.
    """
    content = {"title": title, "body": body, "media": [list(one) for one in media], "credits": [*map(list, credit)]}
    text = json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A value without the numbers the editor gives to blocks, and with white space collapsed."""
    if isinstance(value, str):
        return _BLANK.sub(" ", _KEY.sub("", value)).strip()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if name != "id"}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def text_sha256(*parts: str) -> str:
    """SHA-256 of what somebody is shown, part by part."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
