"""JSON as it is served."""

import json
from typing import Any
from uuid import UUID


def dump(content: Any) -> bytes:
    """Compact, unescaped UTF-8.

    Raises:
        TypeError: for what JSON cannot say.
    """
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(value)
