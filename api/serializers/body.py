"""Bodies for partners: safe HTML with absolute addresses, and plain text."""

import re
from typing import Any, Final

import nh3
from bs4 import BeautifulSoup
from django.conf import settings
from wagtail.models import Page

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


def linked_pages(body: Any) -> list[Page]:
    """The pages a body's rich text links to."""
    sources = [block.value.source for block in body if block.block_type == "text"]
    found = {int(first or second) for source in sources for first, second in PAGE_LINK.findall(source)}
    return list(Page.objects.filter(pk__in=found).specific())


def body_html(body: Any) -> str:
    """A body as HTML that any page may include: known tags only, no scripts, absolute addresses."""
    clean = nh3.clean(
        str(body.render_as_block()), tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"}
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
    """HTML as text, one line a block."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(list(BLOCKS)):
        tag.append("\n")
    for cell in soup.find_all(["td", "th"]):
        cell.append(" ")
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in soup.get_text().splitlines())
    return "\n".join(line for line in lines if line)
