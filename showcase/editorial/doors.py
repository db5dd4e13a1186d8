"""Doors by which Wagtail acts on several pages or a whole tree: it asks base pages, which know nothing of stories."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.widgets.button import BaseDropdownMenuButton
from wagtail.contrib.simple_translation.views import SubmitPageTranslationView
from wagtail.models import Page

from showcase.models import StoryPage


def refuse_in_bulk(request: HttpRequest, act: str, items: Iterable[Any], _action: Any) -> HttpResponse | None:
    """Refuse what a story's own page would refuse; None lets the act go on."""
    pages = [item for item in items if isinstance(item, Page)]
    refused = any(_REFUSED[act](page, request.user) for page in pages) if act in _REFUSED else False
    return _refusal(request) if refused else None


def _may_not_publish(page: Page, user: Any) -> bool:
    return _is_story(page) and not page.get_latest_revision_as_object().permissions_for_user(user).can_publish()


def _may_not_move(page: Page, user: Any) -> bool:
    return _is_story(page) and not page.specific.permissions_for_user(user).can_move()


def _may_not_delete(page: Page, user: Any) -> bool:
    return not user.is_superuser and _holds_stories(page)


def _is_story(page: Page) -> bool:
    return issubclass(page.specific_class or Page, StoryPage)


_REFUSED: Final = {"publish": _may_not_publish, "move": _may_not_move, "delete": _may_not_delete}


def refuse_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Keep stories from being deleted with the list they stand in."""
    return _refusal(request) if _holds_stories(page) and not request.user.is_superuser else None


def hide_translation(buttons: list[Any], page: Page, **_facts: Any) -> None:
    """Offer no translation of a story: it is a version of its own, which everyone in it has to allow."""
    menus = (button for button in buttons if isinstance(button, BaseDropdownMenuButton))
    for menu in menus if _is_story(page) else ():
        menu.dropdown_buttons = without_translation(menu.dropdown_buttons)


def without_translation(buttons: Iterable[Any]) -> list[Any]:
    """The buttons but the one that leads to a translation."""
    return [button for button in buttons if "/translation/" not in (button.url or "")]


class TranslationView(SubmitPageTranslationView):
    """Wagtail's own, at its address; it refuses a story."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Back to the start, with the reason, where it is a story."""
        if StoryPage.objects.filter(pk=kwargs["page_id"]).exists():
            messages.error(
                request,
                _("A translation of a story is a new version: its team hands it in, and everyone in it has to agree."),
            )
            return redirect("wagtailadmin_home")
        return super().dispatch(request, *args, **kwargs)


def _holds_stories(page: Page) -> bool:
    return StoryPage.objects.filter(path__startswith=page.path).exists()


def _refusal(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        _("Stories go live by their review and keep the proof of consent: unpublish, hold or erase them instead."),
    )
    return redirect("wagtailadmin_home")
