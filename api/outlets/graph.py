"""A small client of Facebook's Graph API: the handful of calls a page needs, and what its errors mean."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Self

import requests
from django.conf import settings

CONNECT: Final = 5
READ: Final = 10
# The longest an answer may take as a whole, however slowly it drips, and the most of it that is read.
WHOLE: Final = 20
# After so many seconds no call is begun any more: what is under way then still ends within the queue's lease.
BUDGET: Final = 45
LARGEST: Final = 1024 * 1024
RECENT: Final = "id,from,message,permalink_url,created_time,attachments{url,unshimmed_url,target}"
POSTS_A_CALL: Final = 100
CALLS: Final = 5
UNKNOWN: Final = 1
MISSING: Final = 100
MISSING_OBJECT: Final = 33
MINUTE: Final = 60


class NoAnswerError(Exception):
    """No answer came, or none that can be read: what was asked for may have been done."""


class GraphError(Exception):
    """Facebook refused: by its code, with the seconds it wants us to wait where it says so."""

    def __init__(self, code: int, message: str, *, status: int, subcode: int = 0, wait: int | None = None) -> None:
        super().__init__(f"({code}) {message}")
        self.code, self.message, self.status, self.subcode, self.wait = code, message, status, subcode, wait

    @property
    def is_missing(self) -> bool:
        """Whether it says that there is no such post (any more)."""
        return self.status == HTTPStatus.NOT_FOUND or (self.code, self.subcode) == (MISSING, MISSING_OBJECT)


@dataclass(frozen=True)
class Exchange:
    """One call as the log keeps it, without the token."""

    sent: str
    status: int | None
    answer: str
    took_ms: int


@dataclass(frozen=True)
class Standing:
    """A post that stands on the page."""

    post_id: str
    permalink: str


class Graph:
    """The page, by the token it is spoken to with. Every call is kept in ``log``."""

    def __init__(self, base: str, version: str, page: str, token: str) -> None:
        self.base, self.page = f"{base.rstrip('/')}/{version}", page
        self.session = requests.Session()
        # No proxy and no password from the environment or a file.
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.log: list[Exchange] = []
        self.until = time.monotonic() + BUDGET

    @classmethod
    def of_settings(cls) -> Self | None:
        """The page that is set up; None without a token: then people post by hand."""
        page, token = settings.FACEBOOK_PAGE_ID, settings.FACEBOOK_PAGE_TOKEN
        if not page or not token:
            return None
        return cls(settings.FACEBOOK_GRAPH_URL, settings.FACEBOOK_GRAPH_VERSION, page, token)

    def post_link(self, message: str, link: str) -> Standing:
        """Post words and the link whose card is shown."""
        return self._post_feed({"message": message, "link": link})

    def post_photo(self, message: str, photo_id: str) -> Standing:
        """Post words with a picture uploaded before."""
        return self._post_feed({"message": message, "attached_media[0]": json.dumps({"media_fbid": photo_id})})

    def upload_photo(self, content: bytes, alt: str) -> str:
        """Upload a picture nobody sees; Facebook forgets it unless a post attaches it. Returns its id."""
        fields = {"published": "false", "temporary": "true", "alt_text_custom": alt}
        files = {"source": ("picture.jpg", content, "image/jpeg")}
        return str(self._id(self._call("POST", f"{self.page}/photos", fields, files=files)))

    def edit(self, post_id: str, message: str) -> None:
        """Change the words of a post."""
        self._call("POST", post_id, {"message": message})

    def delete(self, post_id: str) -> None:
        """Delete a post or a picture."""
        self._call("DELETE", post_id)

    def scrape(self, link: str) -> None:
        """Have the link's card made anew."""
        self._call("POST", "", {"id": link, "scrape": "true"})

    def recent(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """The page's own posts, newest first, some hundreds at most; those since an instant where one is given."""
        asked = {"fields": RECENT, "limit": str(POSTS_A_CALL)}
        if since:
            asked["since"] = str(int(since.timestamp()))
        for _call in range(CALLS):
            found = self._call("GET", f"{self.page}/feed", asked)
            rows = found.get("data") or []
            yield from (row for row in rows if (row.get("from") or {}).get("id", self.page) == self.page)
            after = _after(found.get("paging") or {})
            if after is None:
                return
            asked["after"] = after

    def _post_feed(self, fields: Mapping[str, str]) -> Standing:
        found = self._call("POST", f"{self.page}/feed", {**fields, "fields": "id,permalink_url"})
        post_id = self._id(found)
        return Standing(post_id, found.get("permalink_url") or permalink_of(post_id))

    def _id(self, found: Mapping[str, Any]) -> str:
        """The id in an answer.

        Raises:
            NoAnswerError: when there is none.
        """
        if not found.get("id"):
            raise NoAnswerError("The answer names no id.")
        return str(found["id"])

    def _call(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, *, files: Any = None
    ) -> dict[str, Any]:
        """One call.

        Raises:
            GraphError: Facebook refused.
            NoAnswerError: nobody knows what came of it.
        """
        begun, status, answer = time.monotonic(), None, ""
        if begun > self.until:
            raise NoAnswerError("Facebook is too slow.")
        given: dict[str, Any] = {"params": fields} if method == "GET" else {"data": fields, "files": files}
        try:
            with self.session.request(
                method,
                f"{self.base}/{path}",
                timeout=(CONNECT, READ),
                allow_redirects=False,
                stream=True,
                **given,
            ) as response:
                status = response.status_code
                answer = _read(response, begun + WHOLE)
                return _understood(response, answer)
        except requests.RequestException as error:
            raise NoAnswerError(type(error).__name__) from error
        finally:
            shown = json.dumps(dict(fields or {}), ensure_ascii=False)
            took = int((time.monotonic() - begun) * 1000)
            self.log.append(Exchange(f"{method} /{path} {shown}", status, answer[:2000], took))


def permalink_of(post_id: str) -> str:
    """An address that leads to a post by its id alone."""
    return f"https://www.facebook.com/{post_id}"


def _after(paging: Mapping[str, Any]) -> str | None:
    """Where the next page of a list begins; None after the last."""
    cursors = paging.get("cursors") or {}
    return cursors.get("after") if paging.get("next") else None


def _read(response: requests.Response, until: float) -> str:
    """The body.

    Raises:
        NoAnswerError: when it takes too long or is too long.
    """
    body = b""
    for chunk in response.iter_content(64 * 1024):
        body += chunk
        if len(body) > LARGEST or time.monotonic() > until:
            raise NoAnswerError("The answer is too long or too slow.")
    return body.decode("utf-8", "replace")


def _understood(response: requests.Response, answer: str) -> dict[str, Any]:
    """An answer as a document.

    Raises:
        GraphError: when it is a refusal, also in words other than Facebook's.
        NoAnswerError: when it says nothing one could rely on.
    """
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    error = found.get("error") if isinstance(found, dict) else None
    if isinstance(error, dict) or response.status_code >= HTTPStatus.BAD_REQUEST:
        raise _refusal(response, error or {})
    if response.status_code != HTTPStatus.OK or not isinstance(found, dict):
        message = f"HTTP {response.status_code} without a document."
        raise NoAnswerError(message)
    return found


def _refusal(response: requests.Response, error: Mapping[str, Any]) -> GraphError:
    """The refusal in an answer; in words other than Facebook's it may be anybody's on the way."""
    status = response.status_code
    if not error:
        code = UNKNOWN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 0
        return GraphError(code, f"HTTP {status}", status=status, wait=_told_wait(response.headers))
    return GraphError(
        int(error.get("code") or UNKNOWN),
        str(error.get("message") or "")[:200],
        status=status,
        subcode=int(error.get("error_subcode") or 0),
        wait=_told_wait(response.headers),
    )


def _told_wait(headers: Mapping[str, str]) -> int | None:
    """The seconds Facebook wants us to wait: by Retry-After, or by the minutes in its own usage headers."""
    if headers.get("Retry-After", "").isdigit():
        return int(headers["Retry-After"])
    minutes = 0
    for name in ("X-Business-Use-Case-Usage", "X-Page-Usage", "X-App-Usage"):
        try:
            usage = json.loads(headers.get(name, "null"))
        except ValueError:
            continue
        minutes = max(minutes, _regained_in(usage))
    return minutes * MINUTE or None


def _regained_in(usage: Any) -> int:
    """The largest ``estimated_time_to_regain_access`` in a usage header, in minutes."""
    if isinstance(usage, list):
        return max(map(_regained_in, usage), default=0)
    if not isinstance(usage, dict):
        return 0
    told = usage.get("estimated_time_to_regain_access")
    own = int(told) if isinstance(told, int | float) else 0
    return max(own, *(_regained_in(one) for one in usage.values()), 0)
