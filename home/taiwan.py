"""Dates as Taiwan writes them: the ROC calendar and the one time zone."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

TAIPEI: Final = ZoneInfo("Asia/Taipei")
ROC_EPOCH: Final = 1911


def roc_year(day: date) -> int:
    """ROC (民國) year of a day: 2022 is 111."""
    return day.year - ROC_EPOCH


def western_year(roc: int) -> int:
    """Western year of an ROC year: 111 is 2022."""
    return roc + ROC_EPOCH


def roc_date(day: date) -> str:
    """A day in the long ROC form, as in 111年1月26日."""
    return f"{roc_year(day)}年{day.month}月{day.day}日"


def midnight(day: date) -> datetime:
    """00:00 in Taipei on that day."""
    return datetime.combine(day, time(), tzinfo=TAIPEI)


def local(instant: datetime) -> datetime:
    """The same instant on Taipei's clocks, to the second."""
    return instant.astimezone(TAIPEI).replace(microsecond=0)


def iso(instant: datetime | None) -> str | None:
    """ISO 8601 with +08:00 and whole seconds, as the API writes every time; None stays None."""
    return None if instant is None else local(instant).isoformat()
