"""What a partner reports having taken down: a claim, kept beside what it was told and what we see when we look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest

from home.visibility import Channel

from .models import Change, Observation, Operation, Partner, Purge
from .purging import purge_of
from .serializers.documents import STORY

# An item's id, language and version: what names one withdrawal.
Named = tuple[UUID, str, int]
# Of one withdrawal.
ADDRESSES: Final = 20


@dataclass(frozen=True)
class Claim:
    """One withdrawal as followed by a partner."""

    named: Named
    purged_at: datetime
    urls: tuple[str, ...]


def withdrawals(partner: Partner, names: Sequence[Named], until: int) -> dict[Named, Change]:
    """What of the names a partner was told to be withdrawn, up to a number; in one query."""
    told = Change.objects.told_on(Channel.PARTNER_SITES).filter(
        op=Operation.WITHDRAW, seq__lte=until, uid__in={uid for uid, _lang, _version in names}
    )
    if not partner.gets_stories:
        told = told.exclude(type=STORY)
    found = {(one.uid, one.lang, one.version): one for one in told}
    return {named: found[named] for named in names if named in found}


def acknowledge(
    partner: Partner, through: int, claims: Sequence[Claim], told: Mapping[Named, Change], now: datetime
) -> list[Purge]:
    """Keep how far a partner has followed and what it reports; said again, it changes nothing.

    A report that says more (a later removal, another address) is looked at anew, unless all was seen to be gone.
    """
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        known = Greatest(Coalesce(F("synced_seq"), 0), through)
        behind = Q(synced_seq=None) | Q(synced_seq__lt=through)
        Partner.objects.filter(behind, pk=partner.pk).update(synced_seq=known, synced_at=now)
        kept = {one.seq: one for one in partner.purges.filter(seq__in=[one.seq for one in told.values()])}
        return [_keep(kept, purge_of(partner, told[one.named]), one, now) for one in claims]


def _keep(kept: dict[int, Purge], new: Purge, claim: Claim, now: datetime) -> Purge:
    """Keep one claim: the first, or one that says more than what is kept."""
    purge = kept.setdefault(new.seq, new)
    urls = [*purge.urls, *(url for url in claim.urls if url not in purge.urls)][:ADDRESSES]
    later = purge.purged_at is None or claim.purged_at > purge.purged_at
    if purge.claimed_at is None:
        # What was late by its silence is reminded once more should the report prove wrong.
        purge.claimed_at, purge.overdue_at = now, None
    elif urls == purge.urls and not later:
        return purge
    if _is_to_be_seen(purge, urls):
        purge.look_at, purge.looks = max(now, purge.purge_by), 0
    purge.urls = urls
    if later:
        purge.purged_at = claim.purged_at
    purge.save()
    return purge


def _is_to_be_seen(purge: Purge, urls: list[str]) -> bool:
    """Whether there is something to look at that was not all seen to be gone."""
    proven = urls == purge.urls and purge.observation == Observation.VERIFIED
    return bool(urls) and purge.told_again_at is None and not proven
