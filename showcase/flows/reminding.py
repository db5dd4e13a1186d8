"""Reminding people: who has not answered, whose license ends soon, whose license has ended. Each is told once.

A mail and the note that it was written are kept in one transaction, so neither a worker that was down for days nor one
that runs twice writes it again; of several reminders that came due meanwhile only the last is written.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from home.taiwan import TAIPEI, local
from showcase import mails, rules
from showcase.models import EndingNotice, Grant, Party, Requirement, StoryPage, StoryRevision
from showcase.models.consent import signatories
from showcase.vocabularies import PartyRole, RevisionState

from .acts import act_on
from .answers import asked_of
from .asking import requester_of

# After an invitation, while nothing has been answered and it has not lapsed.
ASKED_AGAIN_AFTER: Final = (timedelta(days=10), timedelta(days=3))
# When in the day they are written, in Taipei.
WRITTEN_AT: Final = time(9, 15)
# Before the end of a license, the nearest first.
DAYS_BEFORE: Final = (7, 30, 90, 180)
_AT_THE_END: Final = 0


def remind(now: datetime) -> int:
    """Write every reminder that is due; returns how many parties and licenses they were about."""
    return remind_invited(now) + remind_of_ends(now)


def remind_invited(now: datetime) -> int:
    """Remind who was asked 3 and again 10 days ago and has not answered; returns how many."""
    waiting = _unanswered(now).filter(invited_at__lte=now - min(ASKED_AGAIN_AFTER))
    return sum(_remind(party, now) for party in waiting)


def _unanswered(now: datetime) -> QuerySet[Party]:
    """Who was asked, may still answer, has said nothing since, and whose answer the newest version still waits for."""
    later = StoryRevision.objects.filter(
        story=OuterRef("story_revision__story"), number__gt=OuterRef("story_revision__number")
    )
    waits = Requirement.objects.filter(
        ~Exists(later), party=OuterRef("pk"), story_revision__state=RevisionState.SUBMITTED
    )
    answered = Grant.objects.filter(party=OuterRef("pk"), granted_at__gte=OuterRef("invited_at"))
    asked = Party.objects.filter(purged_at=None, refused_at=None, lapses_at__gt=now).exclude(email="")
    return asked.filter(Exists(waits), ~Exists(answered)).select_related("story")


def _remind(party: Party, now: datetime) -> bool:
    with act_on(party.story):
        # Once more, now that nobody else may answer or remind in between.
        row = _unanswered(now).filter(pk=party.pk).first()
        if row is None:
            return False
        due = _due(row, now)
        if due is None or due > now:
            return False
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        mails.write_to_party("reminder", row, requester=requester_of(row), revision=asked_of(row))
    return True


def _due(party: Party, now: datetime) -> datetime | None:
    """When the next reminder of somebody who has not answered is due, or was and is not written yet; None after all."""
    if party.invited_at is None:
        return None
    times = [party.invited_at + wait for wait in ASKED_AGAIN_AFTER]
    last = next((at for at in times if at <= now), None)
    if last is not None and (party.reminded_at is None or party.reminded_at < last):
        return last
    return min((at for at in times if at > now), default=None)


def next_reminders(story: StoryPage, now: datetime) -> dict[int, datetime]:
    """By party: when the next reminder goes out to each who has not answered; nobody who gets none is in it."""
    due = [(party, _due(party, now)) for party in _unanswered(now).filter(story=story)]
    written = {party: _written(max(at, now)) for party, at in due if at}
    return {party.pk: at for party, at in written.items() if party.lapses_at and at < party.lapses_at}


def _written(due: datetime) -> datetime:
    """The first hour of reminders at or after an instant."""
    here = local(due)
    today = datetime.combine(here.date(), WRITTEN_AT, tzinfo=TAIPEI)
    return today if due <= today else today + timedelta(days=1)


def remind_of_ends(now: datetime) -> int:
    """Tell everyone concerned 180, 90, 30 and 7 days before a license ends; returns of how many licenses."""
    soon = Grant.objects.filter(withdrawn_at=None, ends_at__gt=now, ends_at__lte=now + timedelta(days=DAYS_BEFORE[-1]))
    return sum(_tell_of_end(story_revision, now) for story_revision in _licensed(soon))


def _tell_of_end(story_revision: StoryRevision, now: datetime) -> bool:
    with act_on(story_revision.story):
        license_now = _license(story_revision, now)
        if license_now is None:
            return False
        left = license_now.ends_at - now
        days = next((one for one in DAYS_BEFORE if left <= timedelta(days=one)), None)
        if days is None or not _note(story_revision, license_now.ends_at, days):
            return False
        _write("ending", story_revision, license_now.ends_at, days=days)
    return True


def sweep_ended(now: datetime) -> int:
    """Let the ledger look at every story whose license has ended since the last time; returns how many.

    Readers need no sweep: the rule hides a story at that instant. This only has the tombstones told at once.
    """
    last = EndingNotice.objects.filter(days=_AT_THE_END).order_by("-ends_at").values_list("ends_at", flat=True).first()
    ended = Grant.objects.filter(withdrawn_at=None, ends_at__lte=now)
    if last is not None:
        ended = ended.filter(ends_at__gte=last)
    noted = EndingNotice.objects.filter(
        story_revision__story=OuterRef("party__story"),
        story_revision__content_hash=OuterRef("content_hash"),
        ends_at=OuterRef("ends_at"),
        days=_AT_THE_END,
    )
    found = ended.filter(~Exists(noted)).order_by("ends_at")
    told = 0
    for ends_at, content_hash, story in found.values_list("ends_at", "content_hash", "party__story").distinct():
        story_revision = StoryRevision.objects.filter(story=story, content_hash=content_hash).first()
        if story_revision and ends_at:
            told += _tell_ended(story_revision, ends_at, now)
    return told


def _tell_ended(story_revision: StoryRevision, ends_at: datetime, now: datetime) -> bool:
    with act_on(story_revision.story):
        if not _note(story_revision, ends_at, _AT_THE_END):
            return False
        before = _license(story_revision, ends_at - timedelta(microseconds=1))
        if before and before.ends_at == ends_at and _license(story_revision, now) is None:
            _write("ended", story_revision, ends_at)
    return True


def _licensed(grants: QuerySet[Grant]) -> Iterator[StoryRevision]:
    """The revisions that stand on their pages and for which some of the grants were given."""
    given = grants.filter(party__story=OuterRef("story"), content_hash=OuterRef("content_hash"))
    yield from StoryRevision.objects.filter(Exists(given)).select_related("story")


def _license(story_revision: StoryRevision, at: datetime) -> rules.License | None:
    """The license of a revision, if it is the one that stands on its page."""
    story = story_revision.story
    if story.content_hash != story_revision.content_hash:
        return None
    return rules.license_of(signatories(story.pk, story_revision.content_hash), at)


def _note(story_revision: StoryRevision, ends_at: datetime, days: int) -> bool:
    """Keep that a notice was written; False when one as late was before."""
    told = EndingNotice.objects.filter(story_revision=story_revision, ends_at=ends_at, days__lte=days)
    if told.exists():
        return False
    EndingNotice.objects.create(story_revision=story_revision, ends_at=ends_at, days=days)
    return True


def _write(name: str, story_revision: StoryRevision, ends_at: datetime, days: int = 0) -> None:
    """Write to every required party that has not agreed anew already, and to the head of the team."""
    renewed = Grant.objects.filter(
        party=OuterRef("pk"), content_hash=story_revision.content_hash, withdrawn_at=None, ends_at=None
    )
    story = story_revision.story
    for party in story_revision.parties.filter(~Exists(renewed)):
        mails.write_to_party(name, party, revision=story_revision, ends_at=ends_at, days=days)
    # Whoever heads the team and is a party has had the mail with the link.
    told = story_revision.parties.exclude(role=PartyRole.GUARDIAN).values_list("email", flat=True)
    mails.tell_team(f"{name}_team", story, besides=set(told), revision=story_revision, ends_at=ends_at, days=days)
