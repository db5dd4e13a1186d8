"""Renewing: all of somebody's licenses that end soon, by one tap."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from home.models import Clock
from home.visibility import Channel
from programs.desk.door import desk
from showcase.consent_reading import pairs
from showcase.flows.answers import (
    AgeMissingError,
    NothingToRenewError,
    StaleError,
    asked_of,
    grant,
    is_renewable,
    kept_of,
)
from showcase.models import ConsentText, Grant, Party, StoryRevision

from .door import how, screen


@dataclass(frozen=True)
class Renewable:
    """A consent of somebody's that ends soon or has ended, as it was given."""

    party: Party
    revision: StoryRevision
    last: Grant


def renewable(user: Any, now: datetime) -> list[Renewable]:
    """What somebody may renew now: his last word was yes, its term ends soon or has ended, and none waits."""
    grants = Prefetch("grants", Grant.objects.order_by("pk"))
    agreed = Party.objects.filter(user=user, purged_at=None, refused_at=None, grants__ends_at__isnull=False)
    parties = agreed.select_related("story").prefetch_related(grants).distinct().order_by("pk")
    return [found for party in parties if (found := _ending(party, now))]


def _ending(party: Party, now: datetime) -> Renewable | None:
    """A party's consent that can be renewed: to the version on the story's page before one that is asked since."""
    last = {one.content_hash: one for one in party.grants.all()}
    ending = {
        content_hash: one
        for content_hash, one in last.items()
        if not one.withdrawn_at and one.ends_at and is_renewable([one], now)
    }
    for revision in (kept_of(party), asked_of(party)) if ending else ():
        if revision and revision.content_hash in ending:
            return Renewable(party, revision, ending[revision.content_hash])
    return None


@desk
def renew(request: HttpRequest) -> HttpResponse:
    """Show what ends and the license; renew all of it by one POST."""
    now, user = Clock.now(), request.user
    works, text = renewable(user, now), ConsentText.current(now)
    if request.method == "POST":
        sent = set(request.POST.getlist("party"))
        done = sum(_renewed(request, one, now) for one in works if str(one.party.pk) in sent)
        words = ngettext("%(count)d license renewed.", "%(count)d licenses renewed.", done) % {"count": done}
        (messages.success if done else messages.warning)(request, words)
        return HttpResponseRedirect(reverse("desk"))
    notice = pairs(text.notice) if text else []
    return screen(request, "renew", _("Renew"), works=works, text=text, notice=notice)


def _renewed(request: HttpRequest, work: Renewable, now: datetime) -> bool:
    """Agree once more, for the same uses. False where it has to be done by the link: a minor is asked again."""
    user: Any = request.user
    with suppress(StaleError, AgeMissingError, NothingToRenewError):
        grant(
            work.party,
            content_hash=work.revision.content_hash,
            text_sha256=request.POST.get("text_sha256", ""),
            channels=Channel(work.last.channels),
            adaptation=work.last.adaptation,
            now=now,
            how=how(request, user.get_full_name() or user.email),
            renewing=True,
        )
        return True
    return False
