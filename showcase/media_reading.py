"""Who may see a story's photo or file: everybody while the rule says so; else whose story it is, and who is asked."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from home.visibility import Channel
from programs.models import Membership

from .models import Party, StoryFile, StoryMedia, StoryPage, StoryPhoto, StoryRevision


def is_shown(now: datetime, **used: Any) -> bool:
    """Whether the live content of a story uses it that may be shown now on any channel that shows media.

    The site alone is asked: without everyone's consent to it no channel shows anything. Story by story, because what
    uses a file is one story as a rule, and the rule as SQL takes longer to write than six plain questions to answer.

    ``used`` are terms on a story, as in ``media__photo__uid=…``.
    """
    stories = StoryPage.objects.filter(**used).distinct()
    return any(story.hidden_because(Channel.SITE, now) is None for story in stories)


def is_of_team(user: Any, item: StoryPhoto | StoryFile) -> bool:
    """Whether a draft or story of a team the person belongs to uses it."""
    name = _name(item)
    uses = Q(**{f"team__story_drafts__assets__{name}": item}) | Q(**{f"team__stories__media__{name}": item})
    return Membership.objects.filter(uses, user=user).exists()


def is_asked_about(party: Party, item: StoryPhoto | StoryFile) -> bool:
    """Whether it is part of a content the party is, or was, asked to agree to."""
    asked = StoryRevision.objects.filter(requirements__party=party)
    live = StoryMedia.objects.filter(
        page=party.story_id, page__content_hash__in=asked.values("content_hash"), **{_name(item): item}
    )
    frozen = asked.filter(revision__isnull=False).values_list("revision__content__media", flat=True)
    return live.exists() or any(row.get(_name(item)) == item.pk for media in frozen for row in media or ())


def _name(item: StoryPhoto | StoryFile) -> str:
    """The name by which assets refer to it."""
    return "photo" if isinstance(item, StoryPhoto) else "file"
