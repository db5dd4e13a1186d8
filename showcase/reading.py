"""Who stands behind a link of consent."""

import hashlib
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from .models import Grant, Party


def party_by_token(token: str, now: datetime) -> Party | None:
    """The party a link belongs to: not erased, and asked within its time, or with a grant that still stands.

    None for a link that is guessed, altered, replaced or lapsed, with no difference between them.
    """
    standing = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), party=OuterRef("pk"), withdrawn_at=None)
    open_now = Q(lapses_at=None) | Q(lapses_at__gt=now) | Q(Exists(standing))
    digest = hashlib.sha256(token.encode()).hexdigest()
    return Party.objects.filter(open_now, link_hash=digest, purged_at=None).first()
