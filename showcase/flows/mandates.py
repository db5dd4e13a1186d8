"""Representatives: a mandate counts from a second member of staff's yes until it is revoked (Copyright Act §40-1)."""

from collections.abc import Iterable
from datetime import datetime

from home.models import User
from showcase.models import Mandate, Party, StoryFile
from showcase.vocabularies import SPOKEN_FOR, Verb

from .acts import act_on, record
from .clearing import settle
from .holds import SamePersonError


def upload_mandate(
    representative: Party, parties: Iterable[Party], file: StoryFile, by: User, now: datetime
) -> Mandate:
    """Keep a mandate that names all it speaks for; nothing changes until it is confirmed.

    Of ``parties`` only the story's count, and only makers: neither a legal representative nor who is shown.
    """
    with act_on(representative.story):
        mandate = Mandate.objects.create(representative=representative, file=file, uploaded_by=by, uploaded_at=now)
        story = representative.story_id
        mandate.parties.set([one for one in parties if one.story_id == story and one.role in SPOKEN_FOR])
    return mandate


def confirm_mandate(mandate: Mandate, by: User, now: datetime) -> None:
    """Confirm what somebody else has uploaded.

    Raises:
        SamePersonError: the one who uploaded it.
    """
    if mandate.uploaded_by == by:
        raise SamePersonError
    story = mandate.representative.story
    with act_on(story):
        row = Mandate.objects.get(pk=mandate.pk)
        if row.confirmed_at is not None:
            return
        row.confirmed_by, row.confirmed_at = by, now
        row.save()
        parties = sorted(row.parties.values_list("pk", flat=True))
        record(Verb.MANDATED, story, now, mandate.representative, parties=parties)
        for story_revision in mandate.representative.story_revisions.all():
            settle(story_revision, now)


def revoke_mandate(mandate: Mandate, reason: str, by: User, now: datetime) -> None:
    """Let a confirmed mandate count no longer: a story that needs it is hidden at once, until they answer themselves.

    One that was never confirmed counts for nobody, and one revoked before stays as it was.
    """
    story = mandate.representative.story
    with act_on(story):
        row = Mandate.objects.get(pk=mandate.pk)
        if row.confirmed_at is None or row.revoked_at is not None:
            return
        row.revoked_by, row.revoked_at, row.revoke_reason = by, now, reason
        row.save()
        others = Mandate.objects.filter(representative=row.representative, confirmed_at__isnull=False, revoked_at=None)
        # Whom another mandate of the same representative names as well is still spoken for.
        still = Party.objects.filter(spoken_for_by__in=others)
        parties = row.parties.exclude(pk__in=still).values_list("pk", flat=True)
        record(Verb.REVOKED, story, now, row.representative, parties=sorted(parties))
