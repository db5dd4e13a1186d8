"""Asking people for their consent: invite, ask again, correct an address, name a minor's legal representative.

Of several representatives one who has not answered may be let go.
"""

from datetime import datetime
from typing import Final

from django.conf import settings

from home.models import User
from showcase import mails
from showcase.links import extend_link, renew_link
from showcase.models import DraftPerson, Party, Requirement, StoryRevision
from showcase.vocabularies import PartyRole, Verb

from .acts import act_on, record
from .answers import asked_of, is_erased, unended
from .clearing import settle

# What asking somebody changes: an answer given since the party was read is left as it is.
_OF_ASKING: Final = (
    "name",
    "email",
    "user",
    "link_seed",
    "link_hash",
    "invited_at",
    "lapses_at",
    "seen_at",
    "reminded_at",
)


class AlreadyAnsweredError(Exception):
    """The party's consent stands, or the party was erased: there is nothing to ask."""


class OwnAddressError(Exception):
    """A minor and the legal representative would have one mailbox, and the minor would answer for both."""


class OnlyGuardianError(Exception):
    """Without this legal representative a minor would be alone."""


class TooManyMailsError(Exception):
    """So many people were asked again about the story today that the next may be asked tomorrow."""


def invite(party: Party, now: datetime) -> None:
    """Send a party a link, inside the caller's transaction. A new one kills the one before.

    Only who has agreed to something keeps his: he may withdraw by it. A refusal stands until the person agrees: being
    asked once more lets no representative speak for him again.
    """
    if unended(party, now):
        extend_link(party, now)
    else:
        renew_link(party, now)
    party.seen_at = party.reminded_at = None
    party.save(update_fields=_OF_ASKING)
    record(Verb.INVITED, party.story, now, party)
    name = "guardian" if party.role == PartyRole.GUARDIAN else "invited"
    mails.write_to_party(name, party, requester=requester_of(party), revision=asked_of(party))


def requester_of(party: Party) -> str:
    """The name of whoever asks: the author of the newest version, or the minor for a legal representative."""
    authors = party.story.parties.filter(role=PartyRole.AUTHOR, story_revisions__isnull=False)
    author = authors.order_by("-story_revisions__number").first()
    asking = party.guardian_of or author
    return asking.name if asking else ""


def ask_again(party: Party, now: datetime) -> None:
    """Send the invitation again, by a new link.

    Raises:
        AlreadyAnsweredError: when consent to what is asked has been given and stands.
        TooManyMailsError: when the story has had its mails of the day.
    """
    with act_on(party.story):
        _refuse_if_flooded(party, now)
        _refuse_if_erased(party)
        asked = asked_of(party)
        if any(asked is None or one.content_hash == asked.content_hash for one in unended(party, now)):
            raise AlreadyAnsweredError
        invite(party, now)


def correct_address(party: Party, email: str, now: datetime) -> None:
    """Ask somebody at another address; the link sent to the wrong one is dead, whoever opened it.

    Raises:
        AlreadyAnsweredError: when any consent stands: nobody else may move the link by which it is withdrawn.
        OwnAddressError: for a minor's address as the legal representative's, or the other way round.
        TooManyMailsError: when the story has had its mails of the day.
    """
    with act_on(party.story):
        _refuse_if_flooded(party, now)
        _refuse_if_erased(party)
        if unended(party, now):
            raise AlreadyAnsweredError
        beside = [*([party.guardian_of] if party.guardian_of else ()), *party.guardians.all()]
        if email.strip().lower() in {one.email.lower() for one in beside}:
            raise OwnAddressError
        former, party.email = party.email, email.strip().lower()
        party.user = User.objects.filter(email=party.email).first()
        # The draft names the person too: handed in again, it must mean the same one.
        DraftPerson.objects.filter(draft__story=party.story, email__iexact=former, name=party.name).update(
            email=party.email
        )
        invite(party, now)


def _refuse_if_flooded(party: Party, now: datetime) -> None:
    if mails.asked_again(party.story, now) >= settings.STORY_MAILS_A_DAY:
        raise TooManyMailsError


def _refuse_if_erased(party: Party) -> None:
    """Leave somebody erased who was erased since the party was read."""
    if is_erased(party):
        raise AlreadyAnsweredError


def require(story_revision: StoryRevision, party: Party, now: datetime) -> None:
    """Let a revision need a party's consent as well, inside the caller's transaction."""
    _row, created = Requirement.objects.get_or_create(story_revision=story_revision, party=party)
    if created:
        record(
            Verb.REQUIRED,
            story_revision.story,
            now,
            party,
            content_hash=story_revision.content_hash,
            guardian_of=party.guardian_of_id,
        )


def name_guardian(ward: Party, name: str, email: str, now: datetime) -> Party:
    """Ask a minor's legal representative too, for every revision the minor's consent is needed for.

    Raises:
        OwnAddressError: for the minor's own address.
    """
    if email.strip().lower() == ward.email.lower():
        raise OwnAddressError
    with act_on(ward.story):
        guardian, created = Party.objects.get_or_create(
            story=ward.story,
            role=PartyRole.GUARDIAN,
            guardian_of=ward,
            email=email.strip().lower(),
            defaults={"name": name.strip()},
        )
        for story_revision in ward.story_revisions.all():
            require(story_revision, guardian, now)
        if created:
            invite(guardian, now)
    return guardian


def let_go(guardian: Party, now: datetime) -> None:
    """No longer ask one of a minor's legal representatives, who has said nothing yet: nothing of the person is kept.

    Raises:
        AlreadyAnsweredError: whoever has agreed or refused, even if that was taken back since, stays a party.
        OnlyGuardianError: nobody else represents the minor.
    """
    with act_on(guardian.story):
        # As it stands now that nobody may answer in between.
        row = Party.objects.filter(pk=guardian.pk, role=PartyRole.GUARDIAN).first()
        if row is None:
            return
        if row.evidence.exists():
            raise AlreadyAnsweredError
        if not Party.objects.filter(guardian_of=row.guardian_of, purged_at=None).exclude(pk=row.pk).exists():
            raise OnlyGuardianError
        revisions = list(row.story_revisions.all())
        record(Verb.LET_GO, row.story, now, row)
        row.delete()
        # Perhaps only this answer was missing.
        for story_revision in revisions:
            settle(story_revision, now)
