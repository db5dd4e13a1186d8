"""The one door partners read through: the same epoch, headers, limits and strictness at every address."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from home.visibility import Channel

from . import parameters
from .parameters import Asked, Parameter
from .problems import Problem
from .readers import Reader
from .schema import Refer
from .throttling import Quota
from .values import Text

JSON: Final = "application/json; charset=utf-8"
EXPOSED: Final = "Content-Seq, Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Sunset, X-Request-Id"
# A reader's own cache may answer for this long without asking us, unless a time boundary comes first.
FRESH: Final = 60
# The instants at which time alone changes what is public, shown, or found by ``when`` and ``open``.
BOUNDARIES: Final = ("valid_until", "shows_until", "starts_at", "ends_at")

_PASSED: Final = ", ".join(
    f"(SELECT {name} FROM api_entry WHERE {name} <= instant.now ORDER BY {name} DESC LIMIT 1)"  # noqa: S608 - names from above
    for name in BOUNDARIES
)
_COMING: Final = ", ".join(
    f"(SELECT {name} FROM api_entry WHERE {name} > instant.now ORDER BY {name} LIMIT 1)"  # noqa: S608 - names from above
    for name in BOUNDARIES
)
# Written out, because composing these nine index look-ups anew costs the ORM five times what they cost the database.
EPOCH: Final = f"""
    SELECT seq, now, (SELECT at FROM api_change WHERE api_change.seq = instant.seq), {_PASSED}, {_COMING}
    FROM (SELECT seq, CASE WHEN at > %s THEN at ELSE %s END AS now FROM home_clock) AS instant
"""  # noqa: S608 - names from above


@dataclass(frozen=True)
class Epoch:
    """What an answer depends on beside the question: how much was told, and how far time has come."""

    seq: int
    # The later of the system clock and the last instant recorded: a clock set back revives nothing.
    now: datetime
    # When the last change was told, and the last time boundary passed; None before the first.
    told_at: datetime | None
    boundary: datetime | None
    # The next time boundary.
    coming: datetime | None

    @classmethod
    def read(cls) -> "Epoch":
        """The epoch as it is now, in one query."""
        system = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(EPOCH, [system, system])
            seq, *instants = cursor.fetchone()
        now, told_at, *boundaries = map(_instant, instants)
        passed = [one for one in boundaries[: len(BOUNDARIES)] if one]
        coming = [one for one in boundaries[len(BOUNDARIES) :] if one]
        return cls(seq, now or timezone.now(), told_at, max(passed, default=None), min(coming, default=None))

    @property
    def changed(self) -> int | None:
        """The second in which something last changed, since 1970; None before anything was told."""
        known = [one for one in (self.told_at, self.boundary) if one]
        return int(max(known).timestamp()) if known else None

    @property
    def modified(self) -> int | None:
        """Last-Modified, as seconds since 1970; None before anything was told.

        A second that is still running may see another change, so until it is over the one before is named. What was
        read in it is asked again by that name, and is then known to be older than ``changed``.
        """
        return None if self.changed is None else min(self.changed, int(self.now.timestamp()) - 1)

    @property
    def fresh(self) -> int:
        """For how many seconds a cache may keep an answer: never past the next boundary."""
        return min(FRESH, int((self.coming - self.now).total_seconds())) if self.coming else FRESH

    def tag(self, *question: str) -> str:
        """The strong ETag of the answer to a question."""
        parts = (*question, settings.PUBLIC_URL, str(self.seq), str(self.boundary))
        return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def _instant(value: Any) -> datetime | None:
    """A time as the database gives it: PostgreSQL with its zone, SQLite in UTC, as text where it is computed."""
    found: datetime | None = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


class OvertakenError(Exception):
    """Something was told while an answer was made from more than the ledger: begin again."""


@dataclass
class Answer:
    """What a reader gets."""

    body: bytes
    # The highest number among the entries inside.
    newest: int = 0
    # Surrogate keys, by which a cache in front of us drops it.
    keys: Iterable[str] = ()
    content_type: str = JSON
    # Address of the next page.
    next: str | None = None
    lang: str = ""


class AnyAccept(BaseContentNegotiation):
    """Every address has one representation, or chooses by itself."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The first."""
        del request
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The first, whatever Accept says."""
        del request, format_suffix
        return renderers[0], renderers[0].media_type


class Door(APIView):
    """What every address under /api/ shares: one way in, quota, CORS, and nothing a browser could be tricked by."""

    content_negotiation_class = AnyAccept
    # The channel this door serves.
    channel: ClassVar[Channel] = Channel.PARTNER_SITES

    @cached_property
    def reader(self) -> Reader:
        """Who asks, and what is for them."""
        # Nobody asks while the addresses are described.
        key = getattr(self.request, "auth", None)
        return Reader.with_key(key, self.channel) if key else Reader(self.channel)

    def get_throttles(self) -> list[Any]:
        """The quota, kept to sign the answer with."""
        self.quota = Quota()
        return [self.quota]

    def perform_authentication(self, request: Request) -> None:
        """Who asks. A wrong key is counted as well, or keys could be guessed without end."""
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            self.check_throttles(request)
            raise

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The methods of this address; also what a browser asks first before it sends a header of ours."""
        del request, args, kwargs
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        del response["Content-Type"]
        response["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
        response["Access-Control-Allow-Headers"] = "Authorization, If-Modified-Since, If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Sign what every answer carries, an error too."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        if hasattr(self, "quota"):
            self.quota.sign(response)
        return response


class ReadingView(Door):
    """GET of something public. A subclass declares its parameters and answers in ``read()``."""

    # Whether a story could be inside: then caches must ask every time, and a key changes the answer.
    carries_stories = False
    # Whether every valid question is answered with 200, so that If-Modified-Since needs no look at the item.
    always_there = True
    # How often to try again when something was told between reading the epoch and reading the entries.
    attempts: ClassVar[int] = 10

    def parameters(self) -> Iterable[Parameter]:
        """The parameters this address takes."""
        return ()

    def check(self, asked: Asked) -> None:
        """Refuse what is wrong with a question whatever is public now; no condition of the reader's comes before it.

        Raises:
            Problem: naming it.
        """

    def summary(self) -> Text:
        """One line for the documentation."""
        raise NotImplementedError

    def answer_schema(self, refer: Refer) -> dict[str, Any]:
        """The OpenAPI schema of the answer; ``refer`` gives the reference to a serializer's own."""
        del refer
        return {"type": "object"}

    def read(self, asked: Asked, epoch: Epoch, **kwargs: Any) -> Answer:
        """Answer the question as of an epoch.

        Raises:
            Problem: when there is no answer.
        """
        raise NotImplementedError

    def epoch(self) -> Epoch:
        """What the answer depends on beside the question; an address that also depends on the day says so here."""
        return Epoch.read()

    def question(self, asked: Asked) -> tuple[str, ...]:
        """The question as texts, for its tag."""
        return (asked.canonical(), self.reader.signature)

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Check the question, then answer it, or say in one query that the answer has not changed."""
        asked = parameters.read(request.path, request.GET, self.parameters())
        self.check(asked)
        for _attempt in range(self.attempts):
            epoch = self.epoch()
            etag = epoch.tag(*self.question(asked))
            if self.is_known(request, etag, epoch.changed, certain=self.always_there):
                return self.stamp(HttpResponseNotModified(), epoch, etag)
            try:
                answer = self.read(asked, epoch, **kwargs)
            except OvertakenError:
                continue
            if answer.newest <= epoch.seq:
                known = self.is_known(request, etag, epoch.changed, certain=True)
                return self.stamp(HttpResponseNotModified() if known else self.respond(answer), epoch, etag)
        raise Problem("maintenance", detail=_("Too much is changing at this moment; please ask again."))

    def is_known(self, request: Request, etag: str, changed: int | None, *, certain: bool) -> bool:
        """Whether the reader holds this answer already (RFC 9110, section 13.2.2).

        Its tag proves that; ``*`` and a date do so only where it is certain that there is an answer.
        """
        tags = parse_etags(request.headers.get("If-None-Match", ""))
        if tags == ["*"]:
            return certain
        if tags:
            return etag in {tag.removeprefix("W/") for tag in tags}
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        return certain and since is not None and changed is not None and changed <= since

    def respond(self, answer: Answer) -> HttpResponse:
        """The answer with its own headers."""
        response = HttpResponse(answer.body, content_type=answer.content_type)
        if answer.keys:
            response["Surrogate-Key"] = " ".join(answer.keys)
        if answer.next:
            response["Link"] = f'<{answer.next}>; rel="next"'
        if answer.lang:
            response["Content-Language"] = answer.lang
        return response

    def stamp(self, response: Any, epoch: Epoch, etag: str) -> Any:
        """Add what a 304 carries too."""
        response["ETag"] = etag
        response["Content-Seq"] = str(epoch.seq)
        if epoch.modified is not None:
            response["Last-Modified"] = http_date(epoch.modified)
        response["Cache-Control"] = "no-cache" if self.carries_stories else f"public, max-age={epoch.fresh}"
        if self.carries_stories:
            if self.reader.key:
                response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, ["Authorization"])
        return response
