"""What workers do again and again: tables of jobs, each job with its hours.

What people wait for is never held up by what may take minutes: each table has a thread of its own. A job opens its
own transactions, one per act. A job that fails is logged and tried again, at its next hour at the latest; it never
keeps another from its turn.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef
from django_tasks_db.models import DBTaskResult

from api import ledger
from api.outlets.facebook_queue import deliver_facebook
from api.outlets.looking import look_for_copies, remind_overdue
from api.outlets.queue import forget_deliveries
from api.outlets.webhooks import announce_ends, deliver_webhooks
from api.retention import forget
from api.usage import forget_uses
from home.calendar_flows import forecast_calendar
from home.flows import publish_due
from home.letters import deliver_letters, erase_letters
from home.models import Clock, JobRun, WorkerBeat
from programs.profile_flows import forget_ages
from programs.team_flows import forget_invitations
from showcase.flows.forgetting import forget_drafts
from showcase.flows.media import forget_orphans
from showcase.flows.purging import purge_due, scrub_due
from showcase.flows.reminding import WRITTEN_AT, remind, sweep_ended

from .tasks import Queue
from .timetables import Job

logger = logging.getLogger(__name__)

FINISHED_TASKS_KEPT_FOR: Final = timedelta(days=7)
RUNS_KEPT_FOR: Final = timedelta(days=7)
BEATS_KEPT_FOR: Final = timedelta(days=1)


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


def announce(_now: datetime) -> None:
    """Tell partners which stories' licenses end soon."""
    announce_ends(Clock.now())


def reconcile(_now: datetime) -> None:
    """Tell what gave no hint of its change."""
    if told := ledger.reconcile():
        logger.warning("Reconcile told %s changes that no signal had hinted at.", told)


def prove_purges(_now: datetime) -> None:
    """Look whether partners have taken down what they report, and remind those who are late."""
    look_for_copies(Clock.now())
    remind_overdue(Clock.now())


def prune(now: datetime) -> None:
    """Forget finished tasks, old runs and heartbeats, and ended sessions; each job's last run is kept."""
    DBTaskResult.objects.finished().filter(finished_at__lte=now - FINISHED_TASKS_KEPT_FOR).delete()
    later = JobRun.objects.filter(name=OuterRef("name"), tick__gt=OuterRef("tick"))
    JobRun.objects.filter(Exists(later), ended_at__lte=now - RUNS_KEPT_FOR).delete()
    WorkerBeat.objects.filter(beat_at__lte=now - BEATS_KEPT_FOR).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


# What people wait for. Each act is guarded by a lock and looked at again under it, so several workers may be at them.
PUNCTUAL: Final = (
    Job("scheduled publishing", "*/2 * * * * *", publish, parallel=True),
    Job("letters", "*/2 * * * * *", deliver_letters, parallel=True),
    Job("ended licenses", "*/2 * * * * *", end_licenses, parallel=True),
)
# What is sent out by threads of its own: a job here only begins, so it waits for nobody outside.
OUTGOING: Final = (Job("webhooks", "* * * * * *", deliver_webhooks, parallel=True),)
# What waits for Facebook, which may be slow to answer: nothing else is held up by it.
FACEBOOK: Final = (Job("Facebook", "*/2 * * * * *", deliver_facebook, parallel=True),)
# What nobody waits for, and may take minutes.
PATIENT: Final = (
    Job("reconcile", "*/5 * * * *", reconcile, at_start=True),
    Job("prove purges", "*/2 * * * *", prove_purges),
    Job("forget old uses of keys", "12 3 * * *", forget_uses),
    Job("erase old letters", "10 3 * * *", erase_letters),
    Job("forget ages", "25 3 * * *", forget_ages),
    Job("forget invitations", "35 3 * * *", forget_invitations),
    Job("foresee the calendar", "30 3 * * *", forecast_calendar),
    Job("forget old changes", "15 3 * * *", forget),
    Job("forget files nobody uses", "40 3 * * *", forget_orphans),
    Job("remind", f"{WRITTEN_AT.minute} {WRITTEN_AT.hour} * * *", write_reminders),
    Job("forget old deliveries", "35 3 * * *", forget_deliveries),
    Job("announce the ends of licenses", "5 3 * * *", announce),
    Job("purge", "50 3 * * *", purge),
    Job("prune tasks and sessions", "20 3 * * *", prune),
)


def tables(worker: str, stopped: threading.Event) -> dict[str, Sequence[Job]]:
    """The tables of one worker by name. A thread keeps each, so none of them waits for another."""
    queue = Job("tasks", "* * * * * *", Queue(worker, stopped).run, parallel=True)
    return {"punctual": PUNCTUAL, "queue": (queue,), "outgoing": OUTGOING, "facebook": FACEBOOK, "patient": PATIENT}
