"""When something takes place, in words: only as exact as is known, and an end at midnight belongs to the day before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from home.taiwan import MONTHS_EN, chinese_day, english_day, local, roc_year
from programs.vocabularies import DatePrecision


@dataclass(frozen=True)
class Span:
    """From an instant to another (or none), exact to the month, day or minute."""

    starts_at: datetime
    ends_at: datetime | None
    precision: str = DatePrecision.MINUTE

    @property
    def first(self) -> date:
        """The first day."""
        return local(self.starts_at).date()

    @property
    def last(self) -> date:
        """The last day."""
        return local(self.ends_at - timedelta(seconds=1)).date() if self.ends_at else self.first

    @property
    def machine(self) -> str:
        """The beginning as HTML's ``datetime`` attribute wants it, no more exact than is known."""
        if self.precision == DatePrecision.MONTH:
            return f"{self.first:%Y-%m}"
        return self.first.isoformat() if self.precision == DatePrecision.DAY else local(self.starts_at).isoformat()

    def text(self, lang: str, *, year: bool = True) -> str:
        """The span for people: 115年3月14日（六）14:00–16:30, or Sat 14 March 2026, 14:00–16:30."""
        return _english(self, year=year) if lang == "en" else _chinese(self, year=year)


def _clock(instant: datetime, *, end_of: date | None = None) -> str:
    """Hours and minutes; the midnight that ends a day is 24:00."""
    here = local(instant)
    return "24:00" if end_of and here.date() > end_of else f"{here:%H:%M}"


def _chinese(span: Span, *, year: bool) -> str:
    first, last = span.first, span.last
    if span.precision == DatePrecision.MONTH:
        until = _chinese_month(last, year=first.year != last.year) if (first.year, first.month) != _month(last) else ""
        return f"{_chinese_month(first, year=year)}{f'至{until}' if until else ''}（日期未定）"
    begin, end = chinese_day(first, year=year), chinese_day(last, year=first.year != last.year)
    if span.precision == DatePrecision.DAY:
        return begin if first == last else f"{begin}至{end}"
    begin += f" {_clock(span.starts_at)}"
    if span.ends_at is None:
        return begin
    closing = _clock(span.ends_at, end_of=last)
    return f"{begin}–{closing}" if first == last else f"{begin}至{end} {closing}"


def _chinese_month(day: date, *, year: bool) -> str:
    return f"{roc_year(day)}年{day.month}月" if year else f"{day.month}月"


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _english(span: Span, *, year: bool) -> str:
    first, last = span.first, span.last
    if span.precision == DatePrecision.MONTH:
        until = _english_month(last, year=year) if _month(first) != _month(last) else ""
        return f"{_english_month(first, year=year)}{f' to {until}' if until else ''} (date to be announced)"
    begin, end = english_day(first, year=year), english_day(last, year=year)
    if span.precision == DatePrecision.DAY:
        return begin if first == last else f"{begin} to {end}"
    begin += f", {_clock(span.starts_at)}"
    if span.ends_at is None:
        return begin
    closing = _clock(span.ends_at, end_of=last)
    return f"{begin}–{closing}" if first == last else f"{begin} to {end}, {closing}"


def _english_month(day: date, *, year: bool) -> str:
    return f"{MONTHS_EN[day.month - 1]} {day.year}" if year else MONTHS_EN[day.month - 1]
