"""How long the record of changes is kept (contract section 3, S4)."""

from datetime import datetime, timedelta
from typing import Final

from .models import Change

# The longest license term, five years, and one more.
KEPT_FOR: Final = timedelta(days=6 * 366)


def forget(now: datetime) -> int:
    """Delete the changes told more than six years ago; returns how many.

    Changes are told in the order of their instants, so what remains has no gap. Entries stay, without their
    documents once withdrawn: the version of an item never starts anew.
    """
    deleted, _by_model = Change.objects.filter(at__lt=now - KEPT_FOR).delete()
    return deleted


def is_forgotten(after: int, seq: int) -> bool:
    """Whether a reader who stopped at ``after`` has missed something for good, with ``seq`` the last number told.

    So has one who stopped beyond it: then our database was restored from an earlier day.
    """
    return after > seq or (after < seq and not Change.objects.filter(seq=after + 1).exists())
