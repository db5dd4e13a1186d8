"""The worker: tasks and periodic jobs in one plain process."""

import threading
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.jobs import FACEBOOK, OUTGOING, PATIENT, PUNCTUAL, Timetable
from cms.supervision import end_with_parent, stop_on_signals

# What a patient job gets to end in once the worker is told to stop; cut off later, it has done nothing by halves.
PATIENCE: Final = 10.0


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
        patient, facebook = (
            threading.Thread(target=_keep, args=[Timetable(table), stopped], daemon=True)
            for table in (PATIENT, FACEBOOK)
        )
        patient.start()
        facebook.start()
        threading.Thread(target=_keep, args=[Timetable(OUTGOING), stopped], daemon=True).start()
        _keep(Timetable(PUNCTUAL), stopped)
        patient.join(PATIENCE)
        facebook.join(PATIENCE)


def _keep(timetable: Timetable, stopped: threading.Event) -> None:
    """Keep a timetable's hours until the event is set."""
    while not stopped.is_set():
        timetable.run_due(timezone.now())
        stopped.wait(0.5)
