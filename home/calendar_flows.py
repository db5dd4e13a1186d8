"""How the official calendar is filled: by forecast, by file; staff correct it by hand."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from .models import CalendarDay, DaySource
from .official_calendar import OfficialDay, forecast
from .signals import calendar_changed
from .taiwan import local


@dataclass(frozen=True)
class CalendarReport:
    """What a file or a forecast did to the calendar."""

    read: int
    changed: list[date]
    kept: list[date]


def keep_calendar(days: Collection[OfficialDay], source: DaySource) -> CalendarReport:
    """Make the calendar say of these days what a file says, all or nothing; what staff have entered stays.

    A day the week alone describes needs no row.
    """
    with transaction.atomic():
        rows = {row.date: row for row in CalendarDay.objects.filter(date__in=[day.date for day in days])}
        changed, kept = list[OfficialDay](), list[OfficialDay]()
        for day in days:
            row = rows.get(day.date)
            if _differs(day, row):
                (kept if row and row.source == DaySource.STAFF else changed).append(day)
        _write(changed, source)
    return CalendarReport(len(days), [day.date for day in changed], [day.date for day in kept])


def _write(days: Collection[OfficialDay], source: DaySource) -> None:
    """Replace the rows of these days, not one by one: each row's signal would have every venue looked at."""
    if not days:
        return
    CalendarDay.objects.filter(date__in=[day.date for day in days if day.is_ordinary]).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(source=source, **asdict(day)) for day in days if not day.is_ordinary],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["day_type", "name", "name_en", "national", "source"],
    )
    calendar_changed.send(CalendarDay)


def _differs(day: OfficialDay, row: CalendarDay | None) -> bool:
    if row is None:
        return not day.is_ordinary
    return (row.day_type, row.name, row.national) != (day.day_type, day.name, day.national)


def forecast_calendar(now: datetime) -> list[int]:
    """Fill this year and the next two from the laws where nothing is known of them yet; returns the years filled.

    A year is foreseen once: afterwards it belongs to the official file and to staff.
    """
    filled = []
    for year in range(local(now).year, local(now).year + 3):
        if CalendarDay.objects.filter(date__year=year).exclude(source=DaySource.STAFF).exists():
            continue
        keep_calendar(forecast(year), DaySource.FORECAST)
        filled.append(year)
    return filled
