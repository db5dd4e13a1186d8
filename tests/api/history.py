"""A partner's site kept in step while a hub in processes of its own dies again and again, in part or whole.

Run by tests.api.programs at the PORT and PUBLIC_URL of the environment; prints one line of JSON for the test to judge.
"""

import contextlib
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests
from django.db import connections, transaction
from django.utils import timezone

from api.models import Delivery, DeliveryState, Endpoint, Entry
from api.outlets.signing import new_seed, secret_of
from home.models import Clock
from showcase.models import StoryPage
from tests.api.acts import OVER_HTTP, World
from tests.api.judging import judge
from tests.api.mirrors import PATIENCE, bearer, standing
from tests.api.partners import endpoint, key_of, partner
from tests.api.sites import Site
from tests.processes import STARTS_WITHIN, Hub, running, until

# How long after the last death everything may take to arrive, in seconds.
SETTLES_WITHIN = 180
# A hub's supervisor waits longer after each death: after so many, all of it is killed and started anew.
DEATHS_OF_A_HUB = 7
# While a death is waited for, at most so many times the acts are done that a life has otherwise.
MOST = 4
# What a partner is promised, in seconds.
PROMISED = 5


def register(site: Site, api: str) -> int:
    """Let a partner's site be told of everything from now on; returns the number of the last change before."""
    of, seed = partner(hosts="127.0.0.1"), new_seed()
    with transaction.atomic():
        since = Clock.locked().seq
        endpoint(of, site.url, seed=seed)
    site.begin(api, key_of(of)["Authorization"].split()[1], secret_of(seed))
    return since


def let_time_pass(*, dead: bool = False) -> None:
    """Whatever waits for an hour waits no longer. ``dead``: so does what a worker held that is known to have died."""
    now = timezone.now()
    Endpoint.objects.filter(closed_until__gt=now).update(closed_until=None)
    Delivery.objects.filter(state=DeliveryState.WAITING, due_at__gt=now).update(due_at=now)
    if dead:
        Delivery.objects.filter(state=DeliveryState.WAITING, leased_until__gt=now).update(leased_until=now)


def held() -> int:
    """How many deliveries a worker holds."""
    return Delivery.objects.filter(state=DeliveryState.WAITING, leased_until__gt=timezone.now()).count()


@contextlib.contextmanager
def hurried() -> Iterator[None]:
    """Time passes quickly for what waits."""
    over = threading.Event()

    def hurry() -> None:
        while not over.wait(0.5):
            let_time_pass()
        connections.close_all()

    thread = threading.Thread(target=hurry)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Killer:
    """Who kills the parts of a hub, and what each was at when it died."""

    def __init__(self, draw: random.Random, site: Site, world: World) -> None:
        self.draw, self.site, self.world = draw, site, world
        self.deaths: dict[str, int] = {}
        self.inside: dict[str, int] = {}

    def kill(self, hub: Hub, what: str) -> None:
        """Wait for a moment, most often for one at which the part is at work, and kill it."""
        if self.draw.random() < 0.75:
            self.await_work(what)
        time.sleep(self.draw.uniform(0, 0.1))
        asked = self.world.asked
        if what == "hub":
            hub.kill()
        else:
            dying = hub.find("manage.py worker" if what == "worker" else r"cms\.web|granian")
            for pid in dying:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            until(lambda: not set(dying) & set(hub.find(".")))
        sending = what != "web" and bool(held())
        serving = what != "worker" and bool(asked)
        self.deaths[what] = self.deaths.get(what, 0) + 1
        self.inside[what] = self.inside.get(what, 0) + (sending or serving)
        if what != "web":
            let_time_pass(dead=True)

    def await_work(self, what: str) -> None:
        self.site.holding.clear()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if (what != "web" and self.site.holding.is_set()) or (what != "worker" and self.world.asked):
                return
            time.sleep(0.005)


def live(hub: Hub, world: World, killer: Killer, acts: int, what: str) -> None:
    """Some acts, a death meanwhile, and some more acts."""
    until(lambda: hub.answers() and hub.find("manage.py worker"), STARTS_WITHIN)
    dead = threading.Event()

    def act() -> None:
        done = 0
        while done < acts // 2 or (not dead.is_set() and done < MOST * acts):
            # The web server is at work when it is asked.
            asks = what != "worker" and not dead.is_set() and world.draw.random() < 0.5
            world.act(world.draw.choice(OVER_HTTP) if asks else "")
            time.sleep(world.draw.uniform(0, 0.2))
            done += 1
        for _ in range(acts - acts // 2):
            world.act()
        connections.close_all()

    with ThreadPoolExecutor(1) as other:
        acting = other.submit(act)
        try:
            killer.kill(hub, what)
        finally:
            dead.set()
        acting.result()
    killer.site.follow()


def settled(site: Site) -> bool:
    """Whether everything has been told, and what was told has arrived and was applied."""
    now = Clock.now()
    ended = Entry.objects.filter(withdrawn_at=None, valid_until__lte=now)
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    return not ended.exists() and not waiting.exists() and site.applied == len(site.arrived)


def lags(site: Site, world: World) -> dict[str, float]:
    """Seconds from the answer to an editor, and to a party, until readers and the partner know, as promised."""
    page, story = world.browser.page, StoryPage.objects.get(pk=world.stories[0])
    uid = str(story.translation_key)

    def arrived(event: str, of: Any) -> bool:
        return any(one["type"] == event and one["data"]["id"] == str(of) for one in list(site.arrived.values()))

    # A worker that has just started is no measure.
    world.act("publish")
    until(lambda: site.arrived, STARTS_WITHIN)
    world.edit_in_the_admin()
    began = time.monotonic()
    until(lambda: arrived("announcement.updated", page.translation_key), PROMISED)
    published = time.monotonic() - began
    world.withdraw(story)
    began = time.monotonic()
    site.follow()
    tombstone = time.monotonic() - began
    # At once: the first answers after the act.
    assert uid not in "".join(standing(site.followed))
    assert requests.get(f"{site.api}/stories/{uid}", headers=bearer(site.key), timeout=PATIENCE).status_code == 410
    until(lambda: arrived("story.withdrawn", uid), PROMISED)
    withdrawn = time.monotonic() - began
    return {"publish": round(published, 2), "tombstone": round(tombstone, 2), "withdrawal": round(withdrawn, 2)}


def plan(draw: random.Random, kills: int) -> list[list[str]]:
    """What is killed, by hub: the last of each hub's deaths is all of it at once."""
    hubs = [min(DEATHS_OF_A_HUB, kills - done) for done in range(0, kills, DEATHS_OF_A_HUB)]
    parts = ["worker", "web", "worker", "web", "worker", "worker"]
    return [[*draw.sample(parts, deaths - 1), "hub"] for deaths in hubs]


def at_random(acts: int, kills: int, seed: int) -> dict[str, Any]:
    """Let a history happen, and judge it once the last hub has told everything."""
    draw = random.Random(seed)
    address, port = os.environ["PUBLIC_URL"], int(os.environ["PORT"])
    where = os.environ["DATABASE_URL"], Path(os.environ["HUB_FOLDER"]), port
    world, site = World(draw, address), Site(random.Random(seed), longest=0.2)
    killer, since, figures = Killer(random.Random(seed), site, world), 0, dict[str, float]()
    each, logs = -(-acts // (kills + 1)), list[str]()
    for deaths in [*plan(draw, kills), []]:
        with running(*where, settings="tests.served") as hub:
            if not site.api:
                since = register(site, f"{address}/api/v1")
                figures = lags(site, world)
                site.faults = 0.12
            with hurried():
                for what in deaths:
                    live(hub, world, killer, each, what)
                if not deaths:
                    for _ in range(each):
                        world.act()
                    until(lambda: settled(site), SETTLES_WITHIN)
            if not deaths:
                verdict = judge(site, since)
            logs.append(hub.log.read_text())
    return {
        "acts": world.done,
        "cut off": world.cut_off,
        "deaths": killer.deaths,
        "inside": killer.inside,
        "messages": len(site.arrived),
        "again": site.again,
        "refused": site.failed,
        "hung up": site.cut,
        "lags": figures,
        "verdict": verdict,
        "healed": sum(log.count("Reconcile told") for log in logs),
    }


def main() -> None:
    """Run what the command line asks for."""
    json.dump(at_random(*map(int, sys.argv[1:])), sys.stdout)
