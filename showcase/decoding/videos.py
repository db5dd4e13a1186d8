"""Videos: which container a file is, by its first bytes and never by its name."""

from pathlib import Path
from typing import Any, Final

from . import Problem, RefusedError
from .mp4 import read_mp4
from .webm import read_webm

_EBML: Final = b"\x1aE\xdf\xa3"


def read_video(source: Path, target: Path) -> dict[str, Any]:
    """Write the video anew, of the same length to the byte, with everything blanked that is neither picture nor sound.

    Raises:
        RefusedError: when it is no MP4, QuickTime or WebM video from its first byte to its last.
    """
    with source.open("rb") as file:
        head = file.read(8)
    if head[4:] == b"ftyp":
        return read_mp4(source, target)
    if head.startswith(_EBML):
        return read_webm(source, target)
    raise RefusedError(Problem.OTHER_KIND)
