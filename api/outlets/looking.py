"""Looks whether what a partner reports as taken down is gone, and reminds who is late (contract section 3).

What an answer means: 404 and 410, that it is gone; 200 to 299, that it is still there; anything else, that we could not
tell. A redirect is not followed: a front page that answers 200 in the place of what was removed would prove nothing.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from time import monotonic
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from api.letters import remind_partner, remind_staff
from api.models import Delivery, EndpointState, Observation, Partner, Purge
from api.outbox import PURGE_OVERDUE

from .targets import FailedError, RefusedTargetError, send

# In seconds: for one address, and for one turn of the worker, which has other things to do.
DEADLINE: Final = 10.0
TURN: Final = 60.0
# Who has taken one and died is followed after this.
TAKEN_FOR: Final = timedelta(minutes=15)
# After what could not be checked or was still there: when to look again, and how often in all.
AGAIN_AFTER: Final = timedelta(days=1)
LOOKS: Final = 7

logger = logging.getLogger(__name__)


def look_for_copies(now: datetime) -> int:
    """Look at every address whose time has come, for a minute at most; returns how many withdrawals were looked at.

    A partner whose site gave no answer is left alone for the rest of the turn, so that it holds up no other's.
    """
    until, silent, looked = monotonic() + TURN, set[int](), 0
    for pk in list(_due(now).values_list("pk", flat=True)):
        if monotonic() >= until:
            break
        purge = _take(pk, now, silent)
        if purge is None:
            continue
        seen = [_look(url) for url in purge.urls]
        if any("error" in one for one in seen):
            silent.add(purge.partner_id)
        _keep(purge, seen, now)
        looked += 1
    return looked


def remind_overdue(now: datetime) -> int:
    """Write once of each withdrawal not followed in time: to the partner, to staff, and to the partner's endpoints.

    Returns of how many. All of a partner's stand in one letter.
    """
    due = Purge.objects.overdue(now).filter(overdue_at=None)
    if not due.exists():
        return 0
    with transaction.atomic():
        found = list(due.select_for_update(of=("self",)).select_related("partner").order_by("partner", "seq"))
        for partner, purges in groupby(found, key=lambda one: one.partner):
            _remind(partner, list(purges), now)
    return len(found)


def _remind(partner: Partner, purges: list[Purge], now: datetime) -> None:
    Purge.objects.filter(pk__in=[one.pk for one in purges]).update(overdue_at=now)
    remind_partner(partner, purges, now)
    remind_staff(partner, purges, now)
    endpoints = partner.endpoints.filter(state=EndpointState.ENABLED)
    Delivery.objects.bulk_create(
        Delivery(
            endpoint=endpoint,
            event=PURGE_OVERDUE,
            type=one.type,
            uid=one.uid,
            lang=one.lang,
            version=one.version,
            reason=one.reason,
            written_at=now,
            due_at=now,
        )
        for endpoint in endpoints
        if not endpoint.events or PURGE_OVERDUE in endpoint.events
        for one in purges
    )


def _due(now: datetime) -> QuerySet[Purge]:
    return Purge.objects.filter(look_at__lte=now, told_again_at=None).order_by("look_at", "pk")


def _take(pk: int, now: datetime, silent: Iterable[int]) -> Purge | None:
    """Take one for a while, so that no other worker looks at the same; None when it is no longer to be looked at."""
    with transaction.atomic():
        purge = _due(now).filter(pk=pk).exclude(partner__in=list(silent)).select_for_update().first()
        if purge:
            purge.look_at = now + TAKEN_FOR
            purge.save(update_fields=["look_at"])
    return purge


def _look(url: str) -> dict[str, Any]:
    """What an address answers: its status, or why there was none."""
    try:
        return {"url": url, "status": send("GET", url, deadline=DEADLINE).status}
    except RefusedTargetError as error:
        return {"url": url, "error": str(error.reason)}
    except FailedError as error:
        # A page too long to read to its end has told its status before.
        return (
            {"url": url, "error": str(error.reason)} if error.status is None else {"url": url, "status": error.status}
        )


def observed(seen: Iterable[dict[str, Any]]) -> Observation:
    """What several answers mean together: the worst of them."""
    statuses = [one.get("status", 0) for one in seen]
    if any(HTTPStatus.OK <= one < HTTPStatus.MULTIPLE_CHOICES for one in statuses):
        return Observation.STILL_PRESENT
    gone = all(one in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) for one in statuses)
    return Observation.VERIFIED if gone else Observation.UNREACHABLE


def _keep(purge: Purge, seen: list[dict[str, Any]], now: datetime) -> None:
    """Keep what was seen, unless the partner has reported more meanwhile: then it is looked at again."""
    observation = observed(seen)
    again = observation != Observation.VERIFIED and purge.looks + 1 < LOOKS
    same = Purge.objects.filter(pk=purge.pk, look_at=purge.look_at)
    kept = same.update(
        observation=observation,
        observed=seen,
        observed_at=now,
        looks=purge.looks + 1,
        look_at=now + AGAIN_AFTER if again else None,
    )
    if not kept:
        logger.info(
            "Withdrawal %s of partner %s was reported anew while it was looked at.", purge.seq, purge.partner_id
        )
