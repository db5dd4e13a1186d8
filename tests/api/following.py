"""A partner's program from the docs, run after each act against a hub in processes of its own.

Run by tests.api.programs at the PORT and PUBLIC_URL of the environment; the command line is how the program is started.
Prints one line of JSON for the test to judge: after each act whether the copy was behind before, and is right now.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from django.db import connections

from api.models import Change
from home.models import AnnouncementIndexPage, AnnouncementPage
from tests import factories
from tests.api.mirrors import PATIENCE, bearer, public, standing
from tests.api.partners import key_of, partner
from tests.processes import running
from tests.showcase import stories


class World:
    """A venue that an event shows, two announcements, one of them in English, and a story."""

    def publish(self) -> None:
        venue = factories.venue(title="空間")
        factories.event(title="活動", venue=venue)
        factories.announcement(title="Notice", parent=factories.index(AnnouncementIndexPage, "en"))
        self.page = factories.announcement(title="公告")
        self.story = stories.published(title="河邊的一天")

    def edit(self) -> None:
        self.page.title = "改過的公告"
        self.page.save_revision().publish()

    def withdraw(self) -> None:
        stories.withdraw(self.story.author)

    def unpublish(self) -> None:
        self.page.unpublish()

    def forget(self) -> None:
        """More happens, and the hub forgets how it came about."""
        AnnouncementPage.objects.get(title="Notice").delete()
        self.page.save_revision().publish()
        Change.objects.all().delete()


def follow(act: Callable[[], None], command: list[str], file: Path, key: str) -> dict[str, Any]:
    """Act, let the program follow, and compare."""
    api = f"{os.environ['PUBLIC_URL']}/api/v1"
    act()
    shown = public(api, key)
    before = json.loads(file.read_text("utf-8")) if file.exists() else {}
    address = before.get("next", f"{api}/changes")
    status = requests.get(address, headers=bearer(key), timeout=PATIENCE).status_code
    subprocess.run([*command, api, str(file), key], check=True)
    after = json.loads(file.read_text("utf-8"))
    return {
        "status": status,
        "behind": standing(before) != shown,
        "equal": standing(after) == shown,
        "shown": sorted(name.split("/")[0] for name in shown),
        "gone": len(after["items"]) - len(shown),
    }


def main() -> None:
    """Serve, act, follow, report."""
    key = key_of(partner())["Authorization"].split()[1]
    world, port = World(), int(os.environ["PORT"])
    connections.close_all()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(os.environ["DATABASE_URL"], Path(folder), port, settings="tests.served"),
    ):
        file = Path(folder) / "copy.json"
        acts = (world.publish, world.edit, world.withdraw, world.unpublish, world.forget)
        report = {act.__name__: follow(act, sys.argv[1:], file, key) for act in acts}
    json.dump(report, sys.stdout)
