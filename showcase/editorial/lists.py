"""The lists of stories, appearances and license texts, and the ways there."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.log_actions import LogFormatter
from wagtail.permissions import page_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from home.admin_menu import ListMenuItem
from home.models import Clock
from home.page_lists import columns_with
from showcase.flows.acts import AGE_ASKED_AGAIN
from showcase.models import AppearanceIndexPage, AppearancePage, ConsentText, Party, StoryIndexPage, StoryPage
from showcase.reading import stories_now

from .doors import without_translation
from .reports import ConsentsMissing, Holds, LicensesEnding


class Untranslated:
    """A view whose header offers no translation of the story it is about."""

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """The others."""
        buttons: list[Any] = super().header_more_buttons  # type: ignore[misc]  # of the view this is mixed into
        return without_translation(buttons)


class StoryEditView(Untranslated, EditView):
    """A story's editor."""


class StoryIndexView(Untranslated, ExplorableIndexView):
    """The list of stories with where each stands, in as many queries for one story as for many."""

    def get_table(self, object_list: Any) -> Any:
        """The table, once all of its stories have been read together."""
        stories = list(object_list)
        prefetch_related_objects(stories, "team")
        for one in stories_now(stories, Clock.now()):
            one.story.standing = one
        return super().get_table(stories)


def stage_of(story: StoryPage) -> str:
    """Where a story in the list stands, and where an older version is still live."""
    standing = story.standing
    live = standing.live_stage
    return f"{standing.stage.label}（{live.label}）" if live and live != standing.stage else str(standing.stage.label)


def end_of(story: StoryPage) -> Any:
    """When the license of a story in the list ends; None without one."""
    return story.standing.license.ends_at if story.standing.license else None


class StoryPageViewSet(PageViewSet):
    """Stories: whose, where they stand, and until when they may be shown."""

    model = StoryPage
    index_view_class = StoryIndexView
    edit_view_class = StoryEditView
    # What is below a story, which is nothing, is looked for in a view of ours too.
    parent_models = (StoryIndexPage, StoryPage)
    columns = columns_with(
        Column("team", label=_("Team"), sort_key="team__title", width="14%"),
        Column("stage", label=_("State"), accessor=stage_of, width="16%"),
        DateColumn("ends_at", label=_("License ends"), accessor=end_of, width="12%"),
    )


class AppearanceIndexView(ExplorableIndexView):
    """The list of appearances with the teams that appeared."""

    def get_table(self, object_list: Any) -> Any:
        """The table, once all of its teams have been read together."""
        appearances = list(object_list)
        prefetch_related_objects(appearances, "team")
        return super().get_table(appearances)


class AppearancePageViewSet(PageViewSet):
    """Appearances: when, on what, and whose."""

    model = AppearancePage
    index_view_class = AppearanceIndexView
    columns = columns_with(
        Column("on", label=_("Date"), sort_key="on", width="12%"),
        Column("kind", label=_("kind"), accessor="get_kind_display", sort_key="kind", width="10%"),
        Column("team", label=_("Team"), sort_key="team__title", width="14%"),
    )


class ConsentTextViewSet(SnippetViewSet):
    """License texts: what people are asked by; a used one keeps its words and is retired."""

    model = ConsentText
    icon = "doc-full"
    menu_label = _("License texts")
    add_to_settings_menu = True
    list_display = ("label", "code", "lang", DateColumn("effective_from"), DateColumn("retired_at"))
    search_backend_name = None
    search_fields = ("label", "code")
    ordering = ("-effective_from", "code")
    copy_view_enabled = False


class AgeAskedAgain(LogFormatter):
    """Whose date of birth was asked for again, and why; the name is looked up, so that it goes with the person."""

    label = _("Ask for the date of birth again")

    def format_message(self, log_entry: Any) -> str:
        """As the history says it."""
        data = log_entry.data
        who = Party.objects.filter(pk=data.get("party")).first()
        facts = {"name": who or "—", "reason": data.get("reason", "")}
        return gettext("%(name)s is asked for the date of birth again: %(reason)s") % facts


def name_acts(actions: Any) -> None:
    """What the history of a page calls our acts."""
    actions.register_action(AGE_ASKED_AGAIN)(AgeAskedAgain)


class ReportItem(MenuItem):
    """A report, for everyone who may do something with pages."""

    def is_shown(self, request: Any) -> bool:
        """As the report itself asks."""
        return bool(page_permission_policy.user_has_any_permission(request.user, {"add", "change", "publish"}))


def stories_in_menu() -> MenuItem:
    """The way to the stories."""
    return ListMenuItem(StoryIndexPage, _("Stories"), "openquote", 115)


def appearances_in_menu() -> MenuItem:
    """The way to the appearances."""
    return ListMenuItem(AppearanceIndexPage, _("Appearances"), "media", 118)


def stories_with_columns() -> StoryPageViewSet:
    """The stories with team, state and license."""
    return StoryPageViewSet("stories")


def appearances_with_columns() -> AppearancePageViewSet:
    """The appearances with date, kind and team."""
    return AppearancePageViewSet("appearances")


def missing_in_menu() -> MenuItem:
    """The way to the consents that are missing."""
    return ReportItem(ConsentsMissing.page_title, reverse("consents_missing"), icon_name="group", order=610)


def ending_in_menu() -> MenuItem:
    """The way to the licenses that end."""
    return ReportItem(LicensesEnding.page_title, reverse("licenses_ending"), icon_name="time", order=620)


def holds_in_menu() -> MenuItem:
    """The way to the holds."""
    return ReportItem(Holds.page_title, reverse("story_holds"), icon_name="warning", order=630)
