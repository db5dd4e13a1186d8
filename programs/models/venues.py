"""Venues: what they are good for and when they are open."""

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from home.counties import COUNTIES
from home.fields import ChoicesField, LinesField
from home.models import BasePage, CalendarDay, Contact, IndexPage
from programs import opening_hours
from programs.vocabularies import ISO_WEEKDAYS, RuleDay


def every_day() -> list[int]:
    """All ISO weekdays."""
    return [number for number, _name in ISO_WEEKDAYS]


class VenueIndexPage(IndexPage):
    """All venues, in the editor's order."""

    subpage_types: ClassVar[list[str]] = ["programs.VenuePage"]

    class Meta:
        verbose_name = _("venue list")
        verbose_name_plural = _("venue lists")


class VenuePage(BasePage):
    """A room teams can borrow (R33–R41)."""

    item_type = "venue"

    functions = LinesField(_("functions"), help_text=_("One per line, as in: 會議"))
    uses = LinesField(_("good for"), help_text=_("One per line, as in: 課程"))
    capacity = models.PositiveSmallIntegerField(_("capacity"), null=True, blank=True)
    equipment = LinesField(_("equipment"))
    accessibility = LinesField(_("accessibility"))
    address = models.CharField(_("address"), max_length=160, blank=True)
    county = models.CharField(_("county"), max_length=6, choices=COUNTIES)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    hours_note = models.CharField(_("note on hours"), max_length=160, blank=True)
    closes_on_national_holidays = models.BooleanField(
        _("closed on national holidays"),
        default=False,
        help_text=_("Also on those that fall on a day the rules would open. Not stated in the notice: please confirm."),
    )
    procedure = models.TextField(_("how to borrow"), blank=True)
    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    parent_page_types: ClassVar[list[str]] = ["programs.VenueIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("functions"),
                FieldPanel("uses"),
                FieldPanel("capacity"),
                FieldPanel("equipment"),
                FieldPanel("accessibility"),
            ],
            heading=_("The room"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("county"),
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
            ],
            heading=_("Where"),
        ),
        InlinePanel("opening_hours", label=_("Opening hours")),
        FieldPanel("hours_note"),
        FieldPanel("closes_on_national_holidays"),
        InlinePanel("exceptions", label=_("Exception"), help_text=_("A day that is closed, or open at other times.")),
        FieldPanel("procedure"),
        FieldPanel("contact"),
        *BasePage.body_panels,
    ]

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")

    def clean(self) -> None:
        """File the venue under its own county."""
        super().clean()
        self.counties = [self.county] if self.county else []

    @property
    def slug_stem(self) -> str:
        """As in venue-2."""
        return "venue"

    def rules(self) -> list[opening_hours.Rule]:
        """The opening rules as plain values."""
        return [
            opening_hours.Rule(row.day_type, tuple(row.days), row.opens, row.closes) for row in self.opening_hours.all()
        ]

    def exceptional_days(self) -> list[opening_hours.Exceptional]:
        """The exceptions as plain values."""
        return [opening_hours.Exceptional(row.date, row.opens, row.closes, row.reason) for row in self.exceptions.all()]

    def hours_on(self, days: list[date]) -> list[opening_hours.DayHours]:
        """The hours of each day, by rule, exception and official calendar. One calendar query for all of them."""
        entries = {row.date: calendar_entry(row, self.lang) for row in CalendarDay.objects.filter(date__in=days)}
        rules, exceptions = self.rules(), self.exceptional_days()
        return [
            opening_hours.hours_on(
                day,
                rules,
                exceptions,
                entries.get(day),
                closes_on_national_holidays=self.closes_on_national_holidays,
            )
            for day in days
        ]


def calendar_entry(row: CalendarDay, lang: str) -> opening_hours.CalendarEntry:
    """A row of the official calendar as a plain value, named in a language."""
    name = (row.name_en if lang == "en" else "") or row.name
    return opening_hours.CalendarEntry(row.date, row.day_type, row.national, name)


class OpeningHours(Orderable):
    """Open from–to on days of a kind and of some weekdays; closing time is exclusive."""

    page = ParentalKey(VenuePage, on_delete=models.CASCADE, related_name="opening_hours")
    day_type = models.CharField(_("kind of day"), max_length=8, choices=RuleDay.choices, default=RuleDay.ANY)
    days = ChoicesField(_("weekdays"), vocabulary=ISO_WEEKDAYS, default=every_day, blank=False)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    panels: ClassVar[list[Any]] = [
        FieldPanel("day_type"),
        FieldPanel("days"),
        FieldRowPanel([FieldPanel("opens"), FieldPanel("closes")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")

    def __str__(self) -> str:
        return f"{self.get_day_type_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        """A room closes after it opens.

        Raises:
            ValidationError: when it does not.
        """
        super().clean()
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": _("Closing time must be later than opening time.")})


class VenueException(Orderable):
    """A date on which the rules do not hold: closed, or open at other times."""

    page = ParentalKey(VenuePage, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField(_("date"))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120)

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("date"), FieldPanel("opens"), FieldPanel("closes")]),
        FieldPanel("reason"),
    ]

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ("date", "opens")

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.reason}"

    def clean(self) -> None:
        """Both times or none, in order.

        Raises:
            ValidationError: when only one is given or they are the wrong way round.
        """
        super().clean()
        if (self.opens is None) != (self.closes is None):
            raise ValidationError({"closes": _("Give both times, or neither for a closed day.")})
        if self.opens and self.closes and self.opens >= self.closes:
            raise ValidationError({"closes": _("Closing time must be later than opening time.")})
