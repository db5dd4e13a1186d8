"""Rich text as readers get it: links to pages through the rule, and no tag or address that could act on its own."""

import re
from collections.abc import Iterable
from typing import Final

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from .languages import DEFAULT_LANG, LANGS
from .models import BasePage, Clock
from .reading import version

_TAGS: Final = {"p", "h2", "h3", "h4", "ul", "ol", "li", "b", "strong", "i", "em", "br", "a"}
_REL: Final = "noopener"
# nh3 writes attributes in one order and never nests links, so a link that lost its address has this form only.
_LINK_TO_NOWHERE: Final = re.compile(f'<a rel="{_REL}">(.*?)</a>', re.DOTALL)


def clean(html: str) -> SafeString:
    """Known tags and addresses only; a link that leads nowhere becomes its text."""
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=_REL,
    )
    return SafeString(_LINK_TO_NOWHERE.sub(r"\1", safe))


def linked(pks: Iterable[int]) -> dict[int, BasePage]:
    """The pages behind some links, by the number in the link; an alias is its original, what is being deleted is gone.

    Not by ``specific()``, which warns of the base row that a page leaves for a moment while it is being deleted.
    """
    found = {}
    for page in Page.objects.filter(pk__in=pks):
        model = page.specific_class
        source = model._default_manager.filter(pk=page.alias_of_id or page.pk).first() if model else None
        if isinstance(source, BasePage):
            found[page.pk] = source
    return found


class VisiblePageLink(PageLinkHandler):
    """A link to a page, in the reader's language where the page has it; without an address while it is not public."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        """The opening tag of each link."""
        lang, now = LANGS.get(get_language() or "", DEFAULT_LANG), Clock.now()
        numbers = [int(attrs["id"]) if attrs.get("id", "").isdecimal() else 0 for attrs in attrs_list]
        pages = linked(numbers)
        return [_opening_tag(version(pages.get(number), lang, now)) for number in numbers]


def _opening_tag(page: BasePage | None) -> str:
    path = page.web_path if page else None
    return f'<a href="{escape(path)}">' if path else "<a>"
