"""A hub in processes of its own, as `manage.py serve` starts it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.conftest import ROOT

STARTS_WITHIN = 90


def tree(pid):
    """The processes below a process: pid → command line."""
    parents, commands = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(folder.name)] = int(parent)
                commands[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
    found, queue = {}, [pid]
    while queue:
        parent = queue.pop()
        below = [child for child, its in parents.items() if its == parent]
        found |= {child: commands[child] for child in below}
        queue += below
    return found


def until(condition, seconds=30):
    """The first true value of a condition."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return value


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hub:
    """A running hub."""

    def __init__(self, database_url, log, port=None, settings="cms.settings.development"):
        self.port = port or free_port()
        self.log = log
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": settings,
            "DATABASE_URL": database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
        }
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=file, stderr=file
            )

    def answers(self, path="/healthz"):
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer,
        ):
            return answer.status == 200
        return False

    def read(self, path):
        """What it answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return answer.read()

    def find(self, pattern):
        return sorted(pid for pid, command in tree(self.process.pid).items() if re.search(pattern, command))

    def kill(self):
        """End all its processes at once by kill -9; returns the command lines of what died."""
        dying = {self.process.pid: "manage.py serve"} | tree(self.process.pid)
        for pid in dying:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        until(lambda: not [pid for pid in dying if Path(f"/proc/{pid}").exists()])
        return list(dying.values())

    def close(self):
        """End it and whatever is left of it, whatever the test has done to it."""
        left = [self.process.pid, *tree(self.process.pid)]
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def running(database_url, folder, port=None, **options):
    """A hub over a database, answering until the block ends."""
    hub = Hub(database_url, folder / "serve.log", port, **options)
    try:
        until(hub.answers, STARTS_WITHIN)
        until(lambda: "/api/v1" in hub.log.read_text(), STARTS_WITHIN)
        yield hub
    finally:
        hub.close()
