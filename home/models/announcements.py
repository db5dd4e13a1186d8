"""Announcements: what the bureau makes known, and what it later amends."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable, Page

from .files import Document
from .pages import BasePage, IndexPage


class AnnouncementCategory(models.TextChoices):
    """What an announcement is."""

    NOTICE = "notice", _("Notice")
    AMENDMENT = "amendment", _("Amendment")
    NEWS = "news", _("News")


class AnnouncementIndexPage(IndexPage):
    """All announcements, newest first."""

    subpage_types: ClassVar[list[str]] = ["home.AnnouncementPage"]

    class Meta:
        verbose_name = _("announcement list")
        verbose_name_plural = _("announcement lists")


class AnnouncementPage(BasePage):
    """One announcement; it may amend another page, which then says so."""

    item_type = "announcement"

    category = models.CharField(
        _("category"), max_length=10, choices=AnnouncementCategory.choices, default=AnnouncementCategory.NEWS
    )
    effective_on = models.DateField(_("effective on"), null=True, blank=True)
    amends = models.ForeignKey(
        Page,
        verbose_name=_("amends"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="amended_by",
        help_text=_("The page this announcement changes."),
    )

    parent_page_types: ClassVar[list[str]] = ["home.AnnouncementIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("category"), FieldPanel("effective_on")]),
        PageChooserPanel("amends"),
        *BasePage.body_panels,
        InlinePanel("attachments", label=_("Attachment")),
    ]

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    @property
    def amendments(self) -> list["AnnouncementPage"]:
        """What amends this announcement in any language, oldest first; asking the rule is the reader's part."""
        amending = AnnouncementPage.objects.filter(amends__translation_key=self.translation_key)
        return list(amending.filter(alias_of__isnull=True).order_by("pk"))


class AnnouncementAttachment(Orderable):
    """A file to download with an announcement."""

    page = ParentalKey(AnnouncementPage, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.CASCADE, related_name="attached_to"
    )
    title = models.CharField(_("title"), max_length=120, blank=True, help_text=_("Empty: the document's own title."))

    class Meta(Orderable.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title or str(self.document)
