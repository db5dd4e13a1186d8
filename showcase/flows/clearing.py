"""When everyone has agreed: the term begins, and the revision goes to review."""

from datetime import datetime

from showcase import mails, rules
from showcase.models import Grant, StoryPage, StoryRevision
from showcase.models.consent import signatories
from showcase.vocabularies import PartyRole, RevisionState, Verb

from .acts import record


def settle(story_revision: StoryRevision, now: datetime) -> bool:
    """Begin the term if the last missing consent is there, inside the caller's transaction; True if one began.

    The first time, the revision goes to review; a renewed one stays as it was approved.
    """
    story, content_hash = story_revision.story, story_revision.content_hash
    required = signatories(story.pk, content_hash)
    term = rules.next_term(required, now)
    if term is None:
        return False
    waiting = Grant.objects.filter(
        party__in=term.signatories, content_hash=content_hash, withdrawn_at=None, ends_at=None
    )
    numbers = sorted(waiting.values_list("pk", flat=True))
    Grant.objects.filter(pk__in=numbers).update(starts_at=term.starts_at, ends_at=term.ends_at)
    record(
        Verb.CLEARED,
        story,
        now,
        content_hash=content_hash,
        grants=numbers,
        starts_at=iso_exact(term.starts_at),
        ends_at=iso_exact(term.ends_at),
    )
    review_if_cleared(story_revision, now)
    authors = story_revision.parties.filter(role=PartyRole.AUTHOR)
    for author in () if mails.is_flooding(story, now, verb=Verb.CLEARED) else authors:
        mails.write_to_party("cleared", author, ends_at=term.ends_at)
    return True


def iso_exact(instant: datetime) -> str:
    """An instant as text, without losing its fraction of a second."""
    return instant.isoformat()


def review_if_cleared(story_revision: StoryRevision, now: datetime) -> None:
    """Hand a revision to the reviewers once everyone has agreed, inside the caller's transaction.

    Handed in again after it was sent back, unchanged, it is cleared from the beginning.
    """
    required = signatories(story_revision.story_id, story_revision.content_hash)
    if story_revision.state == RevisionState.SUBMITTED and rules.license_of(required, now):
        begin_review(story_revision, now)


def begin_review(story_revision: StoryRevision, now: datetime) -> None:
    """Hand a cleared revision to the reviewers, unless they have it already."""
    story_revision.state = RevisionState.IN_REVIEW
    story_revision.save(update_fields=["state"])
    record(Verb.REVIEWED, story_revision.story, now, content_hash=story_revision.content_hash)
    story = StoryPage.objects.get(pk=story_revision.story_id)
    workflow, begun = story.get_workflow(), story.current_workflow_state
    if begun and begun.status == begun.STATUS_NEEDS_CHANGES:
        # Wagtail knows one review a page, and takes the one that was sent back up again.
        begun.resume()
    elif workflow and not begun:
        # In nobody's name: Wagtail would write to the team by itself, with the way into the admin.
        workflow.start(story, None)
