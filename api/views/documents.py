"""Stored documents as they may be read now: joined as they are, and parsed only for ``fields`` and ``include``."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.cache import caches

from api import ledger
from api.models import Entry
from api.readers import Reader
from api.reading import Epoch, OvertakenError
from api.serializers.json import dump

# These come with any choice of fields.
ALWAYS: Final = frozenset({"id", "type", "lang", "version"})


def body_of(entry: Entry, epoch: Epoch, *, full: bool, found_by: Mapping[str, Collection[str]] | None = None) -> bytes:
    """An entry's document; made anew, in memory, when something it shows has ended since it was told.

    Empty when it may not be read at all, or is no longer found by what was asked for: ``found_by`` gives values by
    the name of the filter.
    """
    if entry.shows_until is None or entry.shows_until > epoch.now:
        return bytes(entry.full if full else entry.card)
    anew = _anew(entry, entry.shows_until, epoch)
    if any(not {(name, value) for value in values} & anew.facets for name, values in (found_by or {}).items()):
        return b""
    return anew.full if full else anew.card


@dataclass(frozen=True)
class Anew:
    """A document without what has ended; empty when it may not be read at all."""

    full: bytes = b""
    card: bytes = b""
    facets: frozenset[tuple[str, str]] = frozenset()
    # When the next thing it shows ends.
    until: datetime | None = None


def _anew(entry: Entry, ended: datetime, epoch: Epoch) -> Anew:
    """An entry's document as of an epoch, made once a process: it takes dozens of queries.

    Raises:
        OvertakenError: when something was told meanwhile, which the document may already show.
    """
    key = epoch.tag(str(entry.uid), entry.lang, entry.digest, ended.isoformat())
    found: Anew | None = caches["anew"].get(key)
    if found is None or (found.until is not None and found.until <= epoch.now):
        made = ledger.rendered_anew(entry, epoch.now)
        if Epoch.read().seq != epoch.seq:
            raise OvertakenError
        found = Anew()
        if made:
            document, full, card = made
            found = Anew(full, card, document.facets, document.columns["shows_until"])
        caches["anew"].set(key, found)
    return found


def trimmed(body: bytes, names: Collection[str] | None) -> bytes:
    """A document with only some of its members; all of it when None."""
    if names is None:
        return body
    return dump({name: value for name, value in json.loads(body).items() if name in ALWAYS or name in names})


@dataclass
class Included:
    """Cards of the items that documents relate to: type → id → card."""

    cards: dict[str, dict[str, bytes]] = field(default_factory=dict)
    newest: int = 0

    def dump(self) -> bytes:
        """As JSON."""
        types = (
            b'"%s":{%s}' % (kind.encode(), b",".join(b'"%s":%s' % (uid.encode(), card) for uid, card in cards.items()))
            for kind, cards in self.cards.items()
        )
        return b"{%s}" % b",".join(types)


def related(body: bytes, relations: Iterable[str]) -> set[UUID]:
    """The ids of the items a document relates to, as it names them itself: what is not public is not there."""
    document = json.loads(body)
    found = (document.get(name) for name in relations)
    rows = (row for value in found if value for row in (value if isinstance(value, list) else [value]))
    return {UUID(row["id"]) for row in rows if row["url"]}


def included(uids: set[UUID], lang: str, reader: Reader, epoch: Epoch, fields: Mapping[str, Any]) -> Included:
    """The cards of some items, in the language asked for where there is one; in one query."""
    found = Included()
    if not uids:
        return found
    entries = reader.visible(epoch.now).filter(uid__in=uids).defer("full")
    # The other language first, so that the one asked for takes its place.
    for entry in sorted(entries, key=lambda one: (one.type, one.uid, one.lang == lang)):
        card = body_of(entry, epoch, full=False)
        if card:
            cards = found.cards.setdefault(entry.type, {})
            cards[str(entry.uid)] = trimmed(card, fields.get(entry.type))
            found.newest = max(found.newest, entry.seq)
    return found
