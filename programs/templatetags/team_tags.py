"""Teams in templates."""

from typing import Any

from django import template
from django.template import Context

from home.templatetags.site_tags import lang_in, now_in
from programs import reading, team_reading
from programs.forms import TeamFilter
from programs.models import EventPage, TeamPage

register = template.Library()


@register.simple_tag(takes_context=True)
def team_filter(context: Context) -> TeamFilter:
    """What the reader asked of the team list, understood or not."""
    form = TeamFilter(context["request"].GET)
    form.is_valid()
    return form


@register.simple_tag(takes_context=True)
def listed_teams(context: Context, wanted: TeamFilter) -> Any:
    """The teams of the page that is shown, as the reader asked."""
    return team_reading.listed_teams(context["page"], wanted.cleaned_data, now_in(context))


@register.simple_tag(takes_context=True)
def co_hosted_events(context: Context, team: TeamPage) -> list[reading.EventRow]:
    """The events held together with a team."""
    now = now_in(context)
    return reading.event_rows(team_reading.co_hosted_events(team, now), lang_in(context), now)


@register.simple_tag(takes_context=True)
def hosts_of(context: Context, event: EventPage) -> list[TeamPage]:
    """The teams an event is held together with."""
    return reading.hosts_of(event, lang_in(context), now_in(context))
