"""What becomes of a delivery: its tries, its order, what overtakes it, and what it does to its endpoint."""

from datetime import timedelta

import pytest

from api.models import Attempt, Delivery, DeliveryState, Endpoint, EndpointState, Operation
from api.outlets import queue
from api.outlets.endpoints import disable_endpoint, enable_endpoint
from api.outlets.queue import DELAYS, Outcome, Verdict, lease, replay, replay_range, settle
from home.visibility import ALL_CHANNELS
from tests import factories
from tests.api.partners import endpoint, partner
from tests.api.test_outbox import change
from tests.conftest import NOW
from tests.showcase.stories import published, withdraw

pytestmark = pytest.mark.django_db

DELIVERED = Outcome(Verdict.DELIVERED, 200, answer="ok", took_ms=12)
FAILED = Outcome(Verdict.FAILED, 500, error="", answer="no", took_ms=12)
SECOND = timedelta(seconds=1)


def take(to, now=NOW):
    return lease(to and to.pk, now, lambda delivery: f"{delivery.event} {delivery.seq}")


def send(to, outcome=DELIVERED, now=NOW):
    """One try; returns what was sent, or None."""
    held = take(to, now)
    if held is None:
        return None
    settle(held, outcome, now)
    return held.attempt.sent


def everything(to, now=NOW):
    """All that is sent when everything succeeds."""
    return list(iter(lambda: send(to, now=now), None))


def states(to):
    return list(Delivery.objects.filter(endpoint=to).values_list("event", "state"))


def test_a_delivery_is_sent_once_and_its_try_is_kept():
    to = endpoint(partner())
    factories.event()

    assert everything(to) == ["event.published 1"]
    delivery = to.deliveries.get()
    assert (delivery.state, delivery.ended_at, delivery.leased_until, delivery.attempts) == ("delivered", NOW, None, 1)
    [attempt] = delivery.log.values("at", "status", "error", "sent", "answer", "took_ms")
    assert attempt == {
        "at": NOW,
        "status": 200,
        "error": "",
        "sent": "event.published 1",
        "answer": "ok",
        "took_ms": 12,
    }


def test_a_delivery_that_fails_is_tried_at_the_promised_delays_and_then_given_up():
    to = endpoint(partner())
    factories.event()
    now, waits, keys = NOW, [], set()

    for _ in range(len(DELAYS)):
        assert send(to, FAILED, now) == "event.published 1"
        delivery = to.deliveries.get()
        keys.add(delivery.key)
        waits.append(delivery.due_at - now)
        Endpoint.objects.update(failing_since=None)
        assert take(to, delivery.due_at - SECOND) is None or delivery.state == "dead"
        now = delivery.due_at

    assert states(to) == [("event.published", "dead")]
    assert (to.deliveries.get().attempts, len(keys)) == (10, 1)
    for waited, delay in zip(waits, DELAYS[1:], strict=False):
        assert delay <= waited <= delay * 1.1
    assert take(to, now + timedelta(days=30)) is None


def test_a_withdrawal_is_tried_daily_for_as_long_as_the_endpoint_is_in_use():
    to = endpoint(partner())
    factories.event().unpublish()
    now = NOW
    for _ in range(15):
        assert send(to, FAILED, now) == "event.withdrawn 2"
        Endpoint.objects.update(failing_since=None)
        last, now = now, to.deliveries.last().due_at

    assert timedelta(days=1) <= now - last <= timedelta(days=1.1)
    assert states(to)[1] == ("event.withdrawn", "waiting")
    disable_endpoint(to, "", now)
    assert take(to, now) is None


PUBLISH, EDIT, CANCEL, UNPUBLISH, REPUBLISH = "publish", "edit", "cancel", "unpublish", "republish"
# (what happens before anything is sent) → what is sent
TABLES = {
    (PUBLISH,): ["event.published 1"],
    (PUBLISH, EDIT): ["event.published 2"],
    (PUBLISH, EDIT, EDIT): ["event.published 3"],
    (PUBLISH, CANCEL): ["event.published 2"],
    (PUBLISH, UNPUBLISH): ["event.withdrawn 2"],
    (PUBLISH, EDIT, UNPUBLISH): ["event.withdrawn 3"],
    (PUBLISH, UNPUBLISH, REPUBLISH): ["event.withdrawn 2", "event.published 3"],
    (PUBLISH, UNPUBLISH, REPUBLISH, EDIT): ["event.withdrawn 2", "event.published 4"],
    (PUBLISH, UNPUBLISH, REPUBLISH, UNPUBLISH): ["event.withdrawn 4"],
}
# The same where the publishing has been delivered.
AFTER = {
    (EDIT,): ["event.updated 2"],
    (EDIT, EDIT): ["event.updated 3"],
    (EDIT, CANCEL): ["event.cancelled 3"],
    (EDIT, UNPUBLISH): ["event.withdrawn 3"],
    (UNPUBLISH, REPUBLISH): ["event.withdrawn 2", "event.published 3"],
}


def act(what, page, number):
    if what == PUBLISH:
        return factories.event()
    if what == UNPUBLISH:
        page.specific_class.objects.get(pk=page.pk).unpublish()
        return page
    fields = {EDIT: {"title": f"改名 {number}"}, CANCEL: {"status": "cancelled"}, REPUBLISH: {}}[what]
    return change(page, **fields)


@pytest.mark.parametrize("acts", TABLES)
def test_what_is_newer_overtakes_what_has_not_been_sent(acts):
    to, page = endpoint(partner()), None
    for number, what in enumerate(acts):
        page = act(what, page, number)

    assert everything(to) == TABLES[acts]
    assert set(to.deliveries.values_list("state", flat=True)) <= {"delivered", "superseded"}


@pytest.mark.parametrize("acts", AFTER)
def test_what_was_delivered_is_followed_by_what_happened_since(acts):
    to, page = endpoint(partner()), factories.event()
    everything(to)
    for number, what in enumerate(acts):
        page = act(what, page, number)

    assert everything(to) == AFTER[acts]


def test_nothing_is_sent_while_another_is_under_way():
    to = endpoint(partner())
    page = factories.event()
    held = take(to)
    page.unpublish()
    factories.announcement()

    assert take(to) is None
    assert queue.due_endpoints(NOW) == []
    settle(held, DELIVERED, NOW)
    assert everything(to) == ["event.withdrawn 2", "announcement.published 3"]


def test_a_withdrawal_goes_before_all_else_that_waits():
    to = endpoint(partner())
    page = factories.event()
    everything(to)
    for number in range(3):
        factories.announcement(title=f"公告 {number}")
    page.unpublish()

    assert everything(to)[0] == "event.withdrawn 5"


def test_what_follows_a_withdrawal_waits_until_that_has_arrived():
    to = endpoint(partner())
    page = factories.event()
    page.unpublish()
    send(to, FAILED)
    change(page)
    due = to.deliveries.get(seq=2).due_at

    assert take(to, due - SECOND) is None
    assert to.deliveries.get(seq=3).due_at == NOW
    assert everything(to, due) == ["event.withdrawn 2", "event.published 3"]


def test_what_is_no_longer_visible_is_not_sent(frozen_time):
    to = endpoint(partner())
    factories.event(expire_at=NOW + timedelta(hours=1))
    frozen_time.move_to(NOW + timedelta(hours=1))

    assert (take(to, NOW + timedelta(hours=1)), states(to)) == (None, [("event.published", "superseded")])


def test_a_partner_that_has_become_commercial_hears_of_no_story_but_that_it_is_gone():
    of = partner()
    to = endpoint(of, events=["story.published"])
    story = published(ALL_CHANNELS)
    of.commercial = True
    of.save()
    assert everything(to) == []
    of.commercial = False
    of.save()
    replay(to.deliveries.all(), NOW)
    assert everything(to) == ["story.published 2"]

    withdraw(story.author)
    of.commercial = True
    of.save()

    assert everything(to) == ["story.withdrawn 3"]


def test_a_worker_that_died_costs_a_delay_and_the_next_try_says_so():
    to = endpoint(partner())
    factories.event()
    first = take(to)

    assert take(to, NOW + queue.LEASE - SECOND) is None
    later = NOW + queue.LEASE
    second = take(to, later)

    assert (second.delivery.key, second.delivery.attempts) == (first.delivery.key, 2)
    # The one that was taken for dead comes back: it says what it knows, and decides nothing.
    settle(first, DELIVERED, later)
    assert states(to) == [("event.published", "waiting")]
    settle(second, FAILED, later)
    assert list(Attempt.objects.values_list("status", "error")) == [(200, ""), (500, "")]
    assert states(to) == [("event.published", "waiting")]


def test_what_nobody_knows_the_end_of_is_called_lost():
    to = endpoint(partner())
    factories.event()
    take(to)
    take(to, NOW + queue.LEASE)

    assert list(Attempt.objects.values_list("status", "error", "took_ms")) == [(None, "lost", None), (None, "", None)]


@pytest.mark.parametrize(
    ("asked", "waited"),
    [(1, SECOND * 5), (60, SECOND * 60), (3600, timedelta(hours=1)), (10**9, timedelta(days=1))],
)
def test_who_asks_to_wait_is_obeyed_within_reason(asked, waited):
    to = endpoint(partner())
    factories.event()

    send(to, Outcome(Verdict.FAILED, 429, retry_after=SECOND * asked))

    to.refresh_from_db()
    assert to.deliveries.get().due_at - NOW >= waited
    assert (to.closed_until - NOW, to.failures, to.failing_since) == (waited, 1, NOW)


def test_while_an_endpoint_fails_one_probe_at_a_time_is_made_and_not_before_its_pause_is_over():
    to = endpoint(partner())
    for number in range(5):
        factories.announcement(title=f"公告 {number}")
    now, pauses = NOW, []
    for _ in range(6):
        assert send(to, FAILED, now)
        to.refresh_from_db()
        pauses.append(to.closed_until - now)
        assert take(to, to.closed_until - SECOND) is None
        now = to.closed_until

    minute = SECOND * 60
    assert pauses == [SECOND * 5, minute * 5, *[minute * 30] * 4]
    assert send(to, DELIVERED, now)
    to.refresh_from_db()
    assert (to.failures, to.failing_since, to.closed_until) == (0, None, None)


def test_who_says_that_nothing_is_wanted_any_more_gets_nothing(mailoutbox):
    to = endpoint(partner())
    factories.event()

    send(to, Outcome(Verdict.GONE, 410))

    to.refresh_from_db()
    assert (to.state, to.disabled_because) == (EndpointState.DISABLED, "410 Gone")
    assert "410 Gone" in mailoutbox[0].body
    assert take(to, NOW + timedelta(days=1)) is None


def test_five_days_of_failure_switch_an_endpoint_off_and_its_owner_is_written_to(mailoutbox):
    to = endpoint(partner(name="示範電台", email="owner@example.org"))
    factories.event()
    send(to, FAILED)
    Endpoint.objects.update(closed_until=None)
    Delivery.objects.update(due_at=NOW)

    almost = NOW + timedelta(days=5) - SECOND
    send(to, FAILED, almost)
    assert (Endpoint.objects.get().state, mailoutbox) == (EndpointState.ENABLED, [])
    Endpoint.objects.update(closed_until=None)
    Delivery.objects.update(due_at=NOW)
    send(to, Outcome(Verdict.FAILED, error="timeout"), almost + SECOND)

    assert (Endpoint.objects.get().state, Endpoint.objects.get().disabled_because) == ("disabled", "timeout")
    [letter] = mailoutbox
    assert letter.to == ["owner@example.org"]
    assert all(one in letter.body for one in (to.url, "timeout", "2026-03-02 10:00", f"/api/v1/endpoints/{to.uid}"))


def test_an_endpoint_switched_on_again_is_sent_what_waited():
    to = endpoint(partner())
    page = factories.event()
    send(to, FAILED)
    page.unpublish()
    disable_endpoint(to, "for now", NOW)
    change(page)
    assert take(to, NOW + SECOND * 6) is None

    enable_endpoint(to, NOW)

    assert everything(to) == ["event.withdrawn 2"]


def test_replaying_sends_the_same_key_anew_from_the_first_delay_on():
    to = endpoint(partner())
    factories.event()
    everything(to)
    key = to.deliveries.get().key

    assert replay(to.deliveries.all(), NOW) == 1
    assert everything(to) == ["event.published 1"]
    assert (to.deliveries.get().key, to.deliveries.get().attempts, Attempt.objects.count()) == (key, 1, 2)


def test_replaying_a_range_never_takes_a_mirror_back():
    to = endpoint(partner())
    page, other = factories.event(), factories.announcement()
    everything(to)
    change(page, title="改名")
    everything(to)
    page.unpublish()
    everything(to)

    assert replay_range(to, 1, 3, NOW) == 3
    assert everything(to) == [f"announcement.published {2}"]
    assert other.live
    assert replay_range(to, 1, 4, NOW) == 4
    assert everything(to) == ["event.withdrawn 4", "announcement.published 2"]


def test_a_hopeless_delivery_is_given_up_at_once():
    uid = factories.event().translation_key
    Delivery.objects.create(event="event.published", seq=1, op=Operation.UPSERT, type="event", lang="zh-Hant", uid=uid)

    assert send(None, Outcome(Verdict.HOPELESS, 400))
    assert states(None) == [("event.published", DeliveryState.DEAD)]


def test_the_page_is_a_destination_of_its_own():
    page = factories.event()
    fields = {"op": Operation.UPSERT, "type": "event", "lang": "zh-Hant", "uid": page.translation_key}
    Delivery.objects.create(event="event.published", seq=1, **fields)
    assert queue.is_due_on_the_page(NOW)
    held = take(None)
    assert take(None) is None
    settle(held, DELIVERED, NOW)
    Delivery.objects.create(event="event.updated", seq=2, **fields)
    page.expire_at = NOW
    page.save_revision().publish()

    assert (everything(None), queue.is_due_on_the_page(NOW)) == ([], False)


def test_the_log_is_kept_for_thirty_days():
    to = endpoint(partner())
    factories.event()
    everything(to)
    waiting = factories.announcement()

    assert queue.forget_deliveries(NOW + timedelta(days=30)) == 0
    assert queue.forget_deliveries(NOW + timedelta(days=30) + SECOND) == 2
    assert waiting.live
    assert states(to) == [("announcement.published", "waiting")]
