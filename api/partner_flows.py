"""What is done with partners, one verb each: keys issued and revoked, licenses accepted."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from showcase.models import ConsentText

from .keys import digest_of, new_key, prefix_of
from .models import Key, LicenseAcceptance, Partner, Scope

# The one in use, and the one that takes its place.
LIVE_KEYS: Final = 2
SYNC_KNOWN_TO: Final = timedelta(minutes=1)


class TooManyKeysError(Exception):
    """The partner has as many live keys as one may have at a time: revoke one first."""


def issue_key(
    partner: Partner, scopes: Iterable[Scope], now: datetime, *, name: str = "", expires_at: datetime | None = None
) -> tuple[Key, str]:
    """Issue a key; returns its row and the key itself, which nobody can read again.

    Raises:
        TooManyKeysError: when two are live.
    """
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        if partner.keys.usable(now).count() >= LIVE_KEYS:
            raise TooManyKeysError
        text = new_key()
        key = Key.objects.create(
            partner=partner,
            name=name,
            prefix=prefix_of(text),
            digest=digest_of(text),
            scopes=sorted(scopes),
            created_at=now,
            expires_at=expires_at,
        )
    return key, text


def revoke_key(key: Key, now: datetime) -> None:
    """Let a key open nothing from now on; one revoked before keeps its instant."""
    Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def remember_sync(partner: Partner, seq: int, now: datetime) -> None:
    """Keep how far a partner has read /changes; where nothing new was told, when it last asked, by the minute."""
    known = Partner.objects.filter(pk=partner.pk, synced_seq=seq, synced_at__gt=now - SYNC_KNOWN_TO)
    if not known.exists():
        Partner.objects.filter(pk=partner.pk).update(synced_seq=seq, synced_at=now)


def accept_license(partner: Partner, text: ConsentText, now: datetime) -> LicenseAcceptance:
    """Keep that a partner has accepted a license as it reads now; accepted before, that instant stays."""
    acceptance, _new = LicenseAcceptance.objects.get_or_create(
        partner=partner, license_id=text.code, defaults={"sha256": text.sha256, "accepted_at": now}
    )
    return acceptance
