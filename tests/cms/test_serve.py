"""`manage.py serve` in real processes: it answers, mends itself, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.programs import run
from tests.conftest import ROOT
from tests.processes import STARTS_WITHIN, free_port, running, tree, until

pytestmark = [
    pytest.mark.realtime,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc"),
]


@pytest.fixture
def hub(database_copy, tmp_path):
    with running(database_copy, tmp_path) as hub:
        yield hub


def test_it_answers_mends_itself_and_stops_cleanly(hub):
    assert f"http://127.0.0.1:{hub.port}/cms/" in hub.log.read_text()
    assert hub.answers("/api/v1/announcements")

    (worker,) = hub.find("manage.py worker")
    os.kill(worker, signal.SIGKILL)
    until(lambda: hub.find("manage.py worker") not in ([], [worker]))

    (web,) = [pid for pid in hub.find("cms.web|granian") if tree(pid)]
    os.kill(web, signal.SIGKILL)
    until(lambda: hub.find("cms.web|granian") and web not in hub.find("cms.web|granian"))
    until(hub.answers, STARTS_WITHIN)

    below = tree(hub.process.pid)
    hub.process.send_signal(signal.SIGTERM)

    assert hub.process.wait(30) == 0
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []
    assert not hub.answers()


def test_it_keeps_as_many_workers_as_it_is_told_to(database_copy, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKERS", "2")
    with running(database_copy, tmp_path) as hub:
        first, second = hub.find("manage.py worker")
        until(lambda: json.loads(hub.read("/readyz"))["workers_alive"] == 2)
        os.kill(first, signal.SIGKILL)
        until(lambda: len(hub.find("manage.py worker")) == 2 and first not in hub.find("manage.py worker"))

        assert second in hub.find("manage.py worker")


def test_its_processes_do_not_outlive_it_when_it_is_killed(hub):
    below = tree(hub.process.pid)
    assert len(below) >= 3

    hub.process.kill()
    hub.process.wait()

    until(lambda: not [pid for pid in below if Path(f"/proc/{pid}").exists()])


def test_killed_whole_three_times_while_editors_publish_it_leaves_page_and_ledger_in_step(database_copy):
    port = free_port()
    report = run("tests.cms.outages", database_copy, 3, 113, PORT=str(port), PUBLIC_URL=f"http://127.0.0.1:{port}")

    for outage in report["outages"]:
        print(f"{len(outage['died'])} processes died; the editors were {' and '.join(outage['where'])}")  # noqa: T201 - what died where
        assert [part for part in ("serve", "worker", "granian") if part not in " ".join(outage["died"])] == []
        assert outage["answered"] > 0
        assert (outage["lost"], outage["drift"], outage["gaps"]) == ([], 0, [])
    assert len(report["outages"]) == 3
    assert report["afterwards"]["read"] == report["afterwards"]["pages"]
    assert (report["afterwards"]["drift"], report["afterwards"]["gaps"]) == (0, [])


def test_it_refuses_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        second = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port), "DJANGO_SETTINGS_MODULE": "cms.settings.development"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert second.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in second.stderr
