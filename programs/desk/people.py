"""Who is in a team: asking others in, sending again, removing, handing over, leaving."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from home.models import Clock
from programs import team_flows, team_reading
from programs.models import Invitation, Membership, Role
from programs.team_flows import RefusedError
from programs.team_forms import HandOverForm, InvitingForm

from .door import Seat, done, of_head, of_team, screen


@of_head
def invite(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask somebody in by mail."""
    form = InvitingForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"]
        try:
            team_flows.invite(seat.team, seat.membership.user, email, Clock.now())
        except RefusedError as refused:
            form.add_error(None, str(refused.why))
        else:
            return done(request, _("An invitation is on its way to %(email)s.") % {"email": email}, seat.address)
    return screen(request, "invite", _("Ask somebody in"), form=form, seat=seat)


@require_POST
@of_head
def invite_again(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Send an invitation once more, with a new link."""
    asked = _asked(seat, pk)
    team_flows.invite_again(asked, seat.membership.user, Clock.now())
    return done(request, _("An invitation is on its way to %(email)s.") % {"email": asked.email}, seat.address)


@require_POST
@of_head
def take_invitation_back(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Take an invitation back."""
    team_flows.take_invitation_back(_asked(seat, pk), seat.membership.user)
    return done(request, _("The invitation was taken back; its link no longer works."), seat.address)


def _asked(seat: Seat, pk: int) -> Invitation:
    """An invitation of this team that waits.

    Raises:
        Http404: for any other.
    """
    return get_object_or_404(team_reading.invitations_of(seat.team), pk=pk)


@of_head
def remove(request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    """Take a member out, after asking once more."""
    member = get_object_or_404(team_reading.members_of(seat.team), pk=pk, role=Role.MEMBER)
    if request.method == "POST":
        team_flows.remove(member, seat.membership.user)
        return done(request, _("%(name)s is no longer in the team.") % {"name": member.user}, seat.address)
    heading = _("Remove %(name)s?") % {"name": member.user}
    return screen(request, "remove", heading, seat=seat)


@of_head
def hand_over(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Hand the team over to another member."""
    others = team_reading.members_of(seat.team).filter(role=Role.MEMBER)
    form = HandOverForm(request.POST or None, members=others)
    if form.is_valid():
        to: Membership = form.cleaned_data["to"]
        team_flows.hand_over(seat.team, seat.membership.user, to)
        return done(request, _("%(name)s is the head of the team now.") % {"name": to.user}, seat.address)
    return screen(request, "hand_over", _("Hand the team over"), form=form, seat=seat, others=others)


@of_team
def leave(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Leave a team, after asking once more."""
    if seat.leads:
        raise Http404
    if request.method == "POST":
        team_flows.leave(seat.team, seat.membership.user)
        return done(request, _("You have left the team."), reverse("desk_teams"))
    return screen(request, "leave", _("Leave the team?"), seat=seat)
