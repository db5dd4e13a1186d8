"""The picture of a share card and of a post: 1200×630, cut from the item's picture, or the site's own."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.core.cache import caches
from django.urls import reverse
from PIL import Image as Picture
from PIL import ImageOps

from api.models import Entry
from api.serializers import BY_TYPE
from api.serializers.documents import absolute
from home.models import Image
from home.models.files import SOURCE_SPECS
from showcase.models import StoryPage, StoryPhoto
from showcase.models.media import STORY_SPECS, STORY_WIDTHS
from showcase.story_reading import media_of

WIDTH: Final = 1200
HEIGHT: Final = 630
# What surrounds a picture that may not be cut: the site's paper.
GROUND: Final = (250, 246, 238)
OWN: Final = Path(__file__).resolve().parents[1] / "static" / "api" / "share.jpg"
_QUALITY: Final = 85
_KEPT_FOR: Final = 600


@dataclass(frozen=True)
class Source:
    """What the picture is made from: a size made at upload, and the point people are to see."""

    name: str
    file: Any
    centering: tuple[float, float] = (0.5, 0.5)
    # To cut a story's photo changes it, which needs everyone's consent; else it is shown whole.
    whole: bool = False

    @property
    def digest(self) -> str:
        """What makes two pictures the same."""
        return hashlib.sha256(f"{self.name} {self.centering} {self.whole}".encode()).hexdigest()


def source_of(entry: Entry, now: datetime) -> Source | None:
    """What an entry's picture is made from; None where it has none of its own."""
    page = BY_TYPE[entry.type].model.objects.filter(pk=entry.source_pk).first()
    if isinstance(page, StoryPage):
        return _of_story(page, now)
    return _of_image(page.image) if page and page.image else None


def made(source: Source | None) -> bytes:
    """The picture as JPEG, kept in memory for a while: readers of share cards come in bursts."""
    if source is None:
        return OWN.read_bytes()
    key = f"share-{source.digest}"
    found: bytes | None = caches["default"].get(key)
    if found is None:
        found = _cut(source)
        caches["default"].set(key, found, _KEPT_FOR)
    return found


def digest_of(source: Source | None) -> str:
    """What makes two pictures the same; the site's own has one too."""
    return source.digest if source else hashlib.sha256(b"own").hexdigest()


def picture_address(uid: object, lang: str) -> str:
    """The picture's address, which asks the rule each time."""
    return absolute(reverse("share-picture", args=[uid, lang]))


def _of_image(image: Image) -> Source | None:
    sizes = {one.filter_spec: one for one in image.renditions.filter(filter_spec__in=SOURCE_SPECS)}
    largest = sizes.get(SOURCE_SPECS[-1])
    if largest is None:
        return None
    point = image.get_focal_point()
    seen = (point.centroid_x / image.width, point.centroid_y / image.height) if point else (0.5, 0.5)
    return Source(largest.file.name, largest.file, seen)


def _of_story(story: StoryPage, now: datetime) -> Source | None:
    first = next(iter(media_of(story).photos), None)
    photo: StoryPhoto | None = first.photo if first else None
    size = photo.renditions.filter(filter_spec=STORY_SPECS[max(STORY_WIDTHS)]).first() if photo else None
    if size is None:
        return None
    license_now = story.license_at(now)
    return Source(size.file.name, size.file, whole=not (license_now and license_now.adaptation))


def _cut(source: Source) -> bytes:
    output = BytesIO()
    with source.file.storage.open(source.file.name) as file, Picture.open(file, formats=("JPEG",)) as opened:
        picture = opened.convert("RGB")
    size = (WIDTH, HEIGHT)
    if source.whole:
        picture = ImageOps.pad(picture, size, color=GROUND)
    else:
        picture = ImageOps.fit(picture, size, centering=source.centering)
    picture.save(output, "JPEG", quality=_QUALITY, optimize=True)
    return output.getvalue()
