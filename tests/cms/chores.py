"""Tasks and jobs for workers under test, which note in a file or the database what they did."""

import os
import time
from pathlib import Path

from django.utils import timezone
from django_tasks import task

from cms.leases import reap


@task()
def outlive_the_lease():
    """Let others put back what dead workers held, while this one's worker is taken for dead."""
    return reap(timezone.now())


@task()
def linger(path, seconds):
    """Take long, the first time."""
    first = not Path(path).exists()
    note(path, f"began {os.getpid()}")
    if first:
        time.sleep(seconds)
    note(path, f"ended {os.getpid()}")


def note(path, line):
    """Add a line to a file."""
    with Path(path).open("a") as file:
        file.write(f"{line}\n")
