"""Fill the database of DATABASE_URL with published events, through the ledger as any editor's act: prints one's id."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from tests import factories  # noqa: E402

call_command("migrate", verbosity=0)
venue = factories.venue(title="共學空間")
events = [factories.event(title=f"活動{number:03}", venue=venue) for number in range(int(sys.argv[1]))]
sys.stdout.write(str(events[-1].translation_key))
