"""The worker: tasks and periodic jobs in one plain process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.jobs import Timetable
from cms.supervision import end_with_parent, stop_on_signals


class Command(BaseCommand):
    """Runs the jobs of cms.jobs until told to stop."""

    help = "Run waiting tasks and periodic jobs: scheduled publishing, letters, reconcile, housekeeping."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--supervised is for ``serve``."""
        parser.add_argument("--supervised", action="store_true", help="End when standard input ends.")

    def handle(self, *_args: Any, supervised: bool, **_options: Any) -> None:
        """Run until SIGTERM or SIGINT; the job at hand is finished first."""
        stopped = stop_on_signals()
        if supervised:
            end_with_parent()
        timetable = Timetable()
        while not stopped.is_set():
            timetable.run_due(timezone.now())
            stopped.wait(0.5)
