"""The queue of tasks as a worker runs it: each try belongs to one worker, a failed one is tried again after a while."""

import logging
import threading
from datetime import datetime
from traceback import format_exception
from typing import Any, Final, cast

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus
from django_tasks.utils import normalize_json
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from . import leases

logger = logging.getLogger(__name__)

TASKS_A_TURN: Final = 20


class Queue:
    """A worker's share of the tasks."""

    def __init__(self, worker: str, stopped: threading.Event) -> None:
        self.worker = worker
        self.stopped = stopped
        # Whether a try of ours may stand open that nobody is at, because the database did not take its end.
        self.unsure = False

    def run(self, now: datetime) -> None:
        """Run the tasks that wait, at most so many that one can be stopped between two turns."""
        if self.unsure:
            for task in DBTaskResult.objects.running():
                if task.worker_ids[-1:] == [self.worker]:
                    leases.put_back_task(task, leases.LostTryError(), now)
        if not DBTaskResult.objects.ready().exists():
            self.unsure = False
            return
        self.unsure = True
        _Turn(self.worker, self.stopped).run()
        self.unsure = False


class _Turn(Worker):
    """A turn at the queue: takes tasks as django-tasks-db does, and ends each try only if it still is ours."""

    def __init__(self, worker: str, stopped: threading.Event) -> None:
        super().__init__(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=TASKS_A_TURN,
            worker_id=worker,
            excluded_queue_names=[],
        )
        self.stopped = stopped

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """Run one task that has been taken.

        One whose object is gone fails for good: it was written in one transaction with it, so the object was deleted.
        """
        try:
            value = _call(db_task_result)
        except ObjectDoesNotExist as error:
            noted = {"exception_class_path": leases.path(error), "traceback": _trace(error)}
            ended = leases.end_try(db_task_result, status=TaskResultStatus.FAILED, finished_at=timezone.now(), **noted)
        except Exception as error:  # noqa: BLE001 - whatever a task raises is noted, and the next one runs
            ended = leases.put_back_task(db_task_result, error, timezone.now(), _trace(error))
        else:
            cleared = {"exception_class_path": "", "traceback": ""}
            ended = leases.end_try(
                db_task_result,
                status=TaskResultStatus.SUCCESSFUL,
                finished_at=timezone.now(),
                return_value=value,
                **cleared,
            )
        if not ended:
            logger.warning("Task %s was taken from this worker while it ran.", db_task_result.pk)
        self._run_tasks += 1
        self.running = not self.stopped.is_set()


def _call(row: DBTaskResult[..., Any]) -> Any:
    """Call a task's function; returns what it returned as JSON has it."""
    task, result = row.task, row.task_result
    context = [TaskContext(task_result=cast("Any", result))] if task.takes_context else []
    return normalize_json(task.call(*context, *result.args, **result.kwargs))


def _trace(error: Exception) -> str:
    return "".join(format_exception(error))
