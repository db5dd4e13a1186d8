"""Runs programs of the tests under the settings of ``make run``, each on a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def environment(database_url: str) -> dict[str, str]:
    """The environment of ``make run`` on another database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.development",
        "SECRET_KEY": "for tests only",
        "DATABASE_URL": database_url,
        "API_QUOTA": "off",
    }


def migrate(database_url: str) -> None:
    """Bring a database up to date."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment(database_url), check=True)


def run(program: str, database_url: str, *arguments: object, **more: str) -> Any:
    """Run a program's ``main()`` and return what it reports; ``more`` goes into its environment."""
    start = f"import django; django.setup(); from {program} import main; main()"
    command = [sys.executable, "-c", start, *map(str, arguments)]
    given = environment(database_url) | more
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def run_writers(database_url: str, *arguments: object) -> Any:
    """Run tests.api.writers and return what it reports."""
    return run("tests.api.writers", database_url, *arguments)
