"""Reads what people hand in, in a process of its own with little memory and little time; what comes out is made anew.

A decoder is the likeliest place for a crafted file to strike. Whatever it does there ends with that process: the
parent learns "damaged" or "too heavy" and never crashes, hangs or grows. Nothing in this package imports Django.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

# The child's answer, beside the files it writes.
FACTS: Final = "facts.json"
ORIGINAL: Final = "original"
_FACTS_BYTES: Final = 4096
_ROOT: Final = Path(__file__).resolve().parents[2]
# Out of time or memory, as the limits make it known; any other death is a crash.
_EXHAUSTED: Final = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ)


class Family(StrEnum):
    """What a file is read as."""

    PHOTO = "photo"
    VIDEO = "video"
    PDF = "pdf"


class Problem(StrEnum):
    """Why a file is not taken."""

    DAMAGED = "damaged"
    OTHER_KIND = "other_kind"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_HEAVY = "too_heavy"
    ENCRYPTED = "encrypted"
    FRAGMENTED = "fragmented"


class RefusedError(Exception):
    """A file that is not taken, and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Limits:
    """What the child may use: bytes of memory and of files, seconds of processor and clock, pixels of a picture."""

    memory: int = 1024**3
    written: int = 1024**3
    cpu: int = 10
    wall: int = 30
    pixels: int = 40_000_000


@dataclass(frozen=True)
class Decoded:
    """A file made anew: what it is, where it lies, and what was found in the one handed in."""

    kind: str  # JPEG, PNG, GIF, WEBP, HEIF, MP4, MOV, WEBM or PDF: of the file handed in
    content_type: str  # of the file made anew
    suffix: str
    path: Path
    had_location: bool = False
    width: int = 0
    height: int = 0
    sizes: Mapping[int, Path] = field(default_factory=dict)


def decode(
    family: Family, source: Path, target: Path, *, limits: Limits | None = None, widths: tuple[int, ...] = ()
) -> Decoded:
    """Have a file read by a child, which writes what becomes of it into the empty folder ``target``.

    Raises:
        RefusedError: whatever is wrong with the file, and also when the child dies, hangs or asks for too much.
    """
    limits = limits or Limits()
    asked = {"family": family, "source": str(source), "target": str(target), "widths": widths, **asdict(limits)}
    code = _run(json.dumps(asked), limits.wall)
    if code in _EXHAUSTED:
        raise RefusedError(Problem.TOO_HEAVY)
    return _answer(target, widths)


def _run(asked: str, wall: int) -> int:
    """Run the child to its end, or end it; its exit code, negative for a signal."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the file's name is data in JSON
        [sys.executable, "-m", __name__, asked],
        cwd=_ROOT,
        env={"PATH": os.defpath, "MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return child.wait(wall)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        # Whatever it may have started ends with it.
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _answer(target: Path, widths: tuple[int, ...]) -> Decoded:
    """What the child said, believed only as far as it fits.

    Raises:
        RefusedError: when it refused, said nothing, or said nonsense.
    """
    try:
        with (target / FACTS).open("rb") as file:
            facts: dict[str, Any] = json.loads(file.read(_FACTS_BYTES))
    except (OSError, ValueError) as error:
        raise RefusedError(Problem.DAMAGED) from error
    if problem := facts.get("problem"):
        raise RefusedError(Problem(problem))
    return Decoded(
        kind=str(facts["kind"]),
        content_type=str(facts["content_type"]),
        suffix=str(facts["suffix"]),
        path=target / ORIGINAL,
        had_location=bool(facts.get("had_location")),
        width=int(facts.get("width", 0)),
        height=int(facts.get("height", 0)),
        sizes={width: target / str(width) for width in widths},
    )
