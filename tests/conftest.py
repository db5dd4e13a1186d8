"""What every test stands on."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from api import usage
from cms.catalogs import compile_catalogs
from tests import postgres
from tests.api.programs import migrate

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Taipei"))


def pytest_addoption(parser):
    parser.addoption("--live", action="store_true", help="Also run the tests that talk to the real Facebook.")


def pytest_collection_modifyitems(config, items):
    """What talks to the outside is left out unless asked for: it is not skipped, for here nobody could run it."""
    if not config.getoption("--live"):
        live = [item for item in items if item.get_closest_marker("live")]
        config.hook.pytest_deselected(items=live)
        items[:] = [item for item in items if item not in live]


def pytest_configure():
    for path in compile_catalogs(ROOT):
        # Django has started before this and may have found no catalog.
        translation_file_changed(None, path)


def pytest_sessionfinish(session):
    """With CI=true what was skipped was not shown, and that is a failure; pytest's closing lines name it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_setup(request):
    """The database is made at NOW too: the hub's clock never runs back, so a later one would hold every test."""
    with time_machine.travel(NOW, tick=False), pytest.MonkeyPatch.context() as patch:
        # Run alone, the tests that serve a copy would find none made: pytest-django counts only marked tests.
        patch.setattr("pytest_django.fixtures._get_databases_for_setup", lambda _items: ({"default"}, set()))
        request.getfixturevalue("django_db_setup")


@pytest.fixture(autouse=True)
def frozen_time(request):
    """Time stands still at NOW and moves only where a test moves it; servers and browsers keep real time."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("realtime"):
        yield None
        return
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def uncounted():
    """No test hears of the requests of another."""
    yield
    usage.forget()


@pytest.fixture(autouse=True)
def spoken():
    """A request in English leaves its language behind in the thread: every test begins in the site's own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def database_copy(django_db_setup, django_db_blocker, tmp_path):
    """DATABASE_URL of a migrated database of the test's own, for the processes it starts."""
    with django_db_blocker.unblock():
        connections.close_all()
        given = connection.settings_dict
    if connection.vendor == "sqlite":
        path = tmp_path / "hub.sqlite3"
        with closing(sqlite3.connect(given["NAME"])) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        yield f"sqlite:///{path}"
        return
    name = f"{given['NAME']}_{uuid4().hex[:8]}"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{given["NAME"]}"')
    yield f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{name}"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a real PostgreSQL: TEST_POSTGRES_URL, or a server of our own where one is installed."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    programs = postgres.binaries()
    if programs is None:
        reason = "PostgreSQL is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with postgres.cluster(programs) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_migrated(postgres_server):
    """The address of a migrated database, for copies only: migrations from zero take longer than what is tested."""
    with postgres.database(postgres_server) as url:
        migrate(url)
        yield url


@pytest.fixture
def postgres_url(postgres_server, postgres_migrated):
    """The address of a migrated database of its own."""
    with postgres.database(postgres_server, template=postgres_migrated) as url:
        yield url
