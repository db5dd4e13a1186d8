"""Filters by time: what a reader may ask of an item's span, and of when it was last told.

A span runs from its first instant to the first instant after it, so that an end at 00:00 belongs to the day before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from api.values import Choice, Flag, Instant, Kind, Text


@dataclass(frozen=True)
class SpanFilter:
    """What a parameter takes, and the condition it stands for at an instant."""

    kind: Kind
    about: Text
    where: Callable[[Any, datetime], Q]


def _when(word: str, now: datetime) -> Q:
    return {
        "upcoming": Q(ends_at__gt=now),
        "now": Q(starts_at__lte=now, ends_at__gt=now),
        "past": Q(ends_at__lte=now),
    }[word]


def _open(wanted: bool, now: datetime) -> Q:  # noqa: FBT001 - the parameter's own value
    begun = Q(starts_at__isnull=True) | Q(starts_at__lte=now)
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    return (begun & running) if wanted else ~(begun & running)


SPAN_FILTERS: Final = {
    "starts_after": SpanFilter(Instant(), _("Begins at or after this instant."), lambda at, _now: Q(starts_at__gte=at)),
    "starts_before": SpanFilter(Instant(), _("Begins before this instant."), lambda at, _now: Q(starts_at__lt=at)),
    "ends_after": SpanFilter(Instant(), _("Has not ended at this instant."), lambda at, _now: Q(ends_at__gt=at)),
    "when": SpanFilter(
        Choice(("upcoming", "now", "past")),
        _("upcoming: not yet ended; now: begun and not ended; past: ended."),
        _when,
    ),
    "open": SpanFilter(Flag(), _("Whether applications are open now."), _open),
}
UPDATED_AFTER: Final = SpanFilter(
    Instant(), _("Last told to have changed at or after this instant."), lambda at, _now: Q(updated_at__gte=at)
)
