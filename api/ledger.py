"""The ledger: what is public now, minus what was last told, is what is told next.

``observe()`` is given hints of what may have changed and decides everything from the database, so a hint too many
costs a look and never a lie. ``reconcile()`` is the same over everything, for what gave no hint.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from home.models import BasePage, Clock
from home.taiwan import iso
from home.visibility import Channel, Reason

from .models import Change, Entry, Facet, Operation, Reconciliation, Shown
from .serializers import BY_TYPE, COLLECTIONS, ItemSerializer, Rendering
from .serializers.documents import PAGE_SOURCE, Ref, ref_of, translations_of
from .serializers.json import dump

# The channels some door serves: only on these is anything told.
TOLD_CHANNELS = (Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK)


@dataclass(frozen=True)
class Document:
    """One item in one language as it is public now."""

    source: Ref
    content: dict[str, Any]
    digest: str
    facets: frozenset[tuple[str, str]]
    shown: frozenset[Ref]
    columns: Mapping[str, Any]


def reference(model: type[models.Model], pk: int) -> Ref:
    """The ledger's name for a row of a model."""
    return (PAGE_SOURCE if issubclass(model, Page) else model._meta.label_lower, pk)


def observe(refs: Iterable[Ref]) -> int:
    """Look at the rows hinted at, and at what shows them; tell what differs, in one transaction.

    Returns how many differences there were: changes told, and entries whose copy of the rule's inputs was corrected.
    A document that cannot be rendered raises, which rolls back the act that gave the hint.
    """
    with transaction.atomic():
        telling = Telling(Clock.locked())
        telling.look(refs)
        return telling.found


def reconcile() -> int:
    """Observe everything that is or was public; returns how many differences there were: 0 when nothing drifted.

    The figure is kept as a Reconciliation, for those who watch the hub's health.
    """
    refs = [reference(serializer.model, pk) for serializer in COLLECTIONS.values() for pk in _pks(serializer)]
    refs += Entry.objects.filter(withdrawn_at__isnull=True).values_list("source", "source_pk")
    told = observe(dict.fromkeys(refs))
    Reconciliation.objects.update_or_create(pk=Reconciliation.ONLY, defaults={"at": timezone.now(), "told": told})
    return told


def _pks(serializer: type[ItemSerializer]) -> Iterable[int]:
    pks: Iterable[int] = serializer.model.objects.order_by("pk").values_list("pk", flat=True)
    return pks


def drift() -> int:
    """How many differences a reconcile would tell or correct now: its dry run."""
    with transaction.atomic():
        found = reconcile()
        transaction.set_rollback(True)
    return found


def former(path: str, now: datetime) -> Entry | None:
    """The entry that once stood at a path of our site and no longer may be shown there; None if nothing did."""
    entry = Entry.objects.filter(path=path).order_by("-seq").first()
    return entry if entry and entry.hidden_because(Channel.SITE, now) else None


class Telling:
    """One pass: what was looked at, and the changes written."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.now = clock.advance(timezone.now())
        self.found = 0

    def look(self, refs: Iterable[Ref]) -> None:
        """Tell each row hinted at, then whatever shows or is shown by a row that changed."""
        queue, seen = deque(dict.fromkeys(refs)), set[Ref]()
        while queue:
            ref = queue.popleft()
            if ref in seen:
                continue
            seen.add(ref)
            item = _item(ref)
            entry = _entry(ref, item)
            around = set(entry.shown.values_list("source", "source_pk")) if entry else set()
            document = self.render(item, entry)
            if self.tell(item, entry, document) or not _is_told(item, entry):
                around |= set(document.shown) if document else set()
                queue.extend(sorted((around | _showing(ref, item)) - seen))
        self.clock.save()

    def render(self, item: Any, entry: Entry | None) -> Document | None:
        """The item's document, or None when it is not public on any told channel."""
        if not _is_told(item, None) or all(item.hidden_because(one, self.now) for one in TOLD_CHANNELS):
            return None
        # A page set live behind Wagtail's back was first published when it was first told.
        item.first_published_at = item.first_published_at or (entry.published_at if entry else self.now)
        rendering = Rendering(self.now, item.lang)
        serializer = BY_TYPE[item.item_type](item, context={"rendering": rendering})
        content = dict(serializer.data)
        starts_at, ends_at = serializer.span(item)
        columns = {
            "type": item.item_type,
            "uid": item.translation_key,
            "lang": item.lang,
            "path": item.web_path or "",
            "published_at": item.first_published_at,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "valid_until": item.expire_at,
            "shows_until": rendering.shows_until,
            "channels": _standing(item, serializer, self.now),
        }
        shown = frozenset(rendering.shown - {ref_of(item)})
        facets = frozenset(serializer.facet_values(item, content))
        return Document(ref_of(item), content, digest(content), facets, shown, columns)

    def tell(self, item: Any, entry: Entry | None, document: Document | None) -> bool:
        """Write the difference between what was told and what is; True if what shows the item must look again."""
        if document is None:
            if entry is None or entry.withdrawn_at is not None:
                return False
            self.withdraw(entry, entry.channels, _why_gone(item, self.now))
            return True
        entry = entry or Entry()
        lost = entry.channels & ~document.columns["channels"]
        if lost:
            self.withdraw(entry, lost, Reason.CHANNEL_REMOVED, remains=True)
        changed = entry.digest != document.digest or entry.withdrawn_at is not None
        if changed or entry.channels != document.columns["channels"]:
            self.upsert(entry, document)
            return True
        return self.correct(entry, document) or bool(lost)

    def correct(self, entry: Entry, document: Document) -> bool:
        """Copy inputs of the rule that the document does not show, such as an expiry date, and tell nobody.

        True if one moved: then whatever shows the item is right for another time than before.
        """
        moved = any(getattr(entry, name) != value for name, value in document.columns.items())
        if moved:
            Entry.objects.filter(pk=entry.pk).update(**document.columns)
        if document.shown != set(entry.shown.values_list("source", "source_pk")):
            self.remember(entry, document)
        self.found += moved
        return moved

    def upsert(self, entry: Entry, document: Document) -> None:
        """Store the documents and tell that they are new."""
        for name, value in document.columns.items():
            setattr(entry, name, value)
        entry.source, entry.source_pk = document.source
        entry.version += 1
        entry.seq = self.next_seq()
        entry.updated_at = self.now
        entry.digest, entry.withdrawn_at, entry.reason = document.digest, None, ""
        entry.full, entry.card = documents(document.content, entry)
        entry.save()
        self.remember(entry, document)
        self.write(entry, Operation.UPSERT, entry.channels)

    def withdraw(self, entry: Entry, channels: int, reason: Reason, *, remains: bool = False) -> None:
        """Tell the readers of some channels that the item is gone; empty it when no channel remains."""
        entry.version += 1
        entry.seq = self.next_seq()
        if not remains:
            entry.withdrawn_at, entry.reason, entry.channels = self.now, reason, 0
            entry.card = entry.full = b""
            entry.digest, entry.valid_until, entry.shows_until = "", None, None
            entry.starts_at = entry.ends_at = None
            entry.facets.all().delete()
            entry.shown.all().delete()
            entry.save()
        self.write(entry, Operation.WITHDRAW, channels, reason)

    def remember(self, entry: Entry, document: Document) -> None:
        """Replace what the entry is found by and what it shows."""
        entry.facets.all().delete()
        Facet.objects.bulk_create(Facet(entry=entry, name=name, value=value) for name, value in document.facets)
        entry.shown.all().delete()
        Shown.objects.bulk_create(Shown(entry=entry, source=source, source_pk=pk) for source, pk in document.shown)

    def next_seq(self) -> int:
        """The next number; the clock's row is locked, so numbers follow commit order without gaps."""
        self.clock.seq += 1
        return self.clock.seq

    def write(self, entry: Entry, op: Operation, channels: int, reason: str = "") -> None:
        """Append to the record of changes."""
        former_url = entry.path if op == Operation.WITHDRAW else ""
        Change.objects.create(
            seq=entry.seq,
            op=op,
            type=entry.type,
            uid=entry.uid,
            lang=entry.lang,
            version=entry.version,
            channels=channels,
            at=self.now,
            reason=reason,
            former_url=former_url,
        )
        self.found += 1


def digest(content: Mapping[str, Any]) -> str:
    """What makes two documents the same: everything but the numbers that telling itself sets."""
    told = {name: value for name, value in content.items() if name not in {"version", "updated_at"}}
    return hashlib.sha256(dump(told)).hexdigest()


def documents(content: Mapping[str, Any], entry: Entry) -> tuple[bytes, bytes]:
    """The full document and the card, with the entry's version and time of telling."""
    full = {**content, "version": entry.version, "updated_at": iso(entry.updated_at)}
    card = {name: value for name, value in full.items() if name not in BY_TYPE[entry.type].full_only}
    return dump(full), dump(card)


def _item(ref: Ref) -> Any:
    """The row as it stands in the database, with its own type; None when it is gone."""
    source, pk = ref
    if source == PAGE_SOURCE:
        page = Page.objects.filter(pk=pk).select_related("content_type").first()
        # While a page is being deleted its own row goes before the base row: then it is gone.
        return page.specific_class._default_manager.filter(pk=pk).first() if page else None
    return apps.get_model(source).objects.filter(pk=pk).first()


def _entry(ref: Ref, item: Any) -> Entry | None:
    """The entry of a row; or of the row that bore its id and language before, as when a translation is made anew."""
    if entry := Entry.objects.filter(source=ref[0], source_pk=ref[1]).first():
        return entry
    return Entry.objects.filter(uid=item.translation_key, lang=item.lang).first() if _is_told(item, None) else None


def _is_told(item: Any, entry: Entry | None) -> bool:
    """Whether a row is an item of its own, and not only something that items show."""
    if entry is not None:
        return True
    return isinstance(item, BasePage) and item.item_type in BY_TYPE and item.alias_of_id is None


def _standing(item: Any, serializer: ItemSerializer, now: datetime) -> int:
    """The told channels the item stands on now, as bits."""
    allowed = serializer.channels(item)
    return sum(int(one) for one in TOLD_CHANNELS if one & allowed and item.hidden_because(one, now) is None)


def _why_gone(item: Any, now: datetime) -> Reason:
    """Why what was told is no longer public."""
    if item is None:
        return Reason.DELETED
    return item.hidden_because(Channel.SITE, now) or Reason.UNPUBLISHED


def _showing(ref: Ref, item: Any) -> set[Ref]:
    """The entries whose documents show a row or one of its translations."""
    sources = {ref}
    if hasattr(item, "translation_key"):
        sources |= {ref_of(one) for one in translations_of(item)}
    wanted = Q()
    for source, pk in sources:
        wanted |= Q(shown__source=source, shown__source_pk=pk)
    return set(Entry.objects.filter(wanted).values_list("source", "source_pk"))
