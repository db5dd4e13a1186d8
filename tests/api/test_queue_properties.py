"""Whatever happens in whatever order: what arrives at a partner never takes its mirror back, and in the end all did."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.models import Change, Delivery, Endpoint, Entry, Operation
from api.outbox import write_deliveries
from api.outlets.endpoints import disable_endpoint, enable_endpoint
from api.outlets.queue import LEASE, Outcome, Verdict, lease, replay, settle
from home.visibility import Channel
from tests.api.partners import endpoint, partner
from tests.api.programs import run
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

ITEMS = [UUID(int=number) for number in (1, 2)]
SITES = int(Channel.PARTNER_SITES)
OK = Outcome(Verdict.DELIVERED, 200)
FAILED = Outcome(Verdict.FAILED, 500)

ACTS = st.one_of(
    st.tuples(st.just("tell"), st.sampled_from([0, 1])),
    st.tuples(st.just("withdraw"), st.sampled_from([0, 1])),
    # What became of a try: it arrived and we heard so, or not; it never arrived; the worker died before or after it.
    st.tuples(st.just("try"), st.sampled_from(["heard", "unheard", "lost", "died before", "died after", "late"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 10, 400, 3600, 90_000])),
    st.tuples(st.just("replay"), st.just(0)),
    st.tuples(st.just("switch"), st.just(0)),
)


class World:
    """One endpoint, what the ledger has told, and the partner's mirror."""

    def __init__(self):
        self.to = endpoint(partner(accepts=False))
        self.now, self.seq = NOW, 0
        self.arrived, self.late, self.keys = [], [], {}

    def tell(self, number):
        entry = Entry.objects.filter(uid=ITEMS[number]).first()
        if entry is None:
            entry = Entry(uid=ITEMS[number], type="event", lang="zh-Hant", source="x", source_pk=number)
        before = 0 if entry.pk is None or entry.withdrawn_at else SITES
        entry.published_at = entry.updated_at = NOW
        entry.withdrawn_at, entry.channels = None, SITES
        self.write(entry, Operation.UPSERT, before)

    def withdraw(self, number):
        entry = Entry.objects.filter(uid=ITEMS[number], withdrawn_at=None).first()
        if entry:
            entry.withdrawn_at = NOW
            self.write(entry, Operation.WITHDRAW, SITES)

    def write(self, entry, op, before):
        self.seq += 1
        entry.version += 1
        entry.seq = self.seq
        entry.save()
        change = Change.objects.create(
            seq=self.seq,
            op=op,
            type="event",
            uid=entry.uid,
            lang=entry.lang,
            version=entry.version,
            channels=SITES,
            at=self.now,
        )
        document = b'{"status":"scheduled","starts_at":1,"ends_at":1,"venue":1,"place":1,"online_url":1}'
        write_deliveries(change, before, document if before else b"", document)

    def receive(self, delivery):
        assert self.keys.setdefault(delivery.seq, delivery.key) == delivery.key
        told = [(seq, op) for uid, seq, op in self.arrived if uid == delivery.uid]
        newest = max((seq for seq, _op in told), default=0)
        # A repeat of the newest is what "at least once" allows; anything older would take a naive mirror back.
        assert delivery.seq >= newest, (delivery.seq, told)
        self.arrived.append((delivery.uid, delivery.seq, delivery.op))

    def try_once(self, how):
        held = lease(self.to.pk, self.now, str)
        if held is None:
            return False
        assert lease(self.to.pk, self.now, str) is None
        if how not in {"lost", "died before"}:
            self.receive(held.delivery)
        if how == "late":
            self.late.append(held)
        elif how in ("heard", "unheard", "lost"):
            settle(held, OK if how == "heard" else FAILED, self.now)
        for one in self.late if how == "heard" else ():
            settle(one, OK, self.now)
        return True

    def wait(self, seconds):
        self.now += timedelta(seconds=seconds)

    def replay(self, _zero):
        replay(Delivery.objects.filter(endpoint=self.to), self.now)

    def switch(self, _zero):
        """Off and on again: what is told in between is not this endpoint's."""
        disable_endpoint(self.to, "", self.now)
        assert lease(self.to.pk, self.now, str) is None
        enable_endpoint(self.to, self.now)

    def act(self, what, how):
        {"try": self.try_once}.get(what, getattr(self, what, None))(how)

    def end(self):
        """Everything answers from now on: what is public, and the newest number that arrived of each item."""
        self.now += LEASE
        enable_endpoint(Endpoint.objects.get(), self.now)
        for _ in range(200):
            if not self.try_once("heard"):
                break
        newest = {}
        for uid, seq, op in self.arrived:
            if seq >= newest.get(uid, (0, ""))[0]:
                newest[uid] = (seq, op)
        return newest


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(ACTS, max_size=18))
def test_no_withdrawal_is_overtaken_and_everything_arrives(acts):
    with transaction.atomic():
        world = World()
        for what, how in acts:
            world.act(what, how)
        newest = world.end()
        expected = {}
        for change in Change.objects.all():
            expected[change.uid] = (change.seq, change.op)
        assert newest == expected
        assert set(Delivery.objects.values_list("state", flat=True)) <= {"delivered", "superseded"}
        transaction.set_rollback(True)


def assert_one_at_a_time(report, deliveries):
    assert report["left"] == 0
    for pk in report["endpoints"]:
        tries = sorted(((began, ended, seq) for at, seq, began, ended in report["tries"] if at == pk))
        assert [seq for _began, _ended, seq in tries] == list(range(1, deliveries + 1))
        assert all(ended <= began for (_b, ended, _s), (began, _e, _n) in pairwise(tries))


@pytest.mark.realtime
def test_several_workers_at_one_queue_send_each_delivery_once_and_one_at_a_time(database_copy):
    assert_one_at_a_time(run("tests.api.leasers", database_copy, 3, 20), 20)


@pytest.mark.postgres
@pytest.mark.realtime
def test_several_workers_on_postgresql_send_each_delivery_once_and_one_at_a_time(postgres_url):
    assert_one_at_a_time(run("tests.api.leasers", postgres_url, 4, 60), 60)
