"""The hub's logical clock: one row that gives changes their order and keeps time from running back."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone


class Clock(models.Model):
    """The last sequence number told and the instant it was told at. Locked by whoever writes the ledger."""

    ONLY: ClassVar = 1

    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.seq} @ {self.at.isoformat()}"

    @classmethod
    def locked(cls) -> "Clock":
        """The row, locked until the transaction ends: on SQLite by IMMEDIATE, on PostgreSQL by FOR UPDATE."""
        return cls.objects.select_for_update().get(pk=cls.ONLY)

    @classmethod
    def now(cls) -> datetime:
        """The later of the system clock and the last recorded instant, so a clock set back revives nothing."""
        recorded = cls.objects.values_list("at", flat=True).first()
        system = timezone.now()
        return max(system, recorded) if recorded else system

    def advance(self, instant: datetime) -> datetime:
        """Record an instant and return the later of it and what was recorded before."""
        self.at = max(self.at, instant)
        return self.at
