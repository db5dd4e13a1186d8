"""What staff do about the Facebook page, one verb each: choose an item, post and take down by hand, try again."""

import re
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from api.models import Delivery, DeliveryState, Entry, FacebookPage, Operation, Post, PostForm, PostState
from api.outbox import PUBLISHED, UPDATED, WITHDRAWN, state_asked
from home.models import Clock
from home.visibility import Channel

from .post_text import words_of_entry

# Where Facebook shows posts: its own hosts, and the short one people copy from their phones.
PERMALINK: Final = re.compile(r"https://([a-z0-9-]+\.)*(facebook\.com|fb\.com|fb\.watch)/\S+", re.ASCII)


class NotOnFacebookError(ValueError):
    """An address that is no post's on Facebook."""


def post_of(uid: UUID, lang: str) -> Post:
    """The post of an item, new where nobody has asked for one."""
    return Post.objects.filter(uid=uid, lang=lang).first() or Post(uid=uid, lang=lang)


def public_entry(post: Post, now: datetime) -> Entry | None:
    """The item of a post as it may stand on Facebook now."""
    found: Entry | None = Entry.objects.visible(Channel.FACEBOOK, now).filter(uid=post.uid, lang=post.lang).first()
    return found


def choose(post: Post, by: Any, now: datetime, *, wanted: bool, lead_in: str, form: str = PostForm.LINK) -> None:
    """Keep whether an item is to stand on the page and how; have it posted, changed or taken down accordingly."""
    with transaction.atomic():
        # As the ledger does: so that the queue's order is that of the acts.
        Clock.locked()
        if post.pk:
            post.refresh_from_db()
        before = (post.wanted, post.lead_in, post.form)
        post.wanted, post.lead_in, post.form = wanted, lead_in.strip(), form
        chosen = (post.wanted, post.lead_in, post.form) != before
        post.by, post.changed_at = by, now
        post.save()
        if chosen:
            _ask(post, now)


def try_again(post: Post, now: datetime) -> None:
    """Have it tried once more."""
    with transaction.atomic():
        Clock.locked()
        post.refresh_from_db()
        post.error = ""
        post.save(update_fields=["error"])
        _ask(post, now)


def _ask(post: Post, now: datetime) -> None:
    """Write the delivery that brings the page in line with what was chosen; nothing where it is."""
    entry = public_entry(post, now)
    if post.wanted and entry:
        _deliver(post, Operation.UPSERT, UPDATED if post.is_posted else PUBLISHED, entry, now)
    elif post.stands:
        _deliver(post, Operation.WITHDRAW, WITHDRAWN, entry, now)
    else:
        _end_waiting(post, now, DeliveryState.SUPERSEDED)
        Post.objects.filter(pk=post.pk).update(state=PostState.NONE)


def _deliver(post: Post, op: Operation, event: str, entry: Entry | None, now: datetime) -> None:
    known = entry or Entry.objects.filter(uid=post.uid, lang=post.lang).first()
    kind = known.type if known else ""
    Delivery.objects.create(
        event=f"{kind}.{event}",
        op=op,
        type=kind,
        uid=post.uid,
        lang=post.lang,
        version=known.version if known else None,
        written_at=now,
        due_at=now,
    )
    post.state = state_asked(post, op)
    post.save(update_fields=["state"])


def record_posted(post: Post, permalink: str, by: Any, now: datetime) -> None:
    """Keep that a person has posted it, or brought the post up to date, and where it stands.

    Raises:
        NotOnFacebookError: the address is no post's.
    """
    permalink = permalink.strip()
    if not PERMALINK.fullmatch(permalink):
        raise NotOnFacebookError(permalink)
    with transaction.atomic():
        Clock.locked()
        post.refresh_from_db()
        entry = public_entry(post, now)
        # Taken back while it was being posted: then it has to go at once.
        post.state = PostState.POSTED if post.wanted and entry else PostState.TAKE_DOWN
        if entry:
            words = words_of_entry(entry, post)
            post.digest, post.link = words.digest, words.link
        post.permalink, post.by, post.error = permalink, by, ""
        post.posted_at, post.taken_down_at, post.tried_at, post.changed_at = now, None, None, now
        post.save()
        if post.state == PostState.POSTED:
            _end_waiting(post, now, DeliveryState.DELIVERED)


def record_taken_down(post: Post, by: Any, now: datetime) -> None:
    """Keep that a person has taken the post down."""
    with transaction.atomic():
        Clock.locked()
        post.refresh_from_db()
        post.state = PostState.QUEUED if post.wanted and public_entry(post, now) else PostState.TAKEN_DOWN
        post.post_id = post.photo_id = post.digest = post.picture = post.error = ""
        post.tried_at, post.taken_down_at, post.by, post.changed_at = None, now, by, now
        post.save()
        waiting = Delivery.objects.filter(op=Operation.WITHDRAW)
        _end_waiting(post, now, DeliveryState.DELIVERED, waiting.values("pk"))


def _end_waiting(post: Post, now: datetime, state: DeliveryState, only: Any = None) -> None:
    waiting = Delivery.objects.filter(endpoint=None, uid=post.uid, lang=post.lang, state=DeliveryState.WAITING)
    if only is not None:
        waiting = waiting.filter(pk__in=only)
    waiting.update(state=state, ended_at=now)


def resume(now: datetime) -> None:
    """Let the queue go on: the token was renewed, or people want it tried."""
    FacebookPage.objects.filter(pk=FacebookPage.ONLY).update(
        paused_at=None, paused_because="", paused_token="", waits_until=None
    )
    waiting = Delivery.objects.filter(endpoint=None, state=DeliveryState.WAITING)
    waiting.filter(due_at__gt=now).update(due_at=now)
