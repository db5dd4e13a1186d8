"""The official calendar: the days on which weekday and weekend are not what the week says."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayType(models.TextChoices):
    """平日 and 假日 as offices mean them: a make-up Saturday is a weekday, a national holiday is not."""

    WEEKDAY = "weekday", _("working day")
    HOLIDAY = "holiday", _("weekend or holiday")


class CalendarDay(models.Model):
    """One day of the official calendar that staff may correct, as when a typhoon closes offices."""

    date = models.DateField(_("date"), unique=True)
    day_type = models.CharField(_("kind of day"), max_length=10, choices=DayType.choices)
    name = models.CharField(_("name"), max_length=80, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    national = models.BooleanField(
        _("national holiday"), default=False, help_text=_("Venues that close on national holidays close on this day.")
    )

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("official calendar")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".rstrip()


def usual_day_type(day: date) -> DayType:
    """What the week alone says: Saturday and Sunday are holidays."""
    saturday = 5
    return DayType.HOLIDAY if day.weekday() >= saturday else DayType.WEEKDAY
