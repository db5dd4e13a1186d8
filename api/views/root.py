"""`GET /api/v1`: everything there is to read, with its address."""

from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from api.parameters import Asked
from api.reading import Answer
from api.serializers import COLLECTIONS
from api.serializers.json import dump
from api.serializers.licenses import all_license_texts
from home.languages import DEFAULT_LANG

from .fixed import FixedView


def address(path: str) -> str:
    """Absolute address of something in this version; a path in braces is for the reader to fill in (RFC 6570)."""
    return f"{settings.PUBLIC_URL}/api/v1/{path}"


def contents() -> dict[str, Any]:
    """All that can be read in this version."""
    return {
        "version": "1",
        "collections": {name: {"url": address(name), "item": address(f"{name}/{{id}}")} for name in COLLECTIONS},
        "venue_hours": address("venues/{id}/hours"),
        "changes": address("changes"),
        "licenses": {one["id"]: one["url"] for one in all_license_texts(DEFAULT_LANG)},
        "with_a_key": {
            "me": address("me"),
            "acks": address("acks"),
            "endpoints": address("endpoints"),
            "endpoint": address("endpoints/{id}"),
            "endpoint_rotate": address("endpoints/{id}/rotate"),
            "endpoint_test": address("endpoints/{id}/test"),
        },
        "openapi": address("openapi.json"),
        "docs": address("docs"),
    }


class RootView(FixedView):
    """The way in."""

    def summary(self) -> str | Promise:
        """One line for the documentation."""
        return _("What there is to read, and where")

    def answer(self, asked: Asked) -> Answer:
        """The collections and the other addresses."""
        del asked
        return Answer(dump({"data": contents()}), keys=["root"])
