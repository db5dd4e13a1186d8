"""What the ground floor adds to the admin: its menu, its lists, and how links in texts are written."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .admin_menu import ListMenuItem, open_list
from .calendar_views import CalendarIndexView, OfficialCalendarView
from .models import AnnouncementIndexPage, CalendarDay, Contact, Organization
from .page_lists import AnnouncementPageViewSet
from .review_notices import tell_outcome, tell_reason
from .rich_text import VisiblePageLink
from .snippet_views import TranslatedIndexView


class ContactViewSet(SnippetViewSet):
    """Whom to ask."""

    model = Contact
    index_view_class = TranslatedIndexView
    icon = "user"
    menu_label = _("Contacts")
    list_display = ("unit", "phone", "extension", "hours", "sort_order")
    search_backend_name = None  # Wagtail's index splits at spaces, and so finds no Chinese word inside a name
    search_fields = ("unit", "phone", "extension", "person")
    ordering = ("sort_order", "pk")


class OrganizationViewSet(SnippetViewSet):
    """Who stands behind the programme."""

    model = Organization
    index_view_class = TranslatedIndexView
    icon = "home"
    menu_label = _("Organizations")
    list_display = ("name", "url")
    search_backend_name = None
    search_fields = ("name",)
    ordering = ("name",)


class PeopleGroup(SnippetViewSetGroup):
    """Contacts and organisations."""

    items = (ContactViewSet, OrganizationViewSet)
    menu_label = _("Contacts and organizations")
    menu_icon = "group"
    menu_order = 200


class CalendarDayViewSet(SnippetViewSet):
    """The official calendar."""

    model = CalendarDay
    icon = "calendar-alt"
    menu_label = _("Official calendar")
    menu_order = 210
    add_to_admin_menu = True
    index_view_class = CalendarIndexView
    list_display = ("date", "name", "day_type", BooleanColumn("national", label=_("national holiday")), "source")
    list_filter = {"date": ["year", "gte", "lte"], "day_type": ["exact"], "national": ["exact"], "source": ["exact"]}  # noqa: RUF012 - as Wagtail reads it
    search_backend_name = None
    search_fields = ("name", "name_en")
    ordering = ("-date",)
    list_per_page = 50
    copy_view_enabled = False


def link_through_the_rule(features: Any) -> None:
    """Replace Wagtail's own page links, which show the address of any page."""
    features.register_link_type(VisiblePageLink)


def addresses() -> list[URLPattern]:
    """Our own pages in the admin."""
    return [
        path("calendar/upload/", OfficialCalendarView.as_view(), name="official_calendar"),
        path("lists/<str:name>/", open_list, name="open_list"),
    ]


def announcements_in_menu() -> MenuItem:
    """The way to the announcements."""
    return ListMenuItem(AnnouncementIndexPage, _("Announcements"), "doc-full", 110)


def announcements_with_columns() -> AnnouncementPageViewSet:
    """The announcements with their category and date."""
    return AnnouncementPageViewSet("announcements")


def hide_what_nobody_uses(_request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's help leads to its English manual."""
    items[:] = [item for item in items if item.name != "help"]


register_snippet(PeopleGroup)
register_snippet(CalendarDayViewSet)
hooks.register("register_rich_text_features", link_through_the_rule, order=100)
hooks.register("register_admin_urls", addresses)
hooks.register("register_admin_menu_item", announcements_in_menu)
hooks.register("register_admin_viewset", announcements_with_columns)
hooks.register("construct_main_menu", hide_what_nobody_uses)
hooks.register("before_edit_page", tell_reason)
hooks.register("after_edit_page", tell_outcome)
