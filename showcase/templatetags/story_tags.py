"""Stories and appearances in templates, on pages of any app."""

from typing import Any

from django import template
from django.template import Context

from home.reading import version
from home.templatetags.site_tags import lang_in, now_in
from programs.models import EventPage, TeamPage
from showcase import story_reading
from showcase.models import StoryMedia, StoryPage
from showcase.story_forms import StoryFilter

register = template.Library()


@register.simple_tag(takes_context=True)
def story_filter(context: Context) -> StoryFilter:
    """What the reader asked of the story list, understood or not."""
    form = StoryFilter(context["request"].GET)
    form.is_valid()
    return form


@register.simple_tag(takes_context=True)
def listed_stories(context: Context, wanted: StoryFilter) -> Any:
    """The stories of the page that is shown, as the reader asked."""
    return story_reading.listed_stories(context["page"], wanted.cleaned_data, now_in(context))


@register.simple_tag(takes_context=True)
def story_rows(context: Context, stories: Any) -> list[story_reading.StoryRow]:
    """Stories with their teams and first photos."""
    return story_reading.story_rows(stories, lang_in(context), now_in(context))


@register.simple_tag(takes_context=True)
def latest_stories(context: Context, most: int) -> list[story_reading.StoryRow]:
    """The newest stories."""
    return story_rows(context, story_reading.stories(context["page"], now_in(context))[:most])


@register.simple_tag(takes_context=True)
def stories_of_team(context: Context, team: TeamPage) -> list[story_reading.StoryRow]:
    """A team's stories."""
    return story_rows(context, story_reading.stories_of_team(team, now_in(context)))


@register.simple_tag(takes_context=True)
def stories_of_event(context: Context, event: EventPage) -> list[story_reading.StoryRow]:
    """What teams tell of an event."""
    return story_rows(context, story_reading.stories_of_event(event, now_in(context)))


@register.simple_tag
def media_of(story: StoryPage) -> story_reading.StoryMediaRows:
    """What a story shows: photos, and the rest."""
    return story_reading.media_of(story)


@register.simple_tag(takes_context=True)
def terms_of(context: Context, story: StoryPage) -> story_reading.Terms | None:
    """What may be done with a story; None in a preview of one that is not licensed."""
    now = now_in(context)
    return story_reading.terms_of(story, version(story.team, lang_in(context), now), now)


@register.inclusion_tag("showcase/parts/photo.html")
def story_photo(row: StoryMedia, sizes: str = "100vw", *, lazy: bool = True) -> dict[str, Any]:
    """A story's photo in the sizes made when it was handed in; the browser takes what fits."""
    by_width = {one.width: one for one in row.photo.renditions.all()} if row.photo else {}
    ordered = [one for _width, one in sorted(by_width.items())]
    return {"alt": row.alt, "sizes": sizes, "renditions": ordered, "largest": ordered[-1:], "lazy": lazy}


@register.simple_tag(takes_context=True)
def listed_appearances(context: Context) -> Any:
    """The appearances in the language of the page that is shown."""
    return story_reading.appearances(context["page"], now_in(context))


@register.simple_tag(takes_context=True)
def appearance_rows(context: Context, appearances: Any) -> list[story_reading.AppearanceRow]:
    """Appearances with their teams."""
    return story_reading.appearance_rows(appearances, lang_in(context), now_in(context))


@register.simple_tag(takes_context=True)
def appearances_of_team(context: Context, team: TeamPage) -> list[story_reading.AppearanceRow]:
    """Where a team appeared."""
    return appearance_rows(context, story_reading.appearances_of_team(team, now_in(context)))
