"""What a reviewer decides: approve a revision, or send it back with a reason."""

from datetime import datetime

from home.models import User
from showcase import mails
from showcase.models import StoryRevision
from showcase.vocabularies import PartyRole, RevisionState, Verb

from .acts import act_on, record


def approve(story_revision: StoryRevision, by: User, now: datetime) -> None:
    """Keep that a revision was approved and tell its author; approving what was only filed anew changes nothing."""
    with act_on(story_revision.story):
        row = StoryRevision.objects.get(pk=story_revision.pk)
        if row.state == RevisionState.APPROVED:
            return
        _decide(row, RevisionState.APPROVED, by, "", now)
        record(Verb.APPROVED, row.story, now, content_hash=row.content_hash)
        _tell_author("approved", row)


def send_back(story_revision: StoryRevision, reason: str, by: User, now: datetime) -> None:
    """Send a revision back to its team with the reason. What was approved stays so: only its filing was reviewed."""
    with act_on(story_revision.story):
        row = StoryRevision.objects.get(pk=story_revision.pk)
        if row.state in {RevisionState.APPROVED, RevisionState.RETURNED}:
            return
        _decide(row, RevisionState.RETURNED, by, reason, now)
        record(Verb.RETURNED, row.story, now, content_hash=row.content_hash)
        _tell_author("returned", row)


def _decide(row: StoryRevision, state: RevisionState, by: User, reason: str, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at, row.reason = state, by, now, reason
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _tell_author(name: str, row: StoryRevision) -> None:
    for author in row.parties.filter(role=PartyRole.AUTHOR):
        mails.write_to_party(name, author, revision=row, reason=row.reason)
