"""「還差什麼」: what a story still lacks before it can be shown, and where each thing is put right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from home.visibility import Channel

from .models import Grant, Hold, Mandate, Party, StoryMedia, StoryPage
from .models.review import obstacle
from .reading import PartyNow, StoryNow, story_now
from .vocabularies import CHANNEL_WORDS, AssetKind, Obstacle

# From when on the end of a license is worth a line.
ENDS_SOON: Final = timedelta(days=180)


@dataclass(frozen=True)
class ChannelNow:
    """One channel of a revision: whether everyone has granted it, else who has not."""

    label: str
    allowed: bool
    missing: list[Party]


@dataclass(frozen=True)
class Checklist:
    """All that a story's editor is told."""

    standing: StoryNow
    # Media without a description, by their place in the story.
    undescribed: list[int]
    holds: list[Hold]
    mandates: list[Mandate]
    channels: list[ChannelNow]
    obstacle: Obstacle | None
    ends_soon: bool

    @property
    def is_complete(self) -> bool:
        """Whether nothing at all is missing."""
        open_ones = self.standing.unguarded or self.undescribed or self.holds
        return not open_ones and self.standing.license is not None

    @property
    def earlier(self) -> int | None:
        """The number of the revision before the newest one, to compare with."""
        newest = self.standing.revision
        return newest.number - 1 if newest and newest.number > 1 else None


def checklist(story: StoryPage, draft_media: Iterable[StoryMedia], user: Any, now: datetime) -> Checklist:
    """What a story lacks, as a member of staff reads it; ``draft_media`` are those of the draft being edited."""
    standing = story_now(story, now)
    reviewed = story.current_workflow_task_state
    return Checklist(
        standing,
        [number for number, row in enumerate(draft_media) if row.kind == AssetKind.PHOTO and not row.alt.strip()],
        list(story.held),
        list(Mandate.objects.filter(representative__story=story).select_related("representative", "file")),
        _channels(standing, now),
        obstacle(reviewed.revision, user) if reviewed else None,
        standing.license is not None and standing.license.ends_at - now <= ENDS_SOON,
    )


def _channels(standing: StoryNow, now: datetime) -> list[ChannelNow]:
    if standing.revision is None:
        return []
    asked = [one for one in Channel if standing.revision.channels & one]
    return [_channel(one, standing, now) for one in asked]


def _channel(channel: Channel, standing: StoryNow, now: datetime) -> ChannelNow:
    allowed = standing.license is not None and standing.license.allows(channel)
    content_hash = standing.revision.content_hash if standing.revision else ""
    lacking = [one.party for one in standing.parties if not _grants(one, content_hash, channel, now)]
    return ChannelNow(str(CHANNEL_WORDS[channel][0]), allowed, [] if allowed else lacking)


def _grants(one: PartyNow, content_hash: str, channel: Channel, now: datetime) -> bool:
    """Whether a party's standing consent to a content includes a channel."""
    wanted = Channel.SITE | channel
    return any(
        _stands(grant, now) and grant.content_hash == content_hash and grant.channels & wanted == wanted
        for grant in one.party.grants.all()
    )


def _stands(grant: Grant, now: datetime) -> bool:
    return grant.withdrawn_at is None and (grant.ends_at is None or now < grant.ends_at)
