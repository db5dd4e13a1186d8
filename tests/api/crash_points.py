"""A process that acts and then sends webhooks, killed at each commit and each network call in turn, until none is left.

After each death another process does what is left, and the partner's site is judged. Run by tests.api.programs; prints
one line of JSON for the test to judge.
"""

import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.utils import timezone

from api.outlets import queue, webhooks
from home.models import AnnouncementPage, Clock
from showcase.flows.reminding import sweep_ended
from showcase.models import StoryPage
from tests import factories
from tests.api.acts import World, end_license
from tests.api.history import let_time_pass, register, settled
from tests.api.judging import judge
from tests.api.mirrors import PATIENCE
from tests.api.sites import Site
from tests.api.writers import fork
from tests.processes import until
from tests.showcase import stories

MOMENT = timedelta(milliseconds=50)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_args: Any) -> None:
        pass


def serve() -> None:
    """Answer as the hub does, in a process of its own: one that has threads at its database is not to be forked."""
    make_server("127.0.0.1", int(os.environ["PORT"]), get_wsgi_application(), handler_class=Quiet).serve_forever()


class Points:
    """Dies at the n-th of its points; each commit and each call to the outside has one before it and one after it."""

    def __init__(self, dies_at: int, report: int) -> None:
        self.dies_at, self.report, self.passed = dies_at, report, 0

    def point(self, name: str) -> None:
        self.passed += 1
        if self.passed == self.dies_at:
            os.write(self.report, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any, **more: Any) -> Any:
            self.point(f"before a {name}")
            result = act(*given, **more)
            self.point(f"after a {name}")
            return result

        return done

    def lay(self) -> None:
        """Lay them in this process, for all its threads."""
        kind = type(connections["default"])
        kind.commit = self.around("commit", kind.commit)  # type: ignore[method-assign]  # this process only
        webhooks.send = self.around("send", webhooks.send)  # type: ignore[attr-defined]  # this process only


def history(page: int, first: int, second: int, number: int) -> None:
    """An item is changed, a party withdraws, a license ends, and what is new is published."""
    with transaction.atomic():
        Clock.locked()
        found = AnnouncementPage.objects.get(pk=page)
        found.title = f"公告 {number} {random.random()}"
        found.save_revision().publish()
    stories.withdraw(StoryPage.objects.get(pk=first).parties.get())
    end_license(StoryPage.objects.get(pk=second), MOMENT)
    time.sleep(2 * MOMENT.total_seconds())
    sweep_ended(Clock.now())
    with transaction.atomic():
        Clock.locked()
        factories.announcement(title=f"新公告{number}", slug=f"new-{number}")


def deliver() -> None:
    """Send as the worker does until nothing is due."""
    while queue.due_endpoints(timezone.now()) or webhooks._round.busy:
        webhooks.deliver_webhooks(timezone.now())
        time.sleep(0.01)


def main() -> None:
    """Die at every point, heal nothing, and judge after each death."""
    seed = int(sys.argv[1])
    server = fork(serve)
    try:
        json.dump(die_everywhere(seed), sys.stdout)
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


def die_everywhere(seed: int) -> dict[str, Any]:
    """A death at each point, and what was wrong after each."""
    world, site = World(random.Random(seed), os.environ["PUBLIC_URL"]), Site(random.Random(seed))
    until(lambda: answers(os.environ["PUBLIC_URL"]))
    since = register(site, f"{os.environ['PUBLIC_URL']}/api/v1")
    page = AnnouncementPage.objects.get(slug="notice-0").pk
    first, second, *_rest = world.stories
    places: dict[str, int] = {}
    wrong: list[Any] = []
    for number in itertools.count(1):
        place = killed(lambda number=number: history(page, first, second, number), number)
        let_time_pass(dead=True)
        until(lambda: caught_up(site))
        verdict = judge(site, since, "announcement", "story")
        wrong += [[number, place, verdict]] if any(verdict.values()) else []
        if not place:
            break
        places[place] = places.get(place, 0) + 1
        for story in (first, second):
            world.agree(StoryPage.objects.get(pk=story))
        for made in AnnouncementPage.objects.filter(slug=f"new-{number}"):
            made.delete()
        deliver()
    return {"points": places, "wrong": wrong, "messages": len(site.arrived), "again": site.again}


def caught_up(site: Site) -> bool:
    """Do what a worker does all the time, also for a license that ends only now; whether nothing is left to do."""
    sweep_ended(Clock.now())
    deliver()
    return settled(site)


def answers(address: str) -> bool:
    """Whether the doors are open."""
    try:
        return requests.get(f"{address}/healthz", timeout=PATIENCE).ok
    except requests.RequestException:
        return False


def killed(act: Callable[[], None], dies_at: int) -> str:
    """Let a process act and send, and die at a point; returns what that point was, or nothing if it came to its end."""
    heard, report = os.pipe()

    def work() -> None:
        os.close(heard)
        points = Points(dies_at, report)
        webhooks._round = webhooks.Round()
        points.lay()
        act()
        deliver()

    child = fork(work)
    os.close(report)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(heard) as rest:
        place = rest.read()
    assert status == (signal.SIGKILL if place else 0), status
    return place
