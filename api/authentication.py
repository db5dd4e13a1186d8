"""Keys of partners, read from ``Authorization: Bearer`` and from nowhere else."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from home.models import Clock

from . import usage
from .keys import digest_of, is_key
from .models import Key, Partner
from .problems import CHALLENGE

# How exactly "last used" is known: more often it is not written, as reading should not wait for a write.
USED_EVERY: Final = timedelta(minutes=5)


class BearerAuthentication(BaseAuthentication):
    """Finds the key; one that is wrong, over or revoked is 401, never anonymous."""

    def authenticate(self, request: Request) -> tuple[Partner, Key] | None:
        """The partner and its key; None for readers without one.

        Raises:
            AuthenticationFailed: for anything else that stands in the header.
        """
        given = request.headers.get("Authorization")
        if not given:
            return None
        scheme, _blank, text = given.partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not is_key(text):
            raise AuthenticationFailed
        now = Clock.now()
        keys = Key.objects.usable(now).select_related("partner").prefetch_related("partner__acceptances")
        key = keys.filter(digest=digest_of(text)).first()
        if key is None:
            raise AuthenticationFailed
        used_at = timezone.now()
        _remember_use(key, used_at)
        usage.count(key, used_at)
        return key.partner, key

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        del request
        return CHALLENGE


def _remember_use(key: Key, now: datetime) -> None:
    """Write down that a key is in use, every few minutes."""
    if key.last_used_at is None or key.last_used_at <= now - USED_EVERY:
        Key.objects.filter(pk=key.pk).update(last_used_at=now)
