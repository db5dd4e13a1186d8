"""Bodies of requests: JSON read strictly, every mistake named by its JSON pointer (RFC 6901, as RFC 9457 writes it)."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from home.languages import LANGS

from .problems import Problem
from .values import RefusedError, Text, nearest, short

# In bytes: a thousand items with their addresses.
LONGEST: Final = 1024 * 1024
# More mistakes than anybody reads.
MISTAKES_TOLD: Final = 50
LARGEST_NUMBER: Final = 2**63 - 1
UUID_SHAPE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# RFC 3339: a date, a time, and an offset.
INSTANT_SHAPE: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


class Mistakes:
    """What is wrong with a body, in the order found."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, pointer: str, code: str, detail: str | Promise) -> None:
        """Note one; ``pointer`` as in ``/purged/0/id``, empty for the whole body."""
        self.found.append({"pointer": f"#{pointer}", "code": code, "detail": detail})

    def raise_any(self) -> None:
        """Refuse the request if anything was wrong.

        Raises:
            Problem: invalid-parameter.
        """
        if self.found:
            told = _("errors names what is wrong by its JSON pointer; nothing was kept.")
            raise Problem("invalid-parameter", self.found[:MISTAKES_TOLD], detail=told)


def load(body: bytes) -> Any:
    """The document in a body.

    Raises:
        Problem: invalid-parameter, when it is no JSON in UTF-8, too long, or names a member twice.
    """
    mistakes = Mistakes()
    if len(body) > LONGEST:
        mistakes.add("", "too_long", format_lazy(_("At most {size} bytes."), size=LONGEST))
        mistakes.raise_any()
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except RefusedError as refused:
        mistakes.add("", refused.code, refused.detail)
    except (ValueError, RecursionError):
        mistakes.add("", "malformed", _("The body is not JSON in UTF-8."))
    mistakes.raise_any()
    return None


def members(
    value: Any, pointer: str, mistakes: Mistakes, *, required: Iterable[str], optional: Iterable[str] = ()
) -> Mapping[str, Any]:
    """The members of an object, without those that are unknown; empty when it is none."""
    if not isinstance(value, dict):
        mistakes.add(pointer, "malformed", _("Give an object here."))
        return {}
    required = list(required)
    known = [*required, *optional]
    for name in value:
        if name not in known:
            told = _("“{name}” is not a member of this object. Did you mean “{nearest}”?")
            told = format_lazy(told, name=short(name), nearest=nearest(name, known))
            mistakes.add(f"{pointer}/{_escaped(name)}", "unknown", told)
    for name in required:
        if name not in value:
            mistakes.add(f"{pointer}/{name}", "missing", _("This member is needed."))
    return {name: member for name, member in value.items() if name in known}


def rows(value: Any, pointer: str, mistakes: Mistakes, *, most: int) -> list[Any]:
    """The elements of an array; empty when it is none or too long."""
    if not isinstance(value, list):
        mistakes.add(pointer, "malformed", _("Give an array here."))
    elif len(value) > most:
        mistakes.add(pointer, "too_many", format_lazy(_("At most {most} elements."), most=most))
    else:
        return value
    return []


def whole(value: Any) -> int:
    """A whole number from 0.

    Raises:
        RefusedError: for anything else, true and 1.0 included.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_NUMBER:
        raise RefusedError("malformed", _("Give a whole number, 0 or more."))
    return value


def uid(value: Any) -> UUID:
    """An id.

    Raises:
        RefusedError: for anything else.
    """
    if not isinstance(value, str) or not UUID_SHAPE.fullmatch(value):
        raise RefusedError("malformed", _("Give an id, as in the item’s own document."))
    return UUID(value)


def lang(value: Any) -> str:
    """A language of ours.

    Raises:
        RefusedError: for anything else.
    """
    if value not in LANGS.values():
        raise RefusedError("unknown_value", format_lazy(_("Give one of {words}."), words=", ".join(LANGS.values())))
    return str(value)


def instant(value: Any) -> datetime:
    """An instant with its offset.

    Raises:
        RefusedError: for anything else, a bare date included.
    """
    refused = RefusedError("malformed", _("Give a date and time with its offset, as in 2026-03-02T10:00:00+08:00."))
    if not isinstance(value, str) or not INSTANT_SHAPE.fullmatch(value):
        raise refused
    try:
        return datetime.fromisoformat(value.upper())
    except (ValueError, OverflowError):
        raise refused from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RefusedError("repeated", format_lazy(_("“{name}” is given more than once."), name=short(twice)))
    return found


def _no_number(text: str) -> Text:
    raise RefusedError("malformed", format_lazy(_("“{text}” is no JSON."), text=short(text)))


def _escaped(name: str) -> str:
    return short(name).replace("~", "~0").replace("/", "~1")
