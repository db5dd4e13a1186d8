"""The report on what partners had to take down: as a page, as CSV and as XLSX."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import BooleanField, Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import policy_registry

from api.models import Change, Partner, Purge
from home.models import Clock
from home.visibility import Reason
from showcase.editorial.reports import harmless

TYPE_WORDS = {
    "announcement": gettext_lazy("Announcement"),
    "event": gettext_lazy("Event"),
    "venue": gettext_lazy("Venue"),
    "story": gettext_lazy("Story"),
    "team": gettext_lazy("Team"),
    "resource": gettext_lazy("Resource"),
    "program": gettext_lazy("Program"),
    "appearance": gettext_lazy("Appearance"),
}
REASON_WORDS = {
    Reason.CONSENT_WITHDRAWN: gettext_lazy("Consent withdrawn"),
    Reason.LICENSE_EXPIRED: gettext_lazy("License ended"),
    Reason.CHANNEL_REMOVED: gettext_lazy("No longer for partner sites"),
    Reason.HELD: gettext_lazy("Held"),
    Reason.UNPUBLISHED: gettext_lazy("Unpublished"),
    Reason.DELETED: gettext_lazy("Deleted"),
    Reason.LEGAL: gettext_lazy("For legal reasons"),
}


@dataclass(frozen=True)
class Row:
    """One withdrawal at one partner."""

    partner_pk: int
    partner: str
    type: str
    item: str
    reason: str
    withdrawn_at: datetime
    purge_by: datetime
    state: str
    claimed_at: datetime | None
    purged_at: datetime | None
    observed_at: datetime | None
    addresses: str
    overdue_at: datetime | None


class PurgeReport(ReportView):
    """Every withdrawal that a partner had to follow: what it reports, what we saw; what is late first."""

    model = Purge
    any_permission_required: ClassVar[list[str]] = ["change"]
    default_ordering: ClassVar[Any] = None
    page_title = gettext_lazy("Taken down by partners")
    header_icon = "bin"
    index_url_name = "partner_purges"
    index_results_url_name = "partner_purges_results"
    export_headings: ClassVar[dict[str, Any]] = {
        "partner": gettext_lazy("Partner"),
        "type": gettext_lazy("Kind"),
        "item": gettext_lazy("What"),
        "reason": gettext_lazy("Reason"),
        "withdrawn_at": gettext_lazy("Taken off at"),
        "purge_by": gettext_lazy("Due"),
        "state": gettext_lazy("State"),
        "claimed_at": gettext_lazy("Reported at"),
        "purged_at": gettext_lazy("Taken down at"),
        "observed_at": gettext_lazy("Looked at"),
        "addresses": gettext_lazy("Addresses"),
        "overdue_at": gettext_lazy("Reminded at"),
    }
    list_export: ClassVar[list[str]] = list(export_headings)

    @property
    def permission_policy(self) -> Any:
        """Who may change partners."""
        return policy_registry.get_by_type(Partner)

    @property
    def columns(self) -> list[Column]:
        """All but what only a spreadsheet has room for."""
        words = self.export_headings
        return [
            TitleColumn("partner", label=words["partner"], get_url=_page_of),
            Column("type", label=words["type"]),
            Column("item", label=words["item"]),
            Column("reason", label=words["reason"]),
            Column("withdrawn_at", label=words["withdrawn_at"], accessor=_instant("withdrawn_at")),
            Column("purge_by", label=words["purge_by"], accessor=_instant("purge_by")),
            Column("state", label=words["state"]),
            Column("claimed_at", label=words["claimed_at"], accessor=_instant("claimed_at")),
            Column("observed_at", label=words["observed_at"], accessor=_instant("observed_at")),
        ]

    def get_base_queryset(self) -> QuerySet[Purge]:
        """What is late first, then what is open, then the rest; the newest first."""
        late = Purge.objects.overdue(Clock.now()).values("pk")
        open_ones = Purge.objects.owed().values("pk")
        found = Purge.objects.select_related("partner").annotate(
            late=_is_in(late), open=_is_in(open_ones), stood=_stood()
        )
        return found.order_by(F("late").desc(), F("open").desc(), "-seq", "partner__name")

    def get_table(self, object_list: Any) -> Any:
        """The rows on the page."""
        return super().get_table(_rows(object_list))

    def decorate_paginated_queryset(self, object_list: Any) -> Any:
        """The rows in a spreadsheet, which are made without a table."""
        return _rows(object_list) if self.is_export else object_list

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        """The rows, after the mark by which spreadsheets know the text for UTF-8."""
        yield "\ufeff".encode()
        yield from super().stream_csv(queryset)

    def to_row_dict(self, item: Row) -> dict[str, Any]:
        """A row for a spreadsheet."""
        row = super().to_row_dict(item).items()
        return {name: harmless(value) if isinstance(value, str) else value for name, value in row}


def _instant(name: str) -> Callable[[Row], str]:
    """A fact as the instant it is: Wagtail's own column says of what is to come that it was just now."""

    def told(row: Row) -> str:
        found: datetime | None = getattr(row, name)
        return date_format(timezone.localtime(found), "Y-m-d H:i") if found else ""

    return told


def _page_of(row: Row) -> str:
    return reverse("partner:inspect", args=[row.partner_pk])


def _is_in(pks: Any) -> Any:
    return Case(When(pk__in=pks, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())


def _stood() -> Any:
    return Subquery(Change.objects.filter(seq=OuterRef("seq")).values("former_url")[:1])


def _rows(found: Any) -> list[Row]:
    now = Clock.now()
    return [_row(one, now) for one in found]


def _row(one: Any, now: datetime) -> Row:
    seen = [f"{row['url']}（{row.get('status') or row.get('error')}）" for row in one.observed] or one.urls
    return Row(
        one.partner_id,
        one.partner.name,
        str(TYPE_WORDS.get(one.type, one.type)),
        f"{settings.PUBLIC_URL}{one.stood}" if one.stood else f"{one.uid}（{one.lang}）",
        str(REASON_WORDS.get(Reason(one.reason), one.reason)),
        one.withdrawn_at,
        one.purge_by,
        str(one.state(now).label),
        one.claimed_at,
        one.purged_at,
        one.observed_at,
        "、".join(seen),
        one.overdue_at,
    )
