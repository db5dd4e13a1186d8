"""One command that runs the whole hub: web server and workers, kept alive together."""

import contextlib
import json
import os
import socket
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from cms.supervision import Child, stop_on_signals, supervise
from home.flows import place_site

READY_WITHIN: Final = 60.0


class Command(BaseCommand):
    """Supervises ``python -m cms.web`` and ``manage.py worker``."""

    help = "Serve site and workers: HOST, PORT, WEB_WORKERS and WORKERS from the environment."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--no-worker is for installations that run workers elsewhere."""
        parser.add_argument("--no-worker", action="store_true", help="Serve the site only.")

    def handle(self, *_args: Any, no_worker: bool, **_options: Any) -> None:
        """Serve until SIGTERM or SIGINT.

        Raises:
            CommandError: when the port is taken or a check of the database fails.
        """
        self.check(databases=["default"])
        stopped = stop_on_signals()
        _refuse_taken_port()
        place_site(settings.PUBLIC_URL)
        connections.close_all()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "HOST": settings.HOST,
            "PORT": str(settings.PORT),
            "WEB_WORKERS": str(settings.WEB_WORKERS),
        }
        os.chdir(settings.BASE_DIR)
        children = [Child("web", [sys.executable, "-m", "cms.web"])]
        if not no_worker:
            command = [sys.executable, "manage.py", "worker", "--supervised", "--started", timezone.now().isoformat()]
            children += [Child(f"worker {number}", command) for number in range(1, settings.WORKERS + 1)]
        threading.Thread(target=self._greet, args=[stopped], daemon=True).start()
        supervise(children, stopped)

    def _greet(self, stopped: threading.Event) -> None:
        """Say where the hub is, once it answers."""
        until = time.monotonic() + READY_WITHIN
        while not stopped.is_set() and time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection((settings.HOST, settings.PORT), timeout=1):
                self.stdout.write(_greeting())
                self.stdout.flush()
                return
            stopped.wait(0.2)


def _refuse_taken_port() -> None:
    """The web server shares its port with its own kind, so two hubs would silently take turns."""
    with socket.socket(socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            reason = f"Cannot listen on {settings.HOST}:{settings.PORT} ({error.strerror}); another PORT may be free."
            raise CommandError(reason) from error


def _greeting() -> str:
    url = settings.PUBLIC_URL
    lines = [f"北區青聚點 {url}/", f"  editors  {url}/cms/", f"  API      {url}/api/v1"]
    demo = settings.VAR_DIR / "demo.json"
    if demo.exists():
        accounts = json.loads(demo.read_text(encoding="utf-8"))["accounts"]
        lines += ["Logins of the demo:"]
        lines += [f"  {role:<12}{account['email']}  {account['password']}" for role, account in accounts.items()]
    return "\n".join([*lines, "Ctrl-C stops it."])
