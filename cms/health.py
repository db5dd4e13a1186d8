"""How the hub is: figures read from the database, so that any process can give them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from api.models import Reconciliation
from home.models import Clock, Letter


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


HELP: Final = {
    "seq": "Last sequence number told in /changes",
    "drift": "Changes the last reconcile had to tell because nothing had hinted at them",
    "reconcile_age": "Seconds since the last reconcile",
    "tasks_waiting": "Tasks that are due and not begun",
    "oldest_task_age": "Seconds the oldest of them has waited",
    "letters_waiting": "Letters that are due and not sent",
    "oldest_letter_age": "Seconds the oldest of them has waited",
}


def measure(now: datetime) -> Figures:
    """The figures now.

    Raises:
        DatabaseError: when the database does not answer or is not migrated.
        Clock.DoesNotExist: when it is empty.
    """
    tasks = DBTaskResult.objects.ready().filter(enqueued_at__lte=now).order_by("enqueued_at")
    letters = Letter.objects.filter(sent_at=None, erased_at=None, due_at__lte=now).order_by("due_at")
    last = Reconciliation.objects.first()
    return Figures(
        seq=Clock.objects.values_list("seq", flat=True).get(pk=Clock.ONLY),
        drift=last.told if last else None,
        reconcile_age=_age(last.at, now) if last else None,
        tasks_waiting=tasks.count(),
        oldest_task_age=_age(tasks.values_list("enqueued_at", flat=True).first(), now),
        letters_waiting=letters.count(),
        oldest_letter_age=_age(letters.values_list("due_at", flat=True).first(), now),
    )


def exposition(figures: Figures) -> bytes:
    """The figures in Prometheus' text format; one not known yet is left out."""
    registry = CollectorRegistry()
    for field in fields(figures):
        if (value := getattr(figures, field.name)) is not None:
            Gauge(f"hub_{field.name}", HELP[field.name], registry=registry).set(value)
    return generate_latest(registry)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, round((now - since).total_seconds(), 3)) if since else 0.0
