"""What people do in a team: found it, ask others in, join, leave, hand it over. One verb each, in one transaction."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from home.languages import DEFAULT_LANG, LANGUAGE_CODES
from home.models import Clock, User

from . import mails
from .models import Invitation, Membership, Role, TeamIndexPage, TeamKind, TeamPage

STANDS_FOR: Final = timedelta(days=14)
# What one team may send into the world: a mail of ours is no way to pester people.
MOST_ASKED: Final = 30
# How long it is known whom an invitation that was answered had gone to.
KEPT_FOR: Final = timedelta(days=30)
AGAIN_AFTER: Final = timedelta(minutes=5)
MOST_LED: Final = 10
# What a founder tells of a team.
FOUNDING: Final = ("title", "kind", "county", "interest")


class RefusedError(Exception):
    """An act that a team's rules do not allow; the text says why, for people."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(why)
        self.why = why


def found(founder: User, told: Mapping[str, Any], now: datetime) -> TeamPage:
    """Found a team, also one of a single person: a draft page, and its founder as head.

    Raises:
        RefusedError: for who leads very many teams already.
    """
    with transaction.atomic():
        Clock.locked()
        if Membership.objects.filter(user=founder, role=Role.HEAD).count() >= MOST_LED:
            raise RefusedError(_("You lead as many teams as one person can. Ask us if you need another."))
        _call(founder, told.get("name", ""))
        parent = TeamIndexPage.objects.get(locale__language_code=LANGUAGE_CODES[DEFAULT_LANG])
        team = TeamPage(live=False, locale=parent.locale, **{name: told.get(name, "") for name in FOUNDING})
        team.title = mails.one_line(team.title)
        team.counties = [team.county] if team.county else []
        Page.objects.get(pk=parent.pk).add_child(instance=team)
        team.save_revision(user=founder, log_action=True)
        Membership.objects.create(team=team, user=founder, role=Role.HEAD, joined_at=now)
        return team


def alone(person: User, title: str, now: datetime) -> TeamPage:
    """The team of one of somebody who takes part alone. Asked for twice, also at once, it is one.

    Raises:
        RefusedError: as `found`.
    """
    with transaction.atomic():
        Clock.locked()
        mine = Membership.objects.filter(user=person, team__kind=TeamKind.INDIVIDUAL).select_related("team").first()
        return mine.team if mine else found(person, {"title": title, "kind": TeamKind.INDIVIDUAL}, now)


def invite(team: TeamPage, by: User, email: str, now: datetime) -> Invitation:
    """Ask somebody by mail to join; who was asked before is asked again, with a new link.

    Raises:
        RefusedError: who is no head, asks a member, or has asked very many; or a person alone.
    """
    email = email.lower()
    with transaction.atomic():
        Clock.locked()
        _led(team, by)
        if draft(team).kind == TeamKind.INDIVIDUAL:
            raise RefusedError(_("You take part alone. Change that in the profile before you ask others in."))
        if Membership.objects.filter(team=team, user__email__iexact=email).exists():
            raise RefusedError(_("This person is in the team already."))
        asked = waiting(team).filter(email=email).first()
        if asked is None and waiting(team).count() >= MOST_ASKED:
            raise RefusedError(_("Too many invitations are waiting. Take some back first."))
        return _ask(asked or Invitation(team=team, email=email), by, now)


def invite_again(asked: Invitation, by: User, now: datetime) -> None:
    """Send an invitation once more; its old link is dead from then on.

    Raises:
        RefusedError: who is no head, or has sent it just now.
        Invitation.DoesNotExist: when it was answered or taken back meanwhile.
    """
    with transaction.atomic():
        Clock.locked()
        _led(asked.team, by)
        _ask(waiting(asked.team).get(pk=asked.pk), by, now)


def take_invitation_back(asked: Invitation, by: User) -> None:
    """Forget an invitation that was not answered; its link is dead.

    Raises:
        RefusedError: who is no head.
    """
    with transaction.atomic():
        Clock.locked()
        _led(asked.team, by)
        waiting(asked.team).filter(pk=asked.pk).delete()


def waiting(team: TeamPage) -> Any:
    """The invitations of a team that nobody has answered, lapsed ones too."""
    return Invitation.objects.filter(team=team, answered_at__isnull=True)


def invited(token: str, now: datetime) -> Invitation | None:
    """The invitation a link is for; None for a link that was altered, replaced, answered or has lapsed."""
    found = Invitation.objects.filter(token_hash=token_hash(token), answered_at__isnull=True, lapses_at__gt=now)
    return found.select_related("team", "invited_by").first()


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def accept(token: str, user: User, name: str, now: datetime) -> Membership:
    """Join a team by the link of an invitation.

    Raises:
        Invitation.DoesNotExist: for a link that is none, or no longer.
    """
    with transaction.atomic():
        Clock.locked()
        asked = invited(token, now)
        if asked is None:
            raise Invitation.DoesNotExist
        return join(asked, user, name, now)


def join(asked: Invitation, user: User, name: str, now: datetime) -> Membership:
    """Answer an invitation with yes; the head is told. Whoever calls has shown that it is the user's to answer."""
    with transaction.atomic():
        Clock.locked()
        _call(user, name)
        asked.answered_at = now
        asked.save(update_fields=["answered_at"])
        membership, new = Membership.objects.get_or_create(team=asked.team, user=user, defaults={"joined_at": now})
        head = Membership.objects.filter(team=asked.team, role=Role.HEAD).select_related("user").first()
        if new and head:
            mails.joined(asked.team, draft(asked.team).title, head.user.email, str(user))
        return membership


def forget_invitations(now: datetime) -> int:
    """Empty the address of every invitation answered 30 days ago or earlier; returns how many."""
    answered = Invitation.objects.filter(answered_at__lte=now - KEPT_FOR)
    return answered.exclude(email="").update(email="")


def leave(team: TeamPage, user: User) -> None:
    """Leave a team, with all it knew of the person.

    Raises:
        RefusedError: for its head, who hands it over first.
        Membership.DoesNotExist: for who is not in it.
    """
    with transaction.atomic():
        Clock.locked()
        membership = Membership.objects.get(team=team, user=user)
        if membership.role == Role.HEAD:
            raise RefusedError(_("You are the head of this team. Hand it over before you leave."))
        membership.delete()


def remove(member: Membership, by: User) -> None:
    """Take a member out of a team.

    Raises:
        RefusedError: who is no head, or would remove the head.
    """
    with transaction.atomic():
        Clock.locked()
        _led(member.team, by)
        if not Membership.objects.filter(pk=member.pk, role=Role.MEMBER).delete()[0]:
            raise RefusedError(_("This person is not a member of the team that could be removed."))


def hand_over(team: TeamPage, by: User, to: Membership) -> None:
    """Make another member the head; there is exactly one at any time.

    Raises:
        RefusedError: who is no head (any more), or a person who is no member.
    """
    with transaction.atomic():
        Clock.locked()
        head = _led(team, by)
        successor = Membership.objects.filter(team=team, pk=to.pk, role=Role.MEMBER).select_related("user").first()
        if successor is None:
            raise RefusedError(_("Choose somebody who is in the team."))
        for one, role in ((head, Role.MEMBER), (successor, Role.HEAD)):
            one.role = role
            one.save(update_fields=["role"])
        mails.handed_over(team, draft(team).title, successor.user.email, str(by))


def draft(team: TeamPage) -> TeamPage:
    """A team's page as last saved, whether or not that is public."""
    found: TeamPage = TeamPage.objects.get(pk=team.pk).get_latest_revision_as_object()
    return found


def _led(team: TeamPage, by: User) -> Membership:
    """The head's membership, of who must be it."""
    head = Membership.objects.filter(team=team, user=by, role=Role.HEAD).first()
    if head is None:
        raise RefusedError(_("Only the head of the team can do this."))
    return head


def _ask(asked: Invitation, by: User, now: datetime) -> Invitation:
    """Give an invitation a new link and a new term, and send it."""
    if asked.pk and now - asked.invited_at < AGAIN_AFTER:
        raise RefusedError(_("This invitation was sent just now. Wait a few minutes before you send it again."))
    token = secrets.token_urlsafe(16)
    asked.invited_by, asked.invited_at, asked.lapses_at = by, now, now + STANDS_FOR
    asked.token_hash = token_hash(token)
    asked.save()
    mails.invitation(asked, draft(asked.team).title, str(by), token)
    return asked


def _call(user: User, name: str) -> None:
    """Give somebody a name who has none yet."""
    name = mails.one_line(name)
    if name and not user.get_full_name():
        user.last_name = name
        user.save(update_fields=["last_name"])
