"""What the programme does: keep the history of published dates, the same in every language."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, Revision

from .models import EventPage, EventSchedule

SCHEDULE_FIELDS = ("starts_at", "ends_at", "date_precision", "status", "venue", "place", "online_url")
# Facts belong to the item, words to the language; of a group, a draft keeps all where its editor changed one.
FACTS: Final = (
    ("starts_at", "ends_at", "date_precision"),
    ("status",),
    ("venue",),
    ("online_url",),
    ("registration_opens_at", "registration_closes_at"),
    ("hosts", "co_host_waiver"),
)


def published(event: EventPage, now: datetime) -> None:
    """Record what was published of an event, and let its translations take the facts; one transaction."""
    with transaction.atomic():
        told = event.schedule.last()
        record_schedule(event, now)
        if event.alias_of_id is not None:  # it shows its original, which has told them
            return
        for translation in event.get_translations().filter(alias_of__isnull=True):
            _follow(event, translation, told)


def record_schedule(event: EventPage, now: datetime) -> None:
    """Add a row when what is published about date, place or status differs from the last row (R26).

    The rows are the iCalendar SEQUENCE: an event moved twice has two rows after its first. A translation published
    for the first time begins with what its item was told to be before.
    """
    told = event.schedule.last() or _inherited(event)
    if told is None or any(_differ(told, event, name) for name in SCHEDULE_FIELDS):
        row = {name: getattr(event, name) for name in SCHEDULE_FIELDS}
        EventSchedule.objects.create(event=event, recorded_at=now, **row)


def _inherited(event: EventPage) -> EventSchedule | None:
    """The last row of the item's history, taken over from a translation with this language's place; None without."""
    source = event.get_translations().filter(schedule__isnull=False).order_by("-live", "pk").first()
    row = None
    for row in source.schedule.all() if source else ():
        row.pk, row.event, row.place = None, event, event.place
        row.save(force_insert=True)
    return row


def _differ(one: EventSchedule | EventPage, other: EventPage, name: str) -> bool:
    """Whether a field tells another fact; a venue or a team is the same in every language."""
    return bool(_fact(getattr(one, name)) != _fact(getattr(other, name)))


def _fact(value: Any) -> Any:
    """A value without its language."""
    if isinstance(value, list):
        return [_fact(one) for one in value]
    return value.translation_key if isinstance(value, Page) else value


def _follow(source: EventPage, translation: EventPage, told: EventSchedule | None) -> None:
    """Give a translation the facts of what was published, in what is live, what is scheduled and what is a draft.

    Nothing happens where no fact differs, so a translation that follows is not followed in turn.
    """
    waiting = _waiting(translation)
    if not translation.live:
        _follow_in_drafts(source, waiting, told)
    elif differing := [name for group in FACTS for name in group if _differ(translation, source, name)]:
        before = EventPage.objects.get(pk=translation.pk)
        _take(source, translation, differing)
        _publish(translation.save_revision(clean=False))
        _follow_in_drafts(source, waiting, before)


def _follow_in_drafts(source: EventPage, waiting: list[Revision], before: EventPage | EventSchedule | None) -> None:
    """In a draft whatever its editor changed stays: only what still reads as it was told before gives way."""
    for revision in waiting:
        draft = Revision.objects.get(pk=revision.pk).as_object()
        taken = _untouched(draft, source, before)
        # Where something was published, the draft must again be what was saved last.
        if taken or draft.live:
            _take(source, draft, taken)
            due = revision.approved_go_live_at
            kept = draft.save_revision(user=revision.user, approved_go_live_at=due, clean=False)
            if due:
                draft.revisions.exclude(pk=kept.pk).update(approved_go_live_at=None)


def _waiting(page: EventPage) -> list[Revision]:
    """The versions of a page that may still go live: the one scheduled, then the draft last saved."""
    scheduled = page.revisions.filter(approved_go_live_at__isnull=False).first()
    draft = page.latest_revision if page.has_unpublished_changes or not page.live else None
    return [one for one in dict.fromkeys((scheduled, draft)) if one]


def _untouched(draft: EventPage, source: EventPage, before: EventPage | EventSchedule | None) -> list[str]:
    """The facts of a draft that differ from the published ones and read as they were told before."""

    def changed(name: str) -> bool:
        return hasattr(before, name) and _differ(before, draft, name)  # type: ignore[arg-type]  # None has no field

    groups = [group for group in FACTS if not any(changed(name) for name in group)]
    return [name for group in groups for name in group if _differ(draft, source, name)]


def _take(source: EventPage, page: EventPage, names: list[str]) -> None:
    """Copy facts to a version of a translation; a venue as it reads in that language, where it does."""
    for name in names:
        if _differ(page, source, name):
            setattr(page, name, _in_language(getattr(source, name), page))


def _in_language(value: Any, page: EventPage) -> Any:
    if isinstance(value, list):
        return [_in_language(one, page) for one in value]
    return (value.get_translation_or_none(page.locale) or value) if isinstance(value, Page) else value


def _publish(revision: Revision) -> None:
    """Publish as Wagtail does, without ending the review of a draft: what is reviewed is another version."""
    action = PublishPageRevisionAction(revision)
    action.object._current_workflow_states = []  # noqa: SLF001 - Wagtail cancels the reviews it finds there
    action.execute()
