"""Nothing is lost, told twice or overtaken, whatever dies: two copies of a partner's against what the hub shows."""

import os
import random
from types import SimpleNamespace
from uuid import uuid4

import pytest

from api.models import Change
from api.outlets.queue import DELAYS
from home.visibility import Channel
from tests.api import judging
from tests.api.programs import run
from tests.conftest import NOW
from tests.processes import free_port

pytestmark = pytest.mark.realtime

# HUB_PROOF_ACTS runs so many acts, others every time; a death comes every so many.
PROOF = int(os.environ.get("HUB_PROOF_ACTS", "0"))
ACTS = PROOF or 60
KILLS = PROOF // 20 or 8
# Fewer deaths at work would prove nothing.
ENOUGH_INSIDE = KILLS // 4
# A commit and a call, before and after each: of the acts, and of taking, sending and settling what they cause.
POINTS = 20


# What arrived of an item told, withdrawn, told anew, withdrawn again → what was overtaken, told twice, how many lost.
ORDERS = {
    "everything": ([1, 2, 3, 4], ([], [], 0)),
    "the last alone": ([4], ([], [], 0)),
    "an upsert after its withdrawal": ([2, 1, 4], ([2], [], 0)),
    "an upsert before the withdrawal it had to wait for": ([1, 3, 4], ([2], [], 0)),
    "one change under two ids": ([1, 2, 2, 4], ([], [2], 0)),
    "not the last": ([1, 2], ([], [], 1)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ORDERS)
def test_the_judge_sees_what_is_overtaken_told_twice_or_lost(name):
    order, (overtaken, twice, lost) = ORDERS[name]
    uid = uuid4()
    for seq, op in enumerate(["upsert", "withdraw", "upsert", "withdraw"], start=1):
        about = {"type": "story", "uid": uid, "lang": "en", "channels": Channel.PARTNER_SITES, "at": NOW}
        Change.objects.create(seq=seq, op=op, version=seq, **about)
    told = {place: {"data": {"id": str(uid), "lang": "en", "seq": seq}} for place, seq in enumerate(order)}
    site = SimpleNamespace(arrived=told)

    assert judging.overtaken(site, 0) == overtaken
    assert judging.duplicates(site) == twice
    assert len(judging.lost(site, 0)) == lost


def ran(program, database_url, tmp_path, *arguments):
    port = free_port()
    where = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}", "HUB_FOLDER": str(tmp_path)}
    return run(
        program, database_url, *arguments, WEBHOOKS_ALLOW_LOOPBACK="1", DJANGO_SETTINGS_MODULE="tests.served", **where
    )


def assert_kept(report):
    acts, deaths, inside = report["acts"], report["deaths"], report["inside"]
    print(  # noqa: T201 - the figures
        f"{sum(acts.values())} acts {acts}, {report['cut off']} cut off; {sum(deaths.values())} kills {deaths}, "
        f"{sum(inside.values())} of them inside work {inside}; {report['messages']} messages arrived, "
        f"{report['again']} of them again; {report['refused']} refused, {report['hung up']} hung up on; "
        f"seconds: {report['lags']}; reconcile told {report['healed']} times"
    )
    assert report["verdict"] == {name: 0 if name == "drift" else [] for name in report["verdict"]}
    assert sum(acts.values()) >= ACTS
    assert sum(deaths.values()) == KILLS
    assert sum(inside.values()) >= ENOUGH_INSIDE
    assert max(report["lags"].values()) <= DELAYS[1].total_seconds()


def seed(fixed):
    return random.SystemRandom().randrange(10**6) if PROOF else fixed


def test_two_copies_are_what_the_hub_shows_after_it_died_again_and_again(database_copy, tmp_path):
    assert_kept(ran("tests.api.history", database_copy, tmp_path, ACTS, KILLS, seed(4)))


@pytest.mark.postgres
def test_two_copies_are_what_the_hub_shows_after_it_died_again_and_again_on_postgresql(postgres_url, tmp_path):
    assert_kept(ran("tests.api.history", postgres_url, tmp_path, ACTS, KILLS, seed(5)))


def assert_no_point_tells(report):
    points = report["points"]
    print(f"killed at {sum(points.values())} points {points}; {report['messages']} messages, {report['again']} again")  # noqa: T201 - the figures
    assert report["wrong"] == []
    assert set(points) == {"before a commit", "after a commit", "before a send", "after a send"}
    assert sum(points.values()) >= POINTS
    assert report["again"] >= points["after a send"]


def test_a_death_at_any_commit_or_call_costs_the_partner_nothing(database_copy, tmp_path):
    assert_no_point_tells(ran("tests.api.crash_points", database_copy, tmp_path, 6))


@pytest.mark.postgres
def test_a_death_at_any_commit_or_call_costs_the_partner_nothing_on_postgresql(postgres_url, tmp_path):
    assert_no_point_tells(ran("tests.api.crash_points", postgres_url, tmp_path, 7))
