"""How much each key is used, counted in process memory and written down at most once a minute and key.

The first request after a quiet minute is written at once, with whatever was counted before it. What can be lost: the
requests of a key since it was last written down, at most a minute's worth while it is in use, when a process is
killed; one that ends in good order writes them down first. Quotas do not depend on this.
"""

import atexit
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Final

from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from .models import Key, KeyUse

WRITTEN_EVERY: Final = timedelta(minutes=1)
# Thirteen months, so that a month can be held against that of a year ago.
KEPT_FOR: Final = timedelta(days=396)

logger = logging.getLogger(__name__)


@dataclass
class _Counted:
    """What is known of one key and not written down."""

    written_at: datetime | None = None
    requests: dict[date, int] = field(default_factory=lambda: defaultdict(int))

    def is_due(self, now: datetime) -> bool:
        """Whether a minute has passed; a clock set back makes it due too."""
        return self.written_at is None or not self.written_at <= now < self.written_at + WRITTEN_EVERY


_counted: dict[int, _Counted] = defaultdict(_Counted)
_lock = Lock()


def count(key: Key, now: datetime) -> None:
    """Count a request, and write down what has been counted when it is time."""
    with _lock:
        found = _counted[key.pk]
        found.requests[timezone.localdate(now)] += 1
        if not found.is_due(now):
            return
        found.written_at, taken = now, dict(found.requests)
        found.requests.clear()
    _write(key.pk, taken)


def write_down() -> None:
    """Write down all that has been counted, as the process ends."""
    with _lock:
        taken = {pk: dict(found.requests) for pk, found in _counted.items() if found.requests}
        _counted.clear()
    for pk, requests in taken.items():
        _write(pk, requests)


def forget() -> None:
    """Drop what has been counted and not written down."""
    with _lock:
        _counted.clear()


def _at_exit() -> None:
    if any(found.requests for found in _counted.values()):
        write_down()
        connection.close()


def forget_uses(now: datetime) -> int:
    """Delete the counts of more than thirteen months ago; returns how many."""
    deleted, _by_model = KeyUse.objects.filter(day__lt=timezone.localdate(now - KEPT_FOR)).delete()
    return deleted


def _write(pk: int, requests: dict[date, int]) -> None:
    """Add to the rows; a database that is busy or away costs the count, never the request."""
    for day, more in requests.items():
        try:
            use, _new = KeyUse.objects.get_or_create(key_id=pk, day=day)
            KeyUse.objects.filter(pk=use.pk).update(requests=F("requests") + more)
        except OperationalError:
            logger.warning("The use of key %s on %s could not be written down.", pk, day, exc_info=True)
            with _lock:
                _counted[pk].requests[day] += more


atexit.register(_at_exit)
