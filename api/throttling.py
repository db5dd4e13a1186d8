"""How often one address or one key may ask: counted a minute at a time, in process memory (in Redis when set)."""

import time
from typing import Any, Final

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW: Final = 60
ANONYMOUS: Final = 600
WITH_KEY: Final = 6000


class Quota(BaseThrottle):
    """Lets a reader pass until the minute's quota is used up; off with API_QUOTA=off."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.name, self.size = "anonymous", ANONYMOUS

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request; True while it is within the quota."""
        del view
        if not settings.API_QUOTA:
            return True
        # A wrong key has failed before its quota is asked for: then whoever sent it is counted by address.
        owner = getattr(request, "_auth", None)
        who = self.get_ident(request)
        if owner:
            who, self.name, self.size = f"key-{owner.pk}", "key", WITH_KEY
        cache, key = caches["quota"], f"{who}/{int(time.time() // WINDOW)}"
        cache.add(key, 0, WINDOW)
        try:
            used = cache.incr(key)
        except ValueError:  # dropped between the two lines to make room: count from here
            cache.set(key, used := 1, WINDOW)
        self.left = max(self.size - used, 0)
        return used <= self.size

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW - time.time() % WINDOW

    def sign(self, response: HttpResponseBase) -> None:
        """Tell the reader what is left, in the fields of draft-ietf-httpapi-ratelimit-headers."""
        if self.left is not None:
            response["RateLimit-Policy"] = f'"{self.name}";q={self.size};w={WINDOW}'
            response["RateLimit"] = f'"{self.name}";r={self.left};t={max(1, round(self.wait()))}'
