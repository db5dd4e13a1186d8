"""The link of an invitation: looking at it changes nothing, one button joins."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from home.models import Clock
from programs import team_flows
from programs.models import Invitation
from programs.team_forms import NamedForm

from .door import done, screen, uncached


@uncached
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever has its link; join by POST, once logged in.

    Raises:
        Http404: for a link that was altered, replaced, answered or has lapsed: nobody can tell which.
    """
    asked = team_flows.invited(token, Clock.now())
    if asked is None:
        raise Http404
    user: Any = request.user
    form = NamedForm(request.POST or None, named=not user.is_authenticated or bool(user.get_full_name()))
    if request.method == "POST" and user.is_authenticated and form.is_valid():
        try:
            joined = team_flows.accept(token, user, form.cleaned_data.get("name", ""), Clock.now())
        except Invitation.DoesNotExist as error:
            raise Http404 from error
        return done(request, _("Welcome to the team."), reverse("desk_team", args=[joined.team.translation_key]))
    title = team_flows.draft(asked.team).title
    heading = _("Join “%(team)s”?") % {"team": title}
    return screen(request, "invitation", heading, form=form, asked=asked, address=request.path)
