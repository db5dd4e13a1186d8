"""The ledger: what is public now, minus what was last told, is what is told next.

``observe()`` is given hints of what may have changed and decides everything from the database, so a hint too many
costs a look and never a lie. ``reconcile()`` is the same over everything, for what gave no hint.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from home.models import Clock
from home.visibility import Channel, Reason

from .models import Change, Entry, Facet, Operation, Reconciliation, Shown
from .outbox import write_deliveries
from .purging import write_purges
from .rendering import TOLD_CHANNELS, Document, documents, is_told, render
from .serializers import COLLECTIONS
from .serializers.documents import PAGE_SOURCE, Ref, ref_of, translations_of

# How many rows one transaction of a reconcile looks at: editors wait no longer for the clock than that takes.
BATCH: Final = 10
# Seconds between two of them. Who waits for SQLite's lock asks for it every tenth of a second; without a longer pause
# the next transaction would have taken it again each time, and an editor could wait for the whole reconcile in vain.
A_TURN_FOR_OTHERS: Final = 0.15

logger = logging.getLogger(__name__)


def reference(model: type[models.Model], pk: int) -> Ref:
    """The ledger's name for a row of a model."""
    return (PAGE_SOURCE if issubclass(model, Page) else model._meta.label_lower, pk)


def observe(refs: Iterable[Ref]) -> int:
    """Look at the rows hinted at, and at what shows them; tell what differs, in one transaction.

    Returns how many differences there were: changes told, and entries whose copy of the rule's inputs was corrected.
    A document that cannot be rendered raises, which rolls back the act that gave the hint.
    """
    return len(_observe(refs))


def reconcile() -> int:
    """Observe everything that is or was public; returns how many differences there were: 0 when nothing drifted.

    The figure is kept as a Reconciliation, for those who watch the hub's health.

    Raises:
        ExceptionGroup: once all else is told, for the rows that could not be rendered.
    """
    told = len(_sweep(_observe))
    Reconciliation.objects.update_or_create(pk=Reconciliation.ONLY, defaults={"at": timezone.now(), "told": told})
    return told


def drift() -> int:
    """How many items a reconcile would tell of or correct now: its dry run.

    Raises:
        ExceptionGroup: for the rows that could not be rendered.
    """
    return len(set(_sweep(_rehearse)))


def former(path: str, now: datetime) -> Entry | None:
    """The entry that once stood at a path of our site and no longer may be shown there; None if nothing did."""
    entry = Entry.objects.told_on(Channel.SITE).filter(path=path).order_by("-seq").first()
    return entry if entry and entry.hidden_because(Channel.SITE, now) else None


def rendered_anew(entry: Entry, now: datetime) -> tuple[Document, bytes, bytes] | None:
    """A told entry as it must read now that something it shows has ended: document, full and card; nothing is stored.

    None when its row is no longer public: then nothing of it may be read until reconcile has told why.
    """
    document = render(_item((entry.source, entry.source_pk)), entry, now)
    return (document, *documents(document.content, entry)) if document else None


class Telling:
    """One pass: what was looked at, and the changes written."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.now = clock.advance(timezone.now())
        self.found: list[Ref] = []

    def look(self, refs: Iterable[Ref]) -> None:
        """Tell each row hinted at, then whatever shows a row that changed, or showed or is to show it in turn."""
        queue, seen = deque(dict.fromkeys(refs)), set[Ref]()
        while queue:
            ref = queue.popleft()
            if ref in seen:
                continue
            seen.add(ref)
            item = _item(ref)
            entry = self.place(ref, item)
            around = set(entry.shown.filter(mutual=True).values_list("source", "source_pk")) if entry else set()
            document = render(item, entry, self.now)
            if self.tell(item, entry, document) or (entry is None and not is_told(item)):
                around |= {one for one, mutual in document.shown.items() if mutual} if document else set()
                queue.extend(sorted((around | _showing(ref, item)) - seen))
        self.clock.save()

    def place(self, ref: Ref, item: Any) -> Entry | None:
        """The entry of a row: by what the row is now, else by where it was told from.

        A row that has become another item, as when its language was changed, leaves a tombstone behind; an item
        that was deleted and made anew in another row finds its tombstone again, so that its versions go on.
        """
        entry = Entry.objects.filter(source=ref[0], source_pk=ref[1]).first()
        if not is_told(item) or (entry and (entry.uid, entry.lang) == (item.translation_key, item.lang)):
            return entry
        if entry:
            if entry.withdrawn_at is None:
                self.withdraw(entry, entry.channels, Reason.DELETED)
            # A tombstone of nowhere; its own number keeps it unique.
            Entry.objects.filter(pk=entry.pk).update(source="", source_pk=entry.pk)
        return Entry.objects.filter(uid=item.translation_key, lang=item.lang).first()

    def tell(self, item: Any, entry: Entry | None, document: Document | None) -> bool:
        """Write the difference between what was told and what is; True if what shows the item must look again."""
        if document is None:
            if entry is None or entry.withdrawn_at is not None:
                return False
            self.withdraw(entry, entry.channels, _why_gone(item, self.now))
            return True
        entry = entry or Entry()
        if lost := entry.channels & ~document.columns["channels"]:
            self.withdraw(entry, lost, Reason.CHANNEL_REMOVED, remains=True)
        # Between its end and a later end set since, readers were told nothing but could not read it: tell it anew.
        lapsed = entry.valid_until is not None and entry.valid_until <= self.now
        if lapsed or entry.digest != document.digest or entry.channels != document.columns["channels"]:
            self.upsert(entry, document)
            return True
        return self.correct(entry, document)

    def correct(self, entry: Entry, document: Document) -> bool:
        """Copy inputs of the rule that the document does not show, such as an expiry date, and tell nobody.

        True if one moved: then whatever shows the item is right for another time than before.
        """
        self.remember(entry, document)
        if all(getattr(entry, name) == value for name, value in document.columns.items()):
            return False
        Entry.objects.filter(pk=entry.pk).update(**document.columns)
        self.found.append((entry.source, entry.source_pk))
        return True

    def upsert(self, entry: Entry, document: Document) -> None:
        """Store the documents and tell that they are new."""
        was, before = bytes(entry.full), entry.channels
        for name, value in document.columns.items():
            setattr(entry, name, value)
        entry.version += 1
        entry.seq = self.next_seq()
        entry.told_channels |= entry.channels
        entry.updated_at = self.now
        entry.digest, entry.withdrawn_at, entry.reason = document.digest, None, ""
        entry.full, entry.card = documents(document.content, entry)
        entry.save()
        self.remember(entry, document)
        self.write(entry, Operation.UPSERT, entry.channels, before=before, was=was)

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
        """Replace what the entry is found by and what it shows, where that differs."""
        if document.facets != set(entry.facets.values_list("name", "value")):
            entry.facets.all().delete()
            Facet.objects.bulk_create(Facet(entry=entry, name=name, value=value) for name, value in document.facets)
        shown = {
            (source, pk): mutual for source, pk, mutual in entry.shown.values_list("source", "source_pk", "mutual")
        }
        if document.shown != shown:
            entry.shown.all().delete()
            Shown.objects.bulk_create(
                Shown(entry=entry, source=source, source_pk=pk, mutual=mutual)
                for (source, pk), mutual in document.shown.items()
            )

    def next_seq(self) -> int:
        """The next number; the clock's row is locked, so numbers follow commit order without gaps."""
        self.clock.seq += 1
        return self.clock.seq

    def write(
        self, entry: Entry, op: Operation, channels: int, reason: str = "", *, before: int = 0, was: bytes = b""
    ) -> None:
        """Append to the record of changes, and to what each destination is to be told.

        ``before`` and ``was``: the channels it stood on and the document it had until now.
        """
        former_url = entry.path if op == Operation.WITHDRAW else ""
        change = Change.objects.create(
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
        write_deliveries(change, before, was, bytes(entry.full))
        write_purges(change, before)
        self.found.append((entry.source, entry.source_pk))


def _observe(refs: Iterable[Ref]) -> list[Ref]:
    """The rows that differed, one for each difference."""
    with transaction.atomic():
        telling = Telling(Clock.locked())
        telling.look(refs)
    return telling.found


def _rehearse(refs: Iterable[Ref]) -> list[Ref]:
    """The same, undone."""
    with transaction.atomic():
        found = _observe(refs)
        transaction.set_rollback(True)
    return found


def _sweep(look: Callable[[Sequence[Ref]], list[Ref]]) -> list[Ref]:
    """Look at everything, a batch in each transaction; a row that cannot be rendered holds up no other."""
    refs = _everything()
    batches = deque(refs[start : start + BATCH] for start in range(0, len(refs), BATCH))
    found, failures = list[Ref](), list[Exception]()
    while batches:
        batch = batches.popleft()
        try:
            found += look(batch)
        except Exception as error:
            if len(batch) > 1:
                batches.extend([ref] for ref in batch)
                continue
            logger.exception("Cannot tell of %s %s.", *batch[0])
            failures.append(error)
        _let_others_write()
    if failures:
        raise ExceptionGroup("Some rows could not be rendered", failures)
    return found


def _everything() -> list[Ref]:
    """Every row that is or could be public, and every one that was when it was last told."""
    refs = [
        reference(one.model, pk)
        for one in COLLECTIONS.values()
        for pk in one.model.objects.values_list("pk", flat=True)
    ]
    refs += Entry.objects.filter(withdrawn_at__isnull=True).values_list("source", "source_pk")
    return list(dict.fromkeys(refs))


def _let_others_write() -> None:
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(A_TURN_FOR_OTHERS)


def _item(ref: Ref) -> Any:
    """The row as it stands in the database, with its own type; None when it is gone."""
    source, pk = ref
    if source == PAGE_SOURCE:
        page = Page.objects.filter(pk=pk).select_related("content_type").first()
        # While a page is being deleted its own row goes before the base row: then it is gone.
        return page.specific_class._default_manager.filter(pk=pk).first() if page else None
    return apps.get_model(source).objects.filter(pk=pk).first()


def _why_gone(item: Any, now: datetime) -> Reason:
    """Why what was told is no longer public on any channel."""
    if item is None:
        return Reason.DELETED
    reasons = (item.hidden_because(channel, now) for channel in TOLD_CHANNELS)
    return next((reason for reason in reasons if reason), Reason.CHANNEL_REMOVED)


def _showing(ref: Ref, item: Any) -> set[Ref]:
    """The entries whose documents show a row or one of its translations."""
    sources = {ref}
    if hasattr(item, "translation_key"):
        sources |= {ref_of(one) for one in translations_of(item)}
    wanted = Q()
    for source, pk in sources:
        wanted |= Q(shown__source=source, shown__source_pk=pk)
    return set(Entry.objects.filter(wanted).values_list("source", "source_pk"))
