"""Forms staff hand files in with: nothing reaches the library before it was checked and, if a picture, made anew."""

from pathlib import PurePath
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from . import pictures

_CALENDAR_BYTES: Final = 1024 * 1024
_ZIPPED: Final = b"PK\x03\x04"
# How a document of a kind begins; plain text begins with anything.
_SIGNATURES: Final = {".pdf": b"%PDF-", ".odt": _ZIPPED, ".ods": _ZIPPED, ".odp": _ZIPPED, ".zip": _ZIPPED}


class PictureField(WagtailImageField):
    """Takes a picture and puts one made anew in its place.

    It rewrites the upload itself: when another field of the form is wrong, Wagtail's multiple upload keeps the
    request's file for later, and would keep the place where a photo was taken with it.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        formats = {"formats": self.supported_formats_text}
        self.error_messages |= {
            "invalid_image": _("This file is damaged, or it is no picture. Please save it anew and try again."),
            "invalid_image_extension": _("This kind of file is not taken. Pictures can be: %(formats)s.") % formats,
            "invalid_image_known_format": _(
                "The name ends in .%(extension)s, but the file is of another kind (%(image_format)s)."
            ),
            "file_too_large": _("This file is too big (%(file_size)s). It may have %(max_filesize)s at most."),
            "file_too_large_unknown_size": _("This file is too big. It may have %(max_filesize)s at most.")
            % {"max_filesize": self.max_upload_size_text},
        }
        megapixels = {"max": f"{self.max_image_pixels / 1_000_000:.0f}"}
        self._too_many_pixels = ValidationError(
            _("This picture has too many pixels. It may have %(max)s million at most: please make it smaller."),
            code="file_too_many_pixels",
            params=megapixels,
        )

    def check_image_pixel_size(self, f: Any) -> None:
        """Counted while the picture is made anew, by the one who decodes it."""

    def to_python(self, data: Any) -> Any:
        """The upload with its new contents.

        Raises:
            ValidationError: saying what is wrong with the file, whatever is wrong with it.
        """
        try:
            upload = super().to_python(data)
            if upload is None:
                return None
            content, suffix = pictures.remade(data, self.max_image_pixels)
        except ValidationError:
            raise
        except pictures.TooManyPixelsError:
            raise self._too_many_pixels from None
        except Exception as error:  # Willow's guesses, like any decoder, raise anything on a crafted file
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        _rewrite(data, content, suffix)
        return upload


def _rewrite(upload: UploadedFile[Any], content: bytes, suffix: str) -> None:
    """Put new contents under a name that fits them into an upload, in memory or on disk."""
    upload.seek(0)
    upload.truncate(0)
    upload.write(content)
    upload.flush()
    upload.seek(0)
    upload.size = len(content)
    upload.name = f"{PurePath(upload.name or '').stem}{suffix}"


class ImageForm(BaseImageForm):
    """Every way into the picture library: adding, adding several, uploading while choosing, replacing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            plain = self.fields["file"]
            self.fields["file"] = PictureField(label=plain.label, required=plain.required, widget=plain.widget)
        if "license" in self.fields:
            # The multiple upload sends files alone: they are the bureau's own unless said otherwise.
            self.fields["license"].required = False
        if "description" in self.fields:
            self.fields["description"].label = _("Alt text")
            self.fields["description"].help_text = _(
                "What the picture shows, for people who cannot see it. Leave empty only if it is mere decoration."
            )

    def _post_clean(self) -> None:
        """Also make the sizes that partners get, before Wagtail's views open their transaction."""
        super()._post_clean()
        if "file" in self.changed_data and not self.errors:
            try:
                self.instance.make_sizes()
            except Exception:  # noqa: BLE001 - Willow raises anything too; the last guard before a page of errors
                field = self.fields["file"]
                self.add_error("file", ValidationError(field.error_messages["invalid_image"], code="invalid_image"))

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Wagtail's signature
        """Save; Wagtail drops every size after a file was replaced, so the new ones are stored after that."""
        replaced = commit and bool(self.original_file) and "file" in self.changed_data
        sizes = self.instance.sizes
        if replaced:
            self.instance.sizes = {}
        image = super().save(commit=commit)
        if replaced:
            image.sizes = sizes
            image.save()
        return image


class DocumentForm(BaseDocumentForm):
    """Every way into the document library."""

    def clean_file(self) -> Any:
        """Refuse a file that does not begin as its name ends.

        Raises:
            ValidationError: naming the ending.
        """
        file = self.cleaned_data["file"]
        ending = PurePath(file.name or "").suffix.lower()
        if isinstance(file, UploadedFile):
            signature = _SIGNATURES.get(ending, b"")
            file.seek(0)
            if file.read(len(signature)) != signature:
                raise ValidationError(
                    _("The name ends in %(ending)s, but the file is of another kind, or damaged."),
                    code="wrong_kind",
                    params={"ending": ending},
                )
            file.seek(0)
        return file


class OfficialCalendarForm(forms.Form):
    """The official calendar as a file."""

    file = forms.FileField(label=_("CSV file"), validators=[FileExtensionValidator(["csv"])])

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is no calendar by its size alone.

        Raises:
            ValidationError: above one megabyte.
        """
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > _CALENDAR_BYTES:
            raise ValidationError(_("A calendar has at most one megabyte."), code="too_big")
        return file
