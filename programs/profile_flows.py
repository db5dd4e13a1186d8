"""What a team says of itself: its public profile, which members propose and staff publish; and ages, kept briefly."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import WorkflowState

from home.ages import is_minor
from home.models import Clock, User
from home.taiwan import local, roc_year

from . import eligibility
from .mails import one_line
from .models import Membership, ProgramPage, TeamLink, TeamPage
from .team_flows import RefusedError, draft
from .team_reading import limits

# As the history of a team's page names it.
AGE_ASKED_AGAIN: Final = "programs.age_asked_again"
_FORGOTTEN: Final = dict.fromkeys(("in_range", "minor", "birth_year", "checked_on", "kept_until"))
PROFILE: Final = ("title", "summary", "kind", "county", "interest")


def save_profile(team: TeamPage, by: User, told: Mapping[str, Any], links: Sequence[tuple[str, str]]) -> None:
    """Keep a member's draft of the profile; the public sees it only once staff publish it.

    ``told`` may hold any of PROFILE, and ``body`` as a StreamField's value.

    Raises:
        RefusedError: while it is being reviewed.
        Membership.DoesNotExist: for who is no member.
    """
    with transaction.atomic():
        Clock.locked()
        page = _open(team, by)
        for name in (*PROFILE, "body"):
            if name in told:
                setattr(page, name, told[name])
        page.title = one_line(page.title)
        page.counties = [page.county] if page.county else []
        page.links = [TeamLink(label=label, url=url, sort_order=number) for number, (label, url) in enumerate(links)]
        page.save_revision(user=by, log_action=True)


def hand_in(team: TeamPage, by: User) -> None:
    """Hand the draft of the profile in for review.

    Raises:
        RefusedError: when it is being reviewed already, or nobody reviews here.
        Membership.DoesNotExist: for who is no member.
    """
    with transaction.atomic():
        Clock.locked()
        page = _open(team, by)
        state, workflow = page.current_workflow_state, page.get_workflow()
        if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            state.resume(user=by)
        elif workflow:
            workflow.start(page, by)
        else:
            raise RefusedError(_("Nobody reviews profiles at the moment. Ask us."))


def take_back(team: TeamPage, by: User) -> None:
    """Take a profile back from review, to change it.

    Raises:
        Membership.DoesNotExist: for who is no member.
    """
    with transaction.atomic():
        Clock.locked()
        Membership.objects.get(team=team, user=by)
        state = TeamPage.objects.get(pk=team.pk).current_workflow_state
        if state:
            state.cancel(user=by)


def in_review(team: TeamPage) -> bool:
    """Whether staff are reading the profile now."""
    state = team.current_workflow_state
    return bool(state and state.status == WorkflowState.STATUS_IN_PROGRESS)


def _open(team: TeamPage, by: User) -> TeamPage:
    """The draft a member may change now."""
    Membership.objects.get(team=team, user=by)
    page = TeamPage.objects.get(pk=team.pk)
    if in_review(page):
        raise RefusedError(_("The profile is being reviewed. Take it back if you want to change it."))
    return draft(page)


def tell_birth_date(member: Membership, born_on: date, now: datetime) -> None:
    """Check a member's age, and keep the answer without the date: in range, minor, year of birth (R10, R15, R16)."""
    today = local(now).date()
    on = eligibility.reference_day(settings.ELIGIBLE_ON, today)
    with transaction.atomic():
        Clock.locked()
        found = Membership.objects.get(pk=member.pk)
        found.in_range = limits().include(born_on, on)
        found.minor = is_minor(born_on, today)
        found.birth_year, found.checked_on, found.kept_until = born_on.year, on, kept_until(today)
        found.save()


def ask_age_again(member: Membership, by: User, reason: str) -> None:
    """Forget what is known of a member's age, which was mistyped; the desk asks again. The team's history says why."""
    with transaction.atomic():
        Clock.locked()
        Membership.objects.filter(pk=member.pk).update(**_FORGOTTEN)
        log(member.team, AGE_ASKED_AGAIN, user=by, data={"user": member.user_id, "reason": reason})


def kept_until(today: date) -> date:
    """Until when this year's edition keeps the results of age checks: its own date, else the end of the year."""
    edition = ProgramPage.objects.filter(edition_roc=roc_year(today), ages_kept_until__gte=today, alias_of=None)
    found = edition.order_by("locale_id", "pk").values_list("ages_kept_until", flat=True).first()
    return found or date(today.year, 12, 31)


def forget_ages(now: datetime) -> int:
    """Forget the results of age checks whose time is over; returns how many."""
    with transaction.atomic():
        Clock.locked()
        past = Membership.objects.filter(kept_until__lt=local(now).date())
        return past.update(**_FORGOTTEN)
