"""Files of stories: private, re-encoded, outside the bureau's library; one view gives them, and asks the rule."""

import uuid
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, get_rendition_upload_to, get_upload_to

from showcase.vocabularies import AssetKind

# Widths shown; heights follow. JPEG everywhere, made on upload.
STORY_WIDTHS: Final = (480, 960, 1600)
STORY_SPECS: Final = {width: f"width-{width}|format-jpeg" for width in STORY_WIDTHS}


def private_storage() -> Any:
    """The storage whose files have no address of their own."""
    return storages["private"]


def new_name(folder: str, filename: str) -> str:
    """A name nobody can guess, with the ending of another."""
    return f"{folder}/{uuid.uuid4().hex}.{filename.rpartition('.')[2].lower()}"


class StoryPhoto(AbstractImage):
    """A team's photo, re-encoded on upload; a cropped picture is a new photo. Its original is never public."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    file = models.ImageField(
        _("file"),
        storage=private_storage,
        upload_to=get_upload_to,
        width_field="width",
        height_field="height",
    )
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]  # Wagtail reads it
    tags = None
    # Of the bytes as handed in, so that the same file sent twice is stored once, and of those stored.
    source_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    # What was found and taken out, to be told to whoever handed it in.
    had_location = models.BooleanField(default=False)

    # Found by nobody but those whose story shows it.
    search_fields: ClassVar[list[Any]] = []

    class Meta(AbstractImage.Meta):
        verbose_name = _("story photo")
        verbose_name_plural = _("story photos")

    def get_upload_to(self, filename: str) -> str:
        """A random name."""
        return new_name("photos", filename)

    @property
    def url(self) -> str:
        """The address of its largest size, behind the one door that asks the rule."""
        return self.url_of(max(STORY_WIDTHS))

    def url_of(self, width: int) -> str:
        """The address of one of ``STORY_WIDTHS``."""
        return reverse("story-media", args=[self.uid, width])


class StoryRendition(AbstractRendition):
    """A story photo in one size."""

    image = models.ForeignKey(StoryPhoto, on_delete=models.CASCADE, related_name="renditions")
    file = models.ImageField(
        storage=private_storage, upload_to=get_rendition_upload_to, width_field="width", height_field="height"
    )

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def get_upload_to(self, filename: str) -> str:
        """A random name."""
        return new_name("sizes", filename)

    @property
    def url(self) -> str:
        """The address of the size, behind the one door that asks the rule."""
        return self.image.url_of(self.spec_width)

    @property
    def spec_width(self) -> int:
        """The width it was asked for, which a smaller photo does not reach."""
        return next(width for width, spec in STORY_SPECS.items() if spec == self.filter_spec)


def upload_file_to(_instance: Any, filename: str) -> str:
    """A random name for a video, zine or mandate."""
    return new_name("files", filename)


class StoryFile(models.Model):
    """A video, zine or mandate as handed in, without the data cameras and programs write into it."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    file = models.FileField(_("file"), storage=private_storage, upload_to=upload_file_to)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    source_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("story file")
        verbose_name_plural = _("story files")

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The address of the file, behind the one door that asks the rule."""
        return reverse("story-file", args=[self.uid])


class Asset(models.Model):
    """One thing shown with a story, and why the team may show it: the part that drafts and stories share."""

    kind = models.CharField(_("kind"), max_length=6, choices=AssetKind.choices)
    photo = models.ForeignKey(
        StoryPhoto, verbose_name=_("photo"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.ForeignKey(
        StoryFile, verbose_name=_("file"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    url = models.URLField(_("address"), blank=True, max_length=500)
    alt = models.CharField(_("what it shows"), max_length=255, blank=True)
    credit = models.CharField(_("made by"), max_length=80, blank=True)

    class Meta:
        abstract = True

    panels: ClassVar[list[Any]] = []

    @property
    def sha256(self) -> str:
        """What the content hash takes of it: the stored bytes, or the address of what lies elsewhere."""
        if self.photo:
            return self.photo.sha256
        return self.file.sha256 if self.file else ""
