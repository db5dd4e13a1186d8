"""Several workers at one queue: each takes, holds for a moment and settles, and writes down when.

Prints one line of JSON for the test to judge: per try its endpoint, its number, and from when to when it was held.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from django.utils import timezone

from api.models import Delivery, Endpoint
from api.outlets.queue import Outcome, Verdict, due_endpoints, lease, settle
from tests.api.partners import endpoint, partner
from tests.api.writers import fork

ENDPOINTS = 3
# How long a delivery is held, in seconds: enough for the others to come by.
HELD = 0.005
# A worker that finds nothing for so long has come to the end.
QUIET = 1.0


def prepare(deliveries: int) -> None:
    """So many deliveries for each endpoint."""
    for number in range(ENDPOINTS):
        to = endpoint(partner(accepts=False), f"https://partner.example.org/{number}")
        Delivery.objects.bulk_create(
            Delivery(endpoint=to, event="endpoint.test", seq=seq) for seq in range(1, deliveries + 1)
        )


def work(report: Path) -> None:
    """Take whatever is due until nothing is; a line for each try."""
    seen = time.monotonic()
    with report.open("w", encoding="utf-8") as file:
        while time.monotonic() < seen + QUIET:
            for pk, _failing in due_endpoints(timezone.now()):
                held = lease(pk, timezone.now(), str)
                if held is None:
                    continue
                began = time.monotonic()
                time.sleep(HELD)
                ended = time.monotonic()
                settle(held, Outcome(Verdict.DELIVERED, 200), timezone.now())
                file.write(json.dumps([pk, held.delivery.seq, began, ended]) + "\n")
                seen = time.monotonic()


def main() -> None:
    """Let them loose, wait for them all, and print what they wrote."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workers", type=int)
    parser.add_argument("deliveries", type=int)
    given = parser.parse_args(sys.argv[1:])
    prepare(given.deliveries)
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder) / str(number) for number in range(given.workers)]
        for child in [fork(lambda report=report: work(report)) for report in reports]:
            _pid, status = os.waitpid(child, 0)
            assert status == 0
        lines = [line for report in reports for line in report.read_text(encoding="utf-8").splitlines()]
    print(  # noqa: T201 - the report
        json.dumps(
            {
                "endpoints": list(Endpoint.objects.order_by("pk").values_list("pk", flat=True)),
                "tries": [json.loads(line) for line in lines],
                "left": Delivery.objects.exclude(state="delivered").count(),
            }
        )
    )
