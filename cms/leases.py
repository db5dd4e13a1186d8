"""Which workers live, and what becomes of the work of those that died.

A worker writes its heartbeat every few seconds. Whatever it holds (a task that runs, a tick of a periodic job) it
holds for as long as it is heard; of one that stays silent for a LEASE, or has left, the others put everything back, to
be tried again after a while. Who puts back and who ends a try guard their UPDATE by the try they mean, so neither can
undo the other: work is done at least once, and told to have ended by its last holder only.
"""

import logging
import os
import socket
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import close_old_connections
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from home.models import JobRun, WorkerBeat

logger = logging.getLogger(__name__)

BEAT_EVERY: Final = timedelta(seconds=4)
LEASE: Final = timedelta(seconds=20)
# After the first try, the second and so on; what fails once more after the last of them is given up.
TRIED_AGAIN_AFTER: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800))
TRIES: Final = len(TRIED_AGAIN_AFTER) + 1


class LostTryError(Exception):
    """What is noted about a try whose end was never written: its worker died, or the database was away."""


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try what was tried so many times; None when it is to be given up."""
    return now + TRIED_AGAIN_AFTER[attempts - 1] if attempts < TRIES else None


def path(error: Exception) -> str:
    """How an error is noted, as django-tasks-db does it."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def beat(worker: str, now: datetime) -> None:
    """Say that a worker of this process lives."""
    if not WorkerBeat.objects.filter(worker=worker).update(beat_at=now):
        WorkerBeat.objects.create(worker=worker, host=socket.gethostname(), pid=os.getpid(), began_at=now, beat_at=now)


def leave(worker: str) -> None:
    """Say that a worker ends: what it could not finish is put back without waiting for its lease."""
    WorkerBeat.objects.filter(worker=worker).delete()


def living(now: datetime) -> set[str]:
    """The workers heard within a lease; a heartbeat from a future the clock has been set back from counts for none."""
    heard = WorkerBeat.objects.filter(beat_at__gt=now - LEASE, beat_at__lt=now + LEASE)
    return set(heard.values_list("worker", flat=True))


def reap(now: datetime) -> int:
    """Put back what dead workers held; returns how many tasks and runs."""
    held_tasks = list(DBTaskResult.objects.running())
    held_runs = list(JobRun.objects.exclude(held_by=""))
    # Asked after the rows were read: who holds one of them was heard before it took it.
    alive = living(now)
    tasks = [task for task in held_tasks if not alive.intersection(task.worker_ids[-1:])]
    runs = [run for run in held_runs if run.held_by not in alive]
    return sum(put_back_task(task, LostTryError(), now) for task in tasks) + sum(
        put_back_run(run, LostTryError(), now) for run in runs
    )


def put_back_task(task: DBTaskResult[..., Any], error: Exception, now: datetime, trace: str = "") -> bool:
    """End a try of a task that failed: it waits for the next one, or is given up; False if that try was not open."""
    due = next_try(len(task.worker_ids), now)
    noted = {"exception_class_path": path(error), "traceback": trace or type(error).__name__}
    if due:
        changed = end_try(task, status=TaskResultStatus.READY, run_after=due, **noted)
    else:
        changed = end_try(task, status=TaskResultStatus.FAILED, finished_at=now, **noted)
    if changed:
        told = f"it is tried again at {due.isoformat()}" if due else "it is given up"
        logger.warning("Task %s (%s) failed by %s; %s.", task.pk, task.task_path, type(error).__name__, told)
    return changed


def end_try(task: DBTaskResult[..., Any], **values: object) -> bool:
    """Write what came of a try of a task, unless the task was put back meanwhile."""
    this_try = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
    return bool(this_try.update(**values))


def put_back_run(run: JobRun, error: Exception, now: datetime) -> bool:
    """End a try of a periodic job that failed: it waits for the next one, or is given up."""
    due = next_try(run.attempts, now)
    values = {"due_at": due} if due else {"ended_at": now}
    return end_run(run, error=type(error).__name__[:120], **values)


def end_run(run: JobRun, **values: object) -> bool:
    """Write what came of a try of a periodic job, unless it was put back meanwhile."""
    this_try = JobRun.objects.filter(pk=run.pk, held_by=run.held_by, began_at=run.began_at).exclude(held_by="")
    return bool(this_try.update(held_by="", **values))


class Pulse:
    """A worker's heartbeat, and its ear for those of the others."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.last: datetime | None = None

    def turn(self, now: datetime) -> None:
        """Beat, and put back what the dead held.

        Who has just been away himself (a machine that slept, a database that did not answer, a clock set back) gives
        the others the time of a turn to be heard again before he takes them for dead.
        """
        close_old_connections()
        try:
            beat(self.worker, now)
            steady = self.last is not None and timedelta() <= now - self.last < LEASE / 2
            self.last = now
            if steady and (count := reap(now)):
                logger.warning("Put back %s tasks and runs of workers that died.", count)
        except Exception:
            logger.exception("Heartbeat failed.")
        close_old_connections()
