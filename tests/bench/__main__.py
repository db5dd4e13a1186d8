"""Serve a filled database with the real web server and measure, all in one run, on loopback only."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.bench.load import CONNECTIONS, requests_per_second

EVENTS = 200
SECONDS = 2.0
WORKERS = 2


@contextlib.contextmanager
def web(database: str, settings_module: str) -> Iterator[int]:
    """The web server as `manage.py serve` starts it; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DJANGO_SETTINGS_MODULE": settings_module,
        "DATABASE_URL": database,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": str(WORKERS),
        "API_QUOTA": "off",
    }
    command = [sys.executable, "-m", "cms.web"]
    with subprocess.Popen(command, env=os.environ | settings, stdin=subprocess.PIPE) as server:
        try:
            until = time.monotonic() + 60
            while not _answers(port):
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/empty", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def measure(database: str, uid: str) -> Iterator[tuple[str, float]]:
    """Each thing measured and its requests per second."""
    with web(database, "tests.bench.bare") as port:
        yield "empty view, no middleware", requests_per_second(port, "/empty", SECONDS, {}, 200)
    with web(database, "tests.bench.settings") as port:
        yield "empty view, usual middleware", requests_per_second(port, "/empty", SECONDS, {}, 200)
        for name, path in (("first page of 20 events", "/api/v1/events"), ("one event", f"/api/v1/events/{uid}")):
            yield name, requests_per_second(port, path, SECONDS, {}, 200)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                etag = answer.headers["ETag"]
            yield f"{name}, unchanged (304)", requests_per_second(port, path, SECONDS, {"If-None-Match": etag}, 304)


def main() -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory(prefix="qingju-bench-") as folder:
        database = f"sqlite:///{Path(folder) / 'hub.sqlite3'}"
        fill = [sys.executable, "-m", "tests.bench.fill", str(EVENTS)]
        uid = subprocess.run(
            fill, env=os.environ | {"DATABASE_URL": database}, check=True, capture_output=True, text=True
        ).stdout
        figures = dict(measure(database, uid))
    bare, usual = (figures[f"empty view, {name}"] for name in ("no middleware", "usual middleware"))
    loader = "wrk" if shutil.which("wrk") else "threads of our own (slower than wrk: read the ratios)"
    print(f"{EVENTS} events, {WORKERS} web workers, {CONNECTIONS} connections, loader: {loader}")
    print(f"{'':36}{'req/s':>8}{'/usual':>9}{'/bare':>8}")
    for name, figure in figures.items():
        print(f"{name:36}{figure:8.0f}{figure / usual:9.2f}{figure / bare:8.2f}")


if __name__ == "__main__":
    main()
