"""The pull feeds of the Facebook channel, for scheduling tools and people (contract section 5).

What is in them is asked of the rule at each reading, so what is withdrawn is gone at once.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.conf import settings
from django.utils import translation
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from api.models import Entry, Post
from api.outlets.post_text import alt_of, feed_message_of
from api.outlets.share_picture import HEIGHT, WIDTH, picture_address
from api.parameters import Asked, Parameter
from api.reading import Answer, Epoch, ReadingView
from api.serializers import BY_TYPE
from api.serializers.json import dump
from api.values import Choice, Several, Text, Whole
from home.languages import DEFAULT_LANG, LANGS, LANGUAGE_CODES
from home.visibility import Channel

from .documents import body_of

# What has news in it: a team or a venue stands in no list of news.
NEWS: Final = ("announcement", "event", "story", "resource", "appearance")
MEDIA: Final = "http://search.yahoo.com/mrss/"
ATOM: Final = "http://www.w3.org/2005/Atom"
JSON_FEED: Final = "application/feed+json; charset=utf-8"
RSS: Final = "application/rss+xml; charset=utf-8"

register_namespace("media", MEDIA)
register_namespace("atom", ATOM)


class FacebookFeedView(ReadingView):
    """The newest items of the channel: words of at most 500 characters, link, picture and its description."""

    channel = Channel.FACEBOOK
    carries_stories = True
    content_type: str

    def summary(self) -> Text:
        """One line for the documentation."""
        return gettext_lazy("What may stand on the Facebook page, newest first")

    def parameters(self) -> Iterable[Parameter]:
        """How many, in which language, of which types."""
        return (
            Parameter("limit", Whole(1, 100), gettext_lazy("Items at most."), default=20),
            Parameter("lang", Choice(tuple(LANGS.values())), gettext_lazy("Language of the items."), DEFAULT_LANG),
            Parameter("types", Several(Choice(tuple(BY_TYPE))), gettext_lazy("Only items of these types."), NEWS),
        )

    def epoch(self) -> Epoch:
        """Also when a lead-in last changed, which is no change of the item's."""
        changed = Post.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
        self.changed_at: datetime | None = changed
        epoch = Epoch.read()
        known = [one for one in (changed, epoch.told_at) if one]
        return replace(epoch, told_at=max(known, default=None))

    def question(self, asked: Asked) -> tuple[str, ...]:
        """With it in the tag."""
        return (*super().question(asked), str(self.changed_at))

    def read(self, asked: Asked, epoch: Epoch, **_kwargs: Any) -> Answer:
        """The feed."""
        entries = self.reader.visible(epoch.now).filter(lang=asked["lang"], type__in=asked["types"])
        found = list(entries.order_by("-published_at", "-uid").defer("full")[: asked["limit"]])
        posts = Post.objects.filter(uid__in=[one.uid for one in found], lang=asked["lang"], wanted=True)
        lead_ins = dict(posts.values_list("uid", "lead_in"))
        items = [item for one in found if (item := self.item(one, lead_ins, epoch))]
        with translation.override(LANGUAGE_CODES[asked["lang"]]):
            body = self.write(asked, items)
        newest = max((one.seq for one in found), default=0)
        return Answer(body, newest, ["facebook"], self.content_type, lang=asked["lang"])

    def item(self, entry: Entry, lead_ins: Mapping[UUID, str], epoch: Epoch) -> dict[str, Any] | None:
        """One item as both feeds tell it; None when it may not be read after all."""
        card = body_of(entry, epoch, full=False)
        if not card:
            return None
        document = json.loads(card)
        return {
            "document": document,
            "message": feed_message_of(document, lead_ins.get(entry.uid, "").strip()),
            "image": picture_address(entry.uid, entry.lang),
            "alt": alt_of(document),
        }

    def write(self, asked: Asked, items: list[dict[str, Any]]) -> bytes:
        """The feed as its format has it."""
        raise NotImplementedError

    def title(self) -> str:
        """The feed's name."""
        return _("Northern Youth Hub: for the Facebook page")


class FacebookJsonView(FacebookFeedView):
    """As JSON Feed 1.1."""

    content_type = JSON_FEED

    def write(self, asked: Asked, items: list[dict[str, Any]]) -> bytes:
        """A document of jsonfeed.org/version/1.1; what it has no name for stands under ``_qingju``."""
        return dump(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": self.title(),
                "home_page_url": f"{settings.PUBLIC_URL}/",
                "feed_url": asked.address() if asked.texts else f"{settings.PUBLIC_URL}{asked.path}",
                "language": asked["lang"],
                "items": [self.row(one) for one in items],
            }
        )

    def row(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """One item."""
        document = item["document"]
        return {
            "id": f"urn:uuid:{document['id']}",
            "url": document["web_url"],
            "title": document["title"],
            "content_text": item["message"],
            "image": item["image"],
            "date_published": document["published_at"],
            "date_modified": document["updated_at"],
            "tags": document["tags"],
            "language": document["lang"],
            "_qingju": {
                "type": document["type"],
                "version": document["version"],
                "alt": item["alt"],
                "image_width": WIDTH,
                "image_height": HEIGHT,
                "license": document["license"],
            },
        }


class FacebookRssView(FacebookFeedView):
    """As RSS 2.0 with Media RSS for the picture and what it shows."""

    content_type = RSS

    def write(self, asked: Asked, items: list[dict[str, Any]]) -> bytes:
        """A channel and its items."""
        rss = Element("rss", version="2.0")
        channel = SubElement(rss, "channel")
        address = asked.address() if asked.texts else f"{settings.PUBLIC_URL}{asked.path}"
        for name, text in (
            ("title", self.title()),
            ("link", f"{settings.PUBLIC_URL}/"),
            ("description", str(self.summary())),
            ("language", asked["lang"]),
        ):
            SubElement(channel, name).text = text
        SubElement(channel, f"{{{ATOM}}}link", rel="self", href=address, type="application/rss+xml")
        for one in items:
            self.add(channel, one)
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(rss, encoding="utf-8")

    def add(self, channel: Element, one: Mapping[str, Any]) -> None:
        """One item."""
        document = one["document"]
        item = SubElement(channel, "item")
        published = datetime.fromisoformat(document["published_at"])
        for name, text in (
            ("title", document["title"]),
            ("link", document["web_url"]),
            ("description", one["message"]),
            ("pubDate", http_date(published.timestamp())),
        ):
            SubElement(item, name).text = visible_characters(text)
        SubElement(item, "guid", isPermaLink="false").text = f"urn:uuid:{document['id']}"
        SubElement(item, f"{{{ATOM}}}link", rel="license", href=document["license"]["url"])
        picture = SubElement(
            item,
            f"{{{MEDIA}}}content",
            url=one["image"],
            type="image/jpeg",
            medium="image",
            width=str(WIDTH),
            height=str(HEIGHT),
        )
        SubElement(picture, f"{{{MEDIA}}}description", type="plain").text = visible_characters(one["alt"])


def visible_characters(text: str) -> str:
    """A text without what XML cannot carry."""
    return "".join(one for one in text if (one >= " " or one in "\n\t") and one not in "\ufffe\uffff")
