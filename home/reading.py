"""What readers are shown: pages and facts through the rule, each in the reader's language where there is one.

Lists hold only pages of the reader's language. Facts that help in any language (whom to ask, where, who stands
behind it) fall back to the Chinese one, and the templates mark it so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from wagtail.models import Page

from home.languages import DEFAULT_LANG, LANGS, LANGUAGE_CODES
from home.models import AnnouncementPage, BasePage, Contact, HomePage
from home.visibility import Channel, public_pages

T = TypeVar("T")


def preferring(items: Iterable[T], lang: str) -> list[T]:
    """One version of each item: the language's, else the default language's, else any; in the order given."""
    chosen: dict[UUID, Any] = {}
    for item in items:
        key = item.translation_key  # type: ignore[attr-defined]  # a page or a translatable snippet
        if key not in chosen or _rank(item, lang) < _rank(chosen[key], lang):
            chosen[key] = item
    return list(chosen.values())


def _rank(item: Any, lang: str) -> int:
    return [lang, DEFAULT_LANG, *LANGS.values()].index(item.lang)


def versions(items: Iterable[Any], lang: str, now: datetime) -> dict[UUID, Any]:
    """What may be shown for each of some related items of one model, by translation key; hidden ones are left out.

    One query however many they are.
    """
    items = [item for item in items if item is not None]
    if not items:
        return {}
    model = type(items[0])
    found = model._default_manager.filter(translation_key__in={item.translation_key for item in items})
    if issubclass(model, Page):
        found = found.filter(alias_of__isnull=True)
    shown = preferring(found.visible(Channel.SITE, now), lang)
    return {item.translation_key: item for item in shown}


def version(item: Any, lang: str, now: datetime) -> Any:
    """What may be shown for one related item, or None."""
    if item is None:
        return None
    item = item.specific if isinstance(item, Page) else item
    return versions([item], lang, now).get(item.translation_key)


def front_page(lang: str, now: datetime) -> HomePage | None:
    """The front page of a language."""
    found: HomePage | None = (
        HomePage.objects.visible(Channel.SITE, now).filter(locale__language_code=LANGUAGE_CODES[lang]).first()
    )
    return found


def menu(front: HomePage, now: datetime) -> list[BasePage]:
    """The pages an editor put into the menu, in the tree's order."""
    pages = Page.objects.child_of(front).filter(public_pages(now), show_in_menus=True).order_by("path")
    return list(pages.specific(defer=True))


def original(page: BasePage, now: datetime) -> BasePage | None:
    """The page itself, or what it is an alias of; None when that may not be shown."""
    if page.alias_of_id is None:
        return page
    source: BasePage = page.alias_of.specific
    return source if source.hidden_because(Channel.SITE, now) is None else None


def translations(page: BasePage, now: datetime) -> dict[str, BasePage]:
    """The visible versions of a page by language, its own included."""
    found = type(page).objects.visible(Channel.SITE, now)
    others = found.filter(translation_key=page.translation_key, alias_of__isnull=True)
    return {one.lang: one for one in others} | {page.lang: page}


def contacts(lang: str, now: datetime) -> list[Contact]:
    """Whom to ask, in the editor's order."""
    return preferring(Contact.objects.visible(Channel.SITE, now), lang)


def amendments(page: BasePage, now: datetime) -> list[AnnouncementPage]:
    """The announcements that changed a page, first to last (R63)."""
    found = AnnouncementPage.objects.visible(Channel.SITE, now).filter(
        amends__translation_key=page.translation_key, alias_of__isnull=True
    )
    return preferring(found.order_by(models.F("effective_on").asc(nulls_last=True), "first_published_at"), page.lang)


def announcements(parent: Page, now: datetime) -> models.QuerySet[AnnouncementPage]:
    """The announcements below a page, newest first, ready for a list."""
    found: models.QuerySet[AnnouncementPage] = (
        AnnouncementPage.objects.visible(Channel.SITE, now)
        .descendant_of(parent)
        .filter(alias_of__isnull=True)
        .order_by("-first_published_at", "-pk")
    )
    return found


@dataclass(frozen=True)
class LanguageLink:
    """The way to another language: the same page there, or else that language's front page."""

    lang: str
    url: str
    same_page: bool


def language_links(own: Mapping[str, BasePage], lang: str, now: datetime) -> list[LanguageLink]:
    """One link for each other language: to its version of the page among ``own``, else to its front page."""
    links = []
    for other in LANGS.values():
        target = own.get(other) or front_page(other, now) if other != lang else None
        if target and target.web_path:
            links.append(LanguageLink(other, target.web_path, same_page=other in own))
    return links
