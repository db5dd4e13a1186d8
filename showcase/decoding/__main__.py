"""The child: limits itself, reads one file, writes what becomes of it and a few facts, and ends.

Run as ``python -m showcase.decoding JSON``.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from . import FACTS, Family, Problem, RefusedError


def limit(memory: int, written: int, cpu: int) -> None:
    """Bind this process: bytes of address space and of a file, seconds of processor; no core dumps."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def read(asked: dict[str, Any]) -> dict[str, Any]:
    """Read the file as what it is said to be, and return the facts of what was written.

    Raises:
        RefusedError: saying why it is not taken.
        Exception: anything at all, on a crafted file.
    """
    source, target = Path(asked["source"]), Path(asked["target"])
    # Each reader is imported only where it is needed: the others' libraries would cost every upload their start.
    if asked["family"] == Family.PHOTO:
        from .photos import read_photo  # noqa: PLC0415

        return read_photo(source, target, asked["pixels"], asked["widths"])
    if asked["family"] == Family.PDF:
        from .pdf import read_pdf  # noqa: PLC0415

        return read_pdf(source, target)
    from .videos import read_video  # noqa: PLC0415

    return read_video(source, target)


def main() -> None:
    """Answer in any case; where even that fails the parent calls the file damaged."""
    asked = json.loads(sys.argv[1])
    limit(asked["memory"], asked["written"], asked["cpu"])
    try:
        facts = read(asked)
    except RefusedError as error:
        facts = {"problem": error.problem}
    except MemoryError:
        facts = {"problem": Problem.TOO_HEAVY}
    except Exception:  # noqa: BLE001 - decoders raise anything on a crafted file, and the parent has to be told
        facts = {"problem": Problem.DAMAGED}
    (Path(asked["target"]) / FACTS).write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
