"""From a record of the demo's texts to the fields of a page or snippet."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from django.db import models

from home.models import AnnouncementPage, Contact, Organization
from programs.models import (
    EventCoHost,
    EventCost,
    EventOrganization,
    OpeningHours,
    ProgramContact,
    ProgramOrganization,
    ProgramPage,
    ProgramPlan,
    ProgramService,
    TeamLink,
    TeamPage,
    Theme,
    VenuePage,
)

from .pictures import picture
from .reading import body

M = TypeVar("M", bound=models.Model)

# What a record says about the play itself, not about the page.
DIRECTIONS: Final = {"draft", "earlier", "en", "published_at", "sessions"}


def fill(item: M, record: Mapping[str, Any]) -> M:
    """Set an unsaved item's fields from a record; returns the item."""
    for name, value in record.items():
        if name == "tags":
            item.tags.set(value)  # type: ignore[attr-defined]  # a manager: only pages have it
        elif name not in DIRECTIONS:
            setattr(item, name, FIELDS[name](item, value) if name in FIELDS else value)
    return item


def _chinese(model: type[Any], **wanted: Any) -> Any:
    """The Chinese page or snippet that a record names."""
    return model.objects.filter(locale__language_code="zh-hant").get(**wanted)


def _organizations(item: models.Model, rows: list[list[str]]) -> list[models.Model]:
    link = ProgramOrganization if isinstance(item, ProgramPage) else EventOrganization
    return [
        link(role=role, organization=_chinese(Organization, name=name), sort_order=number)
        for number, (role, name) in enumerate(rows)
    ]


def _costs(_item: models.Model, amounts: dict[str, int]) -> list[models.Model]:
    return [
        EventCost(category=category, amount=amount, sort_order=number)
        for number, (category, amount) in enumerate(amounts.items())
    ]


def _co_hosts(_item: models.Model, slugs: list[str]) -> list[models.Model]:
    return [EventCoHost(team=_chinese(TeamPage, slug=slug), sort_order=number) for number, slug in enumerate(slugs)]


def _links(_item: models.Model, rows: list[list[str]]) -> list[models.Model]:
    return [TeamLink(label=label, url=url, sort_order=number) for number, (label, url) in enumerate(rows)]


def _contacts(_item: models.Model, extensions: list[str]) -> list[models.Model]:
    return [
        ProgramContact(contact=_chinese(Contact, extension=extension), sort_order=number)
        for number, extension in enumerate(extensions)
    ]


def _rows(link: type[models.Model]) -> Callable[[models.Model, list[dict[str, Any]]], list[models.Model]]:
    """Child rows, in the order given."""
    return lambda _item, rows: [link(**row, sort_order=number) for number, row in enumerate(rows)]


# How a record's word becomes a field's value, where it is not the value itself.
FIELDS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "amends": lambda _item, slug: _chinese(AnnouncementPage, slug=slug),
    "body": lambda _item, text: body(text),
    "co_hosts": _co_hosts,
    "contact": lambda _item, extension: _chinese(Contact, extension=extension),
    "contacts": _contacts,
    "costs": _costs,
    "image": lambda _item, name: picture(name),
    "links": _links,
    "opening_hours": _rows(OpeningHours),
    "organizations": _organizations,
    "plan": _rows(ProgramPlan),
    "program": lambda _item, edition: _chinese(ProgramPage, edition_roc=edition),
    "team": lambda _item, slug: _chinese(TeamPage, slug=slug),
    "services": lambda item, rows: rows if isinstance(item, Contact) else _rows(ProgramService)(item, rows),
    "themes": lambda _item, codes: list(Theme.objects.filter(code__in=codes)),
    "venue": lambda _item, slug: _chinese(VenuePage, slug=slug) if slug else None,
}
