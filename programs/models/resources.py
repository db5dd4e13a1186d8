"""Resources teams can apply for."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from home.fields import ChoicesField
from home.models import BasePage, IndexPage
from programs.vocabularies import Audience, Mechanism, ResourceKind


class ResourceIndexPage(IndexPage):
    """All resources, those still open first."""

    subpage_types: ClassVar[list[str]] = ["programs.ResourcePage"]

    class Meta:
        verbose_name = _("resource list")
        verbose_name_plural = _("resource lists")


class ResourcePage(BasePage):
    """A subsidy, loan, campaign, shop or partnership, with its window for applications (R46–R50)."""

    item_type = "resource"

    kind = models.CharField(_("kind"), max_length=12, choices=ResourceKind.choices)
    provider = models.CharField(_("provider"), max_length=80, blank=True)
    amount = models.CharField(
        _("amount"), max_length=80, blank=True, help_text=_("In words, as in: 最高新臺幣 50 萬元")
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    audiences = ChoicesField(_("for"), vocabulary=Audience.choices)
    mechanisms = ChoicesField(_("mechanisms"), vocabulary=Mechanism.choices, blank=False)
    apply_url = models.URLField(_("where to apply"), blank=True)

    parent_page_types: ClassVar[list[str]] = ["programs.ResourceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("provider")]),
        FieldPanel("amount"),
        FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_at")]),
        FieldPanel("apply_url"),
        MultiFieldPanel([FieldPanel("audiences"), FieldPanel("mechanisms")], heading=_("Who and how")),
        *BasePage.body_panels,
    ]

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    @property
    def slug_stem(self) -> str:
        """As in loan-2."""
        return self.kind
