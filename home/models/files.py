"""Images and documents of the bureau. Team photos will have a private model of their own, outside this library."""

import secrets
from datetime import datetime
from io import BytesIO
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.models import Page

from home.visibility import Channel, Reason, public_pages

# taggit says this in English only.
TAGS_HELP = _("Words to find it by, separated by commas.")

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
    tags = TaggableManager(blank=True, verbose_name=_("tags"), help_text=TAGS_HELP, related_name="tagged_images")
    description_en = models.CharField(_("alt text in English"), max_length=255, blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Shown beside the picture."))
    credit_en = models.CharField(_("credit in English"), max_length=120, blank=True)
    license = models.CharField(_("license"), max_length=20, choices=ImageLicense.choices, default=ImageLicense.BUREAU)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "description_en",
        "credit",
        "credit_en",
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sizes made before the picture is saved, by filter specification.
        self.sizes: dict[str, bytes] = {}

    def make_sizes(self) -> None:
        """Make what partners get from a file that is not saved yet, so that no transaction waits for a decoder.

        Raises:
            Exception: whatever a decoder raises on a file that is no picture.
        """
        with self.open_file() as file:
            content = file.read()
        for spec in SOURCE_SPECS:
            size = Filter(spec=spec).run(self, BytesIO(), source=BytesIO(content))
            self.sizes[spec] = size.f.getvalue()

    def keep_sizes(self) -> None:
        """Store the sizes made beforehand, and make those that are missing."""
        for spec, content in self.sizes.items():
            self.renditions.create(filter_spec=spec, focal_point_key="", file=ContentFile(content, "size.jpg"))
        self.sizes = {}
        self.get_renditions(*SOURCE_SPECS)

    def alt(self, lang: str) -> str:
        """Alt text in a language, falling back to Chinese; empty means decorative."""
        return (self.description_en if lang == "en" else "") or self.description

    def credit_in(self, lang: str) -> str:
        """Credit in a language, falling back to the one given; names are often the same in both."""
        return (self.credit_en if lang == "en" else "") or self.credit


class Rendition(AbstractRendition):
    """A picture in one size, under a name nobody can guess."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def get_upload_to(self, filename: str) -> str:
        """A random name: knowing the original's name or number leads nowhere."""
        suffix = filename.rpartition(".")[2]
        return f"renditions/{secrets.token_urlsafe(16)}.{suffix}"


class VisibleDocumentQuerySet(DocumentQuerySet):
    """Querysets of documents that can ask the rule."""

    def visible(self, channel: Channel, now: datetime) -> Self:
        """Only what a visible announcement attaches at that instant."""
        del channel  # the bureau's own files stand on every channel
        attaching = Page.objects.filter(public_pages(now), announcementpage__attachments__document=OuterRef("pk"))
        return self.filter(Exists(attaching))


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
    tags = TaggableManager(blank=True, verbose_name=_("tags"), help_text=TAGS_HELP, related_name="tagged_documents")

    objects: ClassVar[Any] = VisibleDocumentQuerySet.as_manager()

    admin_form_fields: ClassVar = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self) -> None:
        """Check the kind of a file that is there; what is wrong with one that is not, its field has said."""
        if self.file:
            super().clean()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with size and hash, also where no form does: the hash is what readers' copies are compared by."""
        if self.file and not self.file_hash:
            self._set_document_file_metadata()
        super().save(*args, **kwargs)

    def hidden_because(self, channel: Channel, now: datetime) -> Reason | None:
        """Why the file may not be read on the channel at that instant, or None."""
        shown = type(self).objects.visible(channel, now).filter(pk=self.pk).exists()
        return None if shown else Reason.UNPUBLISHED
