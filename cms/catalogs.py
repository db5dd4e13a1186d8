"""Compiles the message catalogs: ``python -m cms.catalogs``.

Without the gettext tools, so that a fresh machine needs only Python; without Django, whose start takes longer.
"""

import os
import sys
from pathlib import Path

import polib

BASE = Path(__file__).parent.parent


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


if __name__ == "__main__":
    for path in compile_catalogs(BASE):
        sys.stdout.write(f"{path.relative_to(BASE)}\n")
