"""The demo as a world for a whole test module: played once, inside one transaction that is rolled back at its end.

A module makes its own fixtures of these, and marks its tests with django_db so that the test database is made.
"""

from contextlib import contextmanager
from io import StringIO

import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from home.models import Clock


@contextmanager
def played(now, folder, blocker):
    """The demo as loaded at an instant, its files in a folder; the hub's clock begins then."""
    with (
        blocker.unblock(),
        time_machine.travel(now, tick=False),
        override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media"),
        transaction.atomic(),
    ):
        Clock.objects.update(at=now)
        call_command("load_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@contextmanager
def savepoint():
    """What one test does is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
