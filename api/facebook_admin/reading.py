"""What staff are shown of an item on Facebook: its words as they will be posted, its card, and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.templatetags.static import static
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from api.models import Attempt, Delivery, DeliveryState, Entry, Post, PostState
from api.outlets.facebook_desk import public_entry
from api.outlets.facebook_mails import pages_of
from api.outlets.post_text import Words, draft_document, words_of, words_of_entry
from api.outlets.share_picture import HEIGHT, WIDTH, picture_address
from home.models import BasePage
from home.models.files import SOURCE_SPECS
from home.visibility import Channel
from showcase.models import StoryPage
from showcase.models.media import STORY_WIDTHS
from showcase.story_reading import media_of

# By which visits that came by a post are told from others, in the links people post by hand.
CAMPAIGN: Final = {"utm_source": "facebook", "utm_medium": "page"}
SHOWN: Final = 50
TRIES: Final = 20


@dataclass(frozen=True)
class Card:
    """The link card as readers will see it."""

    picture: str
    host: str
    title: str
    description: str


@dataclass(frozen=True)
class Row:
    """One post in a list."""

    post: Post
    title: str


def is_automatic() -> bool:
    """Whether the hub posts by itself; else people do."""
    return bool(settings.FACEBOOK_PAGE_ID and settings.FACEBOOK_PAGE_TOKEN)


def may_post(user: Any, page: Page | None) -> bool:
    """Whether somebody may have an item posted: who may publish it, and for what is gone whoever publishes at all."""
    if page is None:
        return bool(page_permission_policy.user_has_any_permission(user, {"publish"}))
    return bool(page.specific.permissions_for_user(user).can_publish())


def page_of(post: Post) -> Page | None:
    """The page a post is about; None once it is gone."""
    return pages_of([post]).get((post.uid, post.lang))


def words_shown(item: BasePage | None, post: Post, now: datetime) -> Words | None:
    """The words as they would be posted now: as last told, else as the draft has them; None for what is gone."""
    entry = public_entry(post, now)
    if entry:
        return words_of_entry(entry, post)
    return words_of(draft_document(item), post) if item else None


def card_of(item: BasePage) -> Card:
    """The link card of an item as it is being edited."""
    return Card(
        picture=_picture_of(item) or static("api/share.jpg"),
        host=urlsplit(settings.PUBLIC_URL).netloc,
        title=item.seo_title or item.title,
        description=item.search_description or item.summary,
    )


def _picture_of(item: BasePage) -> str:
    """A picture only staff are shown: the public one asks the rule, which knows of no draft."""
    if isinstance(item, StoryPage):
        first = next(iter(media_of(item).photos), None)
        return first.photo.url_of(max(STORY_WIDTHS)) if first and first.photo else ""
    if item.image is None:
        return ""
    size = item.image.renditions.filter(filter_spec=SOURCE_SPECS[-1]).first()
    return str(size.url) if size else ""


def obstacle(item: BasePage, post: Post, now: datetime) -> str:
    """Why it may not stand on Facebook now, in words; empty where it may."""
    if public_entry(post, now):
        return ""
    if isinstance(item, StoryPage) and item.live:
        return _("Not everyone has agreed to Facebook, or the story is held: nothing is posted until that changes.")
    hidden = item.hidden_because(Channel.FACEBOOK, now)
    return _("It is posted once it is published.") if hidden or not item.live else _("It is being told.")


def link_by_hand(words: Words, item: Page | None) -> str:
    """The link as people post it, with what tells visits by it from others."""
    if not words.link:
        return ""
    kind = item.specific.item_type if item else ""
    return f"{words.link}?{urlencode({**CAMPAIGN, 'utm_campaign': kind})}"


def picture_link(post: Post) -> tuple[str, int, int]:
    """The picture's address and size."""
    return picture_address(post.uid, post.lang), WIDTH, HEIGHT


def rows(posts: Iterable[Post]) -> list[Row]:
    """Some posts with their titles."""
    found = list(posts)
    pages = pages_of(found)
    return [
        Row(one, pages[key].draft_title if (key := (one.uid, one.lang)) in pages else str(one.uid)) for one in found
    ]


def listed() -> dict[str, list[Row]]:
    """Everything on the page or to be done about it, by what it asks of people; the most urgent first."""
    waiting = Delivery.objects.filter(
        endpoint=None, state=DeliveryState.WAITING, uid=OuterRef("uid"), lang=OuterRef("lang")
    )
    posts: QuerySet[Post] = Post.objects.annotate(waits=Exists(waiting)).order_by("-changed_at", "-pk")
    found = rows(posts.exclude(state__in=(PostState.NONE, PostState.TAKEN_DOWN))[: 4 * SHOWN])
    by_state = {
        state: [row for row in found if row.post.state == state]
        for state in (PostState.TAKE_DOWN, PostState.PERSON, PostState.QUEUED)
    }
    posted = [row for row in found if row.post.state == PostState.POSTED]
    return {
        "take_down": by_state[PostState.TAKE_DOWN],
        "person": by_state[PostState.PERSON],
        "queued": by_state[PostState.QUEUED],
        "to_change": [row for row in posted if _waits(row.post)],
        "posted": [row for row in posted if not _waits(row.post)],
    }


def _waits(post: Post) -> bool:
    return bool(getattr(post, "waits", False))


def tries(post: Post) -> QuerySet[Attempt]:
    """The last tries about an item."""
    of_item = Attempt.objects.filter(
        delivery__endpoint=None, delivery__uid=post.uid, delivery__lang=post.lang
    ).select_related("delivery")
    return of_item.order_by("-pk")[:TRIES]


def entry_type(post: Post) -> str:
    """The item's type; empty for what was never told."""
    found = Entry.objects.filter(uid=post.uid, lang=post.lang).values_list("type", flat=True).first()
    return found or ""
