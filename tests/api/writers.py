"""Real processes that publish, run on a database of its own: a test's transaction would hide them.

``race``: writers publish at once while a reader follows. ``crash``: a publisher is killed again and again.
Both print one line of JSON for the test to judge.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Revision

from api import ledger
from api.models import Change, Entry
from home.flows import publish_due
from home.models import AnnouncementPage, Clock
from programs.models import EventPage
from tests import factories

PAGES = 10
# How long the reader of the changes rests once it has caught up, in seconds.
REST = 0.1


def prepare() -> None:
    """Some public announcements, and a venue that an event shows."""
    add(range(PAGES))
    venue = factories.venue(title="空間", slug="room")
    factories.event(title="活動", slug="meeting", venue=venue)


def add(numbers: Sequence[int]) -> None:
    """Public announcements."""
    for number in numbers:
        factories.announcement(title=f"公告{number}", slug=f"notice-{number}")


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


def own(writer: int) -> range:
    """The numbers of a writer's own pages."""
    return range((writer + 1) * PAGES, (writer + 1) * PAGES + 2)


def write(writer: int, publishes: int) -> None:
    """Publish so many times, every tenth time two pages in one act, in any order.

    Every other writer takes the clock before it begins, as the admin does, and shares its pages with the others that
    do. The rest leave the order to the ledger's own lock, in a transaction of their own or in none, on their own pages.
    """
    draw = random.Random(writer)
    locking = writer % 2 == 0
    done = 0
    while done < publishes:
        two = done % 10 == 0 and done + 2 <= publishes
        pages = draw.sample(range(PAGES) if locking else own(writer), 2 if two else 1)
        with transaction.atomic() if locking or two or done % 3 else nullcontext():
            if locking:
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
            time.sleep(REST)
    with os.fdopen(found, "w") as pipe:
        json.dump(seen, pipe)


def _closed(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False


def race(writers: int, publishes: int) -> dict[str, Any]:
    """Let writers publish at once while a reader follows."""
    for writer in range(1, writers, 2):
        add(own(writer))
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
WRITING, LEAVING, COMMITTED = "w", ")", "."
WRITES = ("INSERT", "UPDATE", "DELETE")


def fingerprint() -> str:
    """What a publisher's act may leave traces in, as one word: pages, revisions, the ledger and its clock."""
    pages = Page.objects.order_by("pk").values_list("pk", "title", "slug", "live", "expire_at", "latest_revision")
    told = Entry.objects.order_by("pk").values_list("pk", "version", "seq", "digest")
    left = [*pages, *told, Clock.objects.values_list("seq", "at").get(), Revision.objects.count()]
    return hashlib.sha256(repr(left).encode()).hexdigest()


def keep_publishing(report: int, seed: int) -> None:
    """Edit, take down, put up, schedule, move, make and delete pages for ever, one transaction an act.

    Reports a line for each step: what was there before, every write, the end of the act, and its commit.
    """
    draw = random.Random(seed)

    def say(word: str) -> None:
        os.write(report, f"{word}\n".encode())

    def told_of_writes(execute: Callable[..., Any], sql: str, *details: Any) -> Any:
        result = execute(sql, *details)
        if sql.startswith(WRITES):
            say(WRITING)
        return result

    while True:
        act = draw.choice(ACTS)
        with transaction.atomic():
            Clock.locked()
            say(fingerprint())
            with connection.execute_wrapper(told_of_writes):
                act(draw)
            say(LEAVING)
        say(COMMITTED)


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


def killed(seed: int, draw: random.Random) -> list[str]:
    """Kill a publisher at a random instant, not before its first act; returns what it had reported."""
    heard, report = os.pipe()
    child = fork(lambda: (os.close(heard), keep_publishing(report, seed)))
    os.close(report)
    said = os.read(heard, 1)
    time.sleep(draw.uniform(0, 0.4))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(heard, "rb") as rest:
        return (said + rest.read()).decode().split()


def crash(kills: int, seed: int) -> dict[str, Any]:
    """Kill a publisher at random instants; after each death page and ledger must agree, without healing.

    A death counts as inside only when the act had written, its commit had not begun, and it has left no trace.
    """
    draw = random.Random(seed)
    for act in ACTS:  # once, so that the children need not compile and import first
        act(draw)
    deaths = {"inside": 0, "before writing": 0, "committing": 0, "between acts": 0}
    drifted: list[int] = []
    torn: list[int] = []
    missing: list[int] = []
    acts = 0
    for number in range(kills):
        said = killed(seed + number, draw)
        places = {WRITING: "inside", LEAVING: "committing", COMMITTED: "between acts"}
        place = places.get(said[-1], "before writing")
        deaths[place] += 1
        acts += said.count(COMMITTED)
        with transaction.atomic():
            Clock.locked()  # once the database has noticed the death
            left = fingerprint()
        if place == "inside" and left != [word for word in said if len(word) > 1][-1]:
            torn.append(number)
        drifted += [number] if ledger.drift() else []
        missing += gaps()
    report = {"deaths": deaths, "torn": torn, "drifted": drifted, "gaps": missing}
    return {**report, "acts": acts, "seq": Clock.objects.get().seq}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["race", "crash"])
    parser.add_argument("numbers", type=int, nargs="*")
    options = parser.parse_args()

    prepare()
    json.dump({"race": race, "crash": crash}[options.what](*options.numbers), sys.stdout)
