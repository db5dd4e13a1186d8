"""The author hands a story in and agrees to it himself: all of it happens, or nothing, and twice is once."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from home.models import Clock, User
from home.visibility import Channel
from showcase import mails
from showcase.models import Party, StoryDraft, StoryRevision
from showcase.vocabularies import PartyRole, Verb

from .acts import How
from .answers import check_age, grant
from .asking import TooManyMailsError, name_guardian
from .handing_in import Ticks, hand_in


class ChangedError(Exception):
    """The draft, or the license, is no longer what the author had before him."""


class NotAuthorError(Exception):
    """Somebody else than the author wants to hand in: nobody signs for another."""


class GuardianMissingError(Exception):
    """A minor has to name a legal representative."""


@dataclass(frozen=True)
class Signing:
    """What an author ticked and typed; ``version`` is the draft's as it was shown, ``guardian`` (name, address)."""

    version: int
    text_sha256: str
    channels: Channel
    adaptation: bool
    born_on: date
    how: How
    ticks: Ticks
    guardian: tuple[str, str] | None = None


def hand_in_and_agree(draft: StoryDraft, by: User, signing: Signing, now: datetime) -> StoryRevision:
    """Hand a draft in and give its author's own consent. Sent twice, also at once, it is one story and one mail each.

    Raises:
        NotAuthorError: by somebody else.
        ChangedError: the draft was changed since it was shown.
        StaleError: the license text is another one now.
        TooManyMailsError: so many versions today that everyone in them was written to often enough.
        NotReadyError, NoTextError: as `hand_in`.
        ContradictionError: another year of birth was given before.
        GuardianMissingError: a minor without a legal representative.
        OwnAddressError: a minor who names himself.
    """
    with transaction.atomic():
        Clock.locked()
        row = StoryDraft.objects.select_for_update().get(pk=draft.pk)
        if row.author_id != by.pk:
            raise NotAuthorError
        if row.version != signing.version:
            raise ChangedError
        if row.story and mails.is_flooding(row.story, now, verb=Verb.SUBMITTED):
            raise TooManyMailsError
        row.channels, row.adaptation = int(signing.channels | Channel.SITE), signing.adaptation
        # Not another version: what is shown is the same, only for other uses.
        row.save(update_fields=["channels", "adaptation"])
        revision = hand_in(row, by, now, signing.ticks)
        _agree(revision.parties.get(role=PartyRole.AUTHOR, user=by), revision, signing, now)
    return revision


def _agree(party: Party, revision: StoryRevision, signing: Signing, now: datetime) -> None:
    """The author's own consent, with the legal representative of a minor asked as well."""
    check_age(party, signing.born_on, now)
    if party.minor and not party.guardians.filter(purged_at=None).exists():
        if signing.guardian is None:
            raise GuardianMissingError
        name_guardian(party, *signing.guardian, now)
    grant(
        party,
        content_hash=revision.content_hash,
        text_sha256=signing.text_sha256,
        channels=signing.channels | Channel.SITE,
        adaptation=signing.adaptation,
        now=now,
        how=signing.how,
    )
