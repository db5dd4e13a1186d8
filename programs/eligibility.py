"""Who may take part, and who comes first: pure rules over plain values (R9–R14). Nothing here refuses in silence.

A result says what holds and why; the words for people are the views'.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from home.ages import age_on


@dataclass(frozen=True)
class Limits:
    """The age range, both ends included, and the share of members that has to be exceeded within it (R10, R14)."""

    youngest: int = 15
    oldest: int = 45
    share: float = 0.5

    def include(self, born_on: date, on: date) -> bool:
        """Whether somebody is in the range on a day: from the first birthday to the day before the one after the last.

        Those born on 29 February have their birthday on 1 March in other years.
        """
        return self.youngest <= age_on(born_on, on) <= self.oldest


def reference_day(fixed: str, today: date) -> date:
    """The day ages are counted on: ``fixed`` as in 12-31 of this year, or today when it is empty.

    Raises:
        ValueError: when ``fixed`` is no day of the year.
    """
    return date.fromisoformat(f"{today.year}-{fixed}") if fixed else today


class Ages(StrEnum):
    """What is known of the members' ages."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """Whether an applicant may take part."""

    SELECTED = "selected"
    LOCAL = "local"
    INTERESTED = "interested"
    ADMITTED = "admitted"
    # Something has to be told first: ages, or a county or an interest.
    OPEN = "open"
    # Mainly people outside the age range: the bureau decides, with a reason.
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Member:
    """A member by the name others know; whether in the age range, None where nobody knows."""

    name: str
    in_range: bool | None


@dataclass(frozen=True)
class Standing:
    """Why an applicant stands where it does."""

    verdict: Verdict
    ages: Ages
    # Of how many whose age is known how many are in range.
    inside: int
    known: int
    # Those whose age is not known, by name.
    unknown: tuple[str, ...]
    # Whether a county of the north, or an interest, was told.
    local: bool
    interested: bool

    @property
    def may(self) -> bool:
        """Whether it may take part as things stand."""
        return self.verdict not in {Verdict.OPEN, Verdict.OUTSIDE}


@dataclass(frozen=True)
class Application:
    """What an applicant, a person or a team, has told (R13)."""

    members: Sequence[Member]
    # A field of action in one of the seven counties (R11), or an interest in local revitalization (R12).
    local: bool
    interested: bool
    # The year's last edition selected it (R9), or the bureau admitted it with a reason (R65).
    selected: bool = False
    admitted: bool = False


def standing(told: Application, limits: Limits) -> Standing:
    """Whether an applicant may take part, and why."""
    known = [one for one in told.members if one.in_range is not None]
    inside = sum(1 for one in known if one.in_range)
    unknown = tuple(one.name for one in told.members if one.in_range is None)
    ages = _ages(inside, len(known), limits.share)
    return Standing(_verdict(told, ages), ages, inside, len(known), unknown, told.local, told.interested)


def _ages(inside: int, known: int, share: float) -> Ages:
    """Whether more than the share of those whose age is known are in range."""
    if not known:
        return Ages.UNKNOWN
    return Ages.IN if inside > known * share else Ages.OUT


def _verdict(told: Application, ages: Ages) -> Verdict:
    """The first of the ways in that holds; the last year's teams need no other (R9), and county is no bar (R12)."""
    if told.selected:
        return Verdict.SELECTED
    if told.admitted:
        return Verdict.ADMITTED
    if ages == Ages.OUT:
        return Verdict.OUTSIDE
    if ages == Ages.UNKNOWN or not (told.local or told.interested):
        return Verdict.OPEN
    return Verdict.LOCAL if told.local else Verdict.INTERESTED


class Because(StrEnum):
    """Why an applicant stands at its place in a queue; shown beside it."""

    CONFIRMED = "confirmed"
    SELECTED_LAST_YEAR = "selected_last_year"
    FIRST_COME = "first_come"


@dataclass(frozen=True)
class Applicant:
    """Somebody in a queue: for a place, an hour with an adviser, a room."""

    who: Any
    applied_at: datetime
    # The ROC years of the editions it was selected for.
    selected: frozenset[int] = frozenset()
    confirmed: bool = False


@dataclass(frozen=True)
class Place:
    """A place in a queue, counted from 1, and why."""

    number: int
    applicant: Applicant
    because: Because


def queue(applicants: Iterable[Applicant], edition: int) -> list[Place]:
    """Applicants in their order: confirmed places stand, then the teams of the edition before, each by time (R9)."""
    told = [(_because(one, edition), one) for one in applicants]
    order = list(Because)
    told.sort(key=lambda pair: (order.index(pair[0]), pair[1].applied_at))
    return [Place(number, one, because) for number, (because, one) in enumerate(told, start=1)]


def _because(one: Applicant, edition: int) -> Because:
    if one.confirmed:
        return Because.CONFIRMED
    return Because.SELECTED_LAST_YEAR if edition - 1 in one.selected else Because.FIRST_COME
