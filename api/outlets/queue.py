"""What becomes of a delivery: taken by one worker at a time, tried, tried again later, delivered, overtaken, given up.

The destination is an endpoint, or the Facebook page where there is none. At a destination one delivery is under way at
a time; of one item its deliveries go in the order they were told in. A try is written down before it is made, so a
worker that dies costs a delay and at most a second telling, with the same key.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, When

from api.models import Attempt, Delivery, DeliveryState, Endpoint, EndpointState, Entry, Operation
from api.outbox import LICENSE_EXPIRING, PUBLISHED
from api.serializers.documents import STORY
from home.models import Clock
from home.visibility import Channel

from .endpoints import disable_endpoint

# Before each try of a delivery (contract section 4).
DELAYS: Final = (
    *(timedelta(0), timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
# A withdrawal is never given up while its destination is in use.
WITHDRAWN_AGAIN: Final = timedelta(days=1)
# Added to each delay, as a share of it, so that not all that failed together comes back together.
JITTER: Final = 0.1
# Longer than any exchange takes: past it, the worker is taken for dead.
LEASE: Final = timedelta(seconds=90)
# An endpoint that fails is tried at least so often, or nobody would notice that it is back.
LONGEST_PAUSE: Final = timedelta(minutes=30)
OBEYED_UP_TO: Final = timedelta(days=1)
DISABLED_AFTER: Final = timedelta(days=5)
KEPT_FOR: Final = timedelta(days=30)
# How many deliveries one look may find needless before it lets others have the database.
A_LOOK: Final = 200
# Characters of an answer, of an error.
ANSWER_KEPT: Final = 4000
ERROR_KEPT: Final = 255

_random = random.SystemRandom()


class Verdict(Enum):
    """What an answer means for the delivery."""

    DELIVERED = auto()
    # To be tried again.
    FAILED = auto()
    # Nothing is wrong with the delivery: the destination takes nothing for now, which counts as no try.
    HELD = auto()
    # The endpoint wants nothing any more.
    GONE = auto()
    # No other try would fare better.
    HOPELESS = auto()


@dataclass(frozen=True)
class Lease:
    """A delivery that is ours to send until an instant, and the try it is sent in."""

    delivery: Delivery
    attempt: Attempt
    until: datetime


@dataclass(frozen=True)
class Outcome:
    """What came of a try; ``retry_after`` where the other side named it."""

    verdict: Verdict
    status: int | None = None
    error: str = ""
    answer: str = ""
    took_ms: int | None = None
    retry_after: timedelta | None = None


def _waiting(now: datetime) -> QuerySet[Delivery]:
    """Deliveries that are due and that no living worker holds."""
    unheld = Q(leased_until=None) | Q(leased_until__lte=now)
    return Delivery.objects.filter(unheld, state=DeliveryState.WAITING, due_at__lte=now)


def due_endpoints(now: datetime) -> list[tuple[int, bool]]:
    """The endpoints to which something may be sent now and whether each has failed of late; the sound ones first."""
    ready = Q(endpoint__closed_until=None) | Q(endpoint__closed_until__lte=now)
    busy = Delivery.objects.filter(state=DeliveryState.WAITING, leased_until__gt=now, endpoint__isnull=False)
    rows = _waiting(now).filter(ready, endpoint__state=EndpointState.ENABLED)
    rows = rows.exclude(endpoint__in=busy.values("endpoint"))
    found = set(rows.order_by().values_list("endpoint_id", "endpoint__failures"))
    return [(pk, failures > 0) for pk, failures in sorted(found, key=lambda row: (row[1], row[0]))]


def is_due_on_the_page(now: datetime) -> bool:
    """Whether something waits for the Facebook page."""
    return _waiting(now).filter(endpoint=None).exists()


def lease(endpoint_id: int | None, now: datetime, compose: Callable[[Delivery], str]) -> Lease | None:
    """Take the next delivery of a destination and write its try down; None when there is nothing to send now.

    Withdrawals go before all else. ``compose`` makes the text that is sent, which the log keeps.
    """
    with transaction.atomic():
        if not _hold(endpoint_id, now):
            return None
        delivery = _next(endpoint_id, now)
        if delivery is None:
            return None
        delivery.leased_until = now + LEASE
        delivery.attempts += 1
        delivery.save(update_fields=["leased_until", "attempts"])
        # Of a worker that died: nobody knows what came of it.
        delivery.log.filter(took_ms=None, error="").update(error="lost")
        attempt = Attempt.objects.create(delivery=delivery, at=now, sent=compose(delivery))
        return Lease(delivery, attempt, now + LEASE)


def _hold(endpoint_id: int | None, now: datetime) -> bool:
    """Lock a destination until the transaction ends; False when another worker has it or it takes nothing now.

    On SQLite every transaction that writes is alone. On PostgreSQL whoever comes second passes on to the next one.
    """
    skip = connection.features.has_select_for_update_skip_locked
    everything = Delivery.objects.filter(endpoint=endpoint_id, state=DeliveryState.WAITING)
    if endpoint_id is None:
        head = everything.values_list("pk", flat=True).first()
        held = bool(everything.select_for_update(skip_locked=skip).filter(Q(pk=head)))
    else:
        ready = Q(closed_until=None) | Q(closed_until__lte=now)
        rows = Endpoint.objects.select_for_update(skip_locked=skip, no_key=True)
        held = bool(rows.filter(ready, pk=endpoint_id, state=EndpointState.ENABLED))
    return held and not everything.filter(leased_until__gt=now).exists()


def _next(endpoint_id: int | None, now: datetime) -> Delivery | None:
    waiting = Delivery.objects.filter(endpoint=endpoint_id, state=DeliveryState.WAITING)
    withdrawals_first = Case(When(op=Operation.WITHDRAW, then=0), default=1)
    for _ in range(A_LOOK):
        first = waiting.filter(due_at__lte=now).order_by(withdrawals_first, "pk").first()
        if first is None:
            return None
        head = _head(waiting, first, now) if first.op else first
        if head is None or head.due_at > now:
            continue
        if not _is_needless(head):
            return head
        _end([head], DeliveryState.SUPERSEDED, now)
    return None


def _head(waiting: QuerySet[Delivery], first: Delivery, now: datetime) -> Delivery | None:
    """The delivery of an item that is to go first, once those are put away that something newer has overtaken.

    What remains is a withdrawal, an upsert, or a withdrawal and the upsert after it, which waits for it.
    """
    of_item = waiting.filter(Q(uid=first.uid), lang=first.lang).exclude(op="").order_by("pk")
    head, *behind = _put_away_overtaken(list(of_item.select_related("endpoint__partner")), now)
    told = Delivery.objects.filter(Q(uid=head.uid), endpoint=head.endpoint_id, state=DeliveryState.DELIVERED)
    if told.filter(lang=head.lang, pk__gt=head.pk).exists():
        _end([head], DeliveryState.SUPERSEDED, now)
        return None
    if head.due_at > now:
        waiting.filter(pk__in=[one.pk for one in behind]).update(due_at=head.due_at)
    return head


def _put_away_overtaken(chain: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """What remains of all that waits about one item, in its order: the last withdrawal, and the last of all."""
    last = len(chain) - 1
    withdrawal = max((n for n, one in enumerate(chain) if one.op == Operation.WITHDRAW), default=-1)
    kept = [one for n, one in enumerate(chain) if n in (withdrawal, last)]
    _end([one for n, one in enumerate(chain) if n not in (withdrawal, last)], DeliveryState.SUPERSEDED, now)
    # Whoever never heard that it was published hears so now.
    published = f"{chain[last].type}.{PUBLISHED}"
    if published in [one.event for one in chain[withdrawal + 1 : last]]:
        kept[-1].event = published
        kept[-1].save(update_fields=["event"])
    return kept


def _is_needless(delivery: Delivery) -> bool:
    """Whether it speaks of something that its destination may not see now."""
    if delivery.op != Operation.UPSERT and delivery.event != LICENSE_EXPIRING:
        return False
    channel = Channel.FACEBOOK
    if delivery.endpoint is not None:
        channel, partner = Channel.PARTNER_SITES, delivery.endpoint.partner
        if not partner.channels & channel or (delivery.type == STORY and not partner.gets_stories):
            return True
    seen = Entry.objects.visible(channel, Clock.now()).filter(Q(uid=delivery.uid), lang=delivery.lang)
    return not seen.exists()


def _end(deliveries: Sequence[Delivery], state: DeliveryState, now: datetime) -> None:
    pks = [one.pk for one in deliveries]
    Delivery.objects.filter(pk__in=pks).update(state=state, ended_at=now, leased_until=None)


def settle(held: Lease, outcome: Outcome, now: datetime) -> None:
    """Keep what came of a try, and what follows from it for the delivery and for its endpoint.

    A worker that comes back after its lease has lapsed only completes the log: the delivery is another's by now.
    """
    with transaction.atomic():
        # The endpoint before the delivery, as in lease(): two orders could lock each other out.
        endpoint = Endpoint.objects.select_for_update(no_key=True).filter(Q(pk=held.delivery.endpoint_id)).first()
        Attempt.objects.filter(pk=held.attempt.pk).update(
            status=outcome.status,
            error=outcome.error[:ERROR_KEPT],
            # PostgreSQL keeps no NUL.
            answer=outcome.answer[:ANSWER_KEPT].replace("\0", "\ufffd"),
            took_ms=outcome.took_ms or 0,
        )
        delivery = Delivery.objects.filter(pk=held.delivery.pk, state=DeliveryState.WAITING).first()
        if delivery is None or delivery.log.filter(pk__gt=held.attempt.pk).exists():
            return
        if endpoint is not None:
            _judge(endpoint, outcome, now)
        if outcome.verdict is Verdict.DELIVERED:
            _end([delivery], DeliveryState.DELIVERED, now)
            _let_follow(delivery, now)
        else:
            _put_off(delivery, outcome, now)


def _let_follow(delivery: Delivery, now: datetime) -> None:
    """What waited for a delivery of the same item need wait no longer."""
    if delivery.op:
        Delivery.objects.filter(
            *(Q(endpoint=delivery.endpoint_id), Q(uid=delivery.uid, lang=delivery.lang)),
            state=DeliveryState.WAITING,
            attempts=0,
            due_at__gt=now,
        ).update(due_at=now)


def _put_off(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Set the next try, or give up after the last."""
    tries = len(DELAYS)
    withdrawn = delivery.op == Operation.WITHDRAW
    given_up = delivery.attempts >= tries and not withdrawn and outcome.verdict is not Verdict.HELD
    if outcome.verdict is Verdict.HOPELESS or given_up:
        _end([delivery], DeliveryState.DEAD, now)
        return
    delay = DELAYS[delivery.attempts] if delivery.attempts < tries else WITHDRAWN_AGAIN
    if outcome.verdict is Verdict.HELD:
        delivery.attempts -= 1
        delay = timedelta(0)
    delivery.due_at = now + max(delay * (1 + _random.uniform(0, JITTER)), _asked_for(outcome))
    delivery.leased_until = None
    delivery.save(update_fields=["due_at", "leased_until", "attempts"])


def _asked_for(outcome: Outcome) -> timedelta:
    return min(outcome.retry_after or timedelta(0), OBEYED_UP_TO)


def _judge(endpoint: Endpoint, outcome: Outcome, now: datetime) -> None:
    """Open, pause or switch off an endpoint by what came of a try."""
    if outcome.verdict in (Verdict.DELIVERED, Verdict.HOPELESS):
        endpoint.failures, endpoint.failing_since, endpoint.closed_until = 0, None, None
    else:
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or now
        pause = min(DELAYS[min(endpoint.failures, len(DELAYS) - 1)], LONGEST_PAUSE)
        endpoint.closed_until = now + max(pause, _asked_for(outcome))
    endpoint.save(update_fields=["failures", "failing_since", "closed_until"])
    if outcome.verdict is Verdict.GONE:
        disable_endpoint(endpoint, "410 Gone", now, tell=True)
    elif endpoint.failing_since and now - endpoint.failing_since >= DISABLED_AFTER:
        disable_endpoint(endpoint, outcome.error or str(outcome.status), now, tell=True)


def replay(deliveries: QuerySet[Delivery], now: datetime) -> int:
    """Let deliveries that have ended be tried anew, from the first delay on, with the keys they had; returns how many.

    One whose item has been told of anew since is overtaken again when its turn comes: a mirror never goes back.
    """
    with transaction.atomic():
        return deliveries.exclude(state=DeliveryState.WAITING).update(
            state=DeliveryState.WAITING, attempts=0, due_at=now, leased_until=None, ended_at=None
        )


def replay_range(endpoint: Endpoint, first: int, last: int, now: datetime) -> int:
    """Replay what an endpoint was to hear of the changes from ``first`` to ``last``, both included; how many."""
    return replay(Delivery.objects.filter(endpoint=endpoint, seq__range=(first, last)), now)


def forget_deliveries(now: datetime) -> int:
    """Forget tries made, and deliveries ended, more than 30 days ago; returns how many of both."""
    before = now - KEPT_FOR
    tries, _rows = Attempt.objects.filter(at__lt=before).delete()
    ended, _rows = Delivery.objects.filter(ended_at__lt=before).delete()
    return tries + ended
