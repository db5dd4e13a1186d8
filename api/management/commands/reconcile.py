"""`manage.py reconcile`: tell what drifted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api import ledger


class Command(BaseCommand):
    """Compares everything that is public with what was last told, and tells the difference."""

    help = "Tell partners every difference between what is public and what was last told."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="Only count: exit 1 when anything has drifted.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: with --check, when anything has drifted.
        """
        if not options["check"]:
            self.stdout.write(f"drift = {ledger.reconcile()}, healed")
            return
        found = ledger.drift()
        self.stdout.write(f"drift = {found}")
        if found:
            raise CommandError("What was told is not what is public; run reconcile without --check.")
