"""Where teams appeared in public: television, radio, charity events (R53)."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel

from home.models import BasePage, IndexPage
from programs.models import TeamPage


class AppearanceKind(models.TextChoices):
    """On what."""

    TV = "tv", _("Television")
    RADIO = "radio", _("Radio")
    CHARITY = "charity", _("Charity event")


class AppearanceIndexPage(IndexPage):
    """All appearances, newest first."""

    subpage_types: ClassVar[list[str]] = ["showcase.AppearancePage"]

    class Meta:
        verbose_name = _("appearance list")
        verbose_name_plural = _("appearance lists")


class AppearancePage(BasePage):
    """One appearance of a team."""

    item_type = "appearance"

    kind = models.CharField(_("kind"), max_length=7, choices=AppearanceKind.choices)
    outlet = models.CharField(_("outlet"), max_length=120, help_text=_("Station and programme, or who held the event."))
    on = models.DateField(_("date"))
    team = models.ForeignKey(
        TeamPage, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="appearances"
    )
    link = models.URLField(_("recording or report"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["showcase.AppearanceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("on")]),
        FieldPanel("outlet"),
        PageChooserPanel("team"),
        FieldPanel("link"),
        *BasePage.body_panels,
    ]

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")

    @property
    def slug_stem(self) -> str:
        """As in tv-2."""
        return self.kind
