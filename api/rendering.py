"""One item as it is public at an instant: rendered when it is told, and anew by a reader whom time has overtaken."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from home.taiwan import iso
from home.visibility import Channel

from .models import Entry
from .serializers import BY_TYPE, ItemSerializer, Rendering
from .serializers.documents import Ref, ref_of
from .serializers.json import dump

# The channels some door serves: only on these is anything told.
TOLD_CHANNELS = (Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK)


@dataclass(frozen=True)
class Document:
    """One item in one language as it is public now."""

    content: dict[str, Any]
    digest: str
    facets: frozenset[tuple[str, str]]
    # What it shows or would show, and whether that shows the item in turn.
    shown: Mapping[Ref, bool]
    # What its entry copies: where it comes from, and the inputs of the rule.
    columns: Mapping[str, Any]


def is_told(item: Any) -> bool:
    """Whether a row is an item of its own, and not only something that items show. An alias is a second address."""
    serializer = BY_TYPE.get(getattr(item, "item_type", None) or "")
    return bool(serializer and isinstance(item, serializer.model) and getattr(item, "alias_of_id", None) is None)


def render(item: Any, entry: Entry | None, now: datetime) -> Document | None:
    """The item's document, or None when it is not public on any told channel; ``entry`` is what was told of it."""
    if not is_told(item):
        return None
    serializer_class = BY_TYPE[item.item_type]
    rendering = Rendering(now, item.lang, stories=serializer_class.carries_stories)
    serializer = serializer_class(item, context={"rendering": rendering})
    channels = _standing(item, serializer, now)
    if not channels:
        return None
    # A page set live behind Wagtail's back was first published when it was first told.
    item.first_published_at = item.first_published_at or (entry.published_at if entry else now)
    content = dict(serializer.data)
    starts_at, ends_at = serializer.span(item)
    source, source_pk = ref_of(item)
    columns = {
        "type": item.item_type,
        "uid": item.translation_key,
        "lang": item.lang,
        "source": source,
        "source_pk": source_pk,
        "path": unquote(item.web_path or ""),
        "published_at": item.first_published_at,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "valid_until": serializer.valid_until(item),
        "ends_because": serializer.ends_because(item),
        "shows_until": rendering.shows_until,
        "license": content["license"].get("id", ""),
        "channels": channels,
    }
    shown = {ref: mutual for ref, mutual in rendering.shown.items() if ref != ref_of(item)}
    told = digest(content, serializer.beside(item))
    return Document(content, told, frozenset(serializer.facet_values(item, content)), shown, columns)


def digest(content: Mapping[str, Any], beside: Any) -> str:
    """What makes two documents the same: everything but the numbers that telling itself sets."""
    told = {name: value for name, value in content.items() if name not in {"version", "updated_at"}}
    return hashlib.sha256(dump([told, beside])).hexdigest()


def documents(content: Mapping[str, Any], entry: Entry) -> tuple[bytes, bytes]:
    """The full document and the card, with the entry's version and time of telling."""
    full = {**content, "version": entry.version, "updated_at": iso(entry.updated_at)}
    card = {name: value for name, value in full.items() if name not in BY_TYPE[entry.type].full_only}
    return dump(full), dump(card)


def _standing(item: Any, serializer: ItemSerializer, now: datetime) -> int:
    """The told channels the item stands on now, as bits."""
    allowed = serializer.channels(item)
    return sum(int(one) for one in TOLD_CHANNELS if one & allowed and item.hidden_because(one, now) is None)
