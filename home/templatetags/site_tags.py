"""What stands around every page, and what any page may show."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.template import Context
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from wagtail.images.shortcuts import get_renditions_or_not_found

from home import reading
from home.languages import DEFAULT_LANG, LANGS
from home.models import (
    AnnouncementAttachment,
    AnnouncementPage,
    BasePage,
    Clock,
    Contact,
    HomePage,
    Image,
    StandardPage,
)
from home.models.files import SOURCE_SPECS
from home.taiwan import english_date, local, roc_date

register = template.Library()


@dataclass(frozen=True)
class Frame:
    """What stands around a page; each part is read when a template first asks for it."""

    page: BasePage | None
    lang: str
    now: datetime
    # The way to the other language, from a view that shows no page of the tree.
    given: tuple[reading.LanguageLink, ...] = ()

    @property
    def base(self) -> str:
        """What addresses begin with wherever they are read elsewhere."""
        return settings.PUBLIC_URL

    @cached_property
    def front(self) -> HomePage | None:
        """The front page of the reader's language."""
        return reading.front_page(self.lang, self.now)

    @cached_property
    def chosen(self) -> list[BasePage]:
        """The pages an editor put into the menu."""
        return reading.menu(self.front, self.now) if self.front else []

    @property
    def menu(self) -> list[BasePage]:
        """The sections, for the header."""
        return [page for page in self.chosen if not isinstance(page, StandardPage)]

    @property
    def plain_pages(self) -> list[BasePage]:
        """The plain pages, for the footer."""
        return [page for page in self.chosen if isinstance(page, StandardPage)]

    @cached_property
    def section(self) -> str:
        """Tree path of the section the page lies in; empty on the front page and off the tree."""
        return str(self.page.path[: 3 * BasePage.steplen]) if self.page and self.page.depth > 2 else ""  # noqa: PLR2004

    @cached_property
    def original(self) -> BasePage | None:
        """The page, or what it is an alias of."""
        return reading.original(self.page, self.now) if self.page else None

    @cached_property
    def versions(self) -> dict[str, BasePage]:
        """The page in each language it can be read in."""
        return reading.translations(self.original, self.now) if self.original else {}

    @property
    def canonical(self) -> str | None:
        """The address search engines should keep: an alias names its original."""
        return self.original.web_url if self.original else None

    @property
    def alternates(self) -> dict[str, BasePage]:
        """The versions where there are several."""
        return self.versions if len(self.versions) > 1 else {}

    @cached_property
    def languages(self) -> list[reading.LanguageLink]:
        """The way to the other language."""
        return [*self.given] or reading.language_links(self.versions, self.lang, self.now)

    @cached_property
    def contacts(self) -> list[Contact]:
        """Whom to ask."""
        return reading.contacts(self.lang, self.now)

    @cached_property
    def amendments(self) -> list[Any]:
        """What has changed the page since."""
        return reading.amendments(self.page, self.now) if self.page else []


def lang_in(context: Context) -> str:
    """The language a page is shown in: its own, else the request's."""
    page = context.get("page")
    if isinstance(page, BasePage):
        return page.lang
    return LANGS.get(get_language() or "", DEFAULT_LANG)


def now_in(context: Context) -> datetime:
    """The one instant everything on a page is shown at."""
    now: datetime | None = context.get("now")
    return now or Clock.now()


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame:
    """What stands around the page being shown."""
    page = context.get("page")
    given: tuple[reading.LanguageLink, ...] = tuple(context.get("languages") or ())
    return Frame(page if isinstance(page, BasePage) else None, lang_in(context), now_in(context), given)


@register.simple_tag(takes_context=True)
def foreign(context: Context, item: Any) -> SafeString:
    """The lang attribute of an item told in another language than the page; empty for one in the same."""
    lang = item if isinstance(item, str) else item.lang
    return SafeString() if lang == lang_in(context) else format_html(' lang="{}"', lang)


@register.simple_tag(takes_context=True)
def announcements(context: Context, parent: BasePage) -> Any:
    """The visible announcements below a page, newest first."""
    return reading.announcements(parent, now_in(context))


@register.simple_tag
def attachments_of(page: AnnouncementPage) -> list[AnnouncementAttachment]:
    """The files of an announcement, in the editor's order."""
    return list(page.attachments.select_related("document"))


@register.simple_tag(takes_context=True)
def shown(context: Context, item: Any) -> Any:
    """A related item as this reader may see it, or None."""
    return reading.version(item, lang_in(context), now_in(context))


@register.simple_tag(takes_context=True)
def paged(context: Context, items: Any, per_page: int = 20) -> Page[Any]:
    """The part of a list that ``?page=`` asks for; what is no page number shows the first or the last."""
    return Paginator(items, per_page).get_page(context["request"].GET.get("page"))


@register.inclusion_tag("home/parts/picture.html", takes_context=True)
def picture(context: Context, image: Image, sizes: str = "100vw") -> dict[str, Any]:
    """A picture in the sizes made when it was uploaded; the browser takes what fits."""
    renditions = get_renditions_or_not_found(image, SOURCE_SPECS)
    ordered = sorted({one.width: one for one in renditions.values()}.values(), key=lambda one: one.width)
    lang = lang_in(context)
    return {"image": image, "alt": image.alt(lang), "renditions": ordered, "largest": ordered[-1], "sizes": sizes}


@register.simple_tag(takes_context=True)
def credit(context: Context, image: Image) -> str:
    """Whom to thank for a picture, in the page's language; empty when nobody is named."""
    return image.credit_in(lang_in(context))


@register.simple_tag
def labels(item: Any, field: str) -> list[str]:
    """The words for a list of codes kept in a field."""
    vocabulary = dict(item._meta.get_field(field).vocabulary)
    return [str(vocabulary[code]) for code in getattr(item, field) if code in vocabulary]


@register.simple_tag(takes_context=True)
def full_date(context: Context, instant: date | datetime) -> SafeString:
    """A day as official writing has it: 民國 111年1月26日 in Chinese, 26 January 2022 in English."""
    day = local(instant).date() if isinstance(instant, datetime) else instant
    text = english_date(day) if lang_in(context) == "en" else roc_date(day)
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), text)


@register.filter
def in_words(items: list[str]) -> str:
    """Short texts in one line."""
    return pgettext("between words", ", ").join(items)


@register.filter
def safe_link(address: str) -> str:
    """An address a person typed, if a link may lead there; empty for any other scheme."""
    return address if address.startswith(("https://", "http://")) or _is_path(address) else ""


def _is_path(address: str) -> bool:
    return address.startswith("/") and not address.startswith(("//", "/\\"))
