"""A team's public profile: its members write, staff publish."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from programs import profile_flows, team_flows
from programs.team_forms import LinkForms, ProfileForm, links_of, text_of

from .door import Seat, done, of_team, screen
from .teams import profile_facts


@of_team
def edit(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Write the profile; keep it, or hand it in."""
    page = team_flows.draft(seat.team)
    text = text_of(page.body)
    first = {name: getattr(page, name) for name in profile_flows.PROFILE} | {"text": text}
    form = ProfileForm(request.POST or None, initial=first, has_text=text is not None)
    links = LinkForms(
        request.POST or None,
        initial=[{"label": one.label, "url": one.url} for one in page.links.all()],
        prefix="links",
    )
    if form.is_valid() and links.is_valid():
        profile_flows.save_profile(seat.team, seat.membership.user, form.told, links_of(links))
        if "hand-in" not in request.POST:
            return done(request, _("Your draft is kept."), seat.address)
        profile_flows.hand_in(seat.team, seat.membership.user)
        return done(request, _("The profile is handed in. We read it and tell you."), seat.address)
    facts = profile_facts(seat.team)
    return screen(request, "profile", _("Public profile"), form=form, links=links, seat=seat, **facts)


@require_POST
@of_team
def take_back(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take the profile back from review."""
    profile_flows.take_back(seat.team, seat.membership.user)
    return done(request, _("The profile is yours again; change it and hand it in anew."), seat.address)
