"""Asking people for their consent: invite, ask again, correct an address, name a minor's legal representative.

Of several representatives one who has not answered may be let go.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac
from wagtail.log_actions import log

from home.models import User
from showcase import mails
from showcase.links import extend_link, renew_link
from showcase.models import DraftPerson, Party, Requirement, StoryRevision
from showcase.vocabularies import PartyRole, Verb

from .acts import AGE_ASKED_AGAIN, act_on, record
from .answers import asked_of, take_back, unended
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
    """What is asked was answered, the address is proved right, or the party was erased."""


class OwnAddressError(Exception):
    """A minor and the legal representative would have one mailbox, and the minor would answer for both."""


class OnlyGuardianError(Exception):
    """Without this legal representative a minor would be alone."""


class AgeUnknownError(Exception):
    """Nothing is known of the party's age, or the party was erased: there is nothing to forget."""


class TooManyMailsError(Exception):
    """So many people were asked again about the story today that the next may be asked tomorrow."""


def invite(party: Party, now: datetime, **facts: str) -> None:
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
    record(Verb.INVITED, party.story, now, party, **facts)
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
        _read_anew(party)
        asked = asked_of(party)
        if any(asked is None or one.content_hash == asked.content_hash for one in unended(party, now)):
            raise AlreadyAnsweredError
        invite(party, now)


def correct_address(party: Party, email: str, now: datetime, name: str = "") -> None:
    """Ask somebody who never answered at another address; the link sent to the wrong one is dead, whoever opened it.

    The record keeps a hash of the former address, made with the server's key; ``name`` puts the name right as well.

    Raises:
        AlreadyAnsweredError: after any answer, yes or no, whatever has become of it: whoever gave it has the mailbox,
            and nobody else may move the link by which it is taken back, or by which a no would become a yes.
        OwnAddressError: for a minor's address as the legal representative's, or the other way round.
        TooManyMailsError: when the story has had its mails of the day.
    """
    with act_on(party.story):
        _refuse_if_flooded(party, now)
        _read_anew(party)
        if not party.may_be_moved:
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
        party.name = name or party.name
        invite(party, now, former=salted_hmac("showcase.addresses", former, algorithm="sha256").hexdigest())


def ask_age_again(party: Party, by: User, reason: str, now: datetime) -> None:
    """Forget a party's age, which was mistyped, and ask anew; the story's history says why.

    Nothing agreed to by that age counts any more: whether a legal representative has to agree beside the party is not
    known. The legal representative of somebody found to be a minor stays required until another age is known.

    Raises:
        AgeUnknownError: when there is nothing to forget.
        TooManyMailsError: when the story has had its mails of the day.
    """
    with act_on(party.story):
        _refuse_if_flooded(party, now)
        # As it stands now that nobody else may answer or erase the party in between.
        party.refresh_from_db()
        if party.minor is None or party.purged_at is not None:
            raise AgeUnknownError
        take_back(unended(party, now), party, now)
        party.minor = party.birth_year = party.checked_on = None
        party.save(update_fields=["minor", "birth_year", "checked_on"])
        record(Verb.CHECKED, party.story, now, party, minor=None)
        log(party.story, AGE_ASKED_AGAIN, user=by, data={"party": party.pk, "reason": reason})
        # After what was taken back, so that the question is open again.
        invite(party, now + timedelta(microseconds=1))


def _refuse_if_flooded(party: Party, now: datetime) -> None:
    if mails.asked_again(party.story, now) >= settings.STORY_MAILS_A_DAY:
        raise TooManyMailsError


def _read_anew(party: Party) -> None:
    """Take a party as it stands now that nobody else may answer, correct or erase it in between.

    Raises:
        AlreadyAnsweredError: when it was erased since.
    """
    party.refresh_from_db()
    if party.purged_at is not None:
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
