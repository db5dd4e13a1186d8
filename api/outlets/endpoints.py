"""What is done with the addresses of partners, one verb each: registered, asked whether they want it, switched off."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from api.models import Delivery, DeliveryState, Endpoint, EndpointState, Partner
from api.outbox import ENDPOINT_TEST
from api.serializers.json import dump
from home.taiwan import iso

from .signing import new_seed, secret_of, signed_headers
from .targets import FailedError, send

CHALLENGE: Final = "endpoint.challenge"
# Somebody waits for it: an address that takes longer is asked again when its owner says so.
CHALLENGE_WITHIN: Final = 5.0
# For so long after a rotation messages are signed with both secrets.
BOTH_FOR: Final = timedelta(hours=24)
# How many addresses one partner may have.
AT_MOST: Final = 10


class TooManyEndpointsError(Exception):
    """The partner has as many addresses as one may have."""


class ChallengeFailedError(Exception):
    """The address did not give our word back, so nobody there has agreed to hear from us."""


def register_endpoint(partner: Partner, url: str, events: Sequence[str], now: datetime) -> Endpoint:
    """Keep an address that waits for its challenge; nothing is sent to it yet.

    Raises:
        TooManyEndpointsError: when the partner has as many as one may have.
        IntegrityError: when it has this one already.
    """
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        if partner.endpoints.count() >= AT_MOST:
            raise TooManyEndpointsError
        return Endpoint.objects.create(
            partner=partner, url=url, events=list(events), seed=new_seed(), created_at=now, state=EndpointState.PENDING
        )


def challenge(endpoint: Endpoint, url: str, now: datetime, deadline: float = CHALLENGE_WITHIN) -> None:
    """Ask an address whether it wants to hear from us: it answers 200 with the word it was sent.

    Never inside a transaction: it takes as long as the other side likes.

    Raises:
        ChallengeFailedError: when it does not; its text says what happened instead.
        RefusedTargetError: when it is no address we send to.
    """
    word = secrets.token_urlsafe(24)
    body = dump({"type": CHALLENGE, "timestamp": iso(now), "data": {"challenge": word}})
    headers = {"Content-Type": "application/json", **signed_headers(str(uuid4()), body, endpoint.seeds(now), now)}
    try:
        answer = send("POST", url, body=body, headers=headers, deadline=deadline)
    except FailedError as error:
        raise ChallengeFailedError(str(error)) from error
    if answer.status != HTTPStatus.OK:
        raise ChallengeFailedError(str(answer.status))
    if not secrets.compare_digest(_word_in(answer.body), word.encode()):
        raise ChallengeFailedError("another answer")


def _word_in(body: bytes) -> bytes:
    """The word an answer gives back: as it stands, or as ``challenge`` in JSON."""
    try:
        found = json.loads(body)
    except ValueError:
        return body.strip()
    return str(found.get("challenge", "")).encode() if isinstance(found, dict) else body.strip().strip(b'"')


def enable_endpoint(endpoint: Endpoint, now: datetime) -> None:
    """Send to an address from now on; what waited for it is sent at once, and its row of failures begins anew."""
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(
            state=EndpointState.ENABLED, disabled_because="", failures=0, failing_since=None, closed_until=None
        )
        endpoint.deliveries.filter(state=DeliveryState.WAITING, due_at__gt=now).update(due_at=now)
    endpoint.refresh_from_db()


def disable_endpoint(endpoint: Endpoint, reason: str, now: datetime, *, tell: bool = False) -> None:
    """Send nothing to an address any more; what waits for it waits on. ``tell``: write to its owner."""
    with transaction.atomic():
        reason = str(reason)[:120]
        switched = Endpoint.objects.filter(pk=endpoint.pk).exclude(state=EndpointState.DISABLED)
        if switched.update(state=EndpointState.DISABLED, disabled_because=reason) and tell:
            _write_to_owner(endpoint, reason, now)
    endpoint.refresh_from_db()


def _write_to_owner(endpoint: Endpoint, reason: str, now: datetime) -> None:
    facts = {
        "endpoint": endpoint,
        "partner": endpoint.partner,
        "reason": reason,
        "since": endpoint.failing_since or now,
        "address": f"{settings.PUBLIC_URL}/api/v1/endpoints/{endpoint.uid}",
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("api/letters/endpoint_disabled_subject.txt", facts).strip()
        text = render_to_string("api/letters/endpoint_disabled.txt", facts)
    send_mail(subject, text, None, [endpoint.partner.email])


def rotate_secret(endpoint: Endpoint, now: datetime) -> str:
    """Give an address a new secret, and return it; for a day messages are signed with the former one too."""
    with transaction.atomic():
        row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        row.former_seed, row.former_until, row.seed = row.seed, now + BOTH_FOR, new_seed()
        row.save(update_fields=["former_seed", "former_until", "seed"])
    endpoint.refresh_from_db()
    return secret_of(endpoint.seed)


def write_test(endpoint: Endpoint, now: datetime) -> Delivery:
    """Write a message that tells nothing, to try an address with; while one waits, that is the one."""
    waiting = endpoint.deliveries.filter(event=ENDPOINT_TEST, state=DeliveryState.WAITING).first()
    return waiting or Delivery.objects.create(endpoint=endpoint, event=ENDPOINT_TEST, written_at=now, due_at=now)
