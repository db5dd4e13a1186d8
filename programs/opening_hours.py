"""When a venue is open on a day, and why: pure functions over a venue's rules, its exceptions and the calendar.

A rule holds on days of its kind (working day, weekend-or-holiday, any) that are also one of its weekdays. An
exception for the day replaces the rules. Closing time is exclusive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class Why(StrEnum):
    """What decided a day's hours."""

    RULE = "rule"
    MAKE_UP_DAY = "make_up_day"
    HOLIDAY = "holiday"
    NATIONAL_HOLIDAY = "national_holiday"
    EXCEPTION = "exception"
    CLOSED_BY_RULE = "closed_by_rule"


@dataclass(frozen=True)
class Rule:
    """Open from ``opens`` to ``closes`` on days of a kind (weekday, holiday, any) and of ISO weekdays (1–7)."""

    day_type: str
    days: tuple[int, ...]
    opens: time
    closes: time


@dataclass(frozen=True)
class Exceptional:
    """What holds on one date instead of the rules; without times the venue is closed."""

    date: date
    opens: time | None
    closes: time | None
    reason: str


@dataclass(frozen=True)
class CalendarEntry:
    """What the official calendar says of a day that differs from the week, or has a name."""

    date: date
    day_type: str
    national: bool
    name: str


@dataclass(frozen=True)
class DayHours:
    """One day's intervals (opens, closes), in order; empty means closed. ``note`` names the holiday or exception."""

    date: date
    day_type: str
    intervals: tuple[tuple[time, time], ...]
    why: Why
    note: str


def day_type(day: date, entry: CalendarEntry | None) -> str:
    """``weekday`` or ``holiday``: the calendar's word, else what the week says."""
    if entry:
        return entry.day_type
    return "holiday" if day.isoweekday() in {6, 7} else "weekday"


def by_rule(rules: Iterable[Rule], day: date, kind: str) -> tuple[tuple[time, time], ...]:
    """The intervals the rules give for a day of that kind."""
    return tuple(
        sorted(
            (rule.opens, rule.closes)
            for rule in rules
            if rule.day_type in {kind, "any"} and day.isoweekday() in rule.days
        )
    )


def hours_on(
    day: date,
    rules: Iterable[Rule],
    exceptions: Iterable[Exceptional],
    entry: CalendarEntry | None,
    *,
    closes_on_national_holidays: bool,
) -> DayHours:
    """The hours of one day, and what decided them."""
    kind = day_type(day, entry)
    if told := [exception for exception in exceptions if exception.date == day]:
        return _exceptional(day, kind, told)
    name = entry.name if entry else ""
    if entry and entry.national and closes_on_national_holidays:
        return DayHours(day, kind, (), Why.NATIONAL_HOLIDAY, name)
    intervals = by_rule(rules, day, kind)
    if not intervals:
        return DayHours(day, kind, (), Why.CLOSED_BY_RULE, name)
    return DayHours(day, kind, intervals, _why_open(day, kind), name)


def _exceptional(day: date, kind: str, told: list[Exceptional]) -> DayHours:
    """The hours staff have told for this one day; a row without hours says that it is closed."""
    intervals = tuple(sorted((one.opens, one.closes) for one in told if one.opens and one.closes))
    return DayHours(day, kind, intervals, Why.EXCEPTION, told[0].reason)


def _why_open(day: date, kind: str) -> Why:
    """Whether the rule decides as on any such day of the week, or the calendar has made it another kind of day."""
    if kind == day_type(day, None):
        return Why.RULE
    return Why.MAKE_UP_DAY if kind == "weekday" else Why.HOLIDAY


def open_throughout(hours: DayHours, start: time, end: time) -> bool:
    """Whether one interval of the day holds all of start–end (R38: 18:00–18:30 fits a closing at 18:30)."""
    return any(opens <= start and end <= closes for opens, closes in hours.intervals)


def closed_by_holiday(
    rules: Iterable[Rule], exceptions: Iterable[Exceptional], entries: Iterable[CalendarEntry]
) -> tuple[CalendarEntry, ...]:
    """The national holidays that close a venue which its rules would open: partners are told these."""
    rules, taken = tuple(rules), {exception.date for exception in exceptions}
    return tuple(
        entry
        for entry in entries
        if entry.national and entry.date not in taken and by_rule(rules, entry.date, entry.day_type)
    )
