"""Events: the twelve of the year and the sessions inside them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, Page

from home.fields import ChoicesField
from home.models import BasePage, IndexPage, OrganizationRole
from home.taiwan import local, midnight
from programs.admin_forms import EventForm
from programs.vocabularies import (
    Audience,
    Competence,
    CostCategory,
    DatePrecision,
    EventKind,
    EventStatus,
    Format,
    Mechanism,
)

from .programs import ProgramPage
from .teams import TeamPage
from .venues import VenuePage

# The root, a front page, its list, the list's pages: an event any deeper is a session of another.
EVENT_DEPTH = 4


class Theme(models.Model):
    """A theme of a quarterly meeting (R22); the notice's four are there from the start, and staff add others."""

    code = models.SlugField(_("code"), unique=True, help_text=_("English, for partners, as in: agriculture"))
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class EventIndexPage(IndexPage):
    """All events, by date."""

    subpage_types: ClassVar[list[str]] = ["programs.EventPage"]

    class Meta:
        verbose_name = _("event list")
        verbose_name_plural = _("event lists")


class EventPage(BasePage):
    """One event, or one session inside an event: then its kind and programme are the parent's."""

    item_type = "event"
    base_form_class = EventForm

    program = models.ForeignKey(
        ProgramPage,
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EventKind.choices, default=EventKind.MONTHLY)
    formats = ChoicesField(_("formats"), vocabulary=Format.choices)
    themes = ParentalManyToManyField(Theme, verbose_name=_("themes"), blank=True)
    competences = ChoicesField(_("competences"), vocabulary=Competence.choices)
    mechanisms = ChoicesField(_("mechanisms"), vocabulary=Mechanism.choices, blank=False)
    audiences = ChoicesField(_("audiences"), vocabulary=Audience.choices)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    date_precision = models.CharField(
        _("date is exact to"), max_length=6, choices=DatePrecision.choices, default=DatePrecision.MINUTE
    )
    status = models.CharField(_("status"), max_length=11, choices=EventStatus.choices, default=EventStatus.TENTATIVE)
    venue = models.ForeignKey(
        VenuePage, verbose_name=_("venue"), null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    place = models.CharField(
        _("place"), max_length=160, blank=True, help_text=_("When it is none of our venues, or where to meet.")
    )
    online_url = models.URLField(_("online at"), blank=True)
    co_host_waiver = models.CharField(
        _("without a team because"),
        max_length=200,
        blank=True,
        help_text=_("Every event is held together with a team; when this one is not, why. Internal."),
    )
    costs_note = models.CharField(_("public note on costs"), max_length=160, blank=True)
    registration_url = models.URLField(_("register at"), blank=True)
    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)

    parent_page_types: ClassVar[list[str]] = ["programs.EventIndexPage", "programs.EventPage"]
    subpage_types: ClassVar[list[str]] = ["programs.EventPage"]
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                PageChooserPanel("program"),
                FieldRowPanel([FieldPanel("kind"), FieldPanel("status")]),
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("date_precision")]),
            ],
            heading=_("When"),
        ),
        MultiFieldPanel(
            [PageChooserPanel("venue"), FieldPanel("place"), FieldPanel("online_url")],
            heading=_("Where"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("registration_url"),
                FieldRowPanel([FieldPanel("registration_opens_at"), FieldPanel("registration_closes_at")]),
                FieldPanel("costs_note"),
            ],
            heading=_("Taking part"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("formats"),
                FieldPanel("themes"),
                FieldPanel("competences"),
                FieldPanel("mechanisms"),
                FieldPanel("audiences"),
            ],
            heading=_("What it is like"),
        ),
        *BasePage.body_panels,
        MultiFieldPanel(
            [InlinePanel("co_hosts", label=_("Team")), FieldPanel("co_host_waiver")], heading=_("Held together with")
        ),
        InlinePanel(
            "organizations", label=_("Organization"), help_text=_("Leave empty when they are the programme's own.")
        ),
        InlinePanel("costs", label=_("Cost"), help_text=_("Internal: never shown outside the admin.")),
    ]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def clean(self) -> None:
        """Dates in order, and rounded to what is known.

        Raises:
            ValidationError: when an end lies before its beginning.
        """
        super().clean()
        if self.starts_at is None:
            return
        if self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("The end must be later than the beginning.")})
        opens, closes = self.registration_opens_at, self.registration_closes_at
        if opens and closes and closes <= opens:
            raise ValidationError({"registration_closes_at": _("Registration must close after it opens.")})
        self.starts_at, self.ends_at = rounded(self.starts_at, self.ends_at, self.date_precision)

    @classmethod
    def can_exist_under(cls, parent: Page) -> bool:
        """Below the list, or one level below an event: a session has no sessions."""
        return bool(super().can_exist_under(parent)) and parent.depth <= EVENT_DEPTH

    @property
    def slug_stem(self) -> str:
        """The day it begins."""
        return f"{local(self.starts_at):%Y%m%d}" if self.starts_at else super().slug_stem

    @cached_property
    def parent_event(self) -> Self | None:
        """The event this is a session of."""
        parent = self.get_parent()
        return parent.specific if parent is not None and parent.specific_class is type(self) else None

    @property
    def effective_kind(self) -> str:
        """A session is of its parent's kind."""
        return self.parent_event.effective_kind if self.parent_event else self.kind

    @property
    def effective_program(self) -> ProgramPage | None:
        """A session belongs to its parent's programme."""
        return self.parent_event.effective_program if self.parent_event else self.program

    @property
    def sessions(self) -> list["EventPage"]:
        """The sessions of this event, by date; asking the rule is the reader's part. An alias is no second session."""
        if not self.pk:
            return []
        return list(EventPage.objects.child_of(self).filter(alias_of__isnull=True).order_by("starts_at", "pk"))

    @property
    def hosts(self) -> list[TeamPage]:
        """The teams it is held together with, in the editor's order (R28); asking the rule is the reader's part."""
        return [row.team for row in self.co_hosts.all()]

    @hosts.setter
    def hosts(self, teams: list[TeamPage]) -> None:
        self.co_hosts.set([EventCoHost(team=team, sort_order=number) for number, team in enumerate(teams)])

    @property
    def effective_hosts(self) -> list[TeamPage]:
        """A session without teams of its own is held together with its event's."""
        return self.hosts or (self.parent_event.effective_hosts if self.parent_event else [])

    @property
    def sequence(self) -> int:
        """How often date, place or status changed after they were first published (iCalendar SEQUENCE)."""
        return max(self.schedule.count() - 1, 0)

    @property
    def previous_starts_at(self) -> datetime | None:
        """The start published before the present one; None while it never moved."""
        starts = [row.starts_at for row in self.schedule.all()]
        earlier = [start for start in starts if start != self.starts_at]
        return earlier[-1] if earlier else None

    @property
    def last_instant(self) -> datetime:
        """When the event is over: its end, or the end of its day."""
        return self.ends_at or midnight(local(self.starts_at).date() + timedelta(days=1))


def rounded(starts_at: datetime, ends_at: datetime | None, precision: str) -> tuple[datetime, datetime | None]:
    """Dates as the contract writes them: a day or month runs from its first midnight to the midnight after its last."""
    if precision == DatePrecision.MINUTE:
        return starts_at, ends_at
    first = local(starts_at).date()
    # An end at midnight belongs to the day before.
    last = local(ends_at - timedelta(seconds=1)).date() if ends_at else first
    if precision == DatePrecision.DAY:
        return midnight(first), midnight(last + timedelta(days=1))
    after = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
    return midnight(first.replace(day=1)), midnight(after)


class EventSchedule(models.Model):
    """What was published about an event's date, place and status, one row per change (R26)."""

    event = models.ForeignKey(EventPage, on_delete=models.CASCADE, related_name="schedule")
    recorded_at = models.DateTimeField(_("published at"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    date_precision = models.CharField(_("date is exact to"), max_length=6, choices=DatePrecision.choices)
    status = models.CharField(_("status"), max_length=11, choices=EventStatus.choices)
    venue = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    place = models.CharField(_("place"), max_length=160, blank=True)
    online_url = models.URLField(_("online at"), blank=True)

    class Meta:
        verbose_name = _("published schedule")
        verbose_name_plural = _("published schedules")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.event} {self.starts_at:%Y-%m-%d} {self.status}"


class EventOrganization(OrganizationRole):
    """An organisation behind one event."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="organizations")


class EventCoHost(Orderable):
    """A team that holds an event together with the bureau (R28)."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="co_hosts")
    team = models.ForeignKey(
        TeamPage, verbose_name=_("team"), on_delete=models.CASCADE, related_name="co_hosted_events"
    )

    panels: ClassVar[list[Any]] = [PageChooserPanel("team")]

    class Meta(Orderable.Meta):
        verbose_name = _("team it is held with")
        verbose_name_plural = _("teams it is held with")

    def __str__(self) -> str:
        return str(self.team)


class EventCost(Orderable):
    """What the bureau spends on an event (R30): internal, read by no serializer and no template."""

    page = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="costs")
    category = models.CharField(_("category"), max_length=20, choices=CostCategory.choices)
    amount = models.PositiveIntegerField(_("amount in NT$"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("cost")
        verbose_name_plural = _("costs")

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.amount or ''}".rstrip()
