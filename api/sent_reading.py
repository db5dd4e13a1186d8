"""Where an item has been sent, and what came of it; in three queries, however many partners there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from home.visibility import Channel

from .models import Change, Delivery, DeliveryState, Entry, Operation, Partner, Purge, PurgeState
from .serializers.documents import STORY

# How long deliveries are kept.
KEPT_FOR: Final = timedelta(days=30)
UNDELIVERED: Final = (DeliveryState.DEAD, DeliveryState.WAITING)
BAD_TO_GOOD: Final = (*UNDELIVERED, DeliveryState.DELIVERED, DeliveryState.SUPERSEDED)
# Words for what was told, and for what was withdrawn.
READ: Final = (_("read from the list of changes"), _("withdrawal read"))
DELIVERED: Final = (_("delivered"), _("withdrawal delivered"))
LISTED: Final = (_("listed, not read yet"), _("withdrawal listed, not read yet"))
# How it stands at a place, in words, and since when.
Told = tuple[str, str | Promise, datetime | None]
# How a place stands, from good to bad; the panel shows an icon for each.
CONFIRMED: Final = "confirmed"
TOLD: Final = "told"
WAITING: Final = "waiting"
FAILED: Final = "failed"
WITHDRAWN: Final = "withdrawn"
NEVER: Final = "never"
ICONS: Final = {
    CONFIRMED: "check",
    TOLD: "view",
    WAITING: "time",
    FAILED: "warning",
    WITHDRAWN: "no-view",
    NEVER: "minus",
}


@dataclass(frozen=True)
class Place:
    """One place an item may have gone to: how it stands there, in words, and since when."""

    name: str | Promise
    how: str
    words: str | Promise
    at: datetime | None = None
    # What came of taking it down.
    purge: str | Promise = ""
    purge_at: datetime | None = None
    partner: int | None = None

    @property
    def icon(self) -> str:
        """The icon of how it stands."""
        return ICONS[self.how]


def places(item: Any, now: datetime) -> list[Place]:
    """The site, each partner the item concerns, and the Facebook page; empty for what was never told."""
    entry = Entry.objects.filter(uid=item.translation_key, lang=item.lang).defer("card", "full").first()
    if entry is None:
        return []
    latest = _latest_deliveries(entry)
    return [_site(entry, now), *_partners(entry, latest, now), _facebook(entry, latest.get(None), now)]


def _latest_deliveries(entry: Entry) -> dict[int | None, Delivery]:
    """The newest delivery of the item to each destination, by endpoint; under None that to the Facebook page."""
    of_item = Delivery.objects.filter(uid=entry.uid, lang=entry.lang, seq__isnull=False).order_by()
    newest = of_item.values("endpoint").annotate(newest=Max("pk")).values("newest")
    found = Delivery.objects.filter(pk__in=newest).select_related("endpoint")
    return {one.endpoint_id: one for one in found}


def _site(entry: Entry, now: datetime) -> Place:
    if not entry.told_channels & Channel.SITE:
        return Place(_("This website"), NEVER, _("never shown"))
    if entry.hidden_because(Channel.SITE, now):
        return Place(_("This website"), WITHDRAWN, _("taken down"), entry.withdrawn_at or entry.valid_until)
    return Place(_("This website"), CONFIRMED, _("public"), entry.updated_at)


def _partners(entry: Entry, latest: dict[int | None, Delivery], now: datetime) -> list[Place]:
    """A row a partner, with the worst of its endpoints; nothing where the item was never told to any."""
    if not entry.told_channels & Channel.PARTNER_SITES:
        return []
    told = Change.objects.filter(uid=entry.uid, lang=entry.lang).order_by("-seq")
    told = told.annotate(told_on=F("channels").bitand(int(Channel.PARTNER_SITES))).filter(told_on__gt=0)
    purge = Purge.objects.filter(partner=OuterRef("pk"), uid=entry.uid, lang=entry.lang).order_by("-seq")
    names = ("seq", "purge_by", "claimed_at", "observation", "observed_at", "told_again_at")
    partners = Partner.objects.annotate(
        told_seq=Coalesce(Subquery(told.values("seq")[:1]), 0),
        told_op=Subquery(told.values("op")[:1]),
        told_at=Subquery(told.values("at")[:1]),
        **{f"purge_{name}": Subquery(purge.values(name)[:1]) for name in names},
    )
    if entry.type == STORY:
        partners = partners.filter(commercial=False)
    mine: dict[int, list[Delivery]] = {}
    for one in latest.values():
        if one.endpoint:
            mine.setdefault(one.endpoint.partner_id, []).append(one)
    return [_partner(one, mine.get(one.pk, []), now) for one in partners.order_by("name")]


def _partner(partner: Any, deliveries: list[Delivery], now: datetime) -> Place:
    how, words, at = _how_told(partner, deliveries, now)
    purge, purge_at = _purge(partner, now) if partner.told_op == Operation.WITHDRAW else ("", None)
    return Place(partner.name, how, words, at, purge, purge_at, partner.pk)


def _how_told(partner: Any, deliveries: list[Delivery], now: datetime) -> Told:
    """The worst of a partner's endpoints; without any, or where it has read further by itself, how far it has read."""
    gone = int(partner.told_op == Operation.WITHDRAW)
    how = (CONFIRMED, WITHDRAWN)[gone]
    if partner.synced_seq is not None and partner.synced_seq >= partner.told_seq:
        return how, READ[gone], partner.synced_at
    worst = min(deliveries, key=lambda one: BAD_TO_GOOD.index(one.state), default=None)
    if worst and worst.state == DeliveryState.DELIVERED:
        return how, DELIVERED[gone], worst.ended_at
    if worst and worst.state in UNDELIVERED:
        return _undelivered(worst)
    forgotten = partner.told_at <= now - KEPT_FOR
    return TOLD, _("listed; what came of it is kept for 30 days") if forgotten else LISTED[gone], partner.told_at


def _undelivered(delivery: Delivery) -> Told:
    """A delivery that has not arrived: given up, tried in vain, or not tried yet."""
    if delivery.state == DeliveryState.DEAD:
        return FAILED, _("could not be delivered"), delivery.ended_at
    if delivery.attempts:
        return FAILED, _("fails, is tried again"), delivery.written_at
    return WAITING, _("on its way"), delivery.written_at


def _purge(partner: Any, now: datetime) -> tuple[str | Promise, datetime | None]:
    """What came of a partner's copies; nothing where none is owed."""
    if partner.purge_seq != partner.told_seq:
        return "", None
    known = Purge(
        purge_by=partner.purge_purge_by,
        claimed_at=partner.purge_claimed_at,
        observation=partner.purge_observation,
        told_again_at=partner.purge_told_again_at,
    )
    state = known.state(now)
    if state in (PurgeState.WAITING, PurgeState.OVERDUE):
        return format_lazy(_("{state}, due at"), state=state.label), partner.purge_purge_by
    return state.label, partner.purge_observed_at or partner.purge_claimed_at


def _facebook(entry: Entry, delivery: Delivery | None, now: datetime) -> Place:
    name = _("Facebook page")
    if delivery is None:
        allowed = entry.hidden_because(Channel.FACEBOOK, now) is None
        return Place(name, NEVER, _("not posted") if allowed else _("not posted, not allowed there"))
    gone = delivery.op == Operation.WITHDRAW
    match delivery.state:
        case DeliveryState.DELIVERED:
            return Place(
                name, WITHDRAWN if gone else CONFIRMED, _("deleted") if gone else _("posted there"), delivery.ended_at
            )
        case DeliveryState.DEAD:
            return Place(name, FAILED, _("could not be delivered"), delivery.ended_at)
        case DeliveryState.WAITING:
            return Place(name, WAITING, _("on its way"), delivery.written_at)
        case _:
            return Place(name, NEVER, _("not posted"))
