"""What every page shares, and the plain pages."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from home.blocks import BodyBlock
from home.counties import COUNTIES
from home.fields import ChoicesField
from home.languages import lang_of
from home.visibility import Channel, Reason, hidden_because, page_hidden_because, public_pages

from .clock import Clock
from .files import Image


class VisiblePageQuerySet(PageQuerySet):
    """Page querysets that can ask the rule."""

    def visible(self, channel: Channel, now: datetime) -> Self:
        """Only what may be shown on the channel at that instant."""
        del channel  # the bureau's own pages stand on every channel
        return self.filter(public_pages(now))


VisiblePageManager = PageManager.from_queryset(VisiblePageQuerySet)


class PageTag(TaggedItemBase):
    """A free tag on any page."""

    content_object = ParentalKey(Page, on_delete=models.CASCADE, related_name="tagged_items")


class BasePage(Page):
    """Every page: a summary, a picture, a body, tags and counties, and one answer to "may this be shown?"."""

    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences for lists, search results and share cards."),
    )
    image = models.ForeignKey(
        Image, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True, collapsed=False)
    counties = ChoicesField(_("counties"), vocabulary=COUNTIES)
    tags = ClusterTaggableManager(through=PageTag, blank=True, verbose_name=_("tags"))

    objects: ClassVar[Any] = VisiblePageManager()

    # The API's singular type name; None for pages that are on the site only.
    item_type: ClassVar[str | None] = None

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("image"),
    ]
    body_panels: ClassVar[list[Any]] = [
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("counties"), FieldPanel("tags")], heading=_("Filed under")),
    ]
    show_in_menus_default = False

    class Meta:
        abstract = True

    @property
    def lang(self) -> str:
        """The language as the API writes it: zh-Hant or en."""
        return lang_of(self.locale_id)

    @property
    def web_path(self) -> str | None:
        """Path of the page on our site, with the language's prefix; None where no site reaches it."""
        parts = self.get_url_parts()
        return parts[2] if parts else None

    @property
    def web_url(self) -> str | None:
        """Public address of the page."""
        return f"{settings.PUBLIC_URL}{self.web_path}" if self.web_path else None

    def hidden_because(self, channel: Channel, now: datetime) -> Reason | None:
        """Why the page may not be shown on the channel at that instant, or None."""
        del channel
        return page_hidden_because(self, now)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page if the rule allows. Wagtail's own hook has settled privacy with this reader already."""
        now = Clock.now()
        if hidden_because(self, now):
            raise Http404
        request.now = now  # type: ignore[attr-defined]  # one instant for everything on the page
        response = super().serve(request, *args, **kwargs)
        private = page_hidden_because(self, now) is not None
        response["Cache-Control"] = "private, no-store" if private else "no-cache"
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the instant the page is shown at, for previews too."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["now"] = getattr(request, "now", None) or Clock.now()
        return context


class IndexPage(BasePage):
    """A page that lists its visible children; each content type has its own."""

    max_count_per_parent = 1
    parent_page_types: ClassVar[list[str]] = ["home.HomePage"]
    show_in_menus_default = True

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("body")]

    class Meta:
        abstract = True


class HomePage(BasePage):
    """The front page of one language."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "home.StandardPage",
        "home.AnnouncementIndexPage",
        "programs.ProgramIndexPage",
        "programs.EventIndexPage",
        "programs.VenueIndexPage",
        "programs.ResourceIndexPage",
    ]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, *BasePage.body_panels]

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")


class StandardPage(BasePage):
    """A plain page: about us, privacy, accessibility."""

    parent_page_types: ClassVar[list[str]] = ["home.HomePage", "home.StandardPage"]
    subpage_types: ClassVar[list[str]] = ["home.StandardPage"]
    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, *BasePage.body_panels]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")
