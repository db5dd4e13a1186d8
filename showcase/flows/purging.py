"""Erasing what is known of a story or of one of its parties. The record of consent stays: it names nobody (I11).

What stays beside it are numbers, hashes and instants: the grants with their channels and terms, and the salted hash of
each evidence, by which somebody who still has the data can show that it was this.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Comment, PageLogEntry, WorkflowState

from home.letters import erase_letters_about
from home.models import User
from showcase import mails
from showcase.models import (
    ConsentEvent,
    DraftAsset,
    Evidence,
    Grant,
    Hold,
    Mandate,
    Party,
    StoryDraft,
    StoryFile,
    StoryPage,
    StoryPhoto,
    StoryRevision,
)
from showcase.models.media import private_storage
from showcase.vocabularies import RevisionState, Verb

from .acts import AGE_ASKED_AGAIN, act_on, authors_of, record
from .answers import unended
from .media import unused
from .unnaming import Erased, revisions_of, titles_of, unname

ERASED_TITLE: Final = "已刪除的故事"
# What a team reads of a version that somebody erased was needed for.
ERASED_REASON: Final = "這個版本裡有人請我們刪除了自己的資料。請改成沒有這個人的版本，再交一次。"
# Every night for so long after a purge the database file is written anew.
_SCRUBBED_FOR: Final = timedelta(days=7)


class HeldError(Exception):
    """The story is held: what a dispute is about must not be erased before it is settled."""


def purge_story(story: StoryPage, now: datetime, by: User | None) -> None:
    """Erase a story: its words, files, mails, drafts and revisions, and all that is known of its parties.

    ``by`` is who decided it; None when the time it is kept for is over. Erased twice, it is erased once.

    Raises:
        HeldError: while a hold stands.
    """
    with act_on(story):
        if Hold.objects.filter(story=story, released_at=None).exists():
            raise HeldError
        if _purged().filter(story=story.translation_key).exists():
            return
        erase_letters_about(mails.marks_of(story), now)
        photos, files = _media_of(story)
        StoryDraft.objects.filter(story=story).delete()
        for page in StoryPage.objects.filter(Q(pk=story.pk) | Q(translation_key=story.translation_key)):
            _empty_page(page)
        StoryRevision.objects.filter(story=story).update(reason="", submitted_by=None, decided_by=None, declared={})
        Hold.objects.filter(story=story).update(reason="", release_reason="")
        _empty_mandates(Mandate.objects.filter(representative__story=story))
        unused(StoryPhoto, StoryPhoto.objects.filter(pk__in=photos)).delete()
        unused(StoryFile, StoryFile.objects.filter(pk__in=files)).delete()
        for party in story.parties.filter(purged_at=None):
            _empty_party(party, now)
        record(Verb.PURGED, story, now, by=by.pk if by else None)


def purge_party(party: Party, now: datetime, by: User | None = None) -> None:
    """Erase what is known of one party, and of a minor's legal representative with it.

    A consent that stands is withdrawn, so the story is hidden at once and stays so until a version without this person
    is agreed to. What the story itself says or shows of somebody is erased by `purge_story` alone.

    Raises:
        HeldError: while a hold stands: who agreed to what may be the very thing a dispute is about.
    """
    story = party.story
    with act_on(story):
        if Hold.objects.filter(story=story, released_at=None).exists():
            raise HeldError
        row = Party.objects.get(pk=party.pk)
        if row.purged_at is not None:
            return
        found = [row, *row.guardians.filter(purged_at=None)]
        erased = Erased.of(found)
        erase_letters_about(mails.marks_of(story), now, erased.letters(story, titles_of(story)))
        rewritten = unname(story, erased)
        mandates = Mandate.objects.filter(Q(representative__in=found) | Q(parties__in=found))
        _empty_mandates(Mandate.objects.filter(pk__in=mandates.values("pk")))
        photos, files = _media_of(story)
        StoryPhoto.objects.filter(pk__in=photos, uploaded_by_user__in=erased.users).update(uploaded_by_user=None)
        StoryFile.objects.filter(pk__in=files, uploaded_by_user__in=erased.users).update(uploaded_by_user=None)
        for one in found:
            _withdraw(one, now)
            _empty_party(one, now)
            PageLogEntry.objects.filter(page_id=story.pk, action=AGE_ASKED_AGAIN, data__party=one.pk).update(data={})
            record(Verb.PURGED, story, now, one, by=by.pk if by else None)
        touched = Q(parties__in=found) | Q(revision__in=rewritten)
        _send_back(StoryRevision.objects.filter(touched, story=story), by, now)


def _send_back(revisions: QuerySet[StoryRevision], by: User | None, now: datetime) -> None:
    """Ask nobody any more about versions that somebody erased was needed for: their content is not what it was (I3)."""
    for row in revisions.exclude(state=RevisionState.RETURNED).distinct():
        row.state, row.decided_by, row.decided_at, row.reason = RevisionState.RETURNED, by, now, ERASED_REASON
        row.save(update_fields=["state", "decided_by", "decided_at", "reason"])
        record(Verb.RETURNED, row.story, now, content_hash=row.content_hash)


def purge_due(now: datetime) -> int:
    """Erase every story kept long enough, each in its own transaction; returns how many.

    A story is kept for STORY_KEPT_DAYS after its last consent has ended and the last thing has happened to it; a held
    one for as long as it is held, and so is one that is held while the others are erased.
    """
    since = now - timedelta(days=settings.STORY_KEPT_DAYS)
    happened = ConsentEvent.objects.filter(story=OuterRef("translation_key"))
    running = Grant.objects.filter(party__story=OuterRef("pk"), withdrawn_at=None, ends_at__gt=since)
    held = Hold.objects.filter(story=OuterRef("pk"), released_at=None)
    due = StoryPage.objects.filter(
        Exists(happened),
        ~Exists(happened.filter(at__gt=since)),
        ~Exists(happened.filter(verb=Verb.PURGED, party=None)),
        ~Exists(running),
        ~Exists(held),
    )
    return sum(_purged_now(story, now) for story in list(due))


def _purged_now(story: StoryPage, now: datetime) -> bool:
    """Erase a story; False when somebody has held it since it was found due."""
    try:
        purge_story(story, now, None)
    except HeldError:
        return False
    return True


def scrub_due(now: datetime) -> bool:
    """Scrub while something was erased a short while ago; True if it was done."""
    due = ConsentEvent.objects.filter(verb=Verb.PURGED, at__gt=now - _SCRUBBED_FOR).exists()
    if due:
        scrub()
    return due


def scrub() -> None:
    """Let SQLite write its file anew, outside any transaction: erased rows lie in its free pages until then.

    PostgreSQL does so by itself: autovacuum frees the rows, and later ones are written over them.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")
        for (table,) in cursor.fetchall():
            # The full-text index keeps words of rows that are gone until its parts are merged.
            cursor.execute(f'INSERT INTO "{table}"("{table}") VALUES(\'optimize\')')
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _purged() -> QuerySet[ConsentEvent]:
    return ConsentEvent.objects.filter(verb=Verb.PURGED, party=None)


def _media_of(story: StoryPage) -> tuple[set[int], set[int]]:
    """The numbers of all photos and files a story uses or used, in its pages, drafts and frozen revisions."""
    rows: list[Any] = list(story.media.values("photo", "file"))
    rows += DraftAsset.objects.filter(draft__story=story).values("photo", "file")
    for content in revisions_of(story).values_list("content", flat=True):
        rows += content.get("media", ())
    photos, files = ({row[name] for row in rows if row.get(name)} for name in ("photo", "file"))
    return photos, files


def _empty_page(page: StoryPage) -> None:
    """Leave nothing of a page but its place and its number."""
    if page.live:
        page.unpublish(log_action=False)
        page.refresh_from_db()
    page.aliases.all().delete()
    WorkflowState.objects.for_instance(page).delete()
    revisions_of(page).delete()
    page.refresh_from_db()
    page.title = page.draft_title = ERASED_TITLE
    page.slug = f"erased-{page.pk}"
    page.summary = page.seo_title = page.search_description = ""
    page.body, page.image, page.owner, page.counties = [], None, None, []
    page.media, page.credits = [], []
    tags = list(page.tags.values_list("pk", flat=True))
    page.tags.clear()
    page.themes.clear()
    page.save()
    # A word that only this page was filed under.
    Tag.objects.filter(pk__in=tags, home_pagetag_items=None, taggit_taggeditem_items=None).delete()
    # Staff write into these too; when and by what verb stays.
    PageLogEntry.objects.filter(page_id=page.pk).update(label=ERASED_TITLE, data={})
    Comment.objects.filter(page_id=page.pk).delete()
    Redirect.objects.filter(redirect_page_id=page.pk).delete()


def _empty_mandates(mandates: QuerySet[Mandate]) -> None:
    """Erase what was uploaded; that a mandate was confirmed stays, as the record of consent has it."""
    files = StoryFile.objects.filter(pk__in=mandates.values("file"))
    for name in files.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(private_storage().delete, name))
    files.update(file="", name="", source_sha256="", sha256="", uploaded_by_user=None)
    mandates.update(uploaded_by=None, confirmed_by=None, revoked_by=None, revoke_reason="")


def _empty_party(party: Party, now: datetime) -> None:
    Evidence.objects.filter(party=party).update(name_typed="", email="", address=None, user_agent="")
    party.name = party.email = party.link_seed = party.link_hash = ""
    party.user = party.birth_year = party.checked_on = None
    party.purged_at = now
    party.save()


def _withdraw(party: Party, now: datetime) -> None:
    """Take back what the party had agreed to; whoever looks after the story is told, the party no more."""
    numbers = [one.pk for one in unended(party, now)]
    if not numbers:
        return
    Grant.objects.filter(pk__in=numbers).update(withdrawn_at=now)
    record(Verb.WITHDRAWN, party.story, now, party, grants=numbers)
    mails.tell_staff("withdrawn_staff", party.story)
    for author in authors_of(party.story).exclude(pk=party.pk):
        mails.write_to_party("withdrawn_author", author)
