"""What the programme year adds to the admin: direct ways to its lists, and its themes."""

from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.admin_menu import ListMenuItem
from home.languages import DEFAULT_LANG, LANGS
from home.models import User
from home.page_lists import columns_with

from .models import (
    EventIndexPage,
    EventPage,
    ProgramIndexPage,
    ResourceIndexPage,
    TeamIndexPage,
    TeamPage,
    Theme,
    VenueIndexPage,
)
from .profile_flows import AGE_ASKED_AGAIN
from .reading import span_of
from .staff_views import AskAgeAgainView
from .team_reading import head_of, selected_text


class ThemeViewSet(SnippetViewSet):
    """The themes of the quarterly meetings: few, and seldom changed."""

    model = Theme
    icon = "tag"
    menu_label = _("Themes")
    add_to_settings_menu = True
    list_display = ("name", "name_en", "code")
    search_backend_name = None
    search_fields = ("name", "name_en", "code")
    ordering = ("pk",)
    copy_view_enabled = False


def date_of(event: EventPage) -> str:
    """When an event takes place, in the language of the admin."""
    return span_of(event).text(LANGS.get(get_language() or "", DEFAULT_LANG))


class EventPageViewSet(PageViewSet):
    """Events: when, of what kind, and how sure the date is."""

    model = EventPage
    columns = columns_with(
        Column("starts_at", label=_("Date"), accessor=date_of, sort_key="starts_at", width="18%"),
        Column("kind", label=_("kind"), accessor="get_kind_display", sort_key="kind", width="8%"),
        Column("event_status", label=_("date status"), accessor="get_status_display", sort_key="status", width="8%"),
    )


class TeamIndexView(ExplorableIndexView):
    """The list of teams with what its columns show, in as many queries for one team as for many."""

    def annotate_queryset(self, pages: Any) -> Any:
        """Also fetch members and selections."""
        return super().annotate_queryset(pages).prefetch_related("memberships__user", "selections")


class TeamPageViewSet(PageViewSet):
    """Teams: where each acts, whom to ask in it, and which editions selected it."""

    model = TeamPage
    index_view_class = TeamIndexView
    columns = columns_with(
        Column("kind", label=_("kind"), accessor="get_kind_display", sort_key="kind", width="8%"),
        Column("county", label=_("county of action"), accessor="get_county_display", sort_key="county", width="10%"),
        Column("head", label=_("Head"), accessor=head_of, width="14%"),
        Column("selected", label=_("Selected for"), accessor=selected_text, width="10%"),
    )


def teams_with_columns() -> TeamPageViewSet:
    """The teams with county, head and editions."""
    return TeamPageViewSet("teams")


def teams_in_menu() -> MenuItem:
    """The way to the teams."""
    return ListMenuItem(TeamIndexPage, _("Teams"), "group", 125)


def events_with_columns() -> EventPageViewSet:
    """The events with date, kind and status."""
    return EventPageViewSet("events")


def events_in_menu() -> MenuItem:
    """The way to the events."""
    return ListMenuItem(EventIndexPage, _("Events"), "date", 120)


def venues_in_menu() -> MenuItem:
    """The way to the venues."""
    return ListMenuItem(VenueIndexPage, _("Venues"), "home", 130)


def resources_in_menu() -> MenuItem:
    """The way to the resources."""
    return ListMenuItem(ResourceIndexPage, _("Resources"), "pick", 140)


def programs_in_menu() -> MenuItem:
    """The way to the years."""
    return ListMenuItem(ProgramIndexPage, _("Programme years"), "calendar", 150)


def addresses() -> list[URLPattern]:
    """Our pages about the people of teams in the admin."""
    return [path("teams/<int:pk>/members/<int:member>/age/", AskAgeAgainView.as_view(), name="team_age")]


class AgeAskedAgain(LogFormatter):
    """Whose date of birth was asked for again, and why; the name is looked up, so that it goes with the account."""

    label = _("Ask for the date of birth again")

    def format_message(self, log_entry: Any) -> str:
        """As the history says it."""
        data = log_entry.data
        who = User.objects.filter(pk=data.get("user")).first()
        facts = {"name": who or "—", "reason": data.get("reason", "")}
        return gettext("%(name)s is asked for the date of birth again: %(reason)s") % facts


def name_acts(actions: Any) -> None:
    """What the history of a page calls our acts."""
    actions.register_action(AGE_ASKED_AGAIN)(AgeAskedAgain)


register_snippet(ThemeViewSet)
hooks.register("register_admin_urls", addresses)
hooks.register("register_log_actions", name_acts)
hooks.register("register_admin_viewset", events_with_columns)
hooks.register("register_admin_viewset", teams_with_columns)
for way in (events_in_menu, teams_in_menu, venues_in_menu, resources_in_menu, programs_in_menu):
    hooks.register("register_admin_menu_item", way)
