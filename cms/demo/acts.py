"""What people do in the demo: an editor writes and hands in, a reviewer approves, and Wagtail does the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import Locale, Page, WorkflowState

from home.models import BasePage, PublishableSnippet, User

from .fields import fill

P = TypeVar("P", bound=BasePage)
S = TypeVar("S", bound=PublishableSnippet)


@dataclass(frozen=True)
class Stage:
    """Who acts, and the language they translate into."""

    editor: User
    reviewer: User
    english: Locale

    def play(self, model: type[P], parent: BasePage, record: Mapping[str, Any]) -> P:
        """Write, publish and translate one page as its record says; one that exists is left as people made it.

        ``earlier`` holds what was published before, as fields that differed then, in order. ``published_at`` is the
        instant a page of a past year was first published. A record with ``draft`` is never handed in.
        """
        existing = model.objects.child_of(parent).filter(slug=record["slug"]).first()
        if existing is not None:
            return existing
        with transaction.atomic():
            page = self.write(model, parent, record)
            if record.get("draft"):
                page.save_revision(user=self.editor, log_action=True)
                return page
            for stand in record.get("earlier", ()):
                self.publish(fill(page, {**record, **stand}))
                page = model.objects.get(pk=page.pk)
            self.hand_in(fill(page, record))
            page = model.objects.get(pk=page.pk)
            if "en" in record:
                self.translate(page, record["en"])
        return page

    def write(self, model: type[P], parent: BasePage, record: Mapping[str, Any]) -> P:
        """The editor begins a new page; what is in it stays a draft until somebody publishes."""
        page = fill(model(live=False, locale=parent.locale, owner=self.editor), record)
        page.first_published_at = record.get("published_at")
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        return page

    def hand_in(self, page: BasePage) -> None:
        """The editor hands a page in; the reviewer approves it, which publishes it."""
        page.save_revision(user=self.editor, log_action=True)
        state = page.get_workflow().start(page, self.editor)
        while state.status == WorkflowState.STATUS_IN_PROGRESS:
            state.current_task_state.specific.approve(user=self.reviewer)
            state.refresh_from_db()

    def publish(self, page: BasePage) -> None:
        """The editor saves and the reviewer publishes at once, as reviewers may."""
        page.save_revision(user=self.editor, log_action=True).publish(user=self.reviewer)

    def translate(self, page: P, english: Mapping[str, Any]) -> None:
        """The editor translates a published page; the reviewer publishes the translation."""
        action = CopyPageForTranslationAction(page, self.english, user=self.editor)
        copy = action.execute(skip_permission_checks=True)
        copy.first_published_at = page.first_published_at
        self.publish(fill(copy, english))

    def revise(self, page: BasePage, record: Mapping[str, Any]) -> None:
        """Fill in a page that came with the database, unless somebody has already edited it."""
        if page.latest_revision_id is None:
            with transaction.atomic():
                self.publish(fill(page, record))

    def snippet(self, model: type[S], key: str, record: Mapping[str, Any]) -> S:
        """Publish a snippet and its translation, unless one with the same key field is there already."""
        existing = model.objects.filter(**{key: record[key]}).first()
        if existing is not None:
            return existing
        with transaction.atomic():
            item = self.put(fill(model(live=False, locale=Locale.get_default()), record))
            if "en" in record:
                self.put(fill(item.copy_for_translation(self.english), record["en"]))
        return item

    def put(self, item: S) -> S:
        """The editor saves a snippet as a draft; the reviewer publishes it."""
        item.live = False
        item.full_clean()
        item.save()
        item.save_revision(user=self.editor, log_action=True).publish(user=self.reviewer)
        item.refresh_from_db()
        return item

    def play_all(self, model: type[P], parent: BasePage, records: Iterable[Mapping[str, Any]]) -> list[P]:
        """Several pages under one parent, with the sessions inside them."""
        pages = []
        for record in records:
            page = self.play(model, parent, record)
            self.play_all(model, page, record.get("sessions", ()))
            pages.append(page)
        return pages
