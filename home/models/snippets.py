"""Facts used on many pages, kept once: whom to ask, and who stands behind the programme."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import DraftStateMixin, Orderable, RevisionMixin, TranslatableMixin
from wagtail.search import index

from home.fields import ChoicesField
from home.languages import lang_of
from home.panels import EditorPanels
from home.visibility import Channel, Reason, hidden_because, unexpired


class VisibleQuerySet(models.QuerySet[Any]):
    """Querysets of publishable snippets that can ask the rule."""

    def visible(self, channel: Channel, now: datetime) -> Self:
        """Only what may be shown on the channel at that instant."""
        del channel  # the bureau's own facts stand on every channel
        return self.filter(unexpired(now))


class PublishableSnippet(index.Indexed, DraftStateMixin, RevisionMixin, TranslatableMixin, models.Model):
    """A snippet with a Publish button, in two languages, under the same rule as pages."""

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="%(class)s")

    objects: ClassVar[Any] = VisibleQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta):
        abstract = True

    @property
    def revisions(self) -> Any:
        """Wagtail's name for the revisions of this snippet."""
        return self._revisions

    @property
    def lang(self) -> str:
        """The language as the API writes it."""
        return lang_of(self.locale_id)

    @property
    def valid_until(self) -> datetime | None:
        """The first instant at which time alone takes the snippet down; None while nothing does."""
        expire_at: datetime | None = self.expire_at
        return expire_at

    def hidden_because(self, channel: Channel, now: datetime) -> Reason | None:
        """Why the snippet may not be shown on the channel at that instant, or None."""
        del channel
        return hidden_because(self, now)


class Service(models.TextChoices):
    """What people ask about."""

    EVENTS = "events", _("Events")
    VENUES = "venues", _("Venues")
    CLINICS = "clinics", _("Online clinics")
    RESOURCES = "resources", _("Resources")


class Contact(PublishableSnippet):
    """Whom to ask about which service (R66). A person's name is shown only where the bureau says so (R67)."""

    unit = models.CharField(_("unit"), max_length=80)
    services = ChoicesField(_("answers questions about"), vocabulary=Service.choices, blank=False)
    phone = models.CharField(_("telephone"), max_length=20, help_text=_("As in 03-4225205."))
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    hours = models.CharField(_("hours"), max_length=80, blank=True)
    person = models.CharField(_("person"), max_length=40, blank=True)
    person_public = models.BooleanField(_("show the person's name on the site"), default=False)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    panels: ClassVar[list[Any]] = [
        EditorPanels(),
        FieldPanel("unit"),
        FieldPanel("services"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("extension")]),
        FieldPanel("hours"),
        FieldRowPanel([FieldPanel("person"), FieldPanel("person_public")]),
        FieldPanel("sort_order"),
    ]
    search_fields: ClassVar[list[Any]] = [index.SearchField("unit"), index.AutocompleteField("unit")]

    class Meta(PublishableSnippet.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("sort_order", "pk")

    def __str__(self) -> str:
        return f"{self.unit} #{self.extension}" if self.extension else self.unit

    @property
    def tel(self) -> str:
        """The number as a tel: address (RFC 3966) with Taiwan's country code."""
        digits = "".join(char for char in self.phone if char.isdigit())
        address = f"tel:+886{digits.removeprefix('0')}"
        return f"{address};ext={self.extension}" if self.extension else address


class Organization(PublishableSnippet):
    """An organisation that supervises, organises or co-organises."""

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("website"), blank=True)

    panels: ClassVar[list[Any]] = [EditorPanels(), FieldPanel("name"), FieldPanel("url")]
    search_fields: ClassVar[list[Any]] = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta(PublishableSnippet.Meta):
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What an organisation does for a programme or an event (R7, R8)."""

    SUPERVISOR = "supervisor", _("Supervisor")
    ORGANIZER = "organizer", _("Organizer")
    CO_ORGANIZER = "co_organizer", _("Co-organizer")


class OrganizationRole(Orderable):
    """An organisation in a role, in the order shown; each page type adds its own foreign key."""

    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.CASCADE, related_name="+"
    )

    panels: ClassVar[list[Any]] = [FieldPanel("role"), FieldPanel("organization")]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.organization}"
