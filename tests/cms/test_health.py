"""What those who run the hub can see of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page
from wagtail.tasks import update_reference_index_task

from api import ledger
from api.models import Delivery, Reconciliation
from cms.leases import beat
from cms.timetables import begin
from home.models import Clock, JobRun, Letter
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_fresh_hub_is_ready_and_has_nothing_waiting(client):
    Reconciliation.objects.all().delete()

    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ok",
            "database": connection.vendor,
            "seq": Clock.objects.get().seq,
            "drift": None,
            "reconcile_age": None,
            "tasks_waiting": 0,
            "oldest_task_age": 0.0,
            "letters_waiting": 0,
            "oldest_letter_age": 0.0,
            "deliveries_waiting": 0,
            "oldest_delivery_age": 0.0,
            "deliveries_dead": 0,
            "workers_alive": 0,
            "longest_run_age": 0.0,
            "jobs_failing": 0,
            "tasks_given_up": 0,
        },
    )
    assert "max-age=0" in answer["Cache-Control"]
    assert "hub_drift" not in client.get("/metrics").text


def test_what_waits_and_what_drifted_is_told_to_prometheus(client, settings, frozen_time):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    update_reference_index_task.enqueue("no_such_app", "model", 1)
    Letter.objects.create(due_at=NOW - timedelta(minutes=1))
    Letter.objects.create(due_at=NOW + timedelta(days=1))
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    for state, minutes in (("waiting", 3), ("waiting", 2), ("dead", 9), ("delivered", 9)):
        Delivery.objects.create(event="story.published", state=state, written_at=NOW - timedelta(minutes=minutes))
    beat("alive", NOW + timedelta(seconds=80))
    beat("silent", NOW)
    for hour, error in enumerate(["ZeroDivisionError", "", "", "KeyError"]):
        tick = NOW - timedelta(hours=9 - hour)
        JobRun.objects.create(
            name="healed" if hour < 3 else "failing", tick=tick, began_at=tick, due_at=tick, ended_at=tick, error=error
        )
    begin("long", NOW, "alive", NOW)
    for error in ("builtins.LookupError", "home.models.clock.Clock.DoesNotExist"):
        DBTaskResult.objects.create(
            status="FAILED", args_kwargs={}, task_path="a.task", run_after=NOW, exception_class_path=error
        )
    page = factories.announcement()
    Page.objects.filter(pk=page.pk).update(live=False)
    ledger.reconcile()
    frozen_time.move_to(NOW + timedelta(seconds=90))

    answer = client.get("/metrics")

    assert answer["Content-Type"].startswith("text/plain; version=")
    figures = dict(line.split(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    assert figures == {
        "hub_seq": f"{Clock.objects.get().seq}.0",
        "hub_drift": "1.0",
        "hub_reconcile_age": "90.0",
        "hub_tasks_waiting": "1.0",
        "hub_oldest_task_age": "90.0",
        "hub_letters_waiting": "1.0",
        "hub_oldest_letter_age": "150.0",
        "hub_deliveries_waiting": "2.0",
        "hub_oldest_delivery_age": "270.0",
        "hub_deliveries_dead": "1.0",
        "hub_workers_alive": "1.0",
        "hub_longest_run_age": "90.0",
        "hub_jobs_failing": "1.0",
        "hub_tasks_given_up": "1.0",
    }


def test_a_database_that_is_not_migrated_is_not_ready(client):
    Clock.objects.all().delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unready"})
