"""Direct ways from the admin's menu to the lists staff work in every day."""

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.permissions import page_permission_policy

from .languages import DEFAULT_LANG, LANGUAGE_CODES
from .models import IndexPage


class ListMenuItem(MenuItem):
    """A way to the pages below the list of one type."""

    def __init__(self, model: type[IndexPage], label: Any, icon_name: str, order: int) -> None:
        name = model._meta.label_lower
        super().__init__(label, reverse("open_list", args=[name]), name=name, icon_name=icon_name, order=order)

    def is_shown(self, request: HttpRequest) -> bool:
        """For everyone who may do something with pages."""
        return bool(page_permission_policy.user_has_any_permission(request.user, {"add", "change", "publish"}))


def open_list(_request: HttpRequest, name: str) -> HttpResponse:
    """Go to the Chinese list of a type; its English twin is one click away there.

    Raises:
        Http404: for what is no list, or is gone.
    """
    try:
        model = apps.get_model(name)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if not issubclass(model, IndexPage):
        raise Http404
    page = model.objects.filter(locale__language_code=LANGUAGE_CODES[DEFAULT_LANG]).first()
    if page is None:
        raise Http404
    return redirect("wagtailadmin_explore", page.pk)
