"""Parameters of an address: declared once, read strictly, described in OpenAPI from the same declaration."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .problems import Problem
from .values import Kind, RefusedError, Several, Text, nearest, short

# What people try who come from other interfaces.
INSTEAD: Final = {
    "offset": "cursor",
    "page": "cursor",
    "after": "cursor",
    "per_page": "limit",
    "page_size": "limit",
    "order": "sort",
    "ordering": "sort",
    "locale": "lang",
    "language": "lang",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address."""

    name: str
    kind: Kind
    about: Text
    default: Any = None


class Asked(Mapping[str, Any]):
    """What a reader asks for: values by name (the default where nothing was given), and the texts given."""

    def __init__(self, path: str, values: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        self.path, self.values_by_name, self.texts = path, values, texts

    def __getitem__(self, name: str) -> Any:
        return self.values_by_name[name]

    def __iter__(self) -> Any:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def given(self, name: str) -> bool:
        """Whether the reader gave the parameter."""
        return name in self.texts

    def canonical(self, leaving_out: Iterable[str] = ()) -> str:
        """The question as one text, the same for parameters in any order; for tags, and to bind cursors to it."""
        return f"{self.path}?{urlencode(sorted((k, v) for k, v in self.texts.items() if k not in leaving_out))}"

    def address(self, **changed: str) -> str:
        """The absolute address of the same question with some parameters changed."""
        return f"{settings.PUBLIC_URL}{self.path}?{urlencode({**self.texts, **changed}, safe=',:')}"


def read(path: str, given: QueryDict, parameters: Iterable[Parameter]) -> Asked:
    """Read the parameters of a request.

    Raises:
        Problem: invalid-parameter, naming every parameter that is unknown, repeated, empty or malformed.
    """
    known = {one.name: one for one in parameters}
    values = {name: one.default for name, one in known.items()}
    errors = []
    for name, texts in given.lists():
        try:
            values[name] = _read_one(known, name, texts)
        except RefusedError as refused:
            errors.append({"parameter": short(name), "code": refused.code, "detail": refused.detail})
    if errors:
        raise Problem("invalid-parameter", errors)
    return Asked(path, values, {name: texts[0] for name, texts in given.lists()})


def _read_one(known: Mapping[str, Parameter], name: str, texts: list[str]) -> Any:
    if name not in known:
        raise RefusedError("unknown", _unknown(known, name))
    if len(texts) > 1:
        raise RefusedError("repeated", _once(known[name].kind))
    if not texts[0]:
        raise RefusedError("empty", _("It has no value; leave it out instead."))
    return known[name].kind.read(texts[0])


def _once(kind: Kind) -> Text:
    if isinstance(kind, Several):
        return _("It is given more than once; put several values into one, with commas.")
    return _("It is given more than once; it takes one value.")


def _unknown(known: Mapping[str, Parameter], name: str) -> Text:
    if not known:
        return format_lazy(_("“{name}” is unknown: this address takes no parameters."), name=short(name))
    instead = INSTEAD.get(name, "")
    return format_lazy(
        _("“{name}” is not a parameter of this address. Did you mean “{nearest}”?"),
        name=short(name),
        nearest=instead if instead in known else nearest(name, known),
    )
