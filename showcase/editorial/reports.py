"""Reports on consent: what is missing, what ends, what is held; each as a page, as CSV and as XLSX."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from home.models import Clock
from home.visibility import Channel
from showcase.models import Grant, Hold, StoryPage, StoryRevision
from showcase.models.consent import cleared
from showcase.reading import StoryNow, stories_now
from showcase.vocabularies import PartyState, RevisionState

# From when on the end of a license is worth a row, as the first reminder has it.
ENDS_WITHIN: Final = timedelta(days=180)
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """One row of a report; which of its facts are shown is the report's."""

    pk: int
    title: str
    team: str
    stage: Any = ""
    agreed: str = ""
    missing: str = ""
    ends_at: datetime | None = None
    days: int | None = None
    kind: Any = ""
    reason: str = ""
    held_by: str = ""
    held_at: datetime | None = None
    released_by: str = ""
    released_at: datetime | None = None


def harmless(text: str) -> str:
    """A text somebody typed, as a spreadsheet takes it for nothing else."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def address_of(row: Row) -> str:
    """The story's editor."""
    return reverse("wagtailadmin_pages:edit", args=[row.pk])


class StoryReport(ReportView):
    """A report whose rows lead to their stories, for those who may do something with them."""

    model: ClassVar[Any] = StoryPage
    permission_policy: ClassVar[Any] = page_permission_policy
    any_permission_required: ClassVar[list[str]] = ["add", "change", "publish"]
    default_ordering: ClassVar[Any] = None

    @property
    def columns(self) -> list[Column]:
        """The story, then the report's own facts."""
        title = TitleColumn("title", label=_("Story"), get_url=address_of)
        return [title, Column("team", label=_("Team")), *self.own_columns()]

    def own_columns(self) -> list[Column]:
        """What this report tells of a story."""
        raise NotImplementedError

    def theirs(self) -> QuerySet[Page]:
        """The pages of whoever reads: rights on other parts of the site open no list of people."""
        pages: QuerySet[Page] = page_permission_policy.instances_user_has_any_permission_for(
            self.request.user, self.any_permission_required
        )
        return pages

    def rows(self, found: Any) -> list[Row]:
        """What was found, as rows; all of it read together."""
        raise NotImplementedError

    def get_table(self, object_list: Any) -> Any:
        """The rows on the page."""
        return super().get_table(self.rows(object_list))

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """The rows in a spreadsheet, which are made without a table."""
        return self.rows(object_list) if self.is_export else object_list

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        """The rows, after the mark by which spreadsheets know the text for UTF-8."""
        yield "\ufeff".encode()
        yield from super().stream_csv(queryset)

    def to_row_dict(self, item: Row) -> dict[str, Any]:
        """A row for a spreadsheet."""
        return {
            name: harmless(value) if isinstance(value, str) else value
            for name, value in super().to_row_dict(item).items()
        }


class ConsentsMissing(StoryReport):
    """Stories that wait for somebody's consent, or were taken off for want of it."""

    page_title = gettext_lazy("Consents missing")
    header_icon = "group"
    index_url_name = "consents_missing"
    index_results_url_name = "consents_missing_results"
    list_export: ClassVar[list[str]] = ["title", "team", "stage", "agreed", "missing"]
    export_headings: ClassVar[dict[str, Any]] = {
        "title": gettext_lazy("Story"),
        "team": gettext_lazy("Team"),
        "stage": gettext_lazy("State"),
        "agreed": gettext_lazy("Agreed"),
        "missing": gettext_lazy("Not agreed"),
    }

    def own_columns(self) -> list[Column]:
        """How many have agreed, and who has not."""
        return [
            Column("stage", label=_("State")),
            Column("agreed", label=_("Agreed")),
            Column("missing", label=_("Not agreed")),
        ]

    def get_base_queryset(self) -> QuerySet[StoryPage]:
        """Stories whose newest version is collecting or refused, and live ones that consent keeps from the site."""
        later = StoryRevision.objects.filter(story=OuterRef("story"), number__gt=OuterRef("number"))
        waiting = StoryRevision.objects.filter(
            ~Exists(later), story=OuterRef("pk"), state__in=(RevisionState.SUBMITTED, RevisionState.REFUSED)
        )
        taken_off = Q(live=True) & ~Q(cleared(Channel.SITE, Clock.now()))
        theirs = StoryPage.objects.filter(pk__in=self.theirs().values("pk"))
        found: QuerySet[StoryPage] = theirs.filter(Q(Exists(waiting)) | taken_off)
        return found.select_related("team").order_by("-latest_revision_created_at", "pk")

    def rows(self, found: Any) -> list[Row]:
        """The stories with where they stand."""
        return [_missing(one) for one in stories_now(list(found), Clock.now())]


def _missing(one: StoryNow) -> Row:
    silent = [found for found in one.parties if found.state != PartyState.GRANTED]
    who = [f"{found.party.name}（{found.party.get_role_display()}，{found.state.label}）" for found in silent]
    who += [_("%(name)s (without a legal representative)") % {"name": minor.name} for minor in one.unguarded]
    return _row(one, agreed=f"{one.agreed}/{len(one.parties)}", missing="、".join(who))


def _row(one: StoryNow, **facts: Any) -> Row:
    return Row(one.story.pk, one.story.draft_title, one.story.team.title, one.stage.label, **facts)


class LicensesEnding(StoryReport):
    """Live stories whose license ends within half a year."""

    page_title = gettext_lazy("Licenses ending")
    header_icon = "time"
    index_url_name = "licenses_ending"
    index_results_url_name = "licenses_ending_results"
    list_export: ClassVar[list[str]] = ["title", "team", "stage", "ends_at", "days"]
    export_headings: ClassVar[dict[str, Any]] = {
        "title": gettext_lazy("Story"),
        "team": gettext_lazy("Team"),
        "stage": gettext_lazy("State"),
        "ends_at": gettext_lazy("License ends"),
        "days": gettext_lazy("Days left"),
    }

    def own_columns(self) -> list[Column]:
        """When it ends."""
        return [
            Column("stage", label=_("State")),
            DateColumn("ends_at", label=_("License ends")),
            Column("days", label=_("Days left")),
        ]

    def get_base_queryset(self) -> QuerySet[StoryPage]:
        """Live stories somebody's last grant of which ends soon, the first to end first."""
        now = Clock.now()
        running = Grant.objects.filter(withdrawn_at=None, starts_at__lte=now, ends_at__gt=now)
        longer = running.filter(
            party=OuterRef("party"), content_hash=OuterRef("content_hash"), ends_at__gt=OuterRef("ends_at")
        )
        last = running.filter(~Exists(longer), party__story=OuterRef("pk"), content_hash=OuterRef("content_hash"))
        first_end = last.filter(ends_at__lte=now + ENDS_WITHIN).order_by("ends_at").values("ends_at")[:1]
        theirs = StoryPage.objects.filter(pk__in=self.theirs().values("pk"), live=True)
        found: QuerySet[StoryPage] = theirs.annotate(license_ends=first_end)
        return found.filter(license_ends__isnull=False).select_related("team").order_by("license_ends", "pk")

    def rows(self, found: Any) -> list[Row]:
        """The stories with their ends."""
        now, stories = Clock.now(), list(found)
        ends: Sequence[datetime] = [one.license_ends for one in stories]
        standing = stories_now(stories, now)
        return [_row(one, ends_at=end, days=(end - now).days) for one, end in zip(standing, ends, strict=True)]


class Holds(StoryReport):
    """Every hold, those in force first."""

    model = Hold
    page_title = gettext_lazy("Holds")
    header_icon = "warning"
    index_url_name = "story_holds"
    index_results_url_name = "story_holds_results"
    list_export: ClassVar[list[str]] = [
        "title",
        "team",
        "kind",
        "reason",
        "held_by",
        "held_at",
        "released_by",
        "released_at",
    ]
    export_headings: ClassVar[dict[str, Any]] = {
        "title": gettext_lazy("Story"),
        "team": gettext_lazy("Team"),
        "kind": gettext_lazy("Why"),
        "reason": gettext_lazy("Reason"),
        "held_by": gettext_lazy("Held by"),
        "held_at": gettext_lazy("Held at"),
        "released_by": gettext_lazy("Released by"),
        "released_at": gettext_lazy("Released at"),
    }

    def own_columns(self) -> list[Column]:
        """Why, by whom, since when, and whether it was released."""
        return [
            Column("kind", label=_("Why")),
            Column("reason", label=_("Reason")),
            Column("held_by", label=_("Held by")),
            DateColumn("held_at", label=_("Held at")),
            Column("released_by", label=_("Released by")),
            DateColumn("released_at", label=_("Released at")),
        ]

    def get_base_queryset(self) -> QuerySet[Hold]:
        """The holds with their stories."""
        theirs = Hold.objects.filter(story__in=self.theirs().values("pk"))
        found = theirs.select_related("story__team", "held_by", "released_by")
        return found.order_by(F("released_at").desc(nulls_first=True), "-held_at", "-pk")

    def rows(self, found: Any) -> list[Row]:
        """The holds as rows."""
        return [_held(one) for one in found]


def _held(one: Hold) -> Row:
    return Row(
        one.story_id,
        one.story.draft_title,
        one.story.team.title,
        kind=one.get_kind_display(),
        reason=one.reason,
        held_by=str(one.held_by or ""),
        held_at=one.held_at,
        released_by=str(one.released_by or ""),
        released_at=one.released_at,
    )
