"""What the rule costs over 10,000 stories: fills the database of DATABASE_URL, a copy of no other use, and prints.

Run it as ``python -m tests.bench.rule``, on SQLite or PostgreSQL; ``--plans`` adds what the database does.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from wagtail.models import Page  # noqa: E402

from home.models import Clock  # noqa: E402
from home.visibility import Channel  # noqa: E402
from showcase.media_reading import is_shown  # noqa: E402
from showcase.models import Grant, Party, Requirement, StoryMedia, StoryPage, StoryPhoto, StoryRevision  # noqa: E402
from tests.showcase import stories  # noqa: E402

STORIES = 10_000
TIMES = 20


def clone(model: type[models.Model], pk: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert copies of a row, each with other values: the tree and the flows would take hours."""
    table, key = connection.ops.quote_name(model._meta.db_table), model._meta.pk
    assert key is not None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {key.column} = %s", [pk])  # noqa: S608 - names of our own
        names, row = [one[0] for one in cursor.description], cursor.fetchone()
        template = dict(zip(names, row, strict=True))
        places = ", ".join(["%s"] * len(names))
        columns = ", ".join(map(connection.ops.quote_name, names))
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - names of our own
            [list({**template, **changes}.values()) for changes in rows],
        )


def fill() -> None:
    """One story through the real flows, and copies of it, of its two parties and of its photo."""
    with transaction.atomic():
        made = stories.with_photo(people=[stories.coauthor(1)])
        page, (author, other) = made.page, made.parties
        media = page.media.get()
        first = [max(model._default_manager.order_by("-pk").values_list("pk", flat=True)[0], 1) + 1 for model in CLONED]
        numbers = range(STORIES - 1)
        pages, parties, revisions, photos = first
        at = Page.objects.get(pk=page.get_parent().pk)
        clone(
            Page,
            page.pk,
            (
                {
                    "id": pages + one,
                    "path": f"{at.path}{Page._int2str(one + 100).rjust(Page.steplen, '0')}",
                    "slug": f"story-{one + 100}",
                    "url_path": f"{at.url_path}story-{one + 100}/",
                    "translation_key": key(),
                    "latest_revision_id": None,
                    "live_revision_id": None,
                    "first_published_at": stamp(one),
                }
                for one in numbers
            ),
        )
        clone(StoryPage, page.pk, ({"page_ptr_id": pages + one} for one in numbers))
        for place, party in enumerate((author, other)):
            clone(
                Party,
                party.pk,
                ({"id": parties + 2 * one + place, "story_id": pages + one, "link_hash": ""} for one in numbers),
            )
        clone(
            StoryRevision,
            made.revision.pk,
            ({"id": revisions + one, "story_id": pages + one, "revision_id": None} for one in numbers),
        )
        for place, party in enumerate((author, other)):
            changes = [{"party_id": parties + 2 * one + place} for one in numbers]
            for model, own in ((Requirement, party.requirements.get()), (Grant, party.grants.get())):
                start = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0] + 1
                also = {"story_revision_id": 0} if model is Requirement else {}
                clone(
                    model,
                    own.pk,
                    (
                        change | {"id": start + one} | dict.fromkeys(also, revisions + one)
                        for one, change in enumerate(changes)
                    ),
                )
        clone(StoryPhoto, media.photo_id, ({"id": photos + one, "uid": key(), "file": f"{one}.jpg"} for one in numbers))
        start = media.pk + 1
        clone(
            StoryMedia,
            media.pk,
            ({"id": start + one, "page_id": pages + one, "photo_id": photos + one} for one in numbers),
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


CLONED: tuple[type[models.Model], ...] = (Page, Party, StoryRevision, StoryPhoto)


def key() -> str:
    """A random number as the database keeps it."""
    made = uuid4()
    return made.hex if connection.vendor == "sqlite" else str(made)


def stamp(one: int) -> str:
    """An instant of its own for each story."""
    return datetime.fromtimestamp(1_700_000_000 + one * 60, UTC).isoformat(" ").replace("+00:00", "")


def measured(now: datetime) -> dict[str, Callable[[], Any]]:
    """What is measured."""
    visible = StoryPage.objects.visible(Channel.SITE, now)
    photo = StoryPhoto.objects.order_by("pk")[STORIES // 2]
    story = StoryPage.objects.order_by("pk")[STORIES // 2]
    return {
        "building the rule": lambda: str(StoryPage.objects.visible(Channel.SITE, now).values("pk").query),
        "first page of 20": lambda: list(
            StoryPage.objects.visible(Channel.SITE, now).order_by("-first_published_at")[:20]
        ),
        "count": visible.count,
        "is_shown": lambda: is_shown(now, media__photo__uid=photo.uid),
        "is_shown, in use nowhere": lambda: is_shown(now, media__photo__uid=uuid4()),
        "hidden_because": lambda: story.hidden_because(Channel.SITE, now),
    }


def main() -> None:
    """Fill, measure, print milliseconds of the clock and of this process."""
    call_command("migrate", verbosity=0)
    if StoryPage.objects.count() < STORIES:
        fill()
    now = Clock.now()
    for name, act in measured(now).items():
        act()
        started, worked = time.perf_counter(), time.process_time()
        for _ in range(TIMES):
            act()
        clock, own = (time.perf_counter() - started) / TIMES, (time.process_time() - worked) / TIMES
        sys.stdout.write(
            f"{connection.vendor:10} {name:26} {clock * 1000:8.1f} ms, {own * 1000:8.1f} ms of processor\n"
        )
        sys.stdout.flush()
    if "--plans" in sys.argv:
        visible = StoryPage.objects.visible(Channel.SITE, now)
        photo = StoryPhoto.objects.order_by("pk")[STORIES // 2]
        for rows in (visible.order_by("-first_published_at")[:20], visible.filter(media__photo__uid=photo.uid)):
            sys.stdout.write(f"{rows.explain()}\n\n")


if __name__ == "__main__":
    main()
