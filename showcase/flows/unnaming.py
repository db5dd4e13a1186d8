"""Who is erased from a story, and by what all that is kept of it knows them."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Final

from django.db.models import F, QuerySet
from wagtail.models import Comment, CommentReply, PageLogEntry, Revision, TaskState

from home.letters import texts_of
from showcase import mails
from showcase.models import (
    DraftAsset,
    DraftPerson,
    Hold,
    Party,
    StoryCredit,
    StoryDraft,
    StoryMedia,
    StoryPage,
    StoryRevision,
)

# One character stands in too many other words.
_SHORTEST_NAME: Final = 2


@dataclass(frozen=True)
class Erased:
    """People to be erased: by number as parties, by name, by address, and by number as accounts."""

    parties: frozenset[int]
    names: frozenset[str]
    addresses: frozenset[str]
    users: frozenset[int]

    @classmethod
    def of(cls, parties: Collection[Party]) -> "Erased":
        """What is known of parties that are erased together."""
        return cls(
            frozenset(one.pk for one in parties),
            frozenset(one.name for one in parties if one.name),
            frozenset(one.email.lower() for one in parties if one.email),
            frozenset(one.user_id for one in parties if one.user_id),
        )

    def is_named_in(self, text: str) -> bool:
        """Whether a text is, or holds, one of the names."""
        return text.strip() in self.names or any(one in text for one in self.names if len(one) >= _SHORTEST_NAME)

    def left_of(self, text: str) -> str:
        """A text; nothing of one that names somebody."""
        return "" if self.is_named_in(text) else text

    def letters(self, story: StoryPage, titles: Collection[str]) -> Callable[[EmailMessage], bool]:
        """Which of a story's letters go: those to the people, wherever they were sent, and those that name them.

        What goes to a mailbox somebody else shares stays his. A title is the story's, whoever's name it holds.
        """
        told = {mails.plain(one) for one in {*titles, story.team.title}}
        named = Erased(self.parties, frozenset(map(mails.plain, self.names)), self.addresses, self.users)

        def goes(mail: EmailMessage) -> bool:
            to = mail[mails.PARTY_HEADER]
            if to is not None and int(to) in self.parties:
                return True
            if to is None and any(one.addr_spec.lower() in self.addresses for one in mail["To"].addresses):
                return True
            texts = texts_of(mail)
            for title in sorted(told, key=len, reverse=True):
                texts = [text.replace(title, "") for text in texts]
            return any(map(named.is_named_in, texts))

        return goes


def revisions_of(story: StoryPage) -> QuerySet[Revision]:
    """All that was ever saved of a story's page, as Wagtail keeps it."""
    found: QuerySet[Revision] = story.revisions.all()
    return found


def titles_of(story: StoryPage) -> set[str]:
    """Under which titles a story was ever saved."""
    saved = revisions_of(story).values_list("content", flat=True)
    return {story.title, story.draft_title, *(one["title"] for one in saved)}


def unname(story: StoryPage, erased: Erased) -> set[int]:
    """Take people out of a story's draft, of who is named under it and who made what, and of what staff wrote of it.

    Title, text and pictures stay. Returns the numbers of the page's saved revisions whose content is another one now.
    """
    _unname_draft(story, erased)
    rewritten = {one.pk for one in revisions_of(story) if _unname_revision(one, erased)}
    _unname_page(story, erased)
    _unname_acts(story, erased)
    return rewritten


def _unname_draft(story: StoryPage, erased: Erased) -> None:
    drafts = StoryDraft.objects.filter(story=story)
    for one in DraftPerson.objects.filter(draft__in=drafts):
        is_same = one.name in erased.names and one.email.lower() in erased.addresses
        if is_same or one.user_id in erased.users:
            one.delete()
    _blank(DraftAsset.objects.filter(draft__in=drafts), erased, "credit", "rights_note")
    drafts.filter(author__in=erased.users).update(author=None)
    # Whoever has it before him notices.
    drafts.update(version=F("version") + 1)


def _unname_revision(revision: Revision, erased: Erased) -> bool:
    """Whether what people agree to has changed by it."""
    before: dict[str, Any] = revision.content
    now = _without(before, erased)
    if now != before:
        # Not by its own save, which would move a review to it.
        Revision.objects.filter(pk=revision.pk).update(content=now)
    return any(now.get(name) != before.get(name) for name in ("credits", "media"))


def _without(content: dict[str, Any], erased: Erased) -> dict[str, Any]:
    """What a saved revision of a page holds, without people."""
    now = dict(content)
    if "credits" in now:
        now["credits"] = [one for one in now["credits"] if one["name"] not in erased.names]
    if "media" in now:
        now["media"] = [one | {"credit": erased.left_of(one["credit"])} for one in now["media"]]
    if comments := now.get("wagtail_admin_comments"):
        now["wagtail_admin_comments"] = [one for one in comments if not erased.is_named_in(_text_of(one))]
    if now.get("owner") in erased.users:
        now["owner"] = None
    return now


def _unname_page(story: StoryPage, erased: Erased) -> None:
    gone, _by_model = StoryCredit.objects.filter(page=story, name__in=erased.names).delete()
    blanked = _blank(StoryMedia.objects.filter(page=story), erased, "credit")
    StoryPage.objects.filter(pk=story.pk, owner__in=erased.users).update(owner=None)
    if gone or blanked:
        # With the hash of what is left, and so that the search finds the name no more.
        StoryPage.objects.get(pk=story.pk).save()


def _unname_acts(story: StoryPage, erased: Erased) -> None:
    """What staff wrote, and by whose account the story was saved and handed in."""
    _blank(Hold.objects.filter(story=story), erased, "reason", "release_reason")
    _blank(StoryRevision.objects.filter(story=story), erased, "reason")
    for one in StoryRevision.objects.filter(story=story):
        _unname_declared(one, erased)
    _blank(TaskState.objects.for_instance(story), erased, "comment")
    StoryRevision.objects.filter(story=story, submitted_by__in=erased.users).update(submitted_by=None)
    revisions_of(story).filter(user__in=erased.users).update(user=None)
    log = PageLogEntry.objects.filter(page_id=story.pk)
    log.filter(user__in=erased.users).update(user=None)
    log.filter(pk__in=[one.pk for one in log if erased.is_named_in(_text_of(one.data))]).update(data={})
    for model, where in ((CommentReply, {"comment__page": story}), (Comment, {"page": story})):
        found = model.objects.filter(**where)
        model.objects.filter(pk__in=[one.pk for one in found if erased.is_named_in(one.text)]).delete()


def _unname_declared(story_revision: StoryRevision, erased: Erased) -> None:
    """From whom a permission was had."""
    before = story_revision.declared.get("media", [])
    media = [one | {"rights_note": erased.left_of(one["rights_note"])} for one in before]
    if media != before:
        story_revision.declared = story_revision.declared | {"media": media}
        story_revision.save(update_fields=["declared"])


def _text_of(data: Any) -> str:
    return json.dumps(data, default=str, ensure_ascii=False)


def _blank(rows: QuerySet[Any], erased: Erased, *fields: str) -> int:
    """Empty the fields in which somebody is named; returns in how many rows."""
    found = {one.pk: [name for name in fields if erased.is_named_in(getattr(one, name))] for one in rows}
    changed = {pk: dict.fromkeys(names, "") for pk, names in found.items() if names}
    for pk, values in changed.items():
        rows.model.objects.filter(pk=pk).update(**values)
    return len(changed)
