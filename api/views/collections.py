"""Lists and details over stored bytes: the walking skeleton of contract section 1."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from api.models import Entry
from api.problems import Problem
from api.serializers import COLLECTIONS
from home.languages import DEFAULT_LANG
from home.models import Clock
from home.visibility import Channel


def _answer(body: bytes, seq: int) -> HttpResponse:
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Seq"] = str(seq)
    response["Cache-Control"] = "public, max-age=60"
    return response


class ListView(APIView):
    """The newest items of a collection."""

    collection = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with cards."""
        del request
        entries = Entry.objects.visible(Channel.PARTNER_SITES, Clock.now()).filter(
            type=COLLECTIONS[self.collection].type_name, lang=DEFAULT_LANG
        )
        cards = entries.order_by("-published_at", "-uid").values_list("card", flat=True)[:20]
        seq = Clock.objects.values_list("seq", flat=True).get()
        return _answer(b'{"data":[' + b",".join(bytes(card) for card in cards) + b"]}", seq)


class DetailView(APIView):
    """One item."""

    collection = ""

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        """Answer with the full document; 404 for what never was, 410 for what is withdrawn."""
        del request
        now = Clock.now()
        entry = Entry.objects.filter(
            type=COLLECTIONS[self.collection].type_name, uid=UUID(uid), lang=DEFAULT_LANG
        ).first()
        if entry is None:
            raise Problem("not-found")
        if reason := entry.hidden_because(Channel.PARTNER_SITES, now):
            raise Problem("withdrawn", reason=reason)
        return _answer(b'{"data":' + bytes(entry.full) + b"}", entry.seq)


def list_view(collection: str) -> Any:
    """The list of one collection."""
    return ListView.as_view(collection=collection)


def detail_view(collection: str) -> Any:
    """The detail of one collection."""
    return DetailView.as_view(collection=collection)
