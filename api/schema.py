"""OpenAPI 3.1, from what views and serializers declare already."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from .problems import CONTENT_TYPE, PROBLEMS
from .serializers import BY_TYPE, ItemSerializer
from .values import Several, Text


class Header(NamedTuple):
    """A header of answers."""

    name: str
    schema: dict[str, Any]
    about: Text
    # The statuses it comes with; with all of them when empty.
    statuses: tuple[int, ...]
    certain: bool = False

    def described(self) -> OpenApiParameter:
        """As drf-spectacular takes it."""
        return OpenApiParameter(
            self.name,
            self.schema,
            OpenApiParameter.HEADER,
            required=self.certain,
            description=str(self.about),
            response=list(self.statuses) or True,
        )


PREFIX: Final = "/api/v1"
# What any address may answer with.
ALWAYS_POSSIBLE: Final = ("invalid-parameter", "unauthenticated", "quota-exceeded", "maintenance")
MAY_BE_MISSING: Final = ("not-found", "withdrawn")
# `fields` may leave out everything else.
ALWAYS_THERE: Final = ["id", "type", "lang", "version"]

WORD: Final = {"type": "string"}
COUNT: Final = {"type": "integer", "minimum": 0}
HEADERS: Final = (
    Header(
        "ETag",
        WORD,
        _("The answer's tag: send it as If-None-Match to hear only of a change."),
        (200, 304),
        certain=True,
    ),
    Header("Last-Modified", WORD, _("When the answer last changed, where that is known."), (200, 304)),
    Header(
        "Content-Seq", COUNT, _("The number of the last change that the answer knows of."), (200, 304), certain=True
    ),
    Header("RateLimit", WORD, _("How many requests are left, and for how many seconds."), ()),
    Header("RateLimit-Policy", WORD, _("How many requests are allowed, and in how many seconds."), ()),
    Header("Retry-After", COUNT, _("Seconds to wait."), (429, 503)),
    Header("WWW-Authenticate", WORD, _("How a key is sent."), (401,), certain=True),
)
LINK: Final = Header("Link", WORD, _("The address of the next page, as in page.next."), (200,))
KEY: Final = {"type": "http", "scheme": "bearer"}

Refer = Callable[[type[serializers.Serializer[Any]]], dict[str, Any]]


class ErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter."""

    parameter = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # a member of the document, not DRF's own
    request_id = serializers.CharField()
    reason = serializers.CharField(required=False, help_text=_("Of what was withdrawn: why."))
    at = serializers.DateTimeField(required=False, help_text=_("Of what was withdrawn: since when."))
    purge_by = serializers.DateTimeField(required=False, help_text=_("Of what was withdrawn: delete copies by then."))


class PageSerializer(serializers.Serializer[Any]):
    """Where a list goes on."""

    limit = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    total = serializers.IntegerField(required=False)


@cache
def card_of(serializer: type[ItemSerializer]) -> type[ItemSerializer]:
    """The serializer of a type's card: the same without what only a detail has."""
    left_out = dict.fromkeys(set(serializer.names(full=True)) - set(serializer.names(full=False)))
    name = serializer.__name__.replace("Serializer", "CardSerializer")
    return type(name, (serializer,), {"__doc__": serializer.__doc__, "__module__": serializer.__module__, **left_out})


def _answer(data: dict[str, Any], types: Sequence[str], refer: Refer, **more: Any) -> dict[str, Any]:
    cards = {
        name: {"type": "object", "additionalProperties": refer(card_of(BY_TYPE[name])), "description": "id → card"}
        for name in types
    }
    included = {"type": "object", "properties": cards, "additionalProperties": False}
    fallback = {"type": "boolean", "enum": [True]}
    return {
        "type": "object",
        "properties": {"data": data, **more, "included": included, "lang_fallback": fallback},
        "required": ["data", *more, "included"],
        "additionalProperties": False,
    }


def page(serializer: type[ItemSerializer], types: Sequence[str], refer: Refer) -> dict[str, Any]:
    """A list's answer; ``types`` are those that may be included."""
    data = {"type": "array", "items": refer(card_of(serializer))}
    return _answer(data, types, refer, page=refer(PageSerializer))


def detail(serializer: type[ItemSerializer], types: Sequence[str], refer: Refer) -> dict[str, Any]:
    """A detail's answer; of a story, readers without a key get the members of its card."""
    return _answer(refer(serializer), types, refer)


class ViewSchema(AutoSchema):
    """Describes a reading view by its own ``summary()``, ``parameters()`` and ``answer_schema()``."""

    view: Any

    def is_excluded(self) -> bool:
        """Leave out what is no reading view."""
        return not hasattr(self.view, "answer_schema")

    def get_operation_id(self) -> str:
        """The address as a name: venues_hours."""
        parts = [part for part in self.path.removeprefix(PREFIX).split("/") if part]
        names = [part for part in parts if not part.startswith("{")]
        one = "_detail" if len(parts) > 1 and parts[-1].startswith("{") else ""
        return ("_".join(names).replace(".", "_") or "index") + one

    def get_summary(self) -> str:
        """The view's own line."""
        return str(self.view.summary())

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """What kind of view it is."""
        return (self.view.__doc__ or "").strip()

    def get_tags(self) -> list[str]:
        """The first part of the address."""
        return [self.path.removeprefix(PREFIX).strip("/").split("/")[0] or "index"]

    def get_auth(self) -> list[dict[str, Any]]:
        """Everything described here is open to readers without a key, and to those with one."""
        return [{}, {"key": []}]

    def get_override_parameters(self) -> list[Any]:
        """The view's parameters, an id in the address, and the headers of the answers."""
        uid = [OpenApiParameter("uid", {"type": "string", "format": "uuid"}, "path")] if "{uid}" in self.path else []
        parameters = list(self.view.parameters())
        paged = any(one.name == "cursor" for one in parameters)
        headers = (*HEADERS, LINK) if paged else HEADERS
        return [*uid, *map(described, parameters), *(one.described() for one in headers)]

    def get_response_serializers(self) -> Any:
        """The answer, and the problems it may be instead."""
        answer = self.view.answer_schema(self.refer)
        media_type = getattr(self.view, "media_type", "application/json")
        kinds = ALWAYS_POSSIBLE if self.view.always_there else (*ALWAYS_POSSIBLE, *MAY_BE_MISSING)
        return {
            (200, media_type): OpenApiResponse(answer, self.get_description()),
            304: OpenApiResponse(None, str(_("The answer that the reader holds is still right"))),
            **{
                (PROBLEMS[kind].status, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, str(PROBLEMS[kind].title))
                for kind in kinds
            },
        }

    def refer(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The reference to a serializer's schema, which is added to the components."""
        reference: dict[str, Any] = self.resolve_serializer(serializer(), "response").ref
        return reference


def described(parameter: Any) -> OpenApiParameter:
    """A parameter as OpenAPI writes it; several values stand in one, with commas."""
    several = isinstance(parameter.kind, Several)
    return OpenApiParameter(
        parameter.name,
        parameter.kind.schema(),
        description=str(parameter.about),
        style="form" if several else None,
        explode=False if several else None,
        default=parameter.default if isinstance(parameter.default, str | int) else None,
    )


def only_ours(endpoints: Iterable[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Leave Wagtail's admin API out of the schema."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]


def loosen_items(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Require of items only what ``fields`` cannot leave out, and say what a key is."""
    result["components"]["securitySchemes"] = {"key": KEY}
    for serializer in BY_TYPE.values():
        for one in (serializer, card_of(serializer)):
            component = result["components"]["schemas"].get(one.__name__.removesuffix("Serializer"))
            if component:
                component["required"] = ALWAYS_THERE
                component["additionalProperties"] = False
    return _cleaned(result)


def _cleaned(value: Any) -> Any:
    """Without the generator's private marks."""
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items() if name != "x-spec-enum-id"}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value
