"""Cursors: where a reader stopped, as text that only we can write and only the same query can read."""

from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _

from .problems import Problem

SALT: Final = "api.cursors"


def _signer(query: str) -> Signer:
    # The query is part of the signature, not of the text: a cursor stays short and says nothing.
    return Signer(salt=f"{SALT}:{query}", sep=".")


def dump(payload: dict[str, Any], query: str) -> str:
    """Write a cursor of URL-safe characters; ``query`` is whatever it must not be mixed up with."""
    return _signer(query).sign_object(payload)


def load(text: str, query: str) -> dict[str, Any]:
    """Read a cursor written for the same query.

    Raises:
        Problem: invalid-cursor, when it is not ours or belongs to another query.
    """
    try:
        payload: dict[str, Any] = _signer(query).unsign_object(text)
    except BadSignature as error:
        detail = _("It was not given out for this query. Follow the addresses in page.next unchanged.")
        raise Problem("invalid-cursor", [{"parameter": "cursor", "code": "unknown", "detail": detail}]) from error
    return payload
