"""The worker's jobs keep their hours, whatever happens to one of them."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, connections
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page
from wagtail.tasks import update_reference_index_task

from api.models import Reconciliation
from cms.jobs import PATIENT, PUNCTUAL, TASKS_A_TURN, Job, Timetable, prune, run_tasks
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_connection(db, monkeypatch):
    """The worker closes old connections between its acts; the one that holds the test's transaction stays."""
    monkeypatch.setitem(connections[DEFAULT_DB_ALIAS].settings_dict, "AUTOCOMMIT", False)
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "close_at", None)


@pytest.fixture
def queued(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def test_every_job_runs_at_the_start_and_then_at_its_own_hours():
    punctual, patient = Timetable(PUNCTUAL), Timetable(PATIENT)

    assert punctual.run_due(NOW) == ["scheduled publishing", "letters", "ended licenses", "tasks"]
    assert punctual.run_due(NOW + timedelta(milliseconds=500)) == []
    assert punctual.run_due(NOW + timedelta(seconds=1)) == ["tasks"]
    assert punctual.run_due(NOW + timedelta(seconds=2)) == [job.name for job in PUNCTUAL]
    assert patient.run_due(NOW) == [job.name for job in PATIENT]
    assert patient.run_due(NOW + timedelta(minutes=1)) == []
    assert patient.run_due(NOW + timedelta(minutes=5)) == ["reconcile", "prove purges"]
    assert patient.run_due(NOW.replace(hour=3, minute=10) + timedelta(days=1)) == [
        "reconcile",
        "prove purges",
        "erase old letters",
        "announce the ends of licenses",
    ]


def test_a_job_that_fails_is_logged_and_holds_up_no_other(caplog):
    ran = []

    def fail(now):
        raise ZeroDivisionError(now)

    timetable = Timetable([Job("broken", "* * * * * *", fail), Job("sound", "* * * * * *", ran.append)])

    assert timetable.run_due(NOW) == ["broken", "sound"]
    assert timetable.run_due(NOW + timedelta(seconds=1)) == ["broken", "sound"]
    assert ran == [NOW, NOW + timedelta(seconds=1)]
    assert [record.message for record in caplog.records] == ["Job 'broken' failed."] * 2


def test_a_clock_set_back_silences_no_job():
    timetable = Timetable([Job("hourly", "0 * * * *", lambda _now: None)])
    timetable.run_due(NOW)

    assert timetable.run_due(NOW - timedelta(hours=5)) == ["hourly"]
    assert timetable.run_due(NOW - timedelta(hours=4)) == ["hourly"]


def test_the_worker_publishes_reconciles_and_runs_what_waits(client, queued, frozen_time):
    scheduled = factories.announcement(live=False, go_live_at=NOW + timedelta(minutes=1))
    scheduled.save_revision().publish()
    unheard = factories.announcement(live=False)
    Page.objects.filter(pk=unheard.pk).update(live=True, first_published_at=NOW)
    assert DBTaskResult.objects.ready().exists()
    frozen_time.move_to(NOW + timedelta(minutes=1))

    Timetable([*PUNCTUAL, *PATIENT]).run_due(NOW + timedelta(minutes=1))

    for page in (scheduled, unheard):
        assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 200
    assert list(Reconciliation.objects.values_list("at", "told")) == [(NOW + timedelta(minutes=1), 1)]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


def test_a_turn_takes_so_many_tasks_and_one_that_fails_is_recorded(queued):
    for _ in range(TASKS_A_TURN + 1):
        update_reference_index_task.enqueue("no_such_app", "model", 1)

    run_tasks(NOW)
    assert (DBTaskResult.objects.failed().count(), DBTaskResult.objects.ready().count()) == (TASKS_A_TURN, 1)

    run_tasks(NOW)
    assert (DBTaskResult.objects.failed().count(), DBTaskResult.objects.ready().count()) == (TASKS_A_TURN + 1, 0)


def test_finished_tasks_and_ended_sessions_are_forgotten(queued, frozen_time):
    update_reference_index_task.enqueue("no_such_app", "model", 1)
    run_tasks(NOW)
    ended, kept = SessionStore(), SessionStore()
    ended.set_expiry(60)
    ended.create()
    kept.create()
    waiting = update_reference_index_task.enqueue("no_such_app", "model", 1)
    frozen_time.move_to(NOW + timedelta(days=7))

    prune(NOW + timedelta(days=7))

    assert [str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)] == [waiting.id]
    assert list(Session.objects.values_list("pk", flat=True)) == [kept.session_key]
