"""Stories as their teams and staff see them: where each stands, who has answered, who is still to act.

Any number of stories is read by the same few queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Prefetch, prefetch_related_objects

from home.visibility import Channel

from . import rules, stages
from .models import Grant, Hold, Mandate, Party, StoryPage, StoryRevision
from .models.consent import given, signatory
from .vocabularies import PartyState, RevisionState, Stage

# Who still has a word to say.
OPEN: Final = frozenset({PartyState.INVITED, PartyState.SEEN, PartyState.LAPSED})


@dataclass(frozen=True)
class PartyNow:
    """A party of a revision, and where it stands."""

    party: Party
    state: PartyState

    @property
    def since(self) -> datetime | None:
        """Since when it is so; None for an author who was never asked by mail."""
        party, last = self.party, max(self.party.grants.all(), key=lambda one: one.pk, default=None)
        answered = last.granted_at if last else None
        return {
            PartyState.SEEN: party.seen_at,
            PartyState.GRANTED: answered,
            PartyState.REFUSED: party.refused_at,
            PartyState.LAPSED: party.lapses_at,
            PartyState.WITHDRAWN: last.withdrawn_at if last else None,
            PartyState.ENDED: last.ends_at if last else None,
        }.get(self.state, party.invited_at)

    @property
    def is_open(self) -> bool:
        """Whether its answer is missing."""
        return self.state in OPEN


@dataclass(frozen=True)
class StoryNow:
    """A story's newest revision and where it stands; without one it was never handed in."""

    story: StoryPage
    stage: Stage
    revision: StoryRevision | None
    parties: tuple[PartyNow, ...]
    license: rules.License | None
    # Whether an earlier or this revision can be read on the site now, as far as consent says.
    live_stage: Stage | None

    @property
    def agreed(self) -> int:
        """How many have agreed."""
        return sum(one.state == PartyState.GRANTED for one in self.parties)

    @property
    def unguarded(self) -> list[Party]:
        """Minors whose legal representative nobody has named."""
        wards = {one.party.guardian_of_id for one in self.parties}
        return [one.party for one in self.parties if one.party.minor and one.party.pk not in wards]


def stage_of(story: StoryPage, now: datetime) -> Stage:
    """Where a story's newest revision stands at an instant."""
    return story_now(story, now).stage


def state_of(party: Party, now: datetime) -> PartyState:
    """Where a party stands towards the newest revision that needs it."""
    newest = party.story_revisions.order_by("-number").values_list("content_hash", flat=True).first()
    return _state(party, newest or "", now)


def story_now(story: StoryPage, now: datetime) -> StoryNow:
    """One story, as `stories_now`."""
    return stories_now([story], now)[0]


def stories_now(stories: Sequence[StoryPage], now: datetime) -> list[StoryNow]:
    """Each story as it stands: in five queries for any number, six where there are parties."""
    parties = Party.objects.order_by("pk").prefetch_related(Prefetch("grants", Grant.objects.order_by("pk")))
    revisions = StoryRevision.objects.order_by("number").prefetch_related(Prefetch("parties", parties))
    held = Hold.objects.filter(released_at=None)
    prefetch_related_objects(stories, Prefetch("story_revisions", revisions), Prefetch("holds", held, to_attr="held"))
    speaking = _speaking(stories)
    return [_story_now(story, speaking, now) for story in stories]


def _speaking(stories: Iterable[StoryPage]) -> dict[int, set[int]]:
    """By party: its representatives whose mandate is confirmed and not revoked."""
    spoken: dict[int, set[int]] = defaultdict(set)
    counting = Mandate.objects.filter(representative__story__in=stories, confirmed_at__isnull=False, revoked_at=None)
    for representative, party in counting.values_list("representative", "parties"):
        spoken[party].add(representative)
    return spoken


def _story_now(story: StoryPage, speaking: Mapping[int, set[int]], now: datetime) -> StoryNow:
    revisions = list(story.story_revisions.all())
    newest = revisions[-1] if revisions else None
    live = next((one for one in revisions if _is_live(story, one, now)), None)
    return StoryNow(
        story,
        stages.stage(_standing(story, newest, live, speaking, now), now),
        newest,
        tuple(PartyNow(one, _state(one, newest.content_hash, now)) for one in newest.parties.all()) if newest else (),
        rules.license_of(_required(newest, speaking), now) if newest else None,
        stages.stage(_standing(story, live, live, speaking, now), now) if live else None,
    )


def _is_live(story: StoryPage, revision: StoryRevision, now: datetime) -> bool:
    """Whether a revision's content is what stands on the published page."""
    running = story.live and (story.expire_at is None or now < story.expire_at)
    return running and revision.content_hash == story.content_hash


def _standing(
    story: StoryPage,
    revision: StoryRevision | None,
    live: StoryRevision | None,
    speaking: Mapping[int, set[int]],
    now: datetime,
) -> stages.Standing:
    if revision is None:
        return stages.Standing()
    parties = revision.parties.all()
    return stages.Standing(
        RevisionState(revision.state),
        _required(revision, speaking),
        live=_is_live(story, revision, now),
        replaced=live is not None and live.number > revision.number,
        held=bool(story.held),
        purged=bool(parties) and all(one.purged_at for one in parties),
    )


def _required(revision: StoryRevision, speaking: Mapping[int, set[int]]) -> list[rules.Signatory]:
    return [signatory(one, revision.content_hash, speaking[one.pk]) for one in revision.parties.all()]


def _state(party: Party, content_hash: str, now: datetime) -> PartyState:
    grants = tuple(given(one) for one in party.grants.all() if one.content_hash == content_hash)
    asked = stages.Asked(grants, party.invited_at, party.lapses_at, party.seen_at, party.refused_at)
    return stages.party_state(asked, now)


def channels_of(story_now: StoryNow) -> list[Channel]:
    """The channels on which everyone has agreed to the newest revision."""
    return [one for one in Channel if story_now.license and story_now.license.allows(one)]
