"""Lists of pages in the admin with the columns staff look for."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.pages.listing import ExplorableIndexView
from wagtail.admin.viewsets.pages import PageViewSet

from .models import AnnouncementPage

_TITLE: Final = 2


def columns_with(*own: Column) -> list[Any]:
    """Wagtail's columns with our own after the title; every page of such a list is of one type."""
    theirs = [column for column in ExplorableIndexView.base_columns if column.name != "type"]
    return [*theirs[:_TITLE], *own, *theirs[_TITLE:]]


class AnnouncementPageViewSet(PageViewSet):
    """Announcements: what each is, and since when it holds."""

    model = AnnouncementPage
    columns = columns_with(
        Column("category", label=_("category"), accessor="get_category_display", sort_key="category", width="10%"),
        DateColumn("first_published_at", label=_("published at"), sort_key="first_published_at", width="12%"),
    )
