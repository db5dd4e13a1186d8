"""The API described: for programs as OpenAPI, for people as a page. Both from the same declarations."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _
from drf_spectacular.settings import spectacular_settings

from api.parameters import Asked, Parameter
from api.problems import PROBLEMS
from api.reading import Answer
from api.serializers.json import dump
from api.throttling import ANONYMOUS
from api.values import Choice
from home.languages import DEFAULT_LANG, LANGS, LANGUAGE_CODES

from .fixed import FixedView

HTML: Final = "text/html; charset=utf-8"


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
        with translation.override(code):
            context = {
                "lang": lang,
                "base": f"{settings.PUBLIC_URL}/api/v1",
                "quota": ANONYMOUS,
                "groups": groups(document(code, settings.PUBLIC_URL)),
                "problems": [{"name": name, **one._asdict()} for name, one in PROBLEMS.items()],
            }
            page = render_to_string("api/docs.html", context)
        return Answer(page.encode(), content_type=HTML, keys=["docs"], lang=lang)


def groups(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The addresses, by the first part of their path."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema["paths"].items():
        operation = methods["get"]
        rows = [
            {
                "name": one["name"],
                "takes": takes(one["schema"]),
                "default": str(one["schema"].get("default", "")).replace("True", "true").replace("False", "false"),
                "about": one.get("description", ""),
            }
            for one in operation.get("parameters", [])
            if one["in"] == "query"
        ]
        row = {"path": path, "id": operation["operationId"], "summary": operation["summary"], "parameters": rows}
        found.setdefault(operation["tags"][0], []).append(row)
    return [{"name": name, "operations": operations} for name, operations in found.items()]


def takes(schema: dict[str, Any]) -> str:
    """What a parameter takes, in words."""
    if "items" in schema:
        return now_in_words("several, with commas: %(one)s") % {"one": takes(schema["items"])}
    if "anyOf" in schema:
        return now_in_words(" or ").join(takes(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " · ".join(str(word) for word in schema["enum"])
    if "maximum" in schema:
        return f"{schema['minimum']}–{schema['maximum']}"
    named = {
        "boolean": "true · false",
        "date-time": now_in_words("a date-time with its offset"),
        "uuid": now_in_words("an id"),
    }
    return named.get(schema.get("format") or schema["type"], now_in_words("a short text"))
