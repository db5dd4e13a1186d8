"""Lists and details over stored bytes: the walking skeleton of contract section 1."""

from typing import Any
from uuid import UUID

from api.models import Entry
from api.parameters import Asked
from api.problems import Problem
from api.reading import Answer, Epoch, ReadingView
from api.serializers import COLLECTIONS
from home.languages import DEFAULT_LANG


class ListView(ReadingView):
    """The newest items of a collection."""

    collection = ""

    def read(self, asked: Asked, epoch: Epoch, **_kwargs: Any) -> Answer:
        """Answer with cards."""
        del asked
        entries = Entry.objects.visible(self.channel, epoch.now).filter(
            type=COLLECTIONS[self.collection].type_name, lang=DEFAULT_LANG
        )
        rows = list(entries.order_by("-published_at", "-uid").values_list("card", "seq")[:20])
        body = b'{"data":[' + b",".join(bytes(card) for card, _seq in rows) + b"]}"
        return Answer(body, max((seq for _card, seq in rows), default=0), [self.collection])


class DetailView(ReadingView):
    """One item."""

    collection = ""
    always_there = False

    def read(self, asked: Asked, epoch: Epoch, **kwargs: Any) -> Answer:
        """Answer with the full document; 404 for what never was, 410 for what is withdrawn."""
        del asked
        entry = Entry.objects.filter(
            type=COLLECTIONS[self.collection].type_name, uid=UUID(kwargs["uid"]), lang=DEFAULT_LANG
        ).first()
        if entry is None:
            raise Problem("not-found")
        if reason := entry.hidden_because(self.channel, epoch.now):
            raise Problem("withdrawn", reason=reason)
        return Answer(b'{"data":' + bytes(entry.full) + b"}", entry.seq, [str(entry.uid)], lang=entry.lang)


def list_view(collection: str) -> Any:
    """The list of one collection."""
    return ListView.as_view(collection=collection)


def detail_view(collection: str) -> Any:
    """The detail of one collection."""
    return DetailView.as_view(collection=collection)
