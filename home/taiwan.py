"""Dates as Taiwan writes them: the ROC calendar and the one time zone."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

TAIPEI: Final = ZoneInfo("Asia/Taipei")
ROC_EPOCH: Final = 1911
WEEKDAYS: Final = "一二三四五六日"
WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def roc_year(day: date) -> int:
    """ROC (民國) year of a day: 2022 is 111."""
    return day.year - ROC_EPOCH


def western_year(roc: int) -> int:
    """Western year of an ROC year: 111 is 2022."""
    return roc + ROC_EPOCH


def roc_date(day: date) -> str:
    """A day in the long ROC form, as in 111年1月26日."""
    return f"{roc_year(day)}年{day.month}月{day.day}日"


def roc_instant(instant: datetime, *, seconds: bool = False) -> str:
    """An instant on Taipei's clocks in the long ROC form, as in 民國115年3月14日 10:15."""
    here = local(instant)
    return f"民國{roc_date(here.date())} {here:{'%H:%M:%S' if seconds else '%H:%M'}}"


def english_date(day: date) -> str:
    """A day in the long English form, as in 26 January 2022."""
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def chinese_day(day: date, *, year: bool = True) -> str:
    """A day with its weekday, as in 115年3月14日（六）."""
    return f"{f'{roc_year(day)}年' if year else ''}{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def english_day(day: date, *, year: bool = True) -> str:
    """A day with its weekday, as in Sat 14 March 2026."""
    return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]}{f' {day.year}' if year else ''}"


def chinese_month(first: date, *, year: bool = True) -> str:
    """A month, as in 115年3月."""
    return f"{roc_year(first)}年{first.month}月" if year else f"{first.month}月"


def english_month(first: date, *, year: bool = True) -> str:
    """A month, as in March 2026."""
    return MONTHS_EN[first.month - 1] + (f" {first.year}" if year else "")


def day_text(day: date, lang: str, *, year: bool = True) -> str:
    """A day with its weekday in a language."""
    return english_day(day, year=year) if lang == "en" else chinese_day(day, year=year)


def midnight(day: date) -> datetime:
    """00:00 in Taipei on that day."""
    return datetime.combine(day, time(), tzinfo=TAIPEI)


def local(instant: datetime) -> datetime:
    """The same instant on Taipei's clocks, to the second."""
    return instant.astimezone(TAIPEI).replace(microsecond=0)


def iso(instant: datetime | None) -> str | None:
    """ISO 8601 with +08:00 and whole seconds, as the API writes every time; None stays None."""
    return None if instant is None else local(instant).isoformat()
