"""Every public template, with the demo's content, at both widths and in both schemes: what a reader meets there.

The pages are asked for through the test client first and handed to the browser as they are, headers and all, so
that the browser sees what a reader would get at the demo's own time and the database stays in one transaction.
"""

import os
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from django.test import Client
from playwright.sync_api import sync_playwright

from home.models import Image, StandardPage
from tests import factories
from tests.conftest import NOW
from tests.demo import played

CHROMIUM = Path("/usr/bin/chromium")
ORIGIN = "http://localhost"
FEW = 2
LONG_WORD = "Rindfleischetikettierungsüberwachungsg"
LONG = "/events/long-word/"
OURS = {"", "hub.example.org"}
NOTICES = ("/announcements/notice-111/", "/en/announcements/notice-111/")
EXTRA = (
    "/events/?when=past",
    "/events/?county=TW-LIE&kind=showcase&month=2001-01",
    "/events/?county=nowhere",
    "/api/v1/docs?lang=en",
    "/api/v1/licenses/tw-ogdl-1.0?lang=en",
    LONG,
    *NOTICES,
    "/nothing/",
    "/en/nothing/",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"needs Chromium at {CHROMIUM}"
    ),
]


def links(answer, path):
    """The pages of the site an answer links to."""
    found = (urljoin(path, link["href"]) for link in BeautifulSoup(answer.content, "html.parser").select("a[href]"))
    paths = (urlsplit(address) for address in found)
    return [
        one.path for one in paths if one.netloc in OURS and one.scheme in {"", "https"} and one.path.startswith("/")
    ]


def walk(client):
    """A few pages of every public template in each language, found as a reader finds them, and how each answered."""
    queue, seen, chosen = ["/"], {"/"}, {}
    while queue:
        path = queue.pop(0)
        answer = client.get(path)
        if not answer.templates or answer.status_code != 200:
            continue
        chosen.setdefault((answer.templates[0].name, path.startswith("/en/")), {})[path] = answer
        fresh = [link for link in dict.fromkeys(links(answer, path)) if link not in seen]
        seen |= set(fresh)
        queue += fresh
    few = {path: answer for pages in chosen.values() for path, answer in list(pages.items())[:FEW]}
    return few | {path: client.get(path) for path in EXTRA}, {name for name, _english in chosen}


def body(answer):
    """The bytes of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def files(client, pages):
    """The sheets and pictures the pages need, in every size offered."""
    needed = set()
    for answer in pages.values():
        for tag in BeautifulSoup(answer.content, "html.parser").select("link[rel=stylesheet], link[rel=icon], img"):
            sizes = [size.split()[0] for size in tag.get("srcset", "").split(",") if size.strip()]
            needed |= {tag.get("href") or tag.get("src"), *sizes}
    return {path: client.get(path) for path in needed}


def every_block():
    """A plain page in the menu with every block a body may have."""
    blocks = [
        {"type": "heading", "value": "為什麼"},
        {
            "type": "text",
            "value": "<h3>因為</h3><p>看<a href='https://example.org/'>這裡</a>。</p><ul><li>一</li></ul>",
        },
        {"type": "figure", "value": {"image": Image.objects.first().pk, "caption": "山線的清晨"}},
        {"type": "table", "value": {"caption": "期程", "header": ["項目", "月份"], "rows": [{"cells": ["月推", "3"]}]}},
        {"type": "quote", "value": "一群人走得遠。"},
    ]
    page = StandardPage(title="關於我們", slug="about-us", show_in_menus=True, body=blocks, live=False)
    factories.home().add_child(instance=page)
    page.save_revision().publish()


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """What the demo's public pages answer: path → (status, headers, body), and the templates among them."""
    with played(NOW, tmp_path_factory.mktemp("demo"), django_db_blocker):
        every_block()
        factories.announcement(title=LONG_WORD, summary=LONG_WORD * 2)
        factories.event(title=LONG_WORD, slug="long-word", place=LONG_WORD, starts_at=NOW + timedelta(hours=1))
        client = Client(SERVER_NAME="localhost", headers={"accept": "text/html"})
        pages, templates = walk(client)
        answers = pages | files(client, pages)
        told = {path: (answer.status_code, dict(answer.headers), body(answer)) for path, answer in answers.items()}
    return list(pages), told, templates


@pytest.fixture
def _django_db_helper(site):
    """Stands in for pytest-django's: the tests hold plain answers, and a browser's loop and a database do not mix."""


@pytest.fixture(scope="module")
def browser(site):
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield running
        running.close()


def test_the_walk_meets_every_public_template(site):
    _pages, _told, templates = site
    assert templates == {
        "api/docs.html",
        "api/license.html",
        *(
            f"home/{name}.html"
            for name in ("home_page", "standard_page", "announcement_index_page", "announcement_page")
        ),
        *(f"programs/{name}_page.html" for name in ("event", "event_index", "venue", "venue_index")),
        *(f"programs/{name}_page.html" for name in ("resource", "resource_index", "program", "program_index")),
        *(f"programs/{name}_page.html" for name in ("team", "team_index")),
        *(f"showcase/{name}_page.html" for name in ("story", "story_index", "appearance", "appearance_index")),
    }


@contextmanager
def reading(site, browser, width, scheme="light"):
    """A browser's page before which the answers lie."""
    told = site[1]

    def answer(route):
        address = urlsplit(route.request.url)
        path = f"{address.path}?{address.query}" if address.query else address.path
        status, headers, content = told[path]
        route.fulfill(status=status, headers=headers, body=content)

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_no_public_page_bars_a_reader(site, browser, width, scheme):
    found = []
    with reading(site, browser, width, scheme) as page:
        page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)
        for path in site[0]:
            page.goto(ORIGIN + path)
            violations = Axe().run(page).response["violations"]
            found += [(path, one["id"], one["nodes"][0]["html"]) for one in violations]

    assert found == []


OUT_OF_PLACE = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push("wider than the screen");
  for (const one of document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd, pre, table, summary, figcaption)")) {
    const { left, right, width } = one.getBoundingClientRect();
    const seen = width > 0 && one.checkVisibility() && !one.closest(".unseen, .table, pre *");
    if (seen && (left < 10 || right > wide - 10)) found.push(one.outerHTML.slice(0, 80));
  }
  return found;
}"""


@pytest.mark.parametrize("width", [375, 1280])
def test_every_text_stands_inside_the_pages_margins(site, browser, width):
    found = []
    with reading(site, browser, width) as page:
        for path in site[0]:
            page.goto(ORIGIN + path)
            found += [(path, one) for one in page.evaluate(OUT_OF_PLACE)]

    assert found == []


@pytest.mark.parametrize("path", ["/api/v1/docs", "/api/v1/docs?lang=en"])
def test_the_documentation_is_short_enough_for_a_phone(site, browser, path):
    with reading(site, browser, 375) as page:
        page.goto(ORIGIN + path)

        assert page.evaluate("document.documentElement.scrollHeight") < 9500
        assert page.locator("a[hreflang]:visible").count() == 1


def test_the_first_event_stands_on_a_phones_first_screen(site, browser):
    with reading(site, browser, 375) as page:
        page.goto(f"{ORIGIN}/events/")

        assert page.locator(".event-row").first.bounding_box()["y"] < 700
        assert not page.locator(".year").is_visible()
        page.locator(".choose > summary").click()
        assert page.locator(".year").is_visible()


def test_where_there_is_room_the_year_and_the_map_lie_open(site, browser):
    with reading(site, browser, 1280) as page:
        page.goto(f"{ORIGIN}/events/")

        assert page.locator(".year").is_visible()
        assert not page.locator(".choose > summary").is_visible()


@pytest.mark.parametrize("path", ["/", "/events/", "/announcements/", LONG])
def test_a_long_word_breaks_before_the_page_does(site, browser, path):
    with reading(site, browser, 375) as page:
        page.goto(ORIGIN + path)

        assert page.get_by_text(LONG_WORD).count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("path", NOTICES)
def test_the_notices_tables_need_no_scrolling_on_a_phone(site, browser, path):
    with reading(site, browser, 375) as page:
        page.goto(ORIGIN + path)
        tables = page.locator(".table").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")

        assert tables
        assert set(tables) == {0}
