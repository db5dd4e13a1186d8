"""The API described: for programs as OpenAPI, for people as a page. Both from the same declarations."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.settings import spectacular_settings

from api.parameters import Asked, Parameter
from api.problems import PROBLEMS
from api.reading import Answer
from api.serializers import COLLECTIONS
from api.serializers.json import dump
from api.serializers.licenses import all_license_texts
from api.throttling import ANONYMOUS
from api.values import Choice
from home.languages import DEFAULT_LANG, LANGS, LANGUAGE_CODES

from .fixed import FixedView, page

HTML: Final = "text/html; charset=utf-8"
# Parameters of several collections that take other words in each, and what they mean.
VARYING: Final = {
    "fields": _("Only these members of each item."),
    "include": _("Relations whose cards to include."),
    "fields[…]": _("Only these members of each included item of the type in brackets, as in fields[venue]=title."),
    "sort": _("Order; - means descending."),
}
IN_COMMON: Final = ("lang", "lang_fallback", "limit", "cursor", "count", "updated_after", *VARYING)


@cache
def document(language_code: str, public_url: str) -> dict[str, Any]:
    """The OpenAPI document in a language; made once, as it only depends on our code and address."""
    del public_url
    with translation.override(language_code):
        schema: dict[str, Any] = spectacular_settings.DEFAULT_GENERATOR_CLASS().get_schema(request=None, public=True)
    return {**schema, "servers": [{"url": settings.PUBLIC_URL}]}


class OpenApiView(FixedView):
    """OpenAPI 3.1."""

    def summary(self) -> str | Promise:
        """One line for the documentation."""
        return _("This API, described for programs (OpenAPI 3.1)")

    def answer(self, asked: Asked) -> Answer:
        """The document, in English."""
        del asked
        return Answer(dump(document("en", settings.PUBLIC_URL)), keys=["docs"])


class DocsView(FixedView):
    """The same for people, with examples and errors."""

    media_type = "text/html"

    def summary(self) -> str | Promise:
        """One line for the documentation."""
        return _("This API, described for people")

    def parameters(self) -> Iterable[Parameter]:
        """The language."""
        return (Parameter("lang", Choice(tuple(LANGS.values())), _("Language of the page."), DEFAULT_LANG),)

    def answer_schema(self, refer: Any) -> dict[str, Any]:
        """A page."""
        del refer
        return {"type": "string"}

    def answer(self, asked: Asked) -> Answer:
        """The page, drawn from the OpenAPI document and the list of problems."""
        lang = asked["lang"]
        code = LANGUAGE_CODES[lang]
        base = f"{settings.PUBLIC_URL}/api/v1"
        with translation.override(code):
            addresses = groups(document(code, settings.PUBLIC_URL))
            body = page(
                "api/docs.html",
                f"{base}/docs",
                lang,
                base=base,
                quota=ANONYMOUS,
                licenses=all_license_texts(lang),
                shared=shared_parameters(addresses),
                groups=addresses,
                problems=[{"name": name, **one._asdict()} for name, one in PROBLEMS.items()],
            )
        return Answer(body, content_type=HTML, keys=["docs"], lang=lang)


def groups(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The addresses by collection, the others together after them.

    An address of a collection has in ``parameters`` only what is its own; ``words`` are what the parameters take that
    mean the same in every collection, ``shared`` those that also take the same.
    """
    found = {name: group(name, serializer.model._meta.verbose_name_plural) for name, serializer in COLLECTIONS.items()}
    found[""] = group("more", _("More addresses"))
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        name = operation["tags"][0] if operation["tags"][0] in found else ""
        add(found[name], path, operation, IN_COMMON if name else ())
    # The members of what is included stand with its own collection.
    shown = VARYING.keys() - {"fields[…]"}
    return [{**one, "words": [its for name, its in one["words"].items() if name in shown]} for one in found.values()]


def group(name: str, title: Any) -> dict[str, Any]:
    """A group without its addresses."""
    return {"name": name, "title": capfirst(title), "words": {}, "shared": {}, "operations": []}


def add(its: dict[str, Any], path: str, operation: dict[str, Any], common: Iterable[str]) -> None:
    """Add an address to its group, what it has in common with other collections apart from what is its own."""
    rows = {one["name"]: one for one in map(row, operation.get("parameters", [])) if one}
    for name in [name for name in common if name in rows]:
        one = rows.pop(name)
        if name in VARYING:
            its["words"][name] = {**one, "about": ""}
        else:
            its["shared"][name] = one
    its["operations"].append(
        {
            "path": path,
            "id": operation["operationId"],
            "summary": operation["summary"],
            "parameters": list(rows.values()),
        }
    )


def row(parameter: dict[str, Any]) -> dict[str, Any] | None:
    """A parameter in words; None for a part of the path."""
    if parameter["in"] == "path":
        return None
    default = str(parameter["schema"].get("default", "")).replace("True", "true").replace("False", "false")
    return {
        "name": re.sub(r"\[\w+\]", "[…]", parameter["name"]),
        "takes": takes(parameter["schema"]),
        "default": format_html("<code>{}</code>", default) if default else "",
        "about": parameter.get("description", ""),
    }


def shared_parameters(addresses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What every collection takes, each said once; where the words differ, they stand with the collection."""
    same = {name: one for group in addresses for name, one in group["shared"].items()}
    return [
        same.get(name) or {"name": name, "takes": _("see each collection"), "about": VARYING[name]}
        for name in IN_COMMON
    ]


def takes(schema: dict[str, Any]) -> SafeString:
    """What a parameter takes, in words."""
    if "items" in schema:
        return format_html(gettext("several, with commas: {one}"), one=takes(schema["items"]))
    if "anyOf" in schema:
        return format_html_join(gettext(" or "), "{}", ((takes(one),) for one in schema["anyOf"]))
    if "enum" in schema:
        return format_html_join(" · ", "<code>{}</code>", ((word,) for word in schema["enum"]))
    if "maximum" in schema:
        return format_html("{}–{}", schema["minimum"], schema["maximum"])
    named = {
        "boolean": format_html("<code>{}</code> · <code>{}</code>", "true", "false"),
        "date-time": gettext("a date-time with its offset"),
        "uuid": gettext("an id"),
    }
    return format_html("{}", named.get(schema.get("format") or schema["type"], gettext("a short text")))
