"""Drafts that were never handed in and that nobody goes on with: announced to their writers, then thrown away."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from home.letters import erase_letters_about
from home.models import Clock, User
from programs.models import Membership
from programs.models.teams import Role
from showcase import mails, rules
from showcase.models import StoryDraft, StoryFile, StoryPhoto

from .media import unused

# Between the mail to its writers and the end of a draft.
NOTICE: Final = timedelta(days=30)
_SHORTEST_MONTH: Final = timedelta(days=28)


def forget_drafts(now: datetime) -> int:
    """Tell of drafts that go in 30 days, and throw away those that are due; returns how many were.

    A draft goes when nobody has changed it for STORY_DRAFT_KEPT_MONTHS, and never sooner than 30 days after its writers
    were told, however late that was. Each has a transaction of its own.
    """
    since = now + NOTICE - _SHORTEST_MONTH * settings.STORY_DRAFT_KEPT_MONTHS
    untouched = StoryDraft.objects.filter(story=None, updated_at__lte=since).values_list("pk", flat=True)
    return sum(_forget(pk, now) for pk in list(untouched))


def _forget(pk: int, now: datetime) -> bool:
    """Do what is due about one draft; True if it was thrown away."""
    with transaction.atomic():
        Clock.locked()
        # As it stands now that nobody else may write or hand it in.
        draft = StoryDraft.objects.select_for_update().filter(pk=pk, story=None).first()
        if draft is None:
            return False
        ends_at = max(
            rules.months_later(draft.updated_at, settings.STORY_DRAFT_KEPT_MONTHS), (draft.told_at or now) + NOTICE
        )
        if draft.told_at is None and now + NOTICE >= ends_at:
            _tell(draft, ends_at, now)
        if now < ends_at:
            return False
        _throw_away(draft, now)
    return True


def _tell(draft: StoryDraft, ends_at: datetime, now: datetime) -> None:
    draft.told_at = now
    draft.save(update_fields=["told_at"])
    for writer in _writers(draft):
        mails.write_to_writer("draft_ending", writer, draft, ends_at=ends_at)


def _writers(draft: StoryDraft) -> list[User]:
    """Who of the team writes or takes part; where none of them is in it any more, its head.

    Nobody else named in a draft has been asked for anything yet.
    """
    seats = Membership.objects.filter(team=draft.team_id, user__is_active=True).select_related("user").order_by("pk")
    named = Q(user=draft.author_id) | Q(user__in=draft.people.filter(user__isnull=False).values("user"))
    return [one.user for one in seats.filter(named) or seats.filter(role=Role.HEAD)]


def _throw_away(draft: StoryDraft, now: datetime) -> None:
    """Throw a draft away with the files nothing else uses, and with what was written about it."""
    erase_letters_about(mails.marks_of(draft), now)
    used = list(draft.assets.values_list("photo", "file"))
    draft.delete()
    unused(StoryPhoto, StoryPhoto.objects.filter(pk__in=[photo for photo, _file in used if photo])).delete()
    unused(StoryFile, StoryFile.objects.filter(pk__in=[file for _photo, file in used if file])).delete()
