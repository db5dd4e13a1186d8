"""Uploaded pictures made anew: decoded once, turned upright, and written without anything but the picture.

Re-encoding drops GPS and camera data, comments, thumbnails, and whatever was hung on behind the last pixel.
"""

from contextlib import suppress
from io import BytesIO
from typing import IO, Final

from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener()

# What is opened at all, under Pillow's names.
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "HEIF")
# Photographs stay small as JPEG, drawings stay exact as PNG; WebP can be either.
_WRITTEN_AS: Final = {"PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
_SUFFIXES: Final = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_QUALITY: Final = 90


class UnusableError(Exception):
    """The file cannot become a picture: damaged, or none at all."""


class TooManyPixelsError(UnusableError):
    """The picture would take more memory than a picture may."""


def remade(file: IO[bytes], max_pixels: int) -> tuple[bytes, str]:
    """The picture as new bytes and the suffix that fits them (.jpg, .png or .webp); ``file`` is read from its start.

    Raises:
        TooManyPixelsError: before anything is decoded.
        UnusableError: when it cannot be decoded to the last row.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as picture:
            _check_size(picture, max_pixels)
            return _written(picture)
    except UnusableError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixelsError from error
    except Exception as error:
        raise UnusableError from error  # decoders raise anything at all on a crafted file


def _check_size(picture: Image.Image, max_pixels: int) -> None:
    """Refuse by what the file's head says, before anything is decoded."""
    if picture.width * picture.height > max_pixels:
        raise TooManyPixelsError


def _written(picture: Image.Image) -> tuple[bytes, str]:
    """Decode and write anew, keeping the colour profile."""
    written_as = _WRITTEN_AS.get(picture.format or "", "JPEG")
    picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    plain, profile = _plain(picture)
    plain.info = {}
    output = BytesIO()
    if written_as == "PNG":
        plain.save(output, "PNG", icc_profile=profile)
    else:
        plain.save(output, written_as, quality=_QUALITY, icc_profile=profile)
    return output.getvalue(), _SUFFIXES[written_as]


def _plain(picture: Image.Image) -> tuple[Image.Image, bytes | None]:
    """The picture in gray, RGB or RGBA, and the profile that still describes its colours."""
    profile: bytes | None = picture.info.get("icc_profile")
    if picture.mode in {"L", "RGB", "RGBA"} and "transparency" not in picture.info:
        return picture, profile
    if picture.mode == "CMYK":
        return _for_screens(picture, profile), None
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB"), profile


def _for_screens(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture in printing colours as RGB, by its profile where it has a good one."""
    if profile:
        with suppress(ImageCms.PyCMSError):
            screen = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, BytesIO(profile), screen, outputMode="RGB")
            if converted:
                return converted
    return picture.convert("RGB")
