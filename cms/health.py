"""How the hub is: figures read from the database, so that any process can give them.

Only a database that does not answer or is not migrated makes the hub unready: readers are served rightly without any
worker, as what is public is decided when they ask. That no worker lives, or that something waits for long or was given
up, is for those who watch the figures.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from django.db.models import Exists, Min, OuterRef
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from api.models import Delivery, DeliveryState, Reconciliation
from home.models import Clock, JobRun, Letter

from .leases import living


@dataclass(frozen=True)
class Figures:
    """What is told, what was found untold, and what waits. Ages in seconds, 0 when nothing waits."""

    seq: int
    drift: int | None
    reconcile_age: float | None
    tasks_waiting: int
    oldest_task_age: float
    letters_waiting: int
    oldest_letter_age: float
    deliveries_waiting: int
    oldest_delivery_age: float
    deliveries_dead: int
    workers_alive: int
    longest_run_age: float
    jobs_failing: int
    tasks_given_up: int


HELP: Final = {
    "seq": "Last sequence number told in /changes",
    "drift": "Changes the last reconcile had to tell because nothing had hinted at them",
    "reconcile_age": "Seconds since the last reconcile",
    "tasks_waiting": "Tasks that are due and not begun",
    "oldest_task_age": "Seconds the oldest of them has waited",
    "letters_waiting": "Letters that are due and not sent",
    "oldest_letter_age": "Seconds the oldest of them has waited",
    "deliveries_waiting": "Deliveries to partners and the Facebook page that are not told yet",
    "oldest_delivery_age": "Seconds since the oldest of them was written",
    "deliveries_dead": "Deliveries given up",
    "workers_alive": "Workers heard within their lease",
    "longest_run_age": "Seconds that the periodic job has run which has run longest",
    "jobs_failing": "Periodic jobs that have failed since they last succeeded",
    "tasks_given_up": "Tasks given up within the last seven days",
}


def measure(now: datetime) -> Figures:
    """The figures now.

    Raises:
        DatabaseError: when the database does not answer or is not migrated.
        Clock.DoesNotExist: when it is empty.
    """
    tasks = DBTaskResult.objects.ready().filter(enqueued_at__lte=now).order_by("enqueued_at")
    letters = Letter.objects.filter(sent_at=None, erased_at=None, due_at__lte=now).order_by("due_at")
    deliveries = Delivery.objects.filter(state=DeliveryState.WAITING)
    last = Reconciliation.objects.first()
    return Figures(
        seq=Clock.objects.values_list("seq", flat=True).get(pk=Clock.ONLY),
        drift=last.told if last else None,
        reconcile_age=_age(last.at, now) if last else None,
        tasks_waiting=tasks.count(),
        oldest_task_age=_age(tasks.values_list("enqueued_at", flat=True).first(), now),
        letters_waiting=letters.count(),
        oldest_letter_age=_age(letters.values_list("due_at", flat=True).first(), now),
        deliveries_waiting=deliveries.count(),
        oldest_delivery_age=_age(deliveries.aggregate(Min("written_at"))["written_at__min"], now),
        deliveries_dead=Delivery.objects.filter(state=DeliveryState.DEAD).count(),
        workers_alive=len(living(now)),
        longest_run_age=_age(JobRun.objects.exclude(held_by="").aggregate(Min("began_at"))["began_at__min"], now),
        jobs_failing=_jobs_failing(),
        tasks_given_up=DBTaskResult.objects.failed().exclude(exception_class_path__endswith=".DoesNotExist").count(),
    )


def _jobs_failing() -> int:
    """How many jobs have failed since they last succeeded, those that wait for another try included."""
    done = JobRun.objects.filter(name=OuterRef("name"), tick__gt=OuterRef("tick"), ended_at__isnull=False, error="")
    failed = JobRun.objects.exclude(error="").filter(~Exists(done))
    return failed.values("name").distinct().order_by("name").count()


def exposition(figures: Figures) -> bytes:
    """The figures in Prometheus' text format; one not known yet is left out."""
    registry = CollectorRegistry()
    for field in fields(figures):
        if (value := getattr(figures, field.name)) is not None:
            Gauge(f"hub_{field.name}", HELP[field.name], registry=registry).set(value)
    return generate_latest(registry)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, round((now - since).total_seconds(), 3)) if since else 0.0
