"""The Facebook page follows: what one delivery asks for is done by what the item and its post are now.

Nothing here trusts that an earlier try came to nothing. A post is written down as tried before it is sent, and whoever
finds it so looks among the page's recent posts for our link before anything else: there is no key by which Facebook
would know a second try for the first.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from api.models import Delivery, Entry, Operation, Post, PostForm, PostState
from home.models import Clock
from home.visibility import Channel

from .graph import Graph, GraphError, NoAnswerError, Standing, permalink_of
from .post_text import Words, words_of_entry
from .share_picture import Source, digest_of, made, source_of

WAIT: Final = frozenset({4, 17, 32, 341, 613, 80001})
PAUSE: Final = frozenset({102, 190})
RETRY: Final = frozenset({1, 2})
DUPLICATE: Final = 506
# How far the clocks of Facebook may be behind ours.
SLACK: Final = timedelta(minutes=5)
# For how long a post whose answer was lost may still appear.
LATE: Final = timedelta(minutes=2)


class PersonNeededError(Exception):
    """A person has to do it: why, in words for staff."""


def follow(delivery: Delivery, graph: Graph, now: datetime) -> None:
    """Bring the page in line with one delivery's item: a withdrawal always deletes what stands there.

    Raises:
        GraphError, NoAnswerError: it is not done yet.
        PersonNeededError: it cannot be done from here.
    """
    post = Post.of(delivery)
    if post is None:
        return
    public = Entry.objects.visible(Channel.FACEBOOK, Clock.now())
    upsert = post.wanted and delivery.op == Operation.UPSERT
    entry = public.filter(uid=post.uid, lang=post.lang).first() if upsert else None
    if entry is not None:
        put_up(post, entry, graph, now)
    elif post.stands:
        take_down(post, graph, now)


def put_up(post: Post, entry: Entry, graph: Graph, now: datetime) -> None:
    """Post it, or bring its post up to date."""
    words, source = words_of_entry(entry, post), source_of(entry, now)
    if post.is_posted and not post.post_id:
        _find_by_hand(post, graph)
    if post.post_id and not _can_be_edited(post, source):
        _remove(post, [post.post_id], graph, now)
    if not post.post_id and post.tried_at is not None:
        _adopt_what_came_of_it(post, words, graph)
    if post.post_id:
        _edit(post, words, graph, now)
    else:
        _publish(post, words, source, graph, now)


def take_down(post: Post, graph: Graph, now: datetime) -> None:
    """Delete its post, also one that was tried and whose answer never came.

    Raises:
        PersonNeededError: it was posted by hand and is not found.
    """
    found = [post.post_id] if post.post_id else _ids_of(post, graph)
    if not found and post.tried_at is not None and now - post.tried_at < LATE:
        raise NoAnswerError("A post that was tried may still appear.")
    if not found and post.tried_at is None:
        raise PersonNeededError(str(_("The post is not found on the page: please take it down by its address.")))
    _remove(post, found, graph, now)
    # What Facebook keeps of the card goes too; that it cannot be made anew is what it is told.
    with suppress(GraphError, NoAnswerError):
        graph.scrape(post.link)


def _can_be_edited(post: Post, source: Source | None) -> bool:
    """Whether new words are enough: the picture of a post cannot be exchanged, nor put in a card's place."""
    if post.form == PostForm.LINK:
        return not post.photo_id
    return post.picture == digest_of(source)


def _edit(post: Post, words: Words, graph: Graph, now: datetime) -> None:
    if post.digest != words.digest:
        try:
            graph.edit(post.post_id, words.message)
        except GraphError as error:
            if not error.is_missing:
                raise
            # Somebody took it down on Facebook, who will have had a reason.
            gone = str(_("Somebody has removed the post on Facebook. Tick it again to post it anew."))
            _keep(post, wanted=False, state=PostState.TAKEN_DOWN, taken_down_at=now, error=gone, **NOWHERE)
            return
    _keep(post, state=PostState.POSTED, digest=words.digest, link=words.link, error="", tried_at=None)
    if post.form == PostForm.LINK:
        _scrape(graph, words.link)


def _scrape(graph: Graph, link: str) -> None:
    """Have the card made anew; a refusal that no later try would change is passed over."""
    try:
        graph.scrape(link)
    except GraphError as error:
        if error.code in WAIT | PAUSE | RETRY:
            raise


def _publish(post: Post, words: Words, source: Source | None, graph: Graph, now: datetime) -> None:
    """Post it anew.

    Raises:
        PersonNeededError: Facebook says it is there, and it is not found.
    """
    if post.taken_down_at is not None:
        # Facebook may remember the card of what was withdrawn.
        with suppress(GraphError, NoAnswerError):
            graph.scrape(words.link)
    photo_id = ""
    if post.form == PostForm.PICTURE:
        photo_id = graph.upload_photo(made(source), words.alt)
    known = post.tried_at is None
    picture = digest_of(source) if photo_id else ""
    _keep(post, tried_at=post.tried_at or now, link=words.link, photo_id=photo_id, picture=picture)
    try:
        standing = graph.post_photo(words.message, photo_id) if photo_id else graph.post_link(words.message, words.link)
    except GraphError as error:
        if error.code == DUPLICATE:
            _adopt_duplicate(post, words, graph, now)
            return
        if known and error.code not in RETRY:
            # Refused for certain: nothing stands there.
            _keep(post, tried_at=None)
        raise
    _stand(post, standing, digest=words.digest)


def _adopt_duplicate(post: Post, words: Words, graph: Graph, now: datetime) -> None:
    """Take the post that stands there already for ours.

    Raises:
        PersonNeededError: it is not found.
    """
    standing = next(_standing(post, {words.link}, graph, None), None)
    if standing is None:
        _keep(post, tried_at=None)
        raise PersonNeededError(str(_("Facebook says this post exists already, but it is not found on the page.")))
    _stand(post, standing)
    _edit(post, words, graph, now)


def _adopt_what_came_of_it(post: Post, words: Words, graph: Graph) -> None:
    """Look whether an earlier try was posted after all."""
    since = post.tried_at - SLACK if post.tried_at else None
    standing = next(_standing(post, {post.link, words.link}, graph, since), None)
    if standing:
        _stand(post, standing)


def _find_by_hand(post: Post, graph: Graph) -> None:
    """Find what a person posted.

    Raises:
        PersonNeededError: it is not among the recent posts.
    """
    standing = next(_standing(post, {post.link}, graph, None), None)
    if standing is None:
        raise PersonNeededError(str(_("This was posted by hand: please change its words on Facebook.")))
    _stand(post, standing)


def _ids_of(post: Post, graph: Graph) -> list[str]:
    """Every post that shows the item's link since it was first tried, or ever where a person posted it."""
    since = post.tried_at - SLACK if post.tried_at and not post.permalink else None
    return [one.post_id for one in _standing(post, {post.link}, graph, since)]


def _standing(post: Post, links: set[str], graph: Graph, since: datetime | None) -> Iterator[Standing]:
    """The page's recent posts that show one of some links, or stand at the address known; another item's never."""
    others = set(Post.objects.exclude(pk=post.pk).exclude(post_id="").values_list("post_id", flat=True))
    for row in graph.recent(since):
        post_id = str(row.get("id") or "")
        address = str(row.get("permalink_url") or permalink_of(post_id))
        if post_id in {*others, ""}:
            continue
        if address == post.permalink or any(shows(row, link) for link in links):
            yield Standing(post_id, address)


def shows(row: dict[str, Any], link: str) -> bool:
    """Whether a post's words or attachments hold a link; a longer address that begins like it is another's."""
    if not link:
        return False
    text = json.dumps([row.get("message"), row.get("attachments")], ensure_ascii=False)
    return re.search(rf"{re.escape(link)}(?![^\s\"\\?#&])", unquote(text)) is not None


NOWHERE: Final[dict[str, Any]] = {"post_id": "", "photo_id": "", "picture": "", "digest": "", "tried_at": None}


def _remove(post: Post, post_ids: list[str], graph: Graph, now: datetime) -> None:
    """Delete some posts and the picture of ours; that there is none is as good."""
    for one in [*post_ids, post.photo_id]:
        if one:
            _delete(graph, one)
    _keep(post, state=PostState.TAKEN_DOWN, taken_down_at=now, error="", **NOWHERE)


def _delete(graph: Graph, number: str) -> None:
    try:
        graph.delete(number)
    except GraphError as error:
        if not error.is_missing:
            raise


def _stand(post: Post, standing: Standing, digest: str = "") -> None:
    """Write down where it stands."""
    _keep(
        post,
        post_id=standing.post_id,
        permalink=standing.permalink,
        state=PostState.POSTED,
        posted_at=Clock.now(),
        taken_down_at=None,
        digest=digest,
        tried_at=None,
        error="",
    )


def _keep(post: Post, **fields: Any) -> None:
    """Write some fields, and no other: staff may have changed those meanwhile."""
    for name, value in fields.items():
        setattr(post, name, value)
    post.save(update_fields=list(fields))
