"""Compile the message catalogs without the gettext tools, so that a fresh machine needs only Python."""

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_catalogs(base: Path) -> list[Path]:
    """Write the .mo beside every .po of our apps that is newer than it.

    Args:
        base: the folder that holds the apps.

    Returns:
        The .mo files written. Each appears whole or not at all, so several processes may do this at once.

    Raises:
        OSError: when a catalog is malformed; the message names file and line.
    """
    written = []
    for source in sorted(base.glob("*/*/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        part = target.with_suffix(f".{os.getpid()}.part")
        polib.pofile(str(source)).save_as_mofile(str(part))
        part.replace(target)
        written.append(target)
    return written


class Command(BaseCommand):
    """Compiles what has changed."""

    help = "Compile the .po catalogs that have changed; needs no gettext tools."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the base's declaration

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compile and name each file written."""
        for path in compile_catalogs(settings.BASE_DIR):
            self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
