"""Webhooks to partners: what is sent, and the round in which the worker sends it.

Each endpoint has a thread of its own while something is sent to it, so that one that answers slowly delays no other;
those that have failed of late share a part of the threads, so that however many they are, the rest is served.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import connections
from django.utils import timezone

from api.models import Delivery, Endpoint, EndpointState, Entry, Operation
from api.outbox import LICENSE_EXPIRING, is_wanted
from api.serializers.changes import PURGE_WITHIN
from api.serializers.documents import plural
from api.serializers.json import dump
from home.languages import DEFAULT_LANG
from home.taiwan import iso
from home.visibility import Channel, Reason

from . import queue
from .queue import Lease, Outcome, Verdict
from .signing import signed_headers
from .targets import DEADLINE, FailedError, RefusedTargetError, send

logger = logging.getLogger(__name__)

# Endpoints sent to at the same time, and how many of them may be such as have failed of late.
THREADS: Final = 24
FAILING: Final = 12
# Messages sent to one endpoint before the others get a chance at its thread.
A_TURN: Final = 50
EXPIRING: Final = timedelta(days=30)


def message(delivery: Delivery) -> str:
    """What is sent: thin, because whoever wants the item reads it, and gets it only if it still may be read."""
    data: dict[str, Any] = {}
    if delivery.uid:
        data = {
            "id": delivery.uid,
            "type": delivery.type,
            "lang": delivery.lang,
            "version": delivery.version,
            **({"seq": delivery.seq} if delivery.seq else {}),
            "api_url": _address(delivery),
        }
    if delivery.op == Operation.WITHDRAW:
        data |= {"reason": delivery.reason, "purge_by": iso(delivery.written_at + PURGE_WITHIN)}
    return dump({"type": delivery.event, "timestamp": iso(delivery.written_at), "data": data}).decode()


def _address(delivery: Delivery) -> str:
    query = "" if delivery.lang == DEFAULT_LANG else f"?lang={delivery.lang}"
    return f"{settings.PUBLIC_URL}/api/v1/{plural(delivery.type)}/{delivery.uid}{query}"


def post(held: Lease, now: datetime, deadline: float = DEADLINE) -> Outcome:
    """Send a delivery and judge the answer. Only a 2xx counts; a redirect is a failure."""
    delivery, body = held.delivery, held.attempt.sent.encode()
    endpoint = delivery.endpoint
    if endpoint is None:
        raise ValueError(delivery)
    headers = {
        "Content-Type": "application/json",
        **signed_headers(str(delivery.key), body, endpoint.seeds(now), now),
    }
    try:
        answer = send("POST", endpoint.url, body=body, headers=headers, deadline=deadline)
    except FailedError as error:
        return Outcome(Verdict.FAILED, status=error.status, error=str(error), took_ms=error.took_ms)
    except RefusedTargetError as error:
        return Outcome(Verdict.FAILED, error=str(error))
    verdict = Verdict.DELIVERED if answer.status // 100 == 2 else Verdict.FAILED  # noqa: PLR2004 - success
    return Outcome(
        Verdict.GONE if answer.status == HTTPStatus.GONE else verdict,
        answer.status,
        answer=answer.body.decode(errors="replace"),
        took_ms=answer.took_ms,
        retry_after=retry_after(answer.headers, now),
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the other side asks us to wait: seconds, or an instant."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal() and text.isascii():
        return timedelta(seconds=min(int(text[:9]), queue.OBEYED_UP_TO.total_seconds()))
    try:
        return max(timedelta(0), parsedate_to_datetime(text) - now)
    except (ValueError, TypeError):
        return None


def serve(endpoint_id: int, deadline: float = DEADLINE, release: Callable[[], None] = lambda: None) -> int:
    """Send an endpoint what is due, one after the other, until it fails or nothing is left; returns how many were sent.

    ``release`` lets go of the database while the other side takes its time.
    """
    for sent in range(A_TURN):
        held = queue.lease(endpoint_id, timezone.now(), message)
        if held is None:
            return sent
        release()
        # A worker that was stopped for long holds nothing any more.
        if timezone.now() + timedelta(seconds=deadline) >= held.until:
            return sent
        outcome = post(held, timezone.now(), deadline)
        queue.settle(held, outcome, timezone.now())
        if outcome.verdict is not Verdict.DELIVERED:
            return sent
    return A_TURN


class Round:
    """Which endpoints this process is sending to."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self.deadline = deadline
        self.busy: dict[int, bool] = {}
        self.lock = threading.Lock()

    def begin(self, now: datetime) -> int:
        """Begin to send wherever something is due and a thread is free; returns at how many endpoints."""
        begun = [pk for pk, failing in queue.due_endpoints(now) if self._take(pk, failing=failing)]
        for pk in begun:
            threading.Thread(target=self._serve, args=[pk], daemon=True, name=f"webhooks-{pk}").start()
        return len(begun)

    def _take(self, pk: int, *, failing: bool) -> bool:
        with self.lock:
            full = len(self.busy) >= THREADS or (failing and sum(self.busy.values()) >= FAILING)
            if pk in self.busy or full:
                return False
            self.busy[pk] = failing
            return True

    def _serve(self, pk: int) -> None:
        try:
            serve(pk, self.deadline, connections.close_all)
        except Exception:
            logger.exception("Sending to endpoint %s failed.", pk)
        finally:
            connections.close_all()
            with self.lock:
                del self.busy[pk]


_round = Round()


def deliver_webhooks(now: datetime) -> None:
    """The worker's job: begin to send what is due; it waits for no answer."""
    _round.begin(now)


def announce_ends(now: datetime) -> int:
    """Write to partners which stories' licenses end within 30 days, once for each end; returns how many were written.

    The key is made from what is told, so that a second night finds it written.
    """
    written = 0
    ending = Entry.objects.visible(Channel.PARTNER_SITES, now).filter(
        ends_because=Reason.LICENSE_EXPIRED, valid_until__lte=now + EXPIRING
    )
    endpoints = list(Endpoint.objects.filter(state=EndpointState.ENABLED).select_related("partner"))
    for entry in ending:
        for endpoint in endpoints:
            if is_wanted(endpoint, entry.type, LICENSE_EXPIRING):
                written += _announce_end(entry, endpoint, now)
    return written


def _announce_end(entry: Entry, endpoint: Endpoint, now: datetime) -> bool:
    end = f"{LICENSE_EXPIRING} {endpoint.uid} {entry.uid} {entry.lang} {entry.valid_until}"
    _delivery, made = Delivery.objects.get_or_create(
        key=uuid5(NAMESPACE_URL, end),
        defaults={
            "endpoint": endpoint,
            "event": LICENSE_EXPIRING,
            "type": entry.type,
            "uid": entry.uid,
            "lang": entry.lang,
            "version": entry.version,
            "written_at": now,
            "due_at": now,
        },
    )
    return made
