"""Pictures for the demo, drawn once each and kept in the library with alt text and credit."""

import tomllib
from functools import cache
from io import BytesIO
from typing import Any, Final

from django.core.files.images import ImageFile

from home.models import Image

from .reading import CONTENT
from .scenes import paint

CREDIT: Final = "示意圖"
CREDIT_EN: Final = "Illustration"


@cache
def _subjects() -> dict[str, dict[str, Any]]:
    return tomllib.loads((CONTENT / "pictures.toml").read_text(encoding="utf-8"))


def picture(name: str) -> Image:
    """The library's picture of a subject of ``content/pictures.toml``, drawn when it is not there yet."""
    subject = _subjects()[name]
    existing: Image | None = Image.objects.filter(title=subject["title"]).first()
    if existing is not None:
        return existing
    file = BytesIO()
    paint(subject["scene"], subject["light"], seed=subject["title"]).save(file, "JPEG", quality=86, optimize=True)
    return Image.objects.create(
        title=subject["title"],
        file=ImageFile(file, name=f"{name}.jpg"),
        description=subject["alt"],
        description_en=subject["alt_en"],
        credit=CREDIT,
        credit_en=CREDIT_EN,
    )
