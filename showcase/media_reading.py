"""Who may see a story's photo or file: everybody while the rule says so; else whose story it is, and who is asked."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from wagtail.permissions import page_permission_policy

from home.visibility import Channel
from programs.models import Membership

from .models import Party, StoryFile, StoryMedia, StoryPage, StoryPhoto, StoryRevision
from .vocabularies import RevisionState

# Who works on a story in the admin has one of these rights on its page.
EDITORS: Final = frozenset({"add", "change", "publish"})


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


def is_of_staff(user: Any, item: StoryPhoto | StoryFile) -> bool:
    """Whether a story that the person has rights on shows it, or asked for consent to it.

    What a team has not handed in is nobody's but the team's.
    """
    theirs = page_permission_policy.instances_user_has_any_permission_for(user, EDITORS).values("pk")
    if StoryPage.objects.filter(pk__in=theirs, **{f"media__{_name(item)}": item}).exists():
        return True
    waiting = StoryRevision.objects.filter(story__in=theirs, revision__isnull=False)
    return _stands_in(waiting.exclude(state=RevisionState.APPROVED), item)


def is_asked_about(party: Party, item: StoryPhoto | StoryFile) -> bool:
    """Whether it is part of a content the party is, or was, asked to agree to."""
    asked = StoryRevision.objects.filter(requirements__party=party)
    live = StoryMedia.objects.filter(
        page=party.story_id, page__content_hash__in=asked.values("content_hash"), **{_name(item): item}
    )
    return live.exists() or _stands_in(asked.filter(revision__isnull=False), item)


def _stands_in(revisions: QuerySet[StoryRevision], item: StoryPhoto | StoryFile) -> bool:
    """Whether a frozen content shows it."""
    frozen = revisions.values_list("revision__content__media", flat=True)
    return any(row.get(_name(item)) == item.pk for media in frozen for row in media or ())


def _name(item: StoryPhoto | StoryFile) -> str:
    """The name by which assets refer to it."""
    return "photo" if isinstance(item, StoryPhoto) else "file"
