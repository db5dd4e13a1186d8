"""`/licenses/{id}`: what a license allows, for people and for programs."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from api.parameters import Asked, Parameter
from api.problems import Problem
from api.reading import JSON, Answer
from api.schema import Refer
from api.serializers.json import dump
from api.serializers.licenses import LicenseTextSerializer, find_license_text
from api.values import Choice
from home.languages import DEFAULT_LANG, LANGS, LANGUAGE_CODES

from .fixed import FixedView, page

HTML = "text/html; charset=utf-8"


class LicenseView(FixedView):
    """One license, as a page for those who accept HTML before JSON."""

    always_there = False

    def summary(self) -> str | Promise:
        """One line for the documentation."""
        return _("What a license allows, in plain words")

    def parameters(self) -> Iterable[Parameter]:
        """The language."""
        return (Parameter("lang", Choice(tuple(LANGS.values())), _("Language of the text."), DEFAULT_LANG),)

    def answer_schema(self, refer: Refer) -> dict[str, Any]:
        """The text."""
        properties = {"data": refer(LicenseTextSerializer)}
        return {"type": "object", "properties": properties, "required": ["data"], "additionalProperties": False}

    def answer(self, asked: Asked) -> Answer:
        """The text, or its page.

        Raises:
            Problem: not-found.
        """
        lang = asked["lang"]
        with translation.override(LANGUAGE_CODES[lang]):
            document = find_license_text(self.kwargs["license_id"], lang)
            if document is None:
                raise Problem("not-found")
            if self.request.get_preferred_type(["application/json", "text/html"]) == "text/html":
                body = page("api/license.html", document["url"], lang, license=document)
                return Answer(body, content_type=HTML, keys=["licenses"], lang=lang)
        return Answer(dump({"data": document}), content_type=JSON, keys=["licenses"], lang=document["lang"])

    def stamp(self, response: Any, *args: Any) -> HttpResponse:
        """Also say that Accept decides."""
        response = super().stamp(response, *args)
        response["Vary"] = "Accept"
        return response
