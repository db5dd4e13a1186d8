"""The links in mails to parties: 128 bits, kept as a hash; derived from a stored seed, so a reminder repeats it."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from .models import Party

LAPSES_AFTER: Final = timedelta(days=14)
_BYTES: Final = 16


def renew_link(party: Party, now: datetime) -> None:
    """Give a party a new link, which kills the one before; the caller saves."""
    party.link_seed = secrets.token_hex(_BYTES)
    party.link_hash = _digest(token_of(party))
    extend_link(party, now)


def extend_link(party: Party, now: datetime) -> None:
    """Let a party answer anew by the link it has; the caller saves."""
    party.invited_at = now
    party.lapses_at = now + LAPSES_AFTER


def token_of(party: Party) -> str:
    """The token of a party's link: worthless to whoever has the database without the server's key."""
    mac = salted_hmac("showcase.links", f"{party.pk}:{party.link_seed}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac[:_BYTES]).decode().rstrip("=")


def address_of(party: Party) -> str:
    """The public address of a party's consent page."""
    return f"{settings.PUBLIC_URL}{reverse('consent', args=[token_of(party)])}"


def party_of(token: str, now: datetime) -> Party | None:
    """Who a link belongs to; None for one that is guessed, altered, replaced or lapsed.

    An invitation lapses; whoever has answered keeps the link, to see what was agreed and to withdraw.
    """
    party = Party.objects.filter(link_hash=_digest(token), purged_at=None).select_related("story").first()
    if party is None:
        return None
    answered = party.refused_at is not None or party.grants.exists()
    return party if answered or (party.lapses_at is not None and now < party.lapses_at) else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
