"""What is written for each destination in the transaction that tells a change (contract sections 4 and 5)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from home.visibility import Channel

from .models import Change, Delivery, Endpoint, EndpointState, Operation, Post, PostState
from .serializers.documents import STORY

PUBLISHED: Final = "published"
UPDATED: Final = "updated"
WITHDRAWN: Final = "withdrawn"
RESCHEDULED: Final = "rescheduled"
CANCELLED: Final = "cancelled"
AMENDED: Final = "amended"

# Events that are no change of an item.
LICENSE_EXPIRING: Final = "license.expiring"
PURGE_OVERDUE: Final = "purge.overdue"
ENDPOINT_TEST: Final = "endpoint.test"

TYPES: Final = ("announcement", "event", "venue", "story", "team", "resource", "program", "appearance")
EVENTS: Final = (
    *(f"{name}.{what}" for name in TYPES for what in (PUBLISHED, UPDATED, WITHDRAWN)),
    *(f"event.{what}" for what in (RESCHEDULED, CANCELLED)),
    f"announcement.{AMENDED}",
    *(LICENSE_EXPIRING, PURGE_OVERDUE, ENDPOINT_TEST),
)
# What of an event moves it, so that whoever planned to come must hear.
PLANNED: Final = ("starts_at", "ends_at", "venue", "place", "online_url")


def what_happened(change: Change, channel: Channel, before: int, was: bytes, becomes: bytes) -> str:
    """The name of a change for the readers of a channel, as in ``event.cancelled``.

    ``before`` are the channels it stood on until now; ``was`` and ``becomes`` its full documents, empty where none.
    """
    if change.op == Operation.WITHDRAW:
        what = WITHDRAWN
    elif not before & channel or not was:
        what = PUBLISHED
    else:
        what = _difference(change.type, json.loads(was), json.loads(becomes))
    return f"{change.type}.{what}"


def _difference(kind: str, was: Mapping[str, Any], becomes: Mapping[str, Any]) -> str:
    if kind == "event":
        if becomes["status"] == "cancelled" != was["status"]:
            return CANCELLED
        if any(was[name] != becomes[name] for name in PLANNED):
            return RESCHEDULED
    if kind == "announcement" and len(becomes["amended_by"]) > len(was["amended_by"]):
        return AMENDED
    return UPDATED


def write_deliveries(change: Change, before: int, was: bytes, becomes: bytes) -> None:
    """One delivery for each destination a change concerns, in the caller's transaction.

    A destination is concerned when it reads on a channel the change was told on. A withdrawal goes to everyone who
    asked for anything of that type: who was told of an item must hear that it is gone.
    """
    if change.channels & Channel.PARTNER_SITES:
        event = what_happened(change, Channel.PARTNER_SITES, before, was, becomes)
        Delivery.objects.bulk_create(
            _delivery(change, event, endpoint)
            for endpoint in Endpoint.objects.filter(state=EndpointState.ENABLED).select_related("partner")
            if is_wanted(endpoint, change.type, event)
        )
    if change.channels & Channel.FACEBOOK:
        _write_to_page(change, what_happened(change, Channel.FACEBOOK, before, was, becomes))


def _write_to_page(change: Change, event: str) -> None:
    """The delivery to the Facebook page, of an item that is wanted there or stands there; its post says so at once."""
    post = Post.objects.concerned().filter(uid=change.uid, lang=change.lang).first()
    if post is None:
        return
    _delivery(change, event, None).save()
    Post.objects.filter(pk=post.pk).update(state=state_asked(post, change.op), changed_at=change.at)


def state_asked(post: Post, op: str) -> PostState:
    """What a post is to be once its item is public, or no longer: to be posted, to be taken down, or what it is."""
    if op == Operation.WITHDRAW or not post.wanted:
        return PostState.TAKE_DOWN if post.stands else PostState.NONE
    return PostState.POSTED if post.is_posted else PostState.QUEUED


def is_wanted(endpoint: Endpoint, kind: str, event: str) -> bool:
    """Whether an endpoint is to hear of an event of an item of that type."""
    partner = endpoint.partner
    if not partner.channels & Channel.PARTNER_SITES or (kind == STORY and not partner.gets_stories):
        return False
    wanted = endpoint.events
    of_type = any(name.startswith(f"{kind}.") for name in wanted)
    return not wanted or event in wanted or (event == f"{kind}.{WITHDRAWN}" and of_type)


def _delivery(change: Change, event: str, endpoint: Endpoint | None) -> Delivery:
    return Delivery(
        endpoint=endpoint,
        event=event,
        seq=change.seq,
        op=change.op,
        type=change.type,
        uid=change.uid,
        lang=change.lang,
        version=change.version,
        reason=change.reason,
        written_at=change.at,
        due_at=change.at,
    )
