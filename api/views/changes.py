"""`/changes`: everything told, in order, so that a mirror stays what we are (contract section 3)."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from api import cursors
from api.models import Change, Entry, Operation
from api.parameters import Asked, Parameter
from api.partner_flows import remember_sync
from api.problems import Problem
from api.reading import Answer, Epoch, ReadingView
from api.retention import is_forgotten
from api.schema import Refer
from api.serializers import BY_TYPE
from api.serializers.changes import ChangePageSerializer, ChangeSerializer, WithdrawalSerializer, change_document
from api.serializers.json import dump
from api.values import Choice, Several, Token, Whole

from .documents import body_of

# Seconds a reader who has caught up should wait before asking again.
POLL_AFTER: Final = 60


class ChangesView(ReadingView):
    """First what is current, as upserts, oldest first; then every change after it."""

    carries_stories = True
    always_there = False

    def summary(self) -> str | Promise:
        """One line for the documentation."""
        return _("What changed, in the order it was told: for keeping a copy in step")

    def parameters(self) -> Iterable[Parameter]:
        """The cursor, and what the reader wants of each change."""
        return (
            Parameter("cursor", Token(), _("Where the reader stopped, from page.next; without it, from the start")),
            Parameter("types", Several(Choice(tuple(BY_TYPE))), _("Only changes of items of these types")),
            Parameter("limit", Whole(1, 500), _("How many changes at most"), 200),
            Parameter("include", Choice(("resource",)), _("Add the item itself to each change")),
        )

    def answer_schema(self, refer: Refer) -> dict[str, Any]:
        """A row a change; the item beside it only on request."""
        row = {"anyOf": [refer(WithdrawalSerializer), refer(ChangeSerializer)]}
        return {
            "type": "object",
            "properties": {"data": {"type": "array", "items": row}, "page": refer(ChangePageSerializer)},
            "required": ["data", "page"],
            "additionalProperties": False,
        }

    def read(self, asked: Asked, epoch: Epoch, **_kwargs: Any) -> Answer:
        """One page of the snapshot, or of the changes after it.

        Raises:
            Problem: invalid-cursor or cursor-expired.
        """
        query = asked.canonical(leaving_out=("cursor", "include", "limit"))
        start = {"after": 0, "until": epoch.seq}
        position = cursors.load(asked["cursor"], query) if asked.given("cursor") else start
        after, until = position["after"], position.get("until")
        if self.reader.key and until is None:
            remember_sync(self.reader.key.partner, after, epoch.now)
        rows = self.told(asked, epoch, after) if until is None else self.current(asked, epoch, after, until)
        rest, rows = rows[asked["limit"] :], rows[: asked["limit"]]
        finished = {"after": epoch.seq if until is None else until}
        position = {**position, "after": rows[-1].seq} if rest else finished
        address = asked.address(cursor=cursors.dump(position, query))
        page = {"next": address, "caught_up": position == {"after": epoch.seq}, "poll_after": POLL_AFTER}
        entries = self.entries(rows, epoch) if asked["include"] else {}
        data = b",".join(self.document(row, asked, entries, epoch) for row in rows)
        newest = max((entry.seq for entry in entries.values()), default=0)
        return Answer(b'{"data":[' + data + b'],"page":' + dump(page) + b"}", newest, ["changes"], next=address)

    def told(self, asked: Asked, epoch: Epoch, after: int) -> list[Change]:
        """What this door's readers were told after a number, and one more than they asked for."""
        if is_forgotten(after, epoch.seq):
            raise Problem("cursor-expired")
        changes = self.reader.changes().filter(seq__gt=after, seq__lte=epoch.seq)
        if asked["types"]:
            changes = changes.filter(type__in=asked["types"])
        return list(changes.order_by("seq")[: asked["limit"] + 1])

    def current(self, asked: Asked, epoch: Epoch, after: int, until: int) -> list[Change]:
        """What is current of all that was told up to ``until``, each as it was last told."""
        entries = self.reader.visible(epoch.now).filter(seq__gt=after, seq__lte=until)
        if asked["types"]:
            entries = entries.filter(type__in=asked["types"])
        return [
            Change(
                seq=entry.seq,
                op=Operation.UPSERT,
                type=entry.type,
                uid=entry.uid,
                lang=entry.lang,
                version=entry.version,
                at=entry.updated_at,
            )
            for entry in entries.defer("card", "full").order_by("seq")[: asked["limit"] + 1]
        ]

    def entries(self, rows: list[Change], epoch: Epoch) -> dict[tuple[UUID, str], Entry]:
        """What may be shown now of the items changed."""
        visible = self.reader.visible(epoch.now).filter(uid__in={row.uid for row in rows})
        return {(entry.uid, entry.lang): entry for entry in visible}

    def document(self, row: Change, asked: Asked, entries: dict[tuple[UUID, str], Entry], epoch: Epoch) -> bytes:
        """A change, on request with the item as this door's detail has it now; null when that is gone."""
        told = dump(change_document(row))
        if not asked["include"]:
            return told
        entry = entries.get((row.uid, row.lang))
        body = body_of(entry, epoch, full=self.reader.gets_whole(entry)) if entry else b""
        return told[:-1] + b',"resource":' + (body or b"null") + b"}"
