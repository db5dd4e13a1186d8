"""The queue of the Facebook page: what each of Facebook's answers means for it (contract section 5)."""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api.models import Delivery, DeliveryState, FacebookPage, Operation, Post, PostState
from home.models import Clock

from .facebook import PAUSE, RETRY, WAIT, PersonNeededError, follow
from .facebook_desk import public_entry
from .facebook_mails import tell_paused, tell_person_needed
from .graph import Graph, GraphError, NoAnswerError
from .post_text import words_of_entry
from .queue import Lease, Outcome, Verdict, is_due_on_the_page, lease, settle

logger = logging.getLogger(__name__)

Verdicts = tuple[Verdict, str, timedelta | None]

# Where Facebook names no time.
WAIT_UNTOLD: Final = timedelta(minutes=15)
# What a post whose answer was lost is given to appear, before anybody looks.
LOOK_AFTER: Final = timedelta(seconds=20)
# After so many tries a person is asked to take down what we cannot; we go on trying.
URGENT: Final = 3
# So many of one kind in a turn, that the other jobs keep their hours.
A_TURN: Final = 20


def deliver_facebook(now: datetime) -> int:
    """Carry out what is due for the page; returns how many deliveries were. Without a token people do it."""
    if not is_due_on_the_page(now):
        return 0
    done = 0
    for _turn in range(A_TURN):
        # One for each delivery: its log, and the time it may take.
        graph = Graph.of_settings()
        if graph is None:
            hand_over(now)
            break
        if held_up(now) or (held := lease(None, now, str)) is None:
            break
        done += _carry_out(held, graph, now)
    return done


def held_up(now: datetime) -> bool:
    """Whether the page takes nothing now. Another token than the one refused ends a pause."""
    page = FacebookPage.now()
    if page.paused_at is not None and page.paused_token != _token_digest():
        FacebookPage.objects.filter(pk=page.pk).update(paused_at=None, paused_because="", paused_token="")
        page.paused_at = None
    return page.holds(now)


def _carry_out(held: Lease, graph: Graph, now: datetime) -> bool:
    """Do what a delivery asks for, and keep what came of it."""
    verdict, error, after = _try(held.delivery, graph, now)
    last = graph.log[-1] if graph.log else None
    outcome = Outcome(
        verdict,
        status=last.status if last else None,
        error=error,
        answer="\n".join(f"{one.sent}\n→ {one.status or '—'} {one.answer}" for one in graph.log),
        took_ms=sum(one.took_ms for one in graph.log),
        retry_after=after,
    )
    with transaction.atomic():
        settle(held, outcome, timezone.now())
        if verdict is not Verdict.DELIVERED:
            _tell(held.delivery, error)
    return verdict is Verdict.DELIVERED


def _try(delivery: Delivery, graph: Graph, now: datetime) -> Verdicts:
    """Try it: what came of it, why, and after how long to try again where that is known."""
    try:
        follow(delivery, graph, now)
    except NoAnswerError as lost:
        return Verdict.FAILED, str(lost), LOOK_AFTER
    except PersonNeededError as needed:
        return Verdict.HOPELESS, str(needed), None
    except GraphError as refused:
        return _judge(refused, now)
    except Exception as fault:
        logger.exception("Cannot bring the Facebook page in line with delivery %s.", delivery.pk)
        return Verdict.FAILED, type(fault).__name__, None
    return Verdict.DELIVERED, "", None


def _judge(refused: GraphError, now: datetime) -> Verdicts:
    """What a refusal means: for the page as a whole, or for this delivery alone."""
    if refused.code in WAIT:
        wait = timedelta(seconds=refused.wait) if refused.wait else WAIT_UNTOLD
        FacebookPage.objects.update_or_create(pk=FacebookPage.ONLY, defaults={"waits_until": now + wait})
        return Verdict.HELD, str(refused), wait
    if refused.code in PAUSE:
        _pause(str(refused), now)
        return Verdict.HELD, str(refused), None
    if refused.code in RETRY:
        return Verdict.FAILED, str(refused), LOOK_AFTER
    return Verdict.HOPELESS, str(refused), None


def _pause(because: str, now: datetime) -> None:
    """Stop everything, and say so once."""
    with transaction.atomic():
        page, _new = FacebookPage.objects.select_for_update().get_or_create(pk=FacebookPage.ONLY)
        if page.paused_at is None:
            page.paused_at, page.paused_because, page.paused_token = now, because[:255], _token_digest()
            page.save()
            tell_paused(because)


def _tell(delivery: Delivery, error: str) -> None:
    """Keep for staff what went wrong; when nothing more will be tried, ask them."""
    post = Post.of(delivery)
    if post is None:
        return
    post.error = error[:255]
    post.save(update_fields=["error"])
    given_up = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.DEAD).exists()
    late = delivery.op == Operation.WITHDRAW and delivery.attempts == URGENT
    if given_up or late:
        post.state = PostState.TAKE_DOWN if delivery.op == Operation.WITHDRAW else PostState.PERSON
        post.save(update_fields=["state"])
        tell_person_needed(post)


def hand_over(now: datetime) -> None:
    """Leave to people what is theirs: of each item only the last delivery waits, and none that asks for nothing.

    A post that must go is asked for by mail, once.
    """
    with transaction.atomic():
        Clock.locked()
        waiting = Delivery.objects.filter(endpoint=None, state=DeliveryState.WAITING, due_at__lte=now)
        for uid, lang in set(waiting.values_list("uid", "lang")):
            chain = list(waiting.filter(uid=uid, lang=lang).order_by("pk"))
            Delivery.objects.filter(pk__in=[one.pk for one in chain[:-1]]).update(
                state=DeliveryState.SUPERSEDED, ended_at=now
            )
            _hand_over(chain[-1], now)


def _hand_over(delivery: Delivery, now: datetime) -> None:
    post = Post.of(delivery)
    if post is None or not is_asked_of_people(post, now):
        Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.DELIVERED, ended_at=now)
    elif post.state == PostState.TAKE_DOWN and not delivery.attempts:
        # Counted as a try, so that the letter is written once.
        Delivery.objects.filter(pk=delivery.pk).update(attempts=1)
        tell_person_needed(post)


def is_asked_of_people(post: Post, now: datetime) -> bool:
    """Whether a person who posts by hand has something to do about an item."""
    entry = public_entry(post, now) if post.wanted else None
    if entry is None:
        return post.stands
    return not post.is_posted or words_of_entry(entry, post).digest != post.digest


def _token_digest() -> str:
    """By what another token is known for another, without keeping either."""
    return hashlib.sha256(settings.FACEBOOK_PAGE_TOKEN.encode()).hexdigest()
