"""The words of a post: the bureau's lead-in first, then the item's own, whole and unchanged or not at all.

To abridge a story is to adapt it, which needs everyone's consent: so a part that does not fit is left out, never cut.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api.models import Entry, Post, PostForm
from api.serializers.body import body_html, plain_text
from api.serializers.documents import STORY
from home.models import BasePage
from programs.spans import Span

# Facebook's limit, and that of the pull feed.
LONGEST_POST: Final = 63_206
LONGEST_IN_FEED: Final = 500
# What a change of plan says before the title, where readers see no more than that.
STATUS: Final = {
    "zh-Hant": {"cancelled": "【取消】", "postponed": "【延期】"},
    "en": {"cancelled": "[Cancelled] ", "postponed": "[Postponed] "},
}
# What the site's own picture shows.
OWN_PICTURE: Final = {"zh-Hant": "北區青聚點的標誌", "en": "The mark of the Northern Youth Hub"}
BETWEEN: Final = "\n\n"


def message_of(document: Mapping[str, Any], lead_in: str, form: str) -> str:
    """The words of the post; where no card shows the link, they end with it."""
    own = document["body_text"] if document["type"] == STORY else document["summary"]
    link = document["web_url"] if form == PostForm.PICTURE else ""
    return _fitting([lead_in, _title(document), *_plan(document), own, _attribution(document), link], LONGEST_POST)


def feed_message_of(document: Mapping[str, Any], lead_in: str) -> str:
    """The words in the pull feed. Of a story no more than its card has: the rest is for who accepted the license."""
    parts = [lead_in, _title(document), _attribution(document), *_plan(document), document["summary"]]
    return _fitting(parts, LONGEST_IN_FEED)


def alt_of(document: Mapping[str, Any]) -> str:
    """What the picture beside the words shows: the item's, else the site's own."""
    image = document["image"]
    return image["alt"] if image else OWN_PICTURE[document["lang"]]


@dataclass(frozen=True)
class Words:
    """What a post says."""

    message: str
    link: str
    alt: str

    @property
    def digest(self) -> str:
        """What makes two posts say the same."""
        return hashlib.sha256(self.message.encode()).hexdigest()


def words_of(document: Mapping[str, Any], post: Post) -> Words:
    """What the post of a document says."""
    message = message_of(document, post.lead_in.strip(), post.form)
    return Words(message, document["web_url"], alt_of(document))


def words_of_entry(entry: Entry, post: Post) -> Words:
    """What the post of an entry says, as it was last told."""
    return words_of(json.loads(bytes(entry.full)), post)


def draft_document(item: BasePage) -> dict[str, Any]:
    """As much of a document as a post needs, of an item nobody was told of yet: for previews."""
    starts_at, ends_at = getattr(item, "starts_at", None), getattr(item, "ends_at", None)
    return {
        "type": item.item_type,
        "lang": item.lang,
        "title": item.title,
        "summary": item.summary,
        "body_text": plain_text(body_html(item.body, item.lang)),
        "web_url": item.web_url or "",
        "image": {"alt": item.image.alt(item.lang)} if item.image else None,
        "license": {},
        "status": getattr(item, "status", ""),
        "starts_at": starts_at.isoformat() if starts_at else None,
        "ends_at": ends_at.isoformat() if ends_at else None,
        "date_precision": getattr(item, "date_precision", ""),
        "place": getattr(item, "place", ""),
    }


def _fitting(parts: Iterable[str], most: int) -> str:
    """The parts in order, the later ones only as far as each fits whole. The first two always do, by their lengths."""
    found = ""
    for part in parts:
        longer = f"{found}{BETWEEN}{part}" if found and part else found or part
        found = longer if len(longer) <= most else found
    return found


def _title(document: Mapping[str, Any]) -> str:
    before = STATUS.get(document["lang"], {}).get(document.get("status") or "", "")
    return f"{before}{document['title']}"


def _plan(document: Mapping[str, Any]) -> list[str]:
    """When and where, as far as the item itself says so."""
    if document["type"] != "event" or not document.get("starts_at"):
        return []
    ends_at = datetime.fromisoformat(document["ends_at"]) if document.get("ends_at") else None
    span = Span(datetime.fromisoformat(document["starts_at"]), ends_at, document["date_precision"])
    return ["\n".join(filter(None, (span.text(document["lang"]), document.get("place"))))]


def _attribution(document: Mapping[str, Any]) -> str:
    """Whose words and pictures a story is."""
    return document["license"].get("attribution", "") if document["type"] == STORY else ""
