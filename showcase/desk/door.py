"""Who comes to a story at the desk: the members of its team. For everybody else there is no such address."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from programs.desk.door import desk
from showcase.flows.acts import How
from showcase.models import StoryDraft


def of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A screen for the members of a draft's team: it is given the draft.

    Raises:
        Http404: for a draft that is not there, or is another team's: nobody can tell which.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, uid: UUID, **kwargs: Any) -> HttpResponse:
        with still_there():
            return view(request, draft_of(request.user, uid), **kwargs)

    return desk(wrapped)


@contextmanager
def still_there() -> Iterator[None]:
    """An act on a draft that another member may throw away before it has begun.

    Raises:
        Http404: when that has happened, as for any draft that is not there.
    """
    try:
        yield
    except StoryDraft.DoesNotExist as gone:
        raise Http404 from gone


def draft_of(user: Any, uid: UUID) -> StoryDraft:
    """A draft of one of somebody's teams.

    Raises:
        Http404: for any other.
    """
    found = StoryDraft.objects.filter(uid=uid, team__memberships__user=user).select_related("team", "author").first()
    if found is None:
        raise Http404
    return found


def screen(request: HttpRequest, name: str, heading: str, *, status: int = HTTPStatus.OK, **facts: Any) -> HttpResponse:
    """A screen of the desk from its template; 422 where a form was not understood."""
    form = facts.get("form")
    if form is not None and form.is_bound and form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, f"showcase/desk/{name}.html", {"heading": heading, **facts}, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours is asking."""
    return request.headers.get("Accept") == "application/json"


def how(request: HttpRequest, name_typed: str) -> How:
    """How somebody acts at the desk: logged in, from an address, with a browser."""
    return How(name_typed, "login", _client(request), request.headers.get("User-Agent", ""))


def _client(request: HttpRequest) -> str | None:
    """The address somebody comes from: as many proxies of our own stand in front as the settings say."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    passed = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    if proxies and len(passed) >= proxies:
        return passed[-proxies]
    return request.META.get("REMOTE_ADDR") or None
