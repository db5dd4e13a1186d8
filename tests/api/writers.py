"""Real processes that publish, run by tests.programs on a database of its own: a test's transaction would hide them.

``race``: writers publish at once while a reader follows. ``crash``: a publisher is killed again and again.
Both print one line of JSON for the test to judge.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from api import ledger
from api.models import Change
from home.flows import publish_due
from home.models import AnnouncementPage, Clock
from programs.models import EventPage
from tests import factories

PAGES = 10


def prepare() -> None:
    """Some public announcements, and a venue that an event shows."""
    for number in range(PAGES):
        factories.announcement(title=f"公告{number}", slug=f"notice-{number}")
    venue = factories.venue(title="空間", slug="room")
    factories.event(title="活動", slug="meeting", venue=venue)


def fork(work: Callable[[], Any]) -> int:
    """Do work in a process with connections of its own; returns its id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        connections.close_all()
        os._exit(status)


def gaps() -> list[int]:
    """The numbers missing from the record of changes: none."""
    return sorted(set(range(1, Clock.objects.get().seq + 1)) - set(Change.objects.values_list("seq", flat=True)))


def publish(number: int, title: str) -> None:
    """Give a page a new title and publish it."""
    page = AnnouncementPage.objects.get(slug=f"notice-{number}")
    page.title = title
    page.save_revision().publish()


def write(writer: int, publishes: int) -> None:
    """Publish so many times, every tenth time two pages in one act, in any order."""
    draw = random.Random(writer)
    done = 0
    while done < publishes:
        pages = draw.sample(range(PAGES), 2 if done % 10 == 0 and done + 2 <= publishes else 1)
        with transaction.atomic():
            Clock.locked()
            for number in pages:
                publish(number, f"{writer}-{done}")
                done += 1


def follow(address: str, stop: int, found: int) -> None:
    """Follow /changes from an address until the stop pipe closes and nothing is left; report the numbers read."""
    seen: list[int] = []
    os.set_blocking(stop, False)
    over = False
    while True:
        answer = Client().get(address).json()
        seen += [row["seq"] for row in answer["data"]]
        address = answer["page"]["next"]
        if answer["page"]["caught_up"]:
            if over:
                break
            over = _closed(stop)
            time.sleep(0.01)
    with os.fdopen(found, "w") as pipe:
        json.dump(seen, pipe)


def _closed(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False


def race(writers: int, publishes: int) -> dict[str, Any]:
    """Let writers publish at once while a reader follows."""
    before = Clock.objects.get().seq
    page = Client().get("/api/v1/changes").json()["page"]
    assert page["caught_up"]
    (stop, stopping), (found, finding) = os.pipe(), os.pipe()
    reader = fork(lambda: (os.close(stopping), follow(page["next"], stop, finding)))
    os.close(finding)
    began = time.monotonic()
    children = [fork(lambda writer=writer: (os.close(stopping), write(writer, publishes))) for writer in range(writers)]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    seconds = time.monotonic() - began
    os.close(stopping)
    with os.fdopen(found) as pipe:
        read = json.load(pipe)
    os.waitpid(reader, 0)
    return {
        "failed": failed,
        "before": before,
        "after": Clock.objects.get().seq,
        "read": read,
        "gaps": gaps(),
        "drift": ledger.drift(),
        "seconds": round(seconds, 1),
    }


# What the publisher reports, so that the moment of its death is known and not guessed.
ENTERED, LEAVING, COMMITTED = b"(", b")", b"."


def keep_publishing(report: int, seed: int) -> None:
    """Edit, take down, put up, schedule, move, make and delete pages for ever, one transaction an act."""
    draw = random.Random(seed)
    while True:
        act = draw.choice(ACTS)
        with transaction.atomic():
            Clock.locked()
            os.write(report, ENTERED)
            act(draw)
            os.write(report, LEAVING)
        os.write(report, COMMITTED)


def _edit(draw: random.Random) -> None:
    publish(draw.randrange(PAGES), f"公告{draw.random()}")


def _unpublish(draw: random.Random) -> None:

    for page in Page.objects.filter(slug__in=["room", f"notice-{draw.randrange(PAGES)}"], live=True):
        page.unpublish()


def _republish(draw: random.Random) -> None:

    for page in Page.objects.filter(slug__startswith="notice-", live=False)[:2]:
        page.specific.save_revision().publish()
    venue = Page.objects.get(slug="room").specific
    venue.title = f"空間{draw.random()}"
    venue.save_revision().publish()


def _replace(draw: random.Random) -> None:

    slug = f"notice-{draw.randrange(PAGES)}"
    Page.objects.get(slug=slug).specific.delete()
    factories.announcement(title=f"新公告{draw.random()}", slug=slug)


def _expire(draw: random.Random) -> None:

    Page.objects.filter(slug=f"notice-{draw.randrange(PAGES)}").update(expire_at=timezone.now())
    publish_due(timezone.now())


def _reslug(draw: random.Random) -> None:

    event = EventPage.objects.get(title="活動")
    event.slug = f"meeting-{draw.randrange(10**6)}"
    event.save_revision().publish()


ACTS: tuple[Callable[[random.Random], None], ...] = (_edit, _edit, _unpublish, _republish, _replace, _expire, _reslug)


def crash(kills: int, seed: int) -> dict[str, Any]:
    """Kill a publisher at random instants; after each death page and ledger must agree, without healing."""
    draw = random.Random(seed)
    for act in ACTS:  # once, so that the children need not compile and import first
        act(draw)
    deaths = {"inside": 0, "committing": 0, "between": 0}
    drifted: list[int] = []
    missing: list[int] = []
    acts = 0
    for number in range(kills):
        heard, report = os.pipe()
        child = fork(lambda: (os.close(heard), keep_publishing(report, seed + number)))  # noqa: B023 - runs at once
        os.close(report)
        # Not before the first act, and then at any instant of the first few.
        said = os.read(heard, 1)
        time.sleep(draw.uniform(0, 0.4))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(heard, 4096):
            said += more
        os.close(heard)
        deaths[{ENTERED: "inside", LEAVING: "committing", COMMITTED: "between"}[said[-1:]]] += 1
        acts += said.count(COMMITTED)
        drifted += [number] if ledger.drift() else []
        missing += gaps()
    return {"deaths": deaths, "drifted": drifted, "gaps": missing, "acts": acts, "seq": Clock.objects.get().seq}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["race", "crash"])
    parser.add_argument("numbers", type=int, nargs="*")
    options = parser.parse_args()

    call_command("migrate", verbosity=0)
    prepare()
    json.dump({"race": race, "crash": crash}[options.what](*options.numbers), sys.stdout)
