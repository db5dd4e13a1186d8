"""`/acks`: what a partner has read and taken down (contract section 3)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from api import bodies, parameters
from api.bodies import Mistakes
from api.models import Change, Purge, Scope
from api.outlets.targets import RefusedTargetError, take_apart
from api.purge_flows import ADDRESSES, Claim, Named, acknowledge, withdrawals
from api.reading import Epoch
from api.values import RefusedError
from home.taiwan import iso

from .keyed import KeyedView

CLAIMS: Final = 500
LONGEST_ADDRESS: Final = 500
# How far a partner's clock may be ahead of ours.
AHEAD: Final = timedelta(minutes=5)

Value = TypeVar("Value")


class AcksView(KeyedView):
    """Takes a claim; what we see when we look is kept beside it."""

    scope: ClassVar[Scope | None] = Scope.ACKS

    def post(self, request: Request) -> HttpResponse:
        """Keep the claim, whole or not at all; said again, it changes nothing.

        Raises:
            Problem: invalid-parameter, naming every mistake by its JSON pointer.
        """
        parameters.read(request.path, request.GET, ())
        epoch = Epoch.read()
        mistakes = Mistakes()
        body = bodies.members(bodies.load(request.body), "", mistakes, required=("through_seq",), optional=("purged",))
        through = _read(bodies.whole, body, "through_seq", "", mistakes)
        if through is not None and through > epoch.seq:
            mistakes.add("/through_seq", "out_of_range", _("Nothing has been told under this number yet."))
        rows = bodies.rows(body.get("purged", []), "/purged", mistakes, most=CLAIMS)
        claims = [self.claim(row, f"/purged/{number}", mistakes, epoch.now) for number, row in enumerate(rows)]
        mistakes.raise_any()
        read = [one for one in claims if one is not None]
        told = self.told(read, through or 0, mistakes)
        kept = acknowledge(self.partner, through or 0, read, told, epoch.now)
        return self.answer({"through_seq": through, "purged": [document(one) for one in kept]})

    def told(self, claims: list[Claim], through: int, mistakes: Mistakes) -> dict[Named, Change]:
        """The withdrawals claimed.

        Raises:
            Problem: invalid-parameter, for a claim on something this partner was not told to be withdrawn.
        """
        told = withdrawals(self.partner, [one.named for one in claims], through)
        unknown = _("You were told of no such withdrawal up to through_seq: give the version it came with.")
        for number, one in enumerate(claims):
            if one.named not in told:
                mistakes.add(f"/purged/{number}", "not_withdrawn", unknown)
        mistakes.raise_any()
        return told

    def claim(self, row: Any, pointer: str, mistakes: Mistakes, now: datetime) -> Claim | None:
        """One row of ``purged``; None when something is wrong with it."""
        before = len(mistakes.found)
        names = ("id", "lang", "version", "purged_at")
        found = bodies.members(row, pointer, mistakes, required=names, optional=("urls",))
        uid = _read(bodies.uid, found, "id", pointer, mistakes)
        lang = _read(bodies.lang, found, "lang", pointer, mistakes)
        version = _read(bodies.whole, found, "version", pointer, mistakes)
        purged_at = _read(bodies.instant, found, "purged_at", pointer, mistakes)
        if purged_at is not None and purged_at > now + AHEAD:
            mistakes.add(f"{pointer}/purged_at", "out_of_range", _("This instant has not come yet."))
        given = bodies.rows(found.get("urls", []), f"{pointer}/urls", mistakes, most=ADDRESSES)
        urls = []
        for number, url in enumerate(given):
            try:
                urls.append(self.address(url))
            except RefusedError as refused:
                mistakes.add(f"{pointer}/urls/{number}", refused.code, refused.detail)
        if len(mistakes.found) > before or uid is None or lang is None or version is None or purged_at is None:
            return None
        return Claim((uid, lang, version), purged_at, tuple(dict.fromkeys(urls)))

    def address(self, value: Any) -> str:
        """An address at which a copy had stood.

        Raises:
            RefusedError: when it is none, or not on a host registered for this partner.
        """
        if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
            raise RefusedError("malformed", _("Give an address of at most 500 characters."))
        try:
            target = take_apart(value)
        except RefusedTargetError:
            raise RefusedError("malformed", _("Give a public https address.")) from None
        if target.host.lower() not in self.partner.host_names:
            raise RefusedError("foreign_host", _("This host is not registered for you; ask us to add it."))
        return value


def document(purge: Purge) -> dict[str, Any]:
    """A purge as its partner reads it."""
    return {
        "id": str(purge.uid),
        "lang": purge.lang,
        "version": purge.version,
        "purge_by": iso(purge.purge_by),
        "claimed_at": iso(purge.claimed_at),
        "purged_at": iso(purge.purged_at),
        "urls": purge.urls,
        "observation": purge.observation or None,
        "observed_at": iso(purge.observed_at),
    }


def _read(read: Callable[[Any], Value], found: Any, name: str, pointer: str, mistakes: Mistakes) -> Value | None:
    """A member as it reads; None when it is missing, which has been noted, or wrong, which is noted here."""
    if name not in found:
        return None
    try:
        return read(found[name])
    except RefusedError as refused:
        mistakes.add(f"{pointer}/{name}", refused.code, refused.detail)
        return None
