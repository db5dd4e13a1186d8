"""A real worker, ten broken partners and a healthy one: how long the healthy one waits for what was published.

Prints one line of JSON for the test to judge.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from api.models import Attempt, Endpoint
from tests import factories
from tests.api.partners import endpoint, partner
from tests.api.receivers import OK, Raw, certificate, collecting, drips, floods, says, silence
from tests.conftest import ROOT

# How long the healthy partner may take to hear of everything, in seconds.
PATIENCE = 30.0
PAUSE = 0.4


def broken(folder: Path) -> list[Raw]:
    """Ten partners, each broken in another way or as slow as can be."""
    context, _path = certificate(folder)
    head = b"HTTP/1.1 200 OK\r\n"
    return [
        *(Raw(silence) for _ in range(3)),
        *(Raw(drips(head + b"Content-Length: 9999\r\n\r\n", 0.5)) for _ in range(2)),
        Raw(drips(head, 0.5)),
        Raw(floods(head + b"\r\n")),
        Raw(says(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")),
        Raw(says(b"hello")),
        Raw(says(OK), context),
    ]


def measure(publishes: int) -> dict[str, object]:
    """Publish again and again; the lags of the healthy partner in seconds, and the tries each broken one cost."""
    arrived: dict[str, float] = {}

    def note(_headers: object, body: bytes) -> bytes:
        arrived.setdefault(json.loads(body)["data"]["id"], time.monotonic())
        return OK

    _taken, reply = collecting(note)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bad = [stack.enter_context(one) for one in broken(folder)]
        good = stack.enter_context(Raw(reply))
        for one in bad:
            endpoint(partner(accepts=False), f"{'https' if one.context else 'http'}://127.0.0.1:{one.port}/")
        endpoint(partner(accepts=False), f"http://127.0.0.1:{good.port}/")
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT)
        stack.callback(worker.wait)
        stack.callback(worker.terminate)
        first = str(factories.announcement(title="公告", slug="first").translation_key)
        # Only then is the worker there.
        wait(lambda: first in arrived)
        published = {}
        for number in range(publishes):
            page = factories.announcement(title=f"公告 {number}", slug=f"notice-{number}")
            published[str(page.translation_key)] = time.monotonic()
            time.sleep(PAUSE)
        wait(lambda: published.keys() <= arrived.keys())
    lags = sorted(arrived[uid] - at for uid, at in published.items() if uid in arrived)
    tries = [Attempt.objects.filter(delivery__endpoint=one).count() for one in Endpoint.objects.order_by("pk")]
    return {
        "published": publishes,
        "received": len(lags),
        "p95": round(lags[int(len(lags) * 0.95)], 2),
        "tries": tries[:-1],
    }


def wait(condition) -> None:
    """Until it holds, or patience ends."""
    until = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("publishes", type=int)
    given = parser.parse_args(sys.argv[1:])
    print(json.dumps(measure(given.publishes)))  # noqa: T201 - the report
