"""The official calendar: the days on which weekday and weekend are not what the week says."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from home.admin_forms import CalendarDayForm
from home.official_calendar import NAME_LENGTH, DayType


class DaySource(models.TextChoices):
    """Who said so; staff have the last word."""

    FORECAST = "forecast", _("foreseen by law")
    OFFICIAL = "official", _("official calendar")
    STAFF = "staff", _("entered by staff")


class CalendarDay(models.Model):
    """One day of the official calendar that staff may correct, as when a typhoon closes offices."""

    date = models.DateField(_("date"), unique=True)
    day_type = models.CharField(_("kind of day"), max_length=10, choices=DayType.choices)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    name_en = models.CharField(_("name in English"), max_length=NAME_LENGTH, blank=True)
    national = models.BooleanField(
        _("national holiday"), default=False, help_text=_("Venues that close on national holidays close on this day.")
    )
    source = models.CharField(
        _("said by"), max_length=8, choices=DaySource.choices, default=DaySource.STAFF, editable=False
    )

    base_form_class = CalendarDayForm
    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("date"), FieldPanel("day_type")]),
        FieldRowPanel([FieldPanel("name"), FieldPanel("name_en")]),
        FieldPanel("national"),
    ]

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("official calendar")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".rstrip()
