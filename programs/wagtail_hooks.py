"""What the programme year adds to the admin: direct ways to its lists, and its themes."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from home.admin_menu import ListMenuItem

from .models import EventIndexPage, ProgramIndexPage, ResourceIndexPage, Theme, VenueIndexPage


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


register_snippet(ThemeViewSet)
for way in (events_in_menu, venues_in_menu, resources_in_menu, programs_in_menu):
    hooks.register("register_admin_menu_item", way)
