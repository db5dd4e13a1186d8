"""The whole hub killed again and again while editors publish through its admin.

Run by tests.api.programs on a database of its own, at the PORT and PUBLIC_URL of the environment. Prints one line of
JSON for the test to judge.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import requests
from django.db import connections

from api import ledger
from home.models import AnnouncementPage
from tests import factories
from tests.api.editor import Editor
from tests.api.writers import gaps
from tests.processes import running

EDITORS = 2
# Within so many seconds of both editors' first act the hub is killed.
LONGEST = 3.0


class Browser(Editor):
    """An editor who publishes one page over and over, over HTTP, until the hub does not answer any more."""

    def __init__(self, user: Any, page: AnnouncementPage) -> None:
        super().__init__(user)
        session = requests.Session()
        session.cookies.update({name: one.value for name, one in self.client.cookies.items()})
        self.client, self.session, self.page = self, session, page  # type: ignore[assignment]  # Editor asks little of it
        self.doing, self.sent, self.answered = "", page.title, [page.title]

    def get(self, url: str) -> requests.Response:
        """Fetch a page of the admin."""
        self.doing = "fetching the form"
        return self.session.get(f"{os.environ['PUBLIC_URL']}{url}", timeout=30)

    def post(self, url: str, data: dict[str, list[str]]) -> requests.Response:
        """Send a form."""
        self.doing, self.sent = "publishing", data["title"][0]
        token = {"X-CSRFToken": self.session.cookies["csrftoken"]}
        address = f"{os.environ['PUBLIC_URL']}{url}"
        return self.session.post(address, data, headers=token, allow_redirects=False, timeout=30)

    def keep_publishing(self) -> None:
        """Publish under ever new titles."""
        try:
            while True:
                self.edit(self.page, title=f"{self.page.slug} {len(self.answered)} {time.monotonic()}")
                self.answered.append(self.sent)
                self.doing = "between two acts"
        except requests.RequestException:
            return

    @property
    def found(self) -> str:
        """The page's title in the database."""
        return str(AnnouncementPage.objects.values_list("title", flat=True).get(pk=self.page.pk))

    def cut_off(self) -> str:
        """Where the hub's death met the editor."""
        if self.doing != "publishing":
            return self.doing
        return "publishing, after the commit" if self.found == self.sent else "publishing, before the commit"


def outage(browsers: list[Browser], after: float, kill: Callable[[], list[str]]) -> dict[str, Any]:
    """Let the editors publish for a while, kill the hub, and see what it left behind, before anything heals it."""
    before = [len(browser.answered) for browser in browsers]
    threads = [Thread(target=browser.keep_publishing) for browser in browsers]
    for thread in threads:
        thread.start()
    while any(len(browser.answered) == start for browser, start in zip(browsers, before, strict=True)):
        assert all(thread.is_alive() for thread in threads), "an editor was refused"
        time.sleep(0.05)
    time.sleep(after)
    died = kill()
    for thread in threads:
        thread.join()
    return {
        "died": sorted(died),
        "where": [browser.cut_off() for browser in browsers],
        "answered": sum(len(browser.answered) for browser in browsers) - sum(before),
        # What was answered is kept, unless the act that was cut off came after it.
        "lost": [browser.found for browser in browsers if browser.found not in {browser.sent, browser.answered[-1]}],
        "drift": ledger.drift(),
        "gaps": gaps(),
    }


def read() -> dict[str, str]:
    """What the hub answers: title by id."""
    answer = requests.get(f"{os.environ['PUBLIC_URL']}/api/v1/announcements?limit=100", timeout=30).json()
    return {one["id"]: one["title"] for one in answer["data"]}


def main() -> None:
    """Serve and kill so many times, then serve once more and read."""
    times, seed = (int(argument) for argument in sys.argv[1:])
    draw = random.Random(seed)
    pages = [factories.announcement(title=f"公告{number}", slug=f"notice-{number}") for number in range(EDITORS)]
    browsers = [Browser(factories.person("審核"), page) for page in pages]
    connections.close_all()
    outages = []
    with tempfile.TemporaryDirectory() as name:
        where = os.environ["DATABASE_URL"], Path(name), int(os.environ["PORT"])
        for _ in range(times):
            with running(*where) as hub:
                outages.append(outage(browsers, draw.uniform(0, LONGEST), hub.kill))
        with running(*where):
            found = {str(page.translation_key): browser.found for page, browser in zip(pages, browsers, strict=True)}
            afterwards = {"read": read(), "pages": found, "drift": ledger.drift(), "gaps": gaps()}
    json.dump({"outages": outages, "afterwards": afterwards}, sys.stdout)
