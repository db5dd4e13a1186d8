"""The workers' jobs keep their hours, whatever happens to one of them, and each tick is one worker's."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page
from wagtail.tasks import update_reference_index_task

from api.models import Reconciliation
from cms.jobs import PATIENT, PUNCTUAL, prune, tables
from cms.leases import BEAT_EVERY, LEASE, TRIED_AGAIN_AFTER, Pulse, beat, leave, reap
from cms.tasks import TASKS_A_TURN, Queue
from cms.timetables import Job, Timetable
from home.models import Clock, JobRun, WorkerBeat
from tests import factories
from tests.cms.chores import outlive_the_lease
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


def kept(*jobs, worker="one", started=NOW):
    return Timetable(jobs, worker, started)


def queue(worker="one"):
    return Queue(worker, threading.Event())


def hourly(act=lambda _now: None):
    return Job("hourly", "0 * * * *", act)


def fail(now):
    raise ZeroDivisionError(now)


def runs():
    return list(JobRun.objects.order_by("tick").values_list("name", "tick", "held_by", "attempts", "error"))


def test_every_job_runs_at_the_start_and_then_at_its_own_hours():
    punctual, patient = kept(*PUNCTUAL), kept(*PATIENT)

    assert punctual.run_due(NOW) == ["scheduled publishing", "letters", "ended licenses"]
    assert punctual.run_due(NOW + timedelta(milliseconds=500)) == []
    assert punctual.run_due(NOW + timedelta(seconds=1)) == []
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


def test_a_table_of_its_own_keeps_the_tasks_from_what_is_punctual():
    by_name = tables("one", threading.Event())

    assert {name: [job.name for job in jobs] for name, jobs in by_name.items()} == {
        "punctual": ["scheduled publishing", "letters", "ended licenses"],
        "queue": ["tasks"],
        "outgoing": ["webhooks"],
        "facebook": ["Facebook"],
        "patient": [job.name for job in PATIENT],
    }
    assert [job.parallel for name in ("punctual", "queue") for job in by_name[name]] == [True] * 4


def test_a_job_that_fails_is_logged_and_holds_up_no_other(caplog):
    ran = []
    timetable = kept(Job("broken", "* * * * * *", fail), Job("sound", "* * * * * *", ran.append))

    assert timetable.run_due(NOW) == ["broken", "sound"]
    assert timetable.run_due(NOW + timedelta(seconds=1)) == ["broken", "sound"]
    assert ran == [NOW, NOW + timedelta(seconds=1)]
    assert [record.message for record in caplog.records] == ["Job 'broken' failed."] * 2


def test_a_clock_set_back_silences_no_job():
    timetable = kept(hourly())
    timetable.run_due(NOW)

    assert timetable.run_due(NOW - timedelta(hours=5)) == ["hourly"]
    assert timetable.run_due(NOW - timedelta(hours=4)) == ["hourly"]
    assert timetable.run_due(NOW) == ["hourly"]


def test_a_tick_is_run_by_one_worker_of_all_and_a_parallel_job_by_each():
    jobs = (hourly(), Job("guarded", "0 * * * *", lambda _now: None, parallel=True))
    one, two = kept(*jobs, worker="one"), kept(*jobs, worker="two")

    assert one.run_due(NOW) == ["hourly", "guarded"]
    assert two.run_due(NOW + timedelta(seconds=1)) == ["guarded"]
    assert two.run_due(NOW + timedelta(hours=1)) == ["hourly", "guarded"]
    assert one.run_due(NOW + timedelta(hours=1, seconds=1)) == ["guarded"]
    assert runs() == [("hourly", NOW, "", 1, ""), ("hourly", NOW + timedelta(hours=1), "", 1, "")]


def test_nobody_begins_a_job_that_a_worker_is_still_at():
    two = kept(hourly(), worker="two")
    meanwhile = []
    one = kept(hourly(lambda now: meanwhile.append(two.run_due(now + timedelta(hours=1)))))

    assert one.run_due(NOW) == ["hourly"]
    assert meanwhile == [[]]
    # Its holder takes the tick that came due meanwhile.
    assert one.run_due(NOW + timedelta(hours=1, minutes=1)) == ["hourly"]


def test_of_a_night_switched_off_the_last_tick_is_run():
    kept(hourly()).run_due(NOW)

    assert kept(hourly(), worker="later").run_due(NOW + timedelta(hours=8, minutes=3)) == ["hourly"]
    assert [tick for _name, tick, *_rest in runs()] == [NOW, NOW + timedelta(hours=8)]


def test_a_hub_reconciles_when_it_starts_once_however_many_workers_it_has():
    started = NOW + timedelta(minutes=1)
    job = Job("reconcile", "*/5 * * * *", lambda _now: None, at_start=True)
    kept(job).run_due(NOW)

    assert kept(job, worker="two", started=started).run_due(started) == ["reconcile"]
    assert kept(job, worker="three", started=started).run_due(started + timedelta(seconds=1)) == []


def test_a_failed_run_is_tried_again_by_any_worker_ever_later_and_then_given_up(frozen_time):
    one, two = (kept(Job("daily", "0 10 * * *", fail), worker=worker) for worker in ("one", "two"))
    at, waited = NOW, []
    assert one.run_due(at) == ["daily"]
    for wait in TRIED_AGAIN_AFTER:
        assert two.run_due(at + wait - timedelta(seconds=1)) == []
        at += wait + timedelta(seconds=5)
        frozen_time.move_to(at)
        waited.append(two.run_due(at))

    assert waited == [["daily"]] * len(TRIED_AGAIN_AFTER)
    assert runs() == [("daily", NOW, "", 5, "ZeroDivisionError")]
    assert [kept(*one.jobs).run_due(at + timedelta(hours=hours)) for hours in (1, 12)] == [[], []]
    assert one.run_due(NOW + timedelta(days=1)) == ["daily"]


def test_a_run_whose_worker_died_is_put_back_and_its_late_end_is_not_believed(frozen_time, caplog):
    beat("one", NOW)
    beat("two", NOW)
    after = NOW + LEASE + timedelta(seconds=1)

    def sleep_through_the_lease(_now):
        frozen_time.move_to(after)
        beat("two", after)
        assert reap(after) == 1

    assert kept(hourly(sleep_through_the_lease)).run_due(NOW) == ["hourly"]

    assert runs() == [("hourly", NOW, "", 1, "LostTryError")]
    assert [record.message for record in caplog.records] == ["Job 'hourly' was taken from this worker while it ran."]
    assert kept(hourly(), worker="two").run_due(after + TRIED_AGAIN_AFTER[0]) == ["hourly"]
    assert runs() == [("hourly", NOW, "", 2, "")]


def test_the_worker_publishes_reconciles_and_runs_what_waits(client, queued, frozen_time):
    scheduled = factories.announcement(live=False, go_live_at=NOW + timedelta(minutes=1))
    scheduled.save_revision().publish()
    unheard = factories.announcement(live=False)
    Page.objects.filter(pk=unheard.pk).update(live=True, first_published_at=NOW)
    assert DBTaskResult.objects.ready().exists()
    frozen_time.move_to(NOW + timedelta(minutes=1))

    kept(*PUNCTUAL, *tables("one", threading.Event())["queue"], *PATIENT).run_due(NOW + timedelta(minutes=1))

    for page in (scheduled, unheard):
        assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 200
    assert list(Reconciliation.objects.values_list("at", "told")) == [(NOW + timedelta(minutes=1), 1)]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


def test_a_turn_takes_so_many_tasks(queued):
    for _ in range(TASKS_A_TURN + 1):
        update_reference_index_task.enqueue("home", "clock", Clock.ONLY)

    queue().run(NOW)
    assert (DBTaskResult.objects.successful().count(), DBTaskResult.objects.ready().count()) == (TASKS_A_TURN, 1)

    queue().run(NOW)
    assert (DBTaskResult.objects.successful().count(), DBTaskResult.objects.ready().count()) == (TASKS_A_TURN + 1, 0)


def task():
    return DBTaskResult.objects.values_list("status", "run_after", "worker_ids", "exception_class_path").get()


def test_a_failed_task_is_tried_again_ever_later_and_then_given_up(queued, frozen_time, caplog):
    update_reference_index_task.enqueue("no_such_app", "model", 1)
    at = NOW
    for number, wait in enumerate(TRIED_AGAIN_AFTER, start=1):
        queue(f"worker {number}").run(at)
        workers = [f"worker {one}" for one in range(1, number + 1)]
        assert task() == (TaskResultStatus.READY, at + wait, workers, "builtins.LookupError")
        frozen_time.move_to(at + wait - timedelta(seconds=1))
        queue("too early").run(at)
        at += wait
        frozen_time.move_to(at)

    queue("the last").run(at)

    status, _due, workers, error = task()
    assert (status, len(workers), error) == (TaskResultStatus.FAILED, 5, "builtins.LookupError")
    assert "No installed app with label 'no_such_app'" in DBTaskResult.objects.get().traceback
    assert caplog.records[-1].message.endswith("failed by LookupError; it is given up.")


def test_a_task_whose_object_is_gone_fails_at_once(queued):
    update_reference_index_task.enqueue("home", "clock", 0)

    queue().run(NOW)

    assert task()[::2] == (TaskResultStatus.FAILED, ["one"])
    assert task()[3].endswith("Clock.DoesNotExist")


def taken(worker):
    row = DBTaskResult.objects.get()
    row.claim(worker)
    return row


def test_a_task_of_a_dead_worker_is_put_back_and_of_a_living_one_is_not(queued):
    update_reference_index_task.enqueue("no_such_app", "model", 1)
    beat("dead", NOW)
    taken("dead")
    after = NOW + LEASE

    assert reap(after - timedelta(seconds=1)) == 0
    assert reap(after) == 1
    assert task() == (TaskResultStatus.READY, after + TRIED_AGAIN_AFTER[0], ["dead"], "cms.leases.LostTryError")
    assert reap(after) == 0


def test_a_task_that_kills_its_workers_is_given_up(queued):
    update_reference_index_task.enqueue("no_such_app", "model", 1)
    workers = ["first", "second", "third", "fourth", "fifth"]
    for worker in workers:
        beat(worker, NOW)
        taken(worker)
        leave(worker)
        assert reap(NOW) == 1

    assert task()[::2] == (TaskResultStatus.FAILED, workers)


def test_a_task_put_back_while_it_ran_is_not_ended_by_who_lost_it(queued, caplog):
    outlive_the_lease.enqueue()

    # Nobody has heard of this worker: it has never beaten.
    queue().run(NOW)

    assert task() == (TaskResultStatus.READY, NOW + TRIED_AGAIN_AFTER[0], ["one"], "cms.leases.LostTryError")
    assert caplog.records[-1].message.endswith("was taken from this worker while it ran.")


def refuse_the_end(execute, sql, *rest):
    if sql.startswith("UPDATE") and "traceback" in sql:
        raise OperationalError("database is locked")
    return execute(sql, *rest)


def test_a_try_whose_end_the_database_did_not_take_is_put_back_by_its_own_worker(queued):
    update_reference_index_task.enqueue("no_such_app", "model", 1)
    one = queue()
    with connection.execute_wrapper(refuse_the_end), pytest.raises(OperationalError):
        one.run(NOW)
    transaction.set_rollback(False)
    assert task()[::2] == (TaskResultStatus.RUNNING, ["one"])

    one.run(NOW)

    assert task() == (TaskResultStatus.READY, NOW + TRIED_AGAIN_AFTER[0], ["one"], "cms.leases.LostTryError")


def test_a_run_whose_end_the_database_did_not_take_is_put_back_by_its_own_worker():
    timetable = kept(hourly())

    def refuse(execute, sql, *rest):
        if sql.startswith("UPDATE") and 'SET "held_by" = ' in sql:
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        timetable.run_due(NOW)
    transaction.set_rollback(False)
    assert runs() == [("hourly", NOW, "one", 1, "")]

    assert timetable.run_due(NOW + timedelta(hours=1)) == ["hourly"]
    assert runs()[1] == ("hourly", NOW + timedelta(hours=1), "", 1, "")


def test_who_was_away_himself_gives_the_others_time_to_be_heard_again(queued, frozen_time):
    update_reference_index_task.enqueue("no_such_app", "model", 1)
    beat("two", NOW)
    taken("two")
    one = Pulse("one")
    one.turn(NOW)

    awake = NOW + timedelta(hours=1)
    one.turn(awake)
    assert task()[0] == TaskResultStatus.RUNNING
    one.turn(NOW)
    one.turn(NOW + BEAT_EVERY)
    assert task()[0] == TaskResultStatus.RUNNING

    for turn in range(2, 6):
        one.turn(NOW + turn * BEAT_EVERY)
    assert task()[0] == TaskResultStatus.READY


def test_finished_tasks_old_runs_silent_workers_and_ended_sessions_are_forgotten(queued, frozen_time):
    update_reference_index_task.enqueue("home", "clock", 0)
    queue().run(NOW)
    ended, valid = SessionStore(), SessionStore()
    ended.set_expiry(60)
    ended.create()
    valid.create()
    beat("silent", NOW)
    timetable = kept(hourly(), Job("yearly", "0 0 1 1 *", lambda _now: None))
    timetable.run_due(NOW)
    later = NOW + timedelta(days=7)
    timetable.run_due(later)
    waiting = update_reference_index_task.enqueue("no_such_app", "model", 1)
    beat("heard", later)
    frozen_time.move_to(later + timedelta(seconds=1))

    prune(later + timedelta(seconds=1))

    assert [str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)] == [waiting.id]
    assert list(Session.objects.values_list("pk", flat=True)) == [valid.session_key]
    assert [(name, tick) for name, tick, *_rest in runs()] == [
        ("yearly", NOW.replace(month=1, day=1, hour=0)),
        ("hourly", later),
    ]
    assert list(WorkerBeat.objects.values_list("worker", flat=True)) == ["heard"]
