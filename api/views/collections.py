"""Lists and details of every collection, over stored bytes (contract section 1)."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from api import cursors, schema
from api.models import Entry, EntryQuerySet, Facet, Operation
from api.parameters import Asked, Parameter
from api.problems import Problem
from api.readers import Reader
from api.reading import Answer, Epoch, ReadingView
from api.schema import Refer
from api.serializers import BY_TYPE, COLLECTIONS, PLURALS, ItemSerializer
from api.serializers.changes import PURGE_WITHIN
from api.serializers.json import dump
from api.values import Choice, Flag, Several, Text, Token, Whole
from home.languages import DEFAULT_LANG, LANGS
from home.taiwan import iso
from home.visibility import Reason

from .documents import Included, body_of, included, related, trimmed
from .spans import SPAN_FILTERS, UPDATED_AFTER

# Parameters that change how items are shown, not which come in which order: a cursor does not depend on them.
SHOWING: Final = frozenset({"cursor", "limit", "count", "include"})


def item_parameters(serializer: type[ItemSerializer], *, full: bool) -> tuple[Parameter, ...]:
    """The parameters that a list and a detail share: language, members, relations."""
    relations = serializer.relations()
    found = [
        Parameter("lang", Choice(tuple(LANGS.values())), _("Language of the items."), DEFAULT_LANG),
        Parameter("lang_fallback", Flag(), _("Take the other language where this one is missing."), default=False),
        Parameter("fields", Several(Choice(serializer.names(full=full))), _("Only these members of each item.")),
    ]
    if relations:
        about = _("Relations whose cards to include.")
        found.append(Parameter("include", Several(Choice(tuple(relations))), about, default=()))
    for name in included_types(serializer):
        about = format_lazy(_("Only these members of each included {type}."), type=name)
        found.append(Parameter(f"fields[{name}]", Several(Choice(BY_TYPE[name].names(full=False))), about))
    return tuple(found)


def included_types(serializer: type[ItemSerializer]) -> list[str]:
    """The types that a collection's relations may lead to; to stories only where they are named.

    Else an answer that caches may keep could carry one.
    """
    to = serializer.relations().values()
    named = {name for types in to for name in types}
    anything = () in to
    return [name for name, one in BY_TYPE.items() if name in named or (anything and not one.full_needs_key)]


@cache
def detail_parameters(serializer: type[ItemSerializer], *, whole: bool) -> tuple[Parameter, ...]:
    """The parameters of a detail that is read whole or as its card."""
    return item_parameters(serializer, full=whole)


@cache
def list_parameters(serializer: type[ItemSerializer]) -> tuple[Parameter, ...]:
    """The parameters of a list."""
    spans = {**{name: SPAN_FILTERS[name] for name in serializer.span_filters}, "updated_after": UPDATED_AFTER}
    any_of = _("Any of these, with commas between them.")
    return (
        Parameter("limit", Whole(1, 100), _("Items a page."), default=20),
        Parameter("cursor", Token(), _("Where the page before ended; follow page.next.")),
        Parameter("sort", Choice(serializer.sorts), _("Order; - means descending."), serializer.sorts[0]),
        Parameter("count", Flag(), _("Also count all items found, as page.total."), default=False),
        *(Parameter(name, Several(one.kind), any_of) for name, one in serializer.filters.items()),
        *(Parameter(name, one.kind, one.about) for name, one in spans.items()),
        *item_parameters(serializer, full=False),
    )


class CollectionView(ReadingView):
    """What lists and details share."""

    collection = ""

    @cached_property
    def serializer(self) -> type[ItemSerializer]:
        """The collection's serializer, which declares everything."""
        return COLLECTIONS[self.collection]

    @property
    def carries_stories(self) -> bool:  # type: ignore[override]  # the base's constant, decided by the collection here
        """Whether the collection stands on consent."""
        return self.serializer.carries_stories

    def fields_by_type(self, asked: Asked) -> dict[str, Any]:
        """The members asked for, by type of included item."""
        names = {name: f"fields[{name}]" for name in included_types(self.serializer)}
        return {name: asked[parameter] for name, parameter in names.items() if asked.given(parameter)}


class ListView(CollectionView):
    """The items of a collection, page by page."""

    def summary(self) -> Text:
        """One line for the documentation."""
        return format_lazy(_("List: {name}"), name=self.serializer.model._meta.verbose_name_plural)

    def parameters(self) -> Iterable[Parameter]:
        """All filters of the collection, and how to page, sort and show."""
        return list_parameters(self.serializer)

    def answer_schema(self, refer: Refer) -> dict[str, Any]:
        """A page of cards."""
        return schema.page(self.serializer, included_types(self.serializer), refer)

    def check(self, asked: Asked) -> None:
        """A cursor is ours or not, whatever is public now."""
        position(asked)

    def read(self, asked: Asked, epoch: Epoch, **_kwargs: Any) -> Answer:
        """One page."""
        found = self.found(asked, epoch)
        sort, limit = asked["sort"], asked["limit"]
        after = position(asked)
        entries = list(
            (keyset(found, sort, after) if after else found).order_by(*order(sort)).defer("full")[: limit + 1]
        )
        more, entries = len(entries) > limit, entries[:limit]
        bodies = self.bodies(asked, entries, epoch)
        beside = self.beside(asked, bodies, epoch)
        page: dict[str, Any] = {"limit": limit, "next": next_page(asked, entries[-1]) if more else None}
        if asked["count"]:
            page["total"] = found.count()
        return Answer(
            b'{"data":[%s],"page":%s,"included":%s%s}'
            % (b",".join(trimmed(one, asked["fields"]) for one in bodies), dump(page), beside.dump(), echo(asked)),
            newest=max([beside.newest, *(one.seq for one in entries)]),
            keys=[self.collection, *(PLURALS[kind] for kind in beside.cards)],
            next=page["next"],
            lang="" if asked["lang_fallback"] else asked["lang"],
        )

    def bodies(self, asked: Asked, entries: list[Entry], epoch: Epoch) -> list[bytes]:
        """The cards of the entries that still are what was asked for."""
        values = {name: asked[name] for name in self.serializer.filters if asked.given(name)}
        return [body for one in entries if (body := body_of(one, epoch, full=False, found_by=values))]

    def beside(self, asked: Asked, bodies: list[bytes], epoch: Epoch) -> Included:
        """The cards of what the entries refer to, where they are asked for."""
        uids = {uid for body in bodies for uid in related(body, asked["include"])} if asked.get("include") else set()
        return included(uids, asked["lang"], self.reader, epoch, self.fields_by_type(asked))

    def found(self, asked: Asked, epoch: Epoch) -> EntryQuerySet:
        """The entries asked for, in no order."""
        entries = self.reader.visible(epoch.now).filter(type=self.serializer.type_name)
        entries = in_language(entries, asked, self.reader, epoch.now)
        for name in self.serializer.filters:
            if asked.given(name):
                facets = Facet.objects.filter(entry=OuterRef("pk"), name=name, value__in=asked[name])
                entries = entries.filter(Exists(facets))
        for name in self.serializer.span_filters:
            if asked.given(name):
                entries = entries.filter(SPAN_FILTERS[name].where(asked[name], epoch.now))
        if asked.given("updated_after"):
            entries = entries.filter(UPDATED_AFTER.where(asked["updated_after"], epoch.now))
        return entries


def next_page(asked: Asked, last: Entry) -> str:
    """The address of the page after an entry."""
    stopped = {"k": getattr(last, asked["sort"].lstrip("-")).isoformat(), "i": str(last.uid)}
    return asked.address(cursor=cursors.dump(stopped, binding(asked)))


def binding(asked: Asked) -> str:
    """What a list's cursor belongs to: the question without how its items are shown."""
    return asked.canonical([name for name in asked if name in SHOWING or name.startswith("fields")])


def position(asked: Asked) -> dict[str, str] | None:
    """Where the page before ended: its last sort key and id; None on the first page.

    Raises:
        Problem: invalid-cursor.
    """
    return cursors.load(asked["cursor"], binding(asked)) if asked["cursor"] else None


def in_language(entries: EntryQuerySet, asked: Asked, reader: Reader, now: datetime) -> EntryQuerySet:
    """Entries in the language asked for, and with ``lang_fallback`` those that have no public version in it."""
    if not asked["lang_fallback"]:
        return entries.filter(lang=asked["lang"])
    own = reader.visible(now).filter(uid=OuterRef("uid"), lang=asked["lang"])
    return entries.filter(Q(lang=asked["lang"]) | ~Exists(own))


def order(sort: str) -> tuple[str, str]:
    """A total order: the sort key, then the id."""
    return (sort, "-uid") if sort.startswith("-") else (sort, "uid")


def keyset(entries: EntryQuerySet, sort: str, after: dict[str, str]) -> EntryQuerySet:
    """The entries that follow a position in an order."""
    key, uid = datetime.fromisoformat(after["k"]), UUID(after["i"])
    column, follows = sort.lstrip("-"), "lt" if sort.startswith("-") else "gt"
    # The first condition says nothing new, but it is one that an index can walk.
    return entries.filter(
        Q(**{f"{column}__{follows}e": key}) & (Q(**{f"{column}__{follows}": key}) | Q(**{f"uid__{follows}": uid}))
    )


def echo(asked: Asked) -> bytes:
    """A last member that says the other language was allowed."""
    return b',"lang_fallback":true' if asked["lang_fallback"] else b""


class DetailView(CollectionView):
    """One item with everything it has."""

    always_there = False

    def summary(self) -> Text:
        """One line for the documentation."""
        return format_lazy(_("Detail: {name}"), name=self.serializer.model._meta.verbose_name)

    def parameters(self) -> Iterable[Parameter]:
        """Language, members, relations."""
        whole = not self.serializer.full_needs_key or bool(self.reader.licenses)
        return detail_parameters(self.serializer, whole=whole)

    def answer_schema(self, refer: Refer) -> dict[str, Any]:
        """The full document."""
        return schema.detail(self.serializer, included_types(self.serializer), refer)

    def read(self, asked: Asked, epoch: Epoch, **kwargs: Any) -> Answer:
        """The full document; 404 for what never was in this language, 410 for what was and is no more."""
        entry = self.pick(UUID(kwargs["uid"]), asked, epoch)
        body = body_of(entry, epoch, full=self.reader.gets_whole(entry))
        if not body:
            raise gone(Reason.UNPUBLISHED, epoch.now)
        uids = related(body, asked["include"]) if asked.get("include") else set()
        beside = included(uids, entry.lang, self.reader, epoch, self.fields_by_type(asked))
        return Answer(
            b'{"data":%s,"included":%s%s}' % (trimmed(body, asked["fields"]), beside.dump(), echo(asked)),
            newest=max(entry.seq, beside.newest),
            keys=[str(entry.uid), *(uid for cards in beside.cards.values() for uid in cards)],
            lang=entry.lang,
        )

    def pick(self, uid: UUID, asked: Asked, epoch: Epoch) -> Entry:
        """The entry to show.

        Raises:
            Problem: not-found, or withdrawn with the reason and the time until which to take copies down.
        """
        entries = self.reader.told().filter(type=self.serializer.type_name, uid=uid)
        if not self.serializer.full_needs_key:
            entries = entries.defer("card")
        if not asked["lang_fallback"]:
            entries = entries.filter(lang=asked["lang"])
        # The language asked for first, and what is public before what was.
        ranked = sorted(
            entries,
            key=lambda one: (one.hidden_because(self.channel, epoch.now) is not None, one.lang != asked["lang"]),
        )
        if not ranked:
            raise Problem("not-found")
        entry = ranked[0]
        if reason := entry.hidden_because(self.channel, epoch.now):
            raise gone(*self.last_told(entry, reason))
        return entry

    def last_told(self, entry: Entry, reason: Reason) -> tuple[Reason, datetime]:
        """Why and since when this door's readers have lost an item, which may be before the readers of others did."""
        if entry.channels & self.channel:
            return reason, entry.valid_until or entry.updated_at
        changes = self.reader.changes().filter(uid=entry.uid, lang=entry.lang, op=Operation.WITHDRAW)
        last = changes.order_by("seq").last()
        return (Reason(last.reason), last.at) if last else (reason, entry.withdrawn_at or entry.updated_at)


def gone(reason: Reason, at: datetime) -> Problem:
    """What a reader is told of an item that is no longer public: why, since when, and until when to delete copies."""
    return Problem("withdrawn", reason=reason, at=iso(at), purge_by=iso(at + PURGE_WITHIN))


def list_view(collection: str) -> Any:
    """The list of one collection."""
    return ListView.as_view(collection=collection)


def detail_view(collection: str) -> Any:
    """The detail of one collection."""
    return DetailView.as_view(collection=collection)
