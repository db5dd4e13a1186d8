"""Bodies for partners: safe HTML with absolute addresses, and plain text."""

import re
from typing import Any, Final

import nh3
from bs4 import BeautifulSoup
from django.conf import settings
from django.utils import translation

from home.languages import LANGUAGE_CODES
from home.models import BasePage
from home.rich_text import linked

TAGS: Final = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "b", "em", "i", "a", "br", "blockquote"),
    *("figure", "figcaption", "img", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "th": {"scope"},
}
PAGE_LINK: Final = re.compile(r'linktype="page"[^>]*?id="(\d+)"|id="(\d+)"[^>]*?linktype="page"')
BLOCKS: Final = {"p", "h2", "h3", "h4", "li", "blockquote", "figcaption", "caption", "tr"}


def linked_pages(body: Any) -> list[BasePage]:
    """The pages a body's rich text links to."""
    sources = [block.value.source for block in body if block.block_type == "text"]
    found = {int(first or second) for source in sources for first, second in PAGE_LINK.findall(source)}
    return list(linked(sorted(found)).values())


def body_html(body: Any, lang: str) -> str:
    """A body as HTML that any page may include: known tags only, no scripts, absolute addresses.

    Rendered in the document's language, whatever language the editor's act was made in.
    """
    with translation.override(LANGUAGE_CODES[lang]):
        rendered = str(body.render_as_block())
    clean = nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener",
    )
    soup = BeautifulSoup(clean, "html.parser")
    for tag in soup.find_all(["a", "img"]):
        for name in ("href", "src"):
            if str(tag.get(name, "")).startswith("/"):
                tag[name] = f"{settings.PUBLIC_URL}{tag[name]}"
        if tag.get("srcset"):
            tag["srcset"] = re.sub(r"(^|, )/", rf"\1{settings.PUBLIC_URL}/", str(tag["srcset"]))
    return str(soup).strip()


def plain_text(html: str) -> str:
    """HTML as text, one line a block and one line a row of a table; a table needs no caption that its heading says."""
    soup = BeautifulSoup(html, "html.parser")
    for words in soup.find_all(string=True):
        # As in HTML, a line of the source is no line of the text.
        words.replace_with(re.sub(r"\s+", " ", words))
    _drop_repeated_captions(soup)
    _end_lines(soup)
    lines = (re.sub(r" +", " ", line).strip() for line in soup.get_text().splitlines())
    return "\n".join(line for line in lines if line)


def _drop_repeated_captions(soup: BeautifulSoup) -> None:
    for caption in soup.find_all("caption"):
        heading = caption.find_previous(["h2", "h3", "h4"])
        if heading and heading.get_text().strip() == caption.get_text().strip():
            caption.decompose()


def _end_lines(soup: BeautifulSoup) -> None:
    """Write line ends where a block or a ``br`` makes them; a cell of a table ends with a blank."""
    for end in soup.find_all("br"):
        end.replace_with(" " if end.find_parent(["td", "th"]) else "\n")
    for tag in soup.find_all(list(BLOCKS)):
        tag.append("\n")
    for cell in soup.find_all(["td", "th"]):
        cell.append(" ")
