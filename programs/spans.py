"""When something takes place, in words: only as exact as is known, and an end at midnight belongs to the day before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from home.taiwan import chinese_day, chinese_month, english_day, english_month, local
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
        return _words(lang).gap.join(self.pieces(lang, year=year))

    def pieces(self, lang: str, *, year: bool = True) -> list[str]:
        """The text in the pieces a line must not break; the end names its year only where it is another."""
        words, first, last = _words(lang), self.first, self.last
        until_year = first.year != last.year
        if self.precision == DatePrecision.MONTH:
            until = [words.month(last, year=until_year)] if (first.year, first.month) != (last.year, last.month) else []
            return [words.month(first, year=year) + (words.to if until else ""), *until, words.undated]
        begin, end = words.day(first, year=year), words.day(last, year=until_year)
        if self.precision == DatePrecision.DAY:
            return [begin] if first == last else [begin + words.to, end]
        opening, closing = f"{local(self.starts_at):%H:%M}", self._closing
        if first == last:
            return [begin + words.comma, f"{opening}–{closing}" if closing else opening]
        return [begin + words.comma, opening + words.to, end + words.comma + words.gap + closing]

    @property
    def _closing(self) -> str:
        """Hours and minutes of the end; the midnight that ends a day is its 24:00."""
        if self.ends_at is None:
            return ""
        here = local(self.ends_at)
        return "24:00" if here.date() > self.last else f"{here:%H:%M}"


@dataclass(frozen=True)
class _Words:
    """How a language writes a span."""

    day: Callable[..., str]
    month: Callable[..., str]
    to: str
    comma: str
    gap: str
    undated: str


CHINESE: Final = _Words(chinese_day, chinese_month, "至", "", "", "（日期未定）")
ENGLISH: Final = _Words(english_day, english_month, " to", ",", " ", "(date to be announced)")


def _words(lang: str) -> _Words:
    return ENGLISH if lang == "en" else CHINESE
