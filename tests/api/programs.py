"""Runs tests.api.writers as a program under the settings of ``make run``, on a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START = "import django; django.setup(); from tests.api.writers import main; main()"


def environment(database_url: str) -> dict[str, str]:
    """The environment of ``make run`` on another database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.development",
        "SECRET_KEY": "for tests only",
        "DATABASE_URL": database_url,
        "API_QUOTA": "off",
    }


def run_writers(database_url: str, *arguments: object) -> Any:
    """Run it and return what it reports."""
    command = [sys.executable, "-c", START, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=environment(database_url), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
