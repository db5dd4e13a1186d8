"""The part of a file a player asks for (RFC 9110, section 14): one range; where several are asked, the whole."""

import re
from typing import Final

_ONE: Final = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))", re.IGNORECASE)


class UnsatisfiableError(ValueError):
    """Nothing of what was asked for lies in the file."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last, of a file of ``size`` bytes; None where the whole file is the answer.

    Raises:
        UnsatisfiableError: when the range lies behind the file's end.
    """
    match = _ONE.fullmatch(header.replace(" ", ""))
    if match is None:
        return None
    first, last, suffix = match.groups()
    if first is None:
        start, end = max(0, size - int(suffix)), size
    elif last is not None and int(last) < int(first):
        return None
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    if start >= size:
        raise UnsatisfiableError
    return start, end
