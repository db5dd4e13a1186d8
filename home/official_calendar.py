"""Which days are working days: what the week says, what the holiday laws foresee, what the official file decides.

The file is the office calendar of the Directorate-General of Personnel Administration (政府行政機關辦公日曆表), one row
a day: 西元日期, 星期, 是否放假 (0 or 2), 備註; UTF-8 with or without BOM, or Big5.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import StringIO
from typing import Final

import holidays
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COLUMNS: Final = ("西元日期", "星期", "是否放假", "備註")
NAME_LENGTH: Final = 80
_WEEK: Final = "一二三四五六日"
_DATE: Final = re.compile(r"(\d{4})[/-]?(\d{1,2})[/-]?(\d{1,2})")
_MADE_UP: Final = ("補行上班", "Make-up working day")
_BRIDGED: Final = ("調整放假", "Adjusted day off")


class DayType(models.TextChoices):
    """平日 and 假日 as offices mean them: a make-up Saturday is a weekday, a national holiday is not."""

    WEEKDAY = "weekday", gettext_lazy("working day")
    HOLIDAY = "holiday", gettext_lazy("weekend or holiday")


@dataclass(frozen=True)
class OfficialDay:
    """What is said of one day. ``national``: a day off by law or decree, and not only because it is a weekend."""

    date: date
    day_type: DayType
    name: str = ""
    name_en: str = ""
    national: bool = False

    @property
    def is_ordinary(self) -> bool:
        """Whether the week alone says as much."""
        return self.day_type == usual_day_type(self.date) and not self.name and not self.national


@dataclass(frozen=True)
class Refusal:
    """A line that cannot be believed, and why."""

    line: int
    reason: str


def usual_day_type(day: date) -> DayType:
    """What the week alone says: Saturday and Sunday are holidays."""
    return DayType.HOLIDAY if day.isoweekday() in {6, 7} else DayType.WEEKDAY


def forecast(year: int) -> list[OfficialDay]:
    """The days of a year that the laws make special, as far as the ``holidays`` package knows them, in order."""
    chinese = holidays.country_holidays("TW", years=year, language="zh_TW")
    english = holidays.country_holidays("TW", years=year, language="en_US")
    days = [_day_off(day, name, english[day]) for day, name in chinese.items() if day.year == year]
    made_up = [day for day in chinese.weekend_workdays if day.year == year]
    days += [OfficialDay(day, DayType.WEEKDAY, *_MADE_UP) for day in made_up]
    return sorted(days, key=lambda one: one.date)


def _day_off(day: date, name: str, name_en: str) -> OfficialDay:
    names = _BRIDGED if name.startswith("放假日") else (name.replace("; ", "、"), name_en)
    return OfficialDay(day, DayType.HOLIDAY, *names, national=True)


def read(content: bytes) -> tuple[list[OfficialDay], list[Refusal]]:
    """The days of an official file, and the lines that cannot be believed; line 1 is its head."""
    text = _decoded(content)
    if text is None:
        return [], [Refusal(1, _("The file is neither UTF-8 nor Big5."))]
    reader = csv.reader(StringIO(text))
    days: dict[date, OfficialDay] = {}
    refusals: list[Refusal] = []
    try:
        head = tuple(cell.strip() for cell in next(reader, []))[: len(COLUMNS)]
        if head != COLUMNS:
            return [], [Refusal(1, _("The columns must be: %(columns)s.") % {"columns": "、".join(COLUMNS)})]
        for day in _rows(reader, days):
            if isinstance(day, Refusal):
                refusals.append(day)
            else:
                days[day.date] = day
    except csv.Error:
        refusals.append(Refusal(reader.line_num, _("The line is no CSV.")))
    if not days and not refusals:
        refusals.append(Refusal(1, _("The file holds no days.")))
    return list(days.values()), refusals


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(reader: Iterator[list[str]], seen: dict[date, OfficialDay]) -> Iterator[OfficialDay | Refusal]:
    """Each row as a day, or as why not."""
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            line: int = reader.line_num  # type: ignore[attr-defined]  # a csv reader, whose type has no name
            yield _row(line, cells, seen)


def _row(line: int, cells: list[str], seen: dict[date, OfficialDay]) -> OfficialDay | Refusal:
    if len(cells) < len(COLUMNS):
        return Refusal(line, _("A column is missing."))
    written, weekday, off, name = cells[: len(COLUMNS)]
    day = _date(written)
    if day is None:
        return Refusal(line, _("“%(text)s” is no date.") % {"text": written})
    problem = _problem(day, weekday, off, name, seen)
    return Refusal(line, problem) if problem else _believed(day, is_off=off == "2", name=name)


def _date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def _problem(day: date, weekday: str, off: str, name: str, seen: dict[date, OfficialDay]) -> str | None:
    """Why a row cannot be believed."""
    expected = _WEEK[day.weekday()]
    told = {"date": day.isoformat(), "expected": expected, "text": weekday, "off": off}
    if weekday.removeprefix("星期") != expected:
        return _("%(date)s is a 星期%(expected)s, not “%(text)s”.") % told
    if off not in {"0", "2"}:
        return _("是否放假 must be 0 or 2, not “%(off)s”.") % told
    if len(name) > NAME_LENGTH:
        return _("備註 is longer than 80 characters.")
    if day in seen:
        return _("%(date)s is there twice.") % told
    return None


def _believed(day: date, *, is_off: bool, name: str) -> OfficialDay:
    """A day as the file says, with the English name of the forecast where both mean the same."""
    kind = DayType.HOLIDAY if is_off else DayType.WEEKDAY
    foreseen = _foreseen(day.year).get(day)
    name_en = foreseen.name_en if name and foreseen and foreseen.day_type == kind else ""
    national = is_off and (bool(name) or usual_day_type(day) == DayType.WEEKDAY)
    return OfficialDay(day, kind, name, name_en, national=national)


@cache
def _foreseen(year: int) -> dict[date, OfficialDay]:
    return {one.date: one for one in forecast(year)}
