"""Public pages as a reader gets them."""

from bs4 import BeautifulSoup
from wagtail.models import Locale


def read(client, path, status=200):
    """The page at a path, parsed."""
    answer = client.get(path)
    assert answer.status_code == status, path
    return BeautifulSoup(answer.content, "html.parser")


def text(node):
    """What a node says, blanks squeezed; empty when there is no node."""
    return " ".join(node.get_text(" ").split()) if node else ""


def main(soup):
    """What the page itself says, without header and footer."""
    return text(soup.find("main"))


def titles(soup):
    """The titles of the rows of a list, in order."""
    return [text(heading) for heading in soup.select("main .rows h3")]


def facts(soup):
    """A page's facts by name."""
    return {
        text(row.find("dt")): [text(value) for value in row.find_all("dd")] for row in soup.select("main .facts > div")
    }


def publish(page):
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def zh():
    return Locale.objects.get(language_code="zh-hant")
