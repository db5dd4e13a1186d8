"""`/endpoints`: a partner's addresses for webhooks, which it registers, tries, changes and takes away by itself."""

from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from api import bodies, parameters
from api.bodies import Mistakes
from api.models import Endpoint, EndpointState, Scope
from api.outbox import EVENTS
from api.outlets.endpoints import (
    AT_MOST,
    ChallengeFailedError,
    TooManyEndpointsError,
    challenge,
    disable_endpoint,
    enable_endpoint,
    register_endpoint,
    rotate_secret,
    write_test,
)
from api.outlets.signing import secret_of
from api.outlets.targets import RefusedTargetError, take_apart
from api.problems import Problem
from api.values import Choice, RefusedError
from home.models import Clock
from home.taiwan import iso

from .keyed import KeyedView

LONGEST_ADDRESS: Final = 500
# What its owner may set; waiting for the challenge is not for them to set.
STATES: Final = (EndpointState.ENABLED.value, EndpointState.DISABLED.value)
BY_ITS_OWNER: Final = _("switched off by the partner")


class EndpointDoor(KeyedView):
    """What the addresses here share."""

    scope: ClassVar[Scope | None] = Scope.ENDPOINTS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing here takes parameters."""
        super().initial(request, *args, **kwargs)
        parameters.read(request.path, request.GET, ())

    def find(self, uid: str) -> Endpoint:
        """An endpoint of this partner.

        Raises:
            Problem: not-found, for another's too.
        """
        endpoint = Endpoint.objects.select_related("partner").filter(uid=uid, partner=self.partner).first()
        if endpoint is None:
            raise Problem("not-found")
        return endpoint


class EndpointsView(EndpointDoor):
    """All of a partner's endpoints, and the way to another."""

    def get(self, request: Request) -> HttpResponse:
        """The list; without secrets, which were shown once."""
        del request
        return self.answer([document(one) for one in self.partner.endpoints.order_by("pk")])

    def post(self, request: Request) -> HttpResponse:
        """Register an address, and ask it whether it wants to hear from us.

        One that gives no good answer yet is kept as pending: with the secret, which is shown here and never again, its
        owner can finish the receiver and then enable it, which asks once more.

        Raises:
            Problem: invalid-parameter.
        """
        mistakes = Mistakes()
        body = bodies.members(bodies.load(request.body), "", mistakes, required=("url",), optional=("events",))
        url = _url(body, mistakes)
        events = _events(body, mistakes)
        mistakes.raise_any()
        now = Clock.now()
        try:
            with transaction.atomic():
                endpoint = register_endpoint(self.partner, url, events, now)
        except IntegrityError:
            raise _mistake("/url", "taken", _("You have registered this address already.")) from None
        except TooManyEndpointsError:
            told = format_lazy(_("You have {most} addresses; delete one first."), most=AT_MOST)
            raise _mistake("/url", "too_many", told) from None
        answered, error = True, ""
        try:
            challenge(endpoint, url, now)
            enable_endpoint(endpoint, now)
        except ChallengeFailedError as failed:
            answered, error = False, str(failed)
        except RefusedTargetError as refused:
            endpoint.delete()
            raise _mistake("/url", refused.reason, NOT_SENT_TO) from None
        found = {"answered": answered, "error": error or None}
        return self.answer({**document(endpoint), "secret": secret_of(endpoint.seed), "challenge": found}, 201)


class EndpointView(EndpointDoor):
    """One endpoint."""

    def get(self, request: Request, uid: str) -> HttpResponse:
        """How it is."""
        del request
        return self.answer(document(self.find(uid)))

    def patch(self, request: Request, uid: str) -> HttpResponse:
        """Change its address or what it hears of, or switch it on or off; whole or not at all.

        Raises:
            Problem: invalid-parameter, also when the address is to be used and does not answer the challenge.
        """
        endpoint, mistakes = self.find(uid), Mistakes()
        body = bodies.members(bodies.load(request.body), "", mistakes, required=(), optional=("url", "events", "state"))
        url = _url(body, mistakes) if "url" in body else endpoint.url
        events = _events(body, mistakes) if "events" in body else endpoint.events
        state = _state(body, mistakes) if "state" in body else endpoint.state
        mistakes.raise_any()
        if state == EndpointState.ENABLED and (url, state) != (endpoint.url, endpoint.state):
            _ask(endpoint, url, "/url" if "url" in body else "/state")
        try:
            _change(endpoint, url, events, state)
        except IntegrityError:
            raise _mistake("/url", "taken", _("You have registered this address already.")) from None
        return self.answer(document(endpoint))

    def delete(self, request: Request, uid: str) -> HttpResponse:
        """Forget it, and what waits for it."""
        del request
        self.find(uid).delete()
        response = HttpResponse(status=204)
        response["Cache-Control"] = "no-store"
        return response


class SecretView(EndpointDoor):
    """The secret, once more only as a new one."""

    def post(self, request: Request, uid: str) -> HttpResponse:
        """A new secret, shown here and never again; messages carry both signatures until the former one ends."""
        del request
        endpoint = self.find(uid)
        secret = rotate_secret(endpoint, Clock.now())
        return self.answer({**document(endpoint), "secret": secret})


class EndpointTestView(EndpointDoor):
    """A message to try an address with."""

    def post(self, request: Request, uid: str) -> HttpResponse:
        """Send ``endpoint.test``, as everything is sent; ``webhook_id`` is the one it comes with.

        Raises:
            Problem: invalid-parameter, when the endpoint is not in use.
        """
        del request
        endpoint = self.find(uid)
        if endpoint.state != EndpointState.ENABLED:
            raise _mistake("/state", "not_enabled", _("Enable the endpoint first."))
        return self.answer({"webhook_id": str(write_test(endpoint, Clock.now()).key)}, 202)


NOT_SENT_TO: Final = _("We send to public addresses by https on port 443 only.")


def document(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint as its partner reads it; no events means all of them."""
    return {
        "id": str(endpoint.uid),
        "url": endpoint.url,
        "events": endpoint.events,
        "state": endpoint.state,
        "disabled_because": endpoint.disabled_because or None,
        "created_at": iso(endpoint.created_at),
        "failing_since": iso(endpoint.failing_since),
        "former_secret_until": iso(endpoint.former_until),
    }


def _change(endpoint: Endpoint, url: str, events: list[str], state: str) -> None:
    """Keep an endpoint as it is to be; one enabled has answered its challenge."""
    with transaction.atomic():
        changed = (url, state) != (endpoint.url, endpoint.state)
        Endpoint.objects.filter(pk=endpoint.pk).update(url=url, events=events)
        if state == EndpointState.ENABLED and changed:
            enable_endpoint(endpoint, Clock.now())
        elif state == EndpointState.DISABLED and endpoint.state != state:
            with translation.override(settings.LANGUAGE_CODE):
                disable_endpoint(endpoint, str(BY_ITS_OWNER), Clock.now())
    endpoint.refresh_from_db()


def _ask(endpoint: Endpoint, url: str, pointer: str) -> None:
    try:
        challenge(endpoint, url, Clock.now())
    except ChallengeFailedError as failed:
        told = format_lazy(_("The address did not answer our challenge: {error}."), error=str(failed))
        raise _mistake(pointer, "challenge_failed", told) from None
    except RefusedTargetError as refused:
        raise _mistake("/url", refused.reason, NOT_SENT_TO) from None


def _mistake(pointer: str, code: str, detail: Any) -> Problem:
    return Problem("invalid-parameter", [{"pointer": f"#{pointer}", "code": str(code), "detail": detail}])


def _url(body: Any, mistakes: Mistakes) -> str:
    """The address given; empty when there is something wrong with it."""
    url = body.get("url", "")
    if "url" not in body:
        return ""
    if not isinstance(url, str) or len(url) > LONGEST_ADDRESS:
        told = format_lazy(_("Give an address of at most {most} characters."), most=LONGEST_ADDRESS)
        mistakes.add("/url", "malformed", told)
        return ""
    try:
        take_apart(url)
    except RefusedTargetError as refused:
        mistakes.add("/url", refused.reason, NOT_SENT_TO)
        return ""
    return url


def _events(body: Any, mistakes: Mistakes) -> list[str]:
    """Names of events, once each."""
    given = bodies.rows(body.get("events", []), "/events", mistakes, most=len(EVENTS))
    found = []
    for number, name in enumerate(given):
        try:
            found.append(_word(EVENTS, name))
        except RefusedError as refused:
            mistakes.add(f"/events/{number}", refused.code, refused.detail)
    return list(dict.fromkeys(found))


def _state(body: Any, mistakes: Mistakes) -> str:
    try:
        return _word(STATES, body["state"])
    except RefusedError as refused:
        mistakes.add("/state", refused.code, refused.detail)
        return ""


def _word(words: tuple[str, ...], given: Any) -> str:
    return Choice(words).read(given if isinstance(given, str) else repr(given))
