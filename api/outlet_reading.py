"""How far everything that goes out has come, for staff: partners, their endpoints, the Facebook page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from home.models import Clock

from .models import Change, Delivery, DeliveryState, Endpoint, EndpointState, Key, KeyUse, Partner, Purge

# Usage is shown for the last 30 days.
USAGE_DAYS: Final = 30
DEAD_LETTERS: Final = 50

WAITING: Final = Q(state=DeliveryState.WAITING)
DEAD: Final = Q(state=DeliveryState.DEAD)
DELIVERED: Final = Q(state=DeliveryState.DELIVERED)


def partners_at(now: datetime) -> QuerySet[Partner]:
    """Partners with what their list shows, in one query.

    ``hub_seq`` is the last number told, ``behind_since`` the instant of the first change not read yet.
    """
    mine = OuterRef("pk")
    first = timezone.localdate(now) - timedelta(days=USAGE_DAYS - 1)
    unread = Change.objects.filter(seq__gt=OuterRef("synced_seq")).order_by("seq")
    endpoints = Endpoint.objects.filter(partner=mine)
    enabled = endpoints.filter(state=EndpointState.ENABLED)
    purges = Purge.objects.filter(partner=mine)
    overdue = purges.overdue(now)
    return Partner.objects.annotate(
        hub_seq=Subquery(Clock.objects.filter(pk=Clock.ONLY).values("seq")),
        behind_since=Subquery(unread.values("at")[:1]),
        live_keys=_number_of(Key.objects.usable(now).filter(partner=mine), "partner"),
        requests=_sum_of(KeyUse.objects.filter(key__partner=mine, day__gte=first), "key__partner", "requests"),
        endpoints_enabled=_number_of(enabled, "partner"),
        endpoints_failing=_number_of(enabled.filter(failing_since__isnull=False), "partner"),
        endpoints_pending=_number_of(endpoints.filter(state=EndpointState.PENDING), "partner"),
        endpoints_disabled=_number_of(endpoints.filter(state=EndpointState.DISABLED), "partner"),
        purges_overdue=_number_of(overdue, "partner"),
        purges_open=_number_of(purges.owed(), "partner"),
    )


def _number_of(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def _sum_of(rows: QuerySet[Any], by: str, name: str) -> Coalesce:
    summed = rows.order_by().values(by).annotate(total=Sum(name)).values("total")
    return Coalesce(Subquery(summed), 0)


def lag_of(partner: Any) -> int | None:
    """How many changes a partner of ``partners_at`` has not read yet; None when it has never read them."""
    return None if partner.synced_seq is None else max(0, partner.hub_seq - partner.synced_seq)


def endpoints_now() -> QuerySet[Endpoint]:
    """Endpoints with what waits, since when, what was given up, and what arrived last; in one query."""
    return Endpoint.objects.select_related("partner").annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)),
        oldest_waiting=Min("deliveries__written_at", filter=Q(deliveries__state=DeliveryState.WAITING)),
        dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
        last_delivered=Max("deliveries__ended_at", filter=Q(deliveries__state=DeliveryState.DELIVERED)),
    )


@dataclass(frozen=True)
class Queue:
    """What waits for one destination."""

    waiting: int
    oldest_waiting: datetime | None
    dead: int
    last_delivered: datetime | None


@dataclass(frozen=True)
class Health:
    """Everything that goes out, on one page."""

    endpoints: list[Any]
    partners: list[Any]
    facebook: Queue
    # The newest of what was given up, and how many there are.
    dead_letters: list[Delivery]

    @property
    def dead(self) -> int:
        """How many deliveries were given up."""
        return self.facebook.dead + sum(one.dead for one in self.endpoints)

    @property
    def waiting(self) -> int:
        """How many deliveries wait."""
        return self.facebook.waiting + sum(one.waiting for one in self.endpoints)

    @property
    def oldest_waiting(self) -> datetime | None:
        """Since when the oldest of them has waited."""
        known = [one.oldest_waiting for one in (self.facebook, *self.endpoints) if one.oldest_waiting]
        return min(known, default=None)


def health(now: datetime) -> Health:
    """How everything that goes out stands, in four queries."""
    page = Delivery.objects.filter(endpoint=None).aggregate(
        waiting=Count("pk", filter=WAITING),
        oldest_waiting=Min("written_at", filter=WAITING),
        dead=Count("pk", filter=DEAD),
        last_delivered=Max("ended_at", filter=DELIVERED),
    )
    given_up = Delivery.objects.filter(DEAD).select_related("endpoint__partner").order_by("-pk")
    return Health(
        list(endpoints_now().order_by("partner__name", "url")),
        list(partners_at(now).order_by(F("behind_since").asc(nulls_last=True), "name")),
        Queue(**page),
        list(given_up[:DEAD_LETTERS]),
    )
