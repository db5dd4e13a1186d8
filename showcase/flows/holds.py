"""Holding a story: any member of staff takes it off at once; a second one lets it go again (R60)."""

from datetime import datetime

from home.models import User
from showcase.models import Hold, StoryPage
from showcase.vocabularies import HoldKind, Verb

from .acts import act_on, record


class SamePersonError(Exception):
    """Whoever held a story does not release it."""


def hold(story: StoryPage, kind: HoldKind, reason: str, by: User, now: datetime) -> Hold:
    """Hide a story on every channel at once, whatever its consents say."""
    with act_on(story):
        made = Hold.objects.create(story=story, kind=kind, reason=reason, held_by=by, held_at=now)
        record(Verb.HELD, story, now, hold=made.pk, kind=str(kind))
    return made


def release(held: Hold, reason: str, by: User, now: datetime) -> None:
    """Let a held story go; it is shown again if its consents still say so.

    Raises:
        SamePersonError: the one who held it.
    """
    if held.held_by == by:
        raise SamePersonError
    with act_on(held.story):
        row = Hold.objects.get(pk=held.pk)
        if row.released_at is not None:
            return
        row.released_by, row.released_at, row.release_reason = by, now, reason
        row.save()
        record(Verb.RELEASED, held.story, now, hold=held.pk)
