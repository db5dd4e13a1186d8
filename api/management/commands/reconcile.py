"""`manage.py reconcile`: tell what drifted; with --check also whether the record of consent is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api import ledger
from showcase.models.record import first_broken, head


class Command(BaseCommand):
    """Compares everything that is public with what was last told, and tells the difference."""

    help = "Tell partners every difference between what is public and what was last told."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="Only look: exit 1 when anything has drifted.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: with --check, when anything has drifted or the record of consent is broken.
        """
        if not options["check"]:
            self.stdout.write(f"drift = {ledger.reconcile()}, healed")
            return
        found, broken = ledger.drift(), first_broken()
        self.stdout.write(f"drift = {found}")
        self.stdout.write(f"record of consent = {head()}")
        if broken:
            message = f"The record of consent is broken: its event {broken} does not follow from those before."
            raise CommandError(message)
        if found:
            raise CommandError("What was told is not what is public; run reconcile without --check.")
