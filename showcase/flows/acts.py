"""What every act on a story shares: how somebody was identified, the evidence kept of it, and who is told."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from home.models import Clock
from home.signals import changed
from showcase.models import ConsentEvent, Evidence, Party, StoryPage, StoryRevision
from showcase.vocabularies import PartyRole, Verb

# As the history of a story's page names it.
AGE_ASKED_AGAIN: Final = "showcase.age_asked_again"


@dataclass(frozen=True)
class How:
    """How somebody acted: what they typed, how they were identified (``login`` or ``link``), and from where."""

    name_typed: str
    identified_by: str
    address: str | None = None
    user_agent: str = ""


@contextmanager
def act_on(story: StoryPage) -> Iterator[None]:
    """One transaction that holds the hub's clock and, at its end, lets the ledger look at the story."""
    with transaction.atomic():
        Clock.locked()
        yield
        changed.send(StoryPage, refs=[(StoryPage, story.pk)])


def authors_of(story: StoryPage) -> QuerySet[Party]:
    """Who wrote the newest version, or the one on the page: whose was replaced has no part in it any more (I12)."""
    newest = StoryRevision.objects.filter(story=story).order_by("-number").values("pk")[:1]
    on_the_page = Q(story__live=True, story_revisions__content_hash=F("story__content_hash"))
    needed = Q(story_revisions__in=newest) | on_the_page
    return Party.objects.filter(needed, story=story, role=PartyRole.AUTHOR).distinct()


def record(verb: Verb, story: StoryPage, now: datetime, party: Party | None = None, **facts: Any) -> ConsentEvent:
    """Append to the record of consent."""
    return ConsentEvent.append(verb, story, now, party=party.pk if party else None, **facts)


def keep_evidence(event: ConsentEvent, party: Party, how: How) -> Evidence:
    """Keep how a party acted; the salted hash of what is kept outlives it when it is erased."""
    kept = Evidence(
        party=party,
        event_seq=event.seq,
        name_typed=how.name_typed[:80],
        email=party.email,
        # As the database will say it: one address has many spellings.
        address=Evidence._meta.get_field("address").to_python(how.address),
        user_agent=how.user_agent[:300],
        identified_by=how.identified_by,
        salt=secrets.token_hex(16),
    )
    kept.digest = kept.computed_digest()
    kept.save()
    return kept
