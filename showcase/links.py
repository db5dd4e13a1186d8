"""The links in mails to parties: 128 bits, kept as a hash; derived from a stored seed, so a reminder repeats it."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from .models import Grant, Mandate, Party

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


def give_link(party: Party) -> None:
    """Give a link to a party nobody had to ask, as an author: it never lapses; saved at once."""
    party.link_seed = secrets.token_hex(_BYTES)
    party.link_hash = _digest(token_of(party))
    party.save(update_fields=["link_seed", "link_hash"])


def token_of(party: Party) -> str:
    """The token of a party's link: worthless to whoever has the database without the server's key."""
    mac = salted_hmac("showcase.links", f"{party.pk}:{party.link_seed}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac[:_BYTES]).decode().rstrip("=")


def address_of(party: Party) -> str:
    """The public address of a party's consent page."""
    return f"{settings.PUBLIC_URL}{reverse('consent', args=[token_of(party)])}"


def party_of(token: str, now: datetime) -> Party | None:
    """Who a link belongs to; None for one that is guessed, altered, replaced or lapsed.

    An invitation lapses; whoever has answered keeps the link, to see what was agreed and to withdraw, and so does
    whoever a confirmed mandate speaks for, to say no. All that is wrong with a link is found out by one and the same
    query, so that its time tells nothing either.
    """
    answered = Q(refused_at__isnull=False) | Q(Exists(Grant.objects.filter(party=OuterRef("pk"))))
    spoken_for = Q(Exists(Mandate.objects.filter(parties=OuterRef("pk"), confirmed_at__isnull=False, revoked_at=None)))
    opens = answered | spoken_for | Q(lapses_at=None) | Q(lapses_at__gt=now)
    found = Party.objects.filter(opens, link_hash=_digest(token), purged_at=None)
    return found.select_related("story", "guardian_of").first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
