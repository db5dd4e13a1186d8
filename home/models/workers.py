"""Who does the hub's work in the background, and which turns of the periodic jobs it has taken."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class WorkerBeat(models.Model):
    """The heartbeat of one worker process. One that stays silent for longer than a lease is taken for dead."""

    worker = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid} @ {self.beat_at.isoformat()}"


class JobRun(models.Model):
    """One tick of a periodic job: taken by one worker of all, ended once, tried again after a failure or a death."""

    name = models.CharField(max_length=64)
    tick = models.DateTimeField()
    # The worker that is at it; empty once it has ended, and while it waits to be tried again.
    held_by = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField()
    # Not tried again before.
    due_at = models.DateTimeField()
    # Done, given up, or overtaken by a later tick.
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The last try's, by its type only: messages may name people.
    error = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ("-tick", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "tick"], name="one_run_a_tick"),
            models.UniqueConstraint(fields=["name"], condition=~Q(held_by=""), name="one_run_at_a_time"),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="run_unended")]

    def __str__(self) -> str:
        return f"{self.name} @ {self.tick.isoformat()}"
