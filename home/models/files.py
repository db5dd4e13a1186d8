"""Images and documents of the bureau. Team photos will have a private model of their own, outside this library."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

# Widths partners get; heights follow. JPEG everywhere, so that every partner page and feed reader can show it.
SOURCE_WIDTHS = (480, 960, 1600)
SOURCE_SPECS = tuple(f"width-{width}|format-jpeg" for width in SOURCE_WIDTHS)


class ImageLicense(models.TextChoices):
    """Under what terms the bureau may show a picture."""

    BUREAU = "bureau", _("Made by or for the bureau")
    LICENSED = "licensed", _("Licensed to the bureau")
    PUBLIC_DOMAIN = "public_domain", _("Public domain")


class Image(AbstractImage):
    """A picture of the bureau's; ``description`` is its alt text. GPS and camera data are removed on upload."""

    # Wagtail's own Image keeps its tables; the accessors on User and Tag need names of their own.
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by user"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]  # Wagtail reads it
    tags = TaggableManager(blank=True, verbose_name=_("tags"), related_name="tagged_images")
    description_en = models.CharField(_("alt text in English"), max_length=255, blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Shown beside the picture."))
    license = models.CharField(_("license"), max_length=20, choices=ImageLicense.choices, default=ImageLicense.BUREAU)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "description_en",
        "credit",
        "license",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def alt(self, lang: str) -> str:
        """Alt text in a language, falling back to Chinese; empty means decorative."""
        return (self.description_en if lang == "en" else "") or self.description


class Rendition(AbstractRendition):
    """A picture in one size, under a name nobody can guess."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def get_upload_to(self, filename: str) -> str:
        """A random name: knowing the original's name or number leads nowhere."""
        suffix = filename.rpartition(".")[2]
        return f"renditions/{secrets.token_urlsafe(16)}.{suffix}"


class Document(AbstractDocument):
    """A file to download; public only while a visible announcement attaches it."""

    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by user"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_by_user.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]  # Wagtail reads it
    tags = TaggableManager(blank=True, verbose_name=_("tags"), related_name="tagged_documents")

    admin_form_fields: ClassVar = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
