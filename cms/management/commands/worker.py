"""A worker: tasks and periodic jobs in one plain process, beside any number of its kind."""

import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.crypto import get_random_string

from cms.jobs import tables
from cms.leases import BEAT_EVERY, Pulse, beat, leave
from cms.supervision import end_with_parent, stop_on_signals
from cms.timetables import Timetable

LOOK_EVERY: Final = timedelta(seconds=0.5)
# What the jobs at hand get to end in once the worker is told to stop; one cut off later is put back for another try.
PATIENCE: Final = 12.0


class Command(BaseCommand):
    """Runs the jobs of cms.jobs until told to stop."""

    help = "Run waiting tasks and periodic jobs: scheduled publishing, letters, reconcile, housekeeping."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Both are for ``serve``."""
        parser.add_argument("--supervised", action="store_true", help="End when standard input ends.")
        parser.add_argument(
            "--started", type=datetime.fromisoformat, help="When the hub was started, once for all its workers."
        )

    def handle(self, *_args: Any, supervised: bool, started: datetime | None, **_options: Any) -> None:
        """Run until SIGTERM or SIGINT; the jobs at hand are finished first."""
        stopped = stop_on_signals()
        if supervised:
            end_with_parent()
        worker = get_random_string(32)
        now = timezone.now()
        # Before it takes anything: what is held by a worker nobody has heard of is put back.
        beat(worker, now)
        keepers = [
            _keeper(name, Timetable(jobs, worker, started or now).run_due, stopped)
            for name, jobs in tables(worker, stopped).items()
        ]
        _keep(Pulse(worker).turn, BEAT_EVERY, stopped)
        until = time.monotonic() + PATIENCE
        for keeper in keepers:
            keeper.join(max(0.0, until - time.monotonic()))
        leave(worker)


def _keeper(name: str, turn: Callable[[datetime], object], stopped: threading.Event) -> threading.Thread:
    """A thread that keeps one table."""
    thread = threading.Thread(target=_keep, args=[turn, LOOK_EVERY, stopped], name=name, daemon=True)
    thread.start()
    return thread


def _keep(turn: Callable[[datetime], object], every: timedelta, stopped: threading.Event) -> None:
    """Take turn after turn until the event is set."""
    while not stopped.is_set():
        turn(timezone.now())
        stopped.wait(every.total_seconds())
