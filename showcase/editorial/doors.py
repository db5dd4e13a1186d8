"""Doors by which Wagtail acts on several pages or a whole tree: it asks base pages, which know nothing of stories."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from showcase.models import StoryPage


def refuse_in_bulk(request: HttpRequest, act: str, items: Iterable[Any], _action: Any) -> HttpResponse | None:
    """Refuse what a story's own page would refuse; None lets the act go on."""
    pages = [item for item in items if isinstance(item, Page)]
    stories = [page.specific for page in pages if issubclass(page.specific_class or Page, StoryPage)]
    if act == "publish":
        drafts = [story.get_latest_revision_as_object() for story in stories]
        refused = not all(draft.permissions_for_user(request.user).can_publish() for draft in drafts)
    elif act == "move":
        refused = not all(story.permissions_for_user(request.user).can_move() for story in stories)
    else:
        refused = act == "delete" and not request.user.is_superuser and any(map(_holds_stories, pages))
    return _refusal(request) if refused else None


def refuse_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep stories from being deleted with the list they stand in."""
    return _refusal(request) if _holds_stories(page) and not request.user.is_superuser else None


def hide_translation(buttons: list[Any], page: Page, **_facts: Any) -> None:
    """Offer no translation of a story: it is a version of its own, which everyone in it has to allow."""
    if isinstance(page, StoryPage):
        buttons[:] = [button for button in buttons if "/translation/" not in (button.url or "")]


def _holds_stories(page: Page) -> bool:
    return StoryPage.objects.filter(path__startswith=page.path).exists()


def _refusal(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        _("Stories go live by their review and keep the proof of consent: unpublish, hold or erase them instead."),
    )
    return redirect("wagtailadmin_home")
