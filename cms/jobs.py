"""What the worker does again and again: two tables of jobs, each job with its hours.

What people wait for is never held up by what may take minutes: each table has a thread of its own. A job opens its
own transactions, one per act. A job that fails is logged and tried at its next hour; it never keeps another from its
turn.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final

from cronsim import CronSim
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from api import ledger
from api.retention import forget
from home.calendar_flows import forecast_calendar
from home.flows import publish_due
from home.letters import deliver_letters, erase_letters
from home.models import Clock
from programs.profile_flows import forget_ages
from programs.team_flows import forget_invitations
from showcase.flows.forgetting import forget_drafts
from showcase.flows.media import forget_orphans
from showcase.flows.purging import purge_due, scrub_due
from showcase.flows.reminding import remind, sweep_ended

logger = logging.getLogger(__name__)

FINISHED_TASKS_KEPT_FOR: Final = timedelta(days=7)
TASKS_A_TURN: Final = 20


@dataclass(frozen=True)
class Job:
    """A thing to do and when: ``hours`` is a cron expression in Taipei time, with seconds first where it has six."""

    name: str
    hours: str
    act: Callable[[datetime], object]

    def next_after(self, now: datetime) -> datetime:
        """The first instant after ``now`` at which the job is to run."""
        return next(CronSim(self.hours, timezone.localtime(now)))


def run_tasks(_now: datetime) -> None:
    """Run the tasks that wait, at most so many that the other jobs keep their hours."""
    if not DBTaskResult.objects.ready().exists():
        return
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=TASKS_A_TURN,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    ).run()


def publish(_now: datetime) -> None:
    """Take down what has expired and publish what was scheduled, by the clock that never runs back."""
    publish_due(Clock.now())


def end_licenses(_now: datetime) -> None:
    """Tell at once what a license's end has hidden."""
    sweep_ended(Clock.now())


def write_reminders(_now: datetime) -> None:
    """Write to parties who have not answered, or whose license ends soon."""
    remind(Clock.now())


def purge(_now: datetime) -> None:
    """Erase what is kept no longer of stories, their parties and drafts."""
    forget_drafts(Clock.now())
    purge_due(Clock.now())
    scrub_due(Clock.now())


def reconcile(_now: datetime) -> None:
    """Tell what gave no hint of its change."""
    if told := ledger.reconcile():
        logger.warning("Reconcile told %s changes that no signal had hinted at.", told)


def prune(now: datetime) -> None:
    """Forget finished tasks and ended sessions."""
    DBTaskResult.objects.finished().filter(finished_at__lte=now - FINISHED_TASKS_KEPT_FOR).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


# What people wait for.
PUNCTUAL: Final = (
    Job("scheduled publishing", "*/2 * * * * *", publish),
    Job("letters", "*/2 * * * * *", deliver_letters),
    Job("ended licenses", "*/2 * * * * *", end_licenses),
    Job("tasks", "* * * * * *", run_tasks),
)
# What nobody waits for, and may take minutes.
PATIENT: Final = (
    Job("reconcile", "*/5 * * * *", reconcile),
    Job("erase old letters", "10 3 * * *", erase_letters),
    Job("forget ages", "25 3 * * *", forget_ages),
    Job("forget invitations", "35 3 * * *", forget_invitations),
    Job("foresee the calendar", "30 3 * * *", forecast_calendar),
    Job("forget old changes", "15 3 * * *", forget),
    Job("forget files nobody uses", "40 3 * * *", forget_orphans),
    Job("remind", "15 9 * * *", write_reminders),
    Job("purge", "50 3 * * *", purge),
    Job("prune tasks and sessions", "20 3 * * *", prune),
)


class Timetable:
    """When each job is due. All are due at once when the worker starts, so a night spent switched off skips none."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        self.due: dict[str, datetime] = {}
        self.last: datetime | None = None

    def run_due(self, now: datetime) -> list[str]:
        """Run the jobs that are due and return their names, those that failed included.

        A clock set back makes every job due again: better once too often than an hour of silence.
        """
        if self.last is not None and now < self.last:
            self.due.clear()
        self.last = now
        ran = [job for job in self.jobs if job.name not in self.due or self.due[job.name] <= now]
        for job in ran:
            close_old_connections()
            try:
                job.act(now)
            except Exception:
                logger.exception("Job %r failed.", job.name)
            self.due[job.name] = job.next_after(now)
        close_old_connections()
        return [job.name for job in ran]
