"""What every test stands on."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from cms.management.commands.compilecatalogs import compile_catalogs

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))


def pytest_configure():
    compile_catalogs(ROOT)


@pytest.fixture(scope="session")
def django_db_setup(request):
    """The database is made at NOW too: the hub's clock never runs back, so a later one would hold every test."""
    with time_machine.travel(NOW, tick=False):
        request.getfixturevalue("django_db_setup")


@pytest.fixture(autouse=True)
def frozen_time(request):
    """Time stands still at NOW and moves only where a test moves it; servers and browsers keep real time."""
    if request.node.get_closest_marker("browser"):
        yield None
        return
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
