"""When each job is due, and which worker takes it.

A worker has one thread for each table of jobs. A job runs once at each of its ticks, however many workers there are:
who writes the tick's row (home.models.JobRun) has it. A job that is parallel needs no row, because its own acts are
guarded: every worker runs it at its hours.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cronsim import CronSim
from django.db import IntegrityError, close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from home.models import JobRun

from .leases import LostTryError, end_run, put_back_run

logger = logging.getLogger(__name__)

# How often a table looks for runs that wait to be tried again.
LOOK_EVERY: Final = timedelta(seconds=5)
# Workers' clocks differ by less; a tick further ahead was written by a clock that has been set back since.
SKEW: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Job:
    """A thing to do and when: ``hours`` is a cron expression in Taipei time, with seconds first where it has six.

    ``parallel``: several workers may be at it at once. ``at_start``: it also runs when the hub starts, once.
    """

    name: str
    hours: str
    act: Callable[[datetime], object]
    parallel: bool = False
    at_start: bool = False

    def next_after(self, now: datetime) -> datetime:
        """The first instant after ``now`` at which the job is to run."""
        return next(CronSim(self.hours, timezone.localtime(now)))

    def last_tick(self, now: datetime, started: datetime) -> datetime:
        """The last instant up to ``now`` at which the job was to run; ``started`` is when the hub was."""
        tick = next(CronSim(self.hours, timezone.localtime(now) + timedelta(microseconds=1), reverse=True))
        return max(tick, started) if self.at_start and started <= now else tick


class Timetable:
    """A table of jobs as one worker keeps it.

    When it starts, every job is due whose last tick no worker has taken, so a night spent switched off skips none.
    """

    def __init__(self, jobs: Sequence[Job], worker: str, started: datetime) -> None:
        self.jobs = jobs
        self.worker = worker
        self.started = started
        self.due: dict[str, datetime] = {}
        self.last: datetime | None = None
        self.look_at: datetime | None = None

    def run_due(self, now: datetime) -> list[str]:
        """Run the jobs that are due and return their names, those that failed included, those of others not.

        A clock set back makes every job due again: better once too often than an hour of silence.
        """
        set_back = self.last is not None and now < self.last
        if set_back:
            self.due.clear()
        self.last = now
        waiting = self._waiting(now, at_once=set_back)
        ran = []
        for job in self.jobs:
            if job.name in waiting or self.due.get(job.name, now) <= now:
                close_old_connections()
                self.due[job.name] = job.next_after(now)
                if self._attempt(job, now):
                    ran.append(job.name)
        close_old_connections()
        return ran

    def _attempt(self, job: Job, now: datetime) -> bool:
        """Whether the job was ours to run; what it raises is logged."""
        try:
            run = None if job.parallel else begin(job.name, job.last_tick(now, self.started), self.worker, now)
        except Exception:
            logger.exception("Job %r could not be begun.", job.name)
            self.due[job.name] = now + LOOK_EVERY
            return False
        if run is None and not job.parallel:
            return False
        try:
            job.act(now)
        except Exception as error:
            logger.exception("Job %r failed.", job.name)
            if run is not None:
                _logged(put_back_run, run, error, timezone.now())
        else:
            if run is not None:
                _logged(end_run, run, ended_at=timezone.now(), error="")
        return True

    def _waiting(self, now: datetime, *, at_once: bool) -> set[str]:
        """The names of jobs that wait to be tried again, looked up every now and then."""
        if not at_once and self.look_at is not None and now < self.look_at:
            return set()
        self.look_at = now + LOOK_EVERY
        try:
            close_old_connections()
            JobRun.objects.filter(tick__gt=now + SKEW).delete()
            waiting = JobRun.objects.filter(ended_at=None, held_by="", due_at__lte=now)
            return set(waiting.values_list("name", flat=True))
        except Exception:
            logger.exception("Runs that wait could not be looked up.")
            return set()


def begin(name: str, tick: datetime, worker: str, now: datetime) -> JobRun | None:
    """Take a tick of a job for a worker; None if it has been done or overtaken, or a worker is at the job.

    A run the worker itself still holds is one whose end the database did not take: it is not at it any more.
    """
    for lost in JobRun.objects.filter(name=name, held_by=worker):
        put_back_run(lost, LostTryError(), now)
    runs = JobRun.objects.filter(name=name)
    if runs.filter(tick__gt=tick).exists() or runs.exclude(held_by="").exists():
        return None
    try:
        with transaction.atomic():
            # Of an earlier tick that waits to be tried again, the later one does the work.
            runs.filter(tick__lt=tick, ended_at=None, held_by="").update(ended_at=now)
            if runs.filter(tick=tick).exists():
                free = runs.filter(tick=tick, ended_at=None, held_by="", due_at__lte=now)
                if not free.update(held_by=worker, began_at=now, attempts=F("attempts") + 1):
                    return None
            else:
                JobRun.objects.create(name=name, tick=tick, held_by=worker, began_at=now, due_at=now, attempts=1)
            return runs.get(tick=tick)
    except IntegrityError:
        return None


def _logged(write: Callable[..., bool], run: JobRun, *given: object, **values: object) -> None:
    try:
        if not write(run, *given, **values):
            logger.warning("Job %r was taken from this worker while it ran.", run.name)
    except Exception:
        logger.exception("The end of job %r could not be written.", run.name)
