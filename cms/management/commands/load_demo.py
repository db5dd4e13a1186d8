"""`manage.py load_demo`: programme years to look at."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.demo.accounts import path
from cms.demo.years import is_empty, load


class Command(BaseCommand):
    """Plays the demo; what is already there is left as it is."""

    help = "Play edition 111 and two fictional editions through the real flows; a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --if-empty."""
        parser.add_argument("--if-empty", action="store_true", help="Do nothing when somebody has already worked here.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: under production settings, where demo accounts have no place.
        """
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demo is not for production: its accounts would be a way in.")
        if options["if_empty"] and not is_empty():
            return
        load()
        self.stdout.write(f"Demo loaded; its logins are in {path()}")
