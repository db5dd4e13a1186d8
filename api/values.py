"""What the text of a parameter may say: each kind reads one, or refuses it with a reason a person can act on."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Final, Protocol
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Text = str | Promise

# Enough of a reader's own text to recognize it by; the rest is never looked at, however long.
ECHOED: Final = 40


class RefusedError(ValueError):
    """A text that is not taken: a code for programs, a sentence for people."""

    def __init__(self, code: str, detail: Text) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Kind(Protocol):
    """What a parameter takes."""

    def read(self, text: str) -> Any:
        """The value a text stands for.

        Raises:
            RefusedError: when it stands for none.
        """

    def schema(self) -> dict[str, Any]:
        """The same as an OpenAPI schema."""


def short(text: str) -> str:
    """A reader's text, cut to what can be shown back."""
    return text if len(text) <= ECHOED else f"{text[:ECHOED]}…"


def nearest(text: str, known: Iterable[str]) -> str:
    """The known word that looks most like a text; there is always one."""
    words = sorted(known)
    return get_close_matches(text[:ECHOED].lower(), words, n=1, cutoff=0.0)[0]


@dataclass(frozen=True)
class Whole:
    """A whole number in ASCII digits, without sign or leading zero."""

    low: int
    high: int

    def read(self, text: str) -> int:
        """The number."""
        if not re.fullmatch(r"0|[1-9][0-9]*", text):
            raise RefusedError("malformed", format_lazy(_("“{text}” is not a whole number."), text=short(text)))
        if len(text) > len(str(self.high)) or not self.low <= int(text) <= self.high:
            detail = format_lazy(_("Give a number from {low} to {high}."), low=self.low, high=self.high)
            raise RefusedError("out_of_range", detail)
        return int(text)

    def schema(self) -> dict[str, Any]:
        """An integer with its bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    def read(self, text: str) -> bool:
        """True or false."""
        return Choice(("true", "false")).read(text) == "true"

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice:
    """One word of a list."""

    words: tuple[str, ...]
    # The word that people may mean who write another; None where it knows none.
    guess: Callable[[str], str | None] | None = None

    def read(self, text: str) -> str:
        """The word."""
        if text in self.words:
            return text
        guessed = self.guess(text[:ECHOED]) if self.guess else None
        detail = format_lazy(
            _("“{text}” is none of {words}. Did you mean “{nearest}”?"),
            text=short(text),
            words=", ".join(self.words),
            nearest=guessed or nearest(text, self.words),
        )
        raise RefusedError("unknown_value", detail)

    def schema(self) -> dict[str, Any]:
        """An enumeration."""
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True)
class Several:
    """One or more values, with commas between them."""

    kind: Kind
    most: int = 50

    def read(self, text: str) -> tuple[Any, ...]:
        """The values, in the order given, once each."""
        parts = text.split(",", self.most)
        if len(parts) > self.most:
            raise RefusedError("out_of_range", format_lazy(_("Give at most {most} values."), most=self.most))
        if "" in parts:
            raise RefusedError("empty", _("There is an empty value between the commas."))
        return tuple(dict.fromkeys(self.kind.read(part) for part in parts))

    def schema(self) -> dict[str, Any]:
        """An array; written with commas."""
        return {"type": "array", "items": self.kind.schema(), "minItems": 1, "maxItems": self.most}


@dataclass(frozen=True)
class Id:
    """The id of an item."""

    def read(self, text: str) -> str:
        """The id as documents write it."""
        if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
            raise RefusedError("malformed", format_lazy(_("“{text}” is not an id."), text=short(text)))
        return str(UUID(text))

    def schema(self) -> dict[str, Any]:
        """A UUID."""
        return {"type": "string", "format": "uuid"}


@dataclass(frozen=True)
class Edition:
    """A programme, by its id or its ROC year."""

    def read(self, text: str) -> str:
        """The id, or the year."""
        if re.fullmatch(r"[1-9][0-9]{0,2}", text):
            return text
        try:
            return Id().read(text)
        except RefusedError as refused:
            detail = format_lazy(_("“{text}” is neither an id nor an ROC year such as 111."), text=short(text))
            raise RefusedError(refused.code, detail) from refused

    def schema(self) -> dict[str, Any]:
        """A UUID or up to three digits."""
        return {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "integer", "minimum": 1, "maximum": 999}]}


@dataclass(frozen=True)
class Slug:
    """A word of an open list."""

    longest: int = 50

    def read(self, text: str) -> str:
        """The word."""
        if not re.fullmatch(rf"[-_a-zA-Z0-9]{{1,{self.longest}}}", text):
            raise RefusedError(
                "malformed", format_lazy(_("“{text}” is not a code such as agriculture."), text=short(text))
            )
        return text

    def schema(self) -> dict[str, Any]:
        """A short word of ASCII letters, digits, - and _."""
        return {"type": "string", "pattern": rf"^[-_a-zA-Z0-9]{{1,{self.longest}}}$"}


@dataclass(frozen=True)
class Token:
    """Text that only we write, such as a cursor."""

    longest: int = 1000

    def read(self, text: str) -> str:
        """The text, unread."""
        return text

    def schema(self) -> dict[str, Any]:
        """URL-safe characters."""
        return {"type": "string", "pattern": rf"^[-_.:a-zA-Z0-9]{{1,{self.longest}}}$"}


_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
EXAMPLE: Final = "2026-03-01T00:00:00%2B08:00"


@dataclass(frozen=True)
class Instant:
    """A date-time with its offset, RFC 3339."""

    def read(self, text: str) -> datetime:
        """The instant."""
        if not re.fullmatch(rf"{_DAY}[Tt]{_CLOCK}([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})", text):
            raise RefusedError("malformed", self.why_not(text))
        try:
            found = datetime.fromisoformat(text.upper())
        except ValueError as error:
            detail = format_lazy(_("“{text}” is not on the calendar or the clock."), text=short(text))
            raise RefusedError("malformed", detail) from error
        try:
            return found.astimezone(UTC)
        except OverflowError:
            # The first and last hours that years 1 and 9999 have only elsewhere.
            return FIRST if found.year == 1 else LAST

    def why_not(self, text: str) -> Text:
        """What is missing, as far as one can tell."""
        if re.fullmatch(_DAY, text):
            return format_lazy(_("A date alone is no instant; write one such as {example}."), example=EXAMPLE)
        if re.fullmatch(rf"{_DAY}[Tt]{_CLOCK} [0-9]{{2}}:[0-9]{{2}}", text):
            return format_lazy(
                _("A + in an address is decoded as a space; write it as %2B, as in {example}."), example=EXAMPLE
            )
        if re.fullmatch(rf"{_DAY}[Tt ]{_CLOCK}", text):
            return format_lazy(_("The offset is missing; write one such as {example}."), example=EXAMPLE)
        return format_lazy(
            _("“{text}” is not a date-time with an offset, such as {example}."), text=short(text), example=EXAMPLE
        )

    def schema(self) -> dict[str, Any]:
        """A date-time."""
        return {"type": "string", "format": "date-time"}
