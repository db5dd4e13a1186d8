"""Who comes to the desk: somebody logged in, and at a team's screens one of its members. Nobody else learns of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from home.views import hand_back
from programs.models import Membership, Role, TeamPage
from programs.team_flows import RefusedError


@dataclass(frozen=True)
class Seat:
    """A person in a team."""

    team: TeamPage
    membership: Membership

    @property
    def leads(self) -> bool:
        """Whether the person is the team's head."""
        return bool(self.membership.role == Role.HEAD)

    @property
    def address(self) -> str:
        """The team's screen."""
        return reverse("desk_team", args=[self.team.translation_key])


def uncached(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep no copy anywhere of what a screen says."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return wrapped


def desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A screen for whoever is logged in; what somebody else typed into it is handed back, to be sent after a login.

    A script is told in a word that the session is over.
    """
    looked_at = login_required(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated or request.method in {"GET", "HEAD"}:
            return looked_at(request, *args, **kwargs)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"login": reverse("account_login")}, status=HTTPStatus.UNAUTHORIZED)
        return hand_back(request)

    return uncached(wrapped)


def of_team(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A screen for a team's members: it is given the seat; for everybody else there is no such address.

    What a flow refuses is told above the team's screen.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, uid: UUID, **kwargs: Any) -> HttpResponse:
        seat = seat_of(request.user, uid)
        try:
            return view(request, seat, **kwargs)
        except RefusedError as refused:
            messages.warning(request, str(refused.why))
            return HttpResponseRedirect(seat.address)

    return desk(wrapped)


def seat_of(user: Any, uid: UUID) -> Seat:
    """Somebody's seat in a team.

    Raises:
        Http404: for a team that is not there, or is another's: nobody can tell which.
    """
    found = Membership.objects.filter(user=user, team__translation_key=uid).select_related("team").first()
    if found is None:
        raise Http404
    return Seat(found.team, found)


def of_head(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A screen for a team's head; the other members have no such address."""

    @wraps(view)
    def wrapped(request: HttpRequest, seat: Seat, **kwargs: Any) -> HttpResponse:
        if not seat.leads:
            raise Http404
        return view(request, seat, **kwargs)

    return of_team(wrapped)


def screen(request: HttpRequest, name: str, heading: str, **facts: Any) -> HttpResponse:
    """A screen of the desk from its template; 422 where a form was not understood."""
    form = facts.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, f"programs/desk/{name}.html", {"heading": heading, **facts}, status=status)


def done(request: HttpRequest, words: str, address: str) -> HttpResponse:
    """Say what was done, and go on."""
    messages.success(request, words)
    return HttpResponseRedirect(address)
