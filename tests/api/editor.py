"""An editor at the admin's forms: fetch a form as a browser would, change some fields, send it."""

from typing import Any

from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield


class Editor:
    """A person logged in to the admin."""

    def __init__(self, user: Any) -> None:
        self.client = Client()
        self.client.force_login(user)

    def send(self, url: str, data: Any = None, status: int = 302) -> Any:
        """POST, and insist on the answer of an act that was done."""
        answer = self.client.post(url, data or {})
        assert answer.status_code == status, errors(answer)
        return answer

    def form(self, url: str, **where: Any) -> QueryDict:
        """The fields of a form as the admin fills them in."""
        page = BeautifulSoup(self.client.get(url).content, "html.parser")
        return served(page.find("form", **where))

    def edit(self, page: Any, **fields: Any) -> None:
        """Change fields of a page and publish it (or schedule, when it has a later go-live date)."""
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        body = nested_form_data({"body": streamfield([])})
        self.fill(url, "page-edit-form", {"action-publish": "1", **body, **fields})

    def edit_snippet(self, item: Any, **fields: Any) -> None:
        """Change fields of a snippet and publish it."""
        url = reverse(item.snippet_viewset.get_url_name("edit"), args=[item.pk])
        self.fill(url, "w-editor-form", {"action-publish": "1", **fields})

    def fill(self, url: str, form_id: str, fields: dict[str, Any]) -> None:
        """Send a form with some fields changed."""
        data = self.form(url, id=form_id)
        for name, value in fields.items():
            data[name] = value
        self.send(url, dict(data.lists()))

    def act(self, name: str, page: Any, **data: Any) -> None:
        """Confirm one of the admin's acts on a page, such as unpublish or delete."""
        self.send(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]), data)

    def bulk(self, name: str, *pages: Any) -> None:
        """Confirm an act on several pages ticked in a list."""
        ticked = "&".join(f"id={page.pk}" for page in pages)
        self.send(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', name])}?{ticked}")

    def move(self, page: Any, target: Any) -> None:
        """Move a page below another."""
        self.send(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk]))

    def privacy(self, page: Any, restriction: str) -> None:
        """Choose who may see a page: none (public), login, password or groups."""
        self.send(reverse("wagtailadmin_pages:set_privacy", args=[page.pk]), {"restriction_type": restriction}, 200)


def served(form: Any) -> QueryDict:
    """What a browser would send of a form as served. Wagtail's own reader leaves out ticks that have no value."""
    data = QueryDict(mutable=True)
    for field in form.find_all(["input", "textarea", "select"], attrs={"name": True}):
        kind = field.get("type", "text") if field.name == "input" else field.name
        if kind == "select":
            options = field.find_all("option")
            chosen = [one for one in options if one.has_attr("selected")]
            chosen = chosen or ([] if field.has_attr("multiple") else options[:1])
            values = [one.get("value", one.get_text()) for one in chosen]
        elif kind in {"checkbox", "radio"}:
            values = [field.get("value", "on")] if field.has_attr("checked") else []
        elif kind == "textarea":
            values = [field.get_text().removeprefix("\n")]
        else:
            values = [] if kind in {"submit", "button", "file"} else [field.get("value", "")]
        for value in values:
            data.appendlist(field["name"], value)
    data.pop("csrfmiddlewaretoken", None)
    return data


def errors(answer: Any) -> str:
    """What the admin said against a form."""
    context = getattr(answer, "context", None)  # what came over HTTP has none
    form = context.get("form") if context else None
    formsets = getattr(form, "formsets", {}).values()
    return f"{answer.status_code} {getattr(form, 'errors', '')} {[formset.errors for formset in formsets]}"
