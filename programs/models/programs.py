"""The programme, one edition a year."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from home.models import BasePage, Contact, IndexPage, OrganizationRole
from home.taiwan import western_year
from programs.vocabularies import EventKind


class ProgramIndexPage(IndexPage):
    """All editions, newest first."""

    subpage_types: ClassVar[list[str]] = ["programs.ProgramPage"]

    class Meta:
        verbose_name = _("programme list")
        verbose_name_plural = _("programme lists")


class ProgramPage(BasePage):
    """One year of the programme: its plan, its rules and whom to ask."""

    item_type = "program"

    edition_roc = models.PositiveSmallIntegerField(
        _("edition (ROC year)"), validators=[MinValueValidator(100), MaxValueValidator(200)]
    )
    eligibility = models.TextField(_("who can take part"), blank=True)
    rewards_note = models.TextField(_("rewards"), blank=True)
    ages_kept_until = models.DateField(
        _("ages kept until"),
        null=True,
        blank=True,
        help_text=_("Until when the results of age checks are kept. Empty: until the year of the edition ends."),
    )

    parent_page_types: ClassVar[list[str]] = ["programs.ProgramIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        FieldPanel("edition_roc"),
        *BasePage.content_panels,
        FieldPanel("eligibility"),
        InlinePanel("plan", label=_("Planned events of a month")),
        InlinePanel("services", label=_("Service")),
        FieldPanel("rewards_note"),
        FieldPanel("ages_kept_until"),
        InlinePanel("organizations", label=_("Organization")),
        InlinePanel("contacts", label=_("Contact")),
        *BasePage.body_panels,
    ]

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    @property
    def slug_stem(self) -> str:
        """The ROC year."""
        return str(self.edition_roc)

    @property
    def year(self) -> int:
        """The western year of the edition."""
        return western_year(self.edition_roc)


class ProgramPlan(Orderable):
    """How many events of a kind a month is planned to have (R17–R24)."""

    page = ParentalKey(ProgramPage, on_delete=models.CASCADE, related_name="plan")
    kind = models.CharField(_("kind"), max_length=10, choices=EventKind.choices)
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    count = models.PositiveSmallIntegerField(_("events"), default=1, validators=[MinValueValidator(1)])

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("month"), FieldPanel("count")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("planned month")
        verbose_name_plural = _("plan")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.month}: {self.count}"


class ProgramService(Orderable):
    """What the programme offers, and where to read more."""

    page = ParentalKey(ProgramPage, on_delete=models.CASCADE, related_name="services")
    title = models.CharField(_("title"), max_length=80)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    url = models.CharField(_("link"), max_length=200, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return self.title


class ProgramOrganization(OrganizationRole):
    """An organisation behind the programme."""

    page = ParentalKey(ProgramPage, on_delete=models.CASCADE, related_name="organizations")


class ProgramContact(Orderable):
    """Whom to ask about the programme."""

    page = ParentalKey(ProgramPage, on_delete=models.CASCADE, related_name="contacts")
    contact = models.ForeignKey(Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="+")

    class Meta(Orderable.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return str(self.contact)
