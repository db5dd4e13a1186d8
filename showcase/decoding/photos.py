"""Photos: made anew without anything but the picture, and in the sizes people are shown."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

import pillow_heif
from PIL import Image
from PIL.ExifTags import IFD

from home import pictures

from . import ORIGINAL, Problem, RefusedError

_CONTENT_TYPES: Final = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
_QUALITY: Final = 85
# Each thread would reserve memory of its own.
pillow_heif.options.DECODE_THREADS = 1


def read_photo(source: Path, target: Path, max_pixels: int, widths: list[int]) -> dict[str, Any]:
    """Write the picture anew and as JPEG in each width; what it is, its size, and whether it said where it was taken.

    A picture narrower than a width keeps its own.

    Raises:
        RefusedError: when it is too large, takes too much memory, or cannot be decoded to the last row.
    """
    with source.open("rb") as file:
        content, suffix = _remade(file, max_pixels)
        kind, had_location = _found(file)
    (target / ORIGINAL).write_bytes(content)
    with Image.open(BytesIO(content)) as picture:
        width, height = picture.size
        _write_sizes(picture, target, widths)
    return {
        "kind": kind,
        "content_type": _CONTENT_TYPES[suffix],
        "suffix": suffix,
        "width": width,
        "height": height,
        "had_location": had_location,
    }


def _remade(file: IO[bytes], max_pixels: int) -> tuple[bytes, str]:
    try:
        return pictures.remade(file, max_pixels)
    except pictures.TooManyPixelsError as error:
        raise RefusedError(Problem.TOO_MANY_PIXELS) from error
    except pictures.UnusableError as error:
        heavy = isinstance(error.__cause__, MemoryError)
        raise RefusedError(Problem.TOO_HEAVY if heavy else Problem.DAMAGED) from error


def _found(file: IO[bytes]) -> tuple[str, bool]:
    """The format of the file handed in, and whether it said where the picture was taken."""
    file.seek(0)
    with Image.open(file, formats=pictures.FORMATS) as picture:
        located = False
        with suppress(Exception):  # what only describes a picture may be broken
            located = bool(picture.getexif().get_ifd(IFD.GPSInfo)) or b"GPSLatitude" in _xmp(picture)
        return picture.format or "", located


def _xmp(picture: Image.Image) -> bytes:
    """The picture's XMP, wherever its format keeps it."""
    said = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    return said if isinstance(said, bytes) else str(said).encode()


def _write_sizes(picture: Image.Image, target: Path, widths: list[int]) -> None:
    """Write the widths as JPEG, each made from the next larger one."""
    profile = picture.info.get("icc_profile")
    shown = _opaque(picture)
    for width in sorted(widths, reverse=True):
        if shown.width > width:
            height = max(1, round(shown.height * width / shown.width))
            shown = shown.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        shown.save(target / str(width), "JPEG", quality=_QUALITY, optimize=True, icc_profile=profile)


def _opaque(picture: Image.Image) -> Image.Image:
    """The picture on white, because JPEG knows no transparency."""
    if "A" not in picture.getbands():
        return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture.convert("RGBA"), mask=picture.getchannel("A"))
    return paper
