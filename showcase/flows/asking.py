"""Asking people for their consent: invite, ask again, correct an address, name a minor's legal representative."""

from datetime import datetime

from home.models import User
from showcase import mails
from showcase.links import renew_link
from showcase.models import DraftPerson, Party, Requirement, StoryRevision
from showcase.vocabularies import PartyRole, Verb

from .acts import act_on, record


class AlreadyAnsweredError(Exception):
    """The party's consent stands: there is nothing to ask."""


def invite(party: Party, now: datetime) -> None:
    """Send a party a new link, inside the caller's transaction: the one before is dead.

    A refusal stands until the person agrees: being asked once more lets no representative speak for him again.
    """
    renew_link(party, now)
    party.seen_at = party.reminded_at = None
    party.save()
    record(Verb.INVITED, party.story, now, party)
    mails.write_to_party("invited", party, requester=_requester(party))


def _requester(party: Party) -> str:
    """The name of whoever asks: the story's author, or the minor for a legal representative."""
    author = party.story.parties.filter(role=PartyRole.AUTHOR).first()
    asking = party.guardian_of or author
    return asking.name if asking else ""


def ask_again(party: Party, now: datetime) -> None:
    """Send the invitation again, by a new link.

    Raises:
        AlreadyAnsweredError: when consent has been given and stands.
    """
    with act_on(party.story):
        _refuse_if_answered(party, now)
        invite(party, now)


def correct_address(party: Party, email: str, now: datetime) -> None:
    """Ask somebody at another address; the link sent to the wrong one is dead, whoever opened it.

    Raises:
        AlreadyAnsweredError: when consent has been given and stands: then only the party itself changes its address.
    """
    with act_on(party.story):
        _refuse_if_answered(party, now)
        drafted = DraftPerson.objects.filter(draft__story=party.story, role=party.role, email__iexact=party.email)
        party.email = email.strip().lower()
        # Else the next version would be asked of the wrong address again.
        drafted.update(email=party.email)
        party.user = User.objects.filter(email=party.email).first()
        invite(party, now)


def _refuse_if_answered(party: Party, now: datetime) -> None:
    if any(one.withdrawn_at is None and (one.ends_at is None or one.ends_at > now) for one in party.grants.all()):
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
    """Ask a minor's legal representative too, for every revision the minor's consent is needed for."""
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
