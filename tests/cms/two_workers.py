"""Two real workers over one database, of which one is killed in the middle of a task.

Run by tests.api.programs on a database of its own. Prints one line of JSON for the test to judge.
"""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms import health, jobs
from cms.timetables import Job
from home.models import JobRun, WorkerBeat
from tests.cms.chores import linger, note
from tests.conftest import ROOT
from tests.processes import until

# How long both keep their hours before one is killed.
TOGETHER = 8
START = "import django; django.setup(); from tests.cms.two_workers import work; work()"


def work() -> None:
    """Be a worker with one patient job more, due every second."""
    jobs.PATIENT = (*jobs.PATIENT, Job("tally", "* * * * * *", lambda _now: note(sys.argv[1], "tally")))  # type: ignore[misc]
    call_command("worker")


def lines(path: Path) -> list[str]:
    """What was noted in a file so far."""
    return path.read_text().splitlines() if path.exists() else []


def ticks(tally: Path) -> dict[str, int]:
    """The ticks of the job taken so far, how often they were tried, and what was done; nothing while one is run."""
    taken = list(JobRun.objects.filter(name="tally").order_by("tick").values_list("tick", "attempts"))
    tries, tallied = sum(attempts for _tick, attempts in taken), len(lines(tally))
    return {"ticks": len({tick for tick, _attempts in taken}), "tries": tries} if tries == tallied else {}


def main() -> None:
    """Start both, let them work, kill the one that is in the middle of a task, and see who ends it."""
    tally, path = Path(sys.argv[1]) / "tally", Path(sys.argv[1]) / "lingering"
    task = linger.enqueue(str(path), 600)
    command = [sys.executable, "-c", START, str(tally)]
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    report: dict[str, Any] = {}
    try:
        until(lambda: WorkerBeat.objects.count() == 2 and lines(path), 90)
        time.sleep(TOGETHER)
        report["together"] = until(lambda: ticks(tally))
        report["alive"] = health.measure(timezone.now()).workers_alive
        (killed,) = [one for one in workers if lines(path) == [f"began {one.pid}"]]
        killed.kill()
        killed.wait()
        (other,) = [one for one in workers if one is not killed]
        since = time.monotonic()
        until(lambda: len(lines(path)) == 3, 120)
        report["taken_over_after"] = time.monotonic() - since
        report["by_the_other"] = lines(path)[1:] == [f"began {other.pid}", f"ended {other.pid}"]
        until(lambda: DBTaskResult.objects.get(pk=task.id).status != "RUNNING")
        row = DBTaskResult.objects.get(pk=task.id)
        report |= {"status": row.status, "tries": len(row.worker_ids)}
        report["alone"] = JobRun.objects.filter(name="tally").count() - report["together"]["ticks"]
        report["alive_afterwards"] = health.measure(timezone.now()).workers_alive
        other.send_signal(signal.SIGTERM)
        report["code"] = other.wait(30)
        report["left"] = [beat.pid == other.pid for beat in WorkerBeat.objects.all()]
        report["held"] = JobRun.objects.exclude(held_by="").count()
        report["daily"] = list(JobRun.objects.filter(name="remind").values_list("attempts", flat=True))
    finally:
        for one in workers:
            one.kill()
            one.wait()
    json.dump(report, sys.stdout)
