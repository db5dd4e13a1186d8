"""Somebody's teams, a new one, and one team's own screen."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from home.models import Clock
from home.taiwan import local
from programs import profile_flows, team_flows, team_reading
from programs.models import TeamPage
from programs.team_forms import BirthDateForm, FoundingForm

from . import explaining
from .door import Seat, desk, done, of_team, screen

# The way of a profile to the public.
STEPS: Final = ("draft", "review", "online")


@desk
def mine(request: HttpRequest) -> HttpResponse:
    """The teams of whoever is logged in."""
    return screen(request, "teams", _("My teams"), teams=team_reading.teams_of(request.user))


@desk
def found(request: HttpRequest) -> HttpResponse:
    """Found a team."""
    user: Any = request.user
    form = FoundingForm(request.POST or None, named=bool(user.get_full_name()))
    if form.is_valid():
        try:
            team = team_flows.found(user, form.cleaned_data, Clock.now())
        except team_flows.RefusedError as refused:
            form.add_error(None, str(refused.why))
        else:
            return done(request, _("The team is founded."), reverse("desk_team", args=[team.translation_key]))
    return screen(request, "found", _("Found a team"), form=form)


@of_team
def team(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A team: its people, whether it may take part and why, and its profile."""
    now = Clock.now()
    page = team_flows.draft(seat.team)
    members = list(team_reading.members_of(seat.team))
    standing = team_reading.standing_of(page, members, now)
    return screen(
        request,
        "team",
        page.title,
        seat=seat,
        team=page,
        members=members,
        invitations=[(one, one.lapses_at <= now) for one in team_reading.invitations_of(seat.team)],
        verdict=explaining.verdict(standing),
        may=standing.may,
        reasons=explaining.sentences(standing, team_reading.limits()),
        minors=explaining.minors(members if seat.leads else [seat.membership]),
        **profile_facts(seat.team),
    )


def profile_facts(team: TeamPage) -> dict[str, Any]:
    """Where a profile stands: the steps with the present one, and why it was sent back."""
    state = team.current_workflow_state
    sent_back = bool(state and state.status == WorkflowState.STATUS_NEEDS_CHANGES)
    reviewing = profile_flows.in_review(team)
    step = "review" if reviewing else "draft" if team.has_unpublished_changes or not team.live else "online"
    return {
        "steps": STEPS,
        "step": step,
        "reviewing": reviewing,
        "sent_back": state.current_task_state.get_comment() if sent_back else "",
        "public": team if team.live else None,
    }


@of_team
def age(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Tell one's own birth date; the answer is kept, the date is not."""
    now = Clock.now()
    today = local(now).date()
    form = BirthDateForm(request.POST or None, today=today)
    if form.is_valid():
        profile_flows.tell_birth_date(seat.membership, form.cleaned_data["birth"], now)
        return done(request, _("Thank you. The date itself was not stored."), seat.address)
    return screen(request, "age", _("Your age"), form=form, seat=seat, until=profile_flows.kept_until(today))
