"""Files are taken in, and forgotten when nobody uses them.

Reading and decoding happen before the one short transaction; after an error neither a row nor a file remains.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Revision

from home.models import Clock, User
from showcase.decoding import Decoded, Family, Limits, Problem, RefusedError, decode
from showcase.models import DraftAsset, Mandate, StoryFile, StoryMedia, StoryPage, StoryPhoto, StoryRendition
from showcase.models.media import STORY_SPECS, STORY_WIDTHS, new_name, private_storage
from showcase.vocabularies import AssetKind

KEPT_UNUSED_FOR: Final = timedelta(days=1)
FOLDERS: Final = ("photos", "sizes", "files")
_MEGABYTE: Final = 1024 * 1024

Taken = TypeVar("Taken", StoryPhoto, StoryFile)


@dataclass(frozen=True)
class Intake:
    """What may be handed in as one kind of thing: formats with the endings they go by, and how much of it."""

    family: Family
    endings: Mapping[str, frozenset[str]]
    limit: str
    limits: Limits

    @property
    def most(self) -> int:
        """The most bytes a file may have."""
        return int(getattr(settings, self.limit)) * _MEGABYTE

    @property
    def all_endings(self) -> frozenset[str]:
        """Every ending that is taken."""
        return frozenset().union(*self.endings.values())


# Both names are in use for files of either kind, and players ask neither.
_FILM: Final = frozenset({"mp4", "mov"})
_PHOTO: Final = Intake(
    Family.PHOTO,
    {
        "JPEG": frozenset({"jpg", "jpeg"}),
        "PNG": frozenset({"png"}),
        "GIF": frozenset({"gif"}),
        "WEBP": frozenset({"webp"}),
        "HEIF": frozenset({"heic", "heif"}),
    },
    "STORY_PHOTO_MB",
    Limits(),
)
_VIDEO: Final = Intake(
    Family.VIDEO,
    {"MP4": _FILM, "MOV": _FILM, "WEBM": frozenset({"webm"})},
    "STORY_VIDEO_MB",
    Limits(memory=512 * _MEGABYTE, written=8 * 1024 * _MEGABYTE, cpu=60, wall=120),
)
_PRINT: Final = Intake(
    Family.PDF, {"PDF": frozenset({"pdf"})}, "STORY_PDF_MB", Limits(memory=1536 * _MEGABYTE, cpu=60, wall=90)
)

_MESSAGES: Final = {
    Problem.OTHER_KIND: gettext_lazy("The name ends in %(ending)s, but the file is of another kind, or damaged."),
    Problem.TOO_MANY_PIXELS: gettext_lazy(
        "This picture has too many pixels. It may have %(max)s million at most: please make it smaller."
    ),
    Problem.TOO_HEAVY: gettext_lazy(
        "This file takes too much time or memory to read. Please save it anew, or make it smaller, and try again."
    ),
    Problem.ENCRYPTED: gettext_lazy("This file is protected by a password. Please save it without one and try again."),
    Problem.FRAGMENTED: gettext_lazy(
        "This video is stored in fragments, as for live streams. Please export it anew as an ordinary MP4."
    ),
}
_DAMAGED: Final = {
    Family.PHOTO: gettext_lazy("This file is damaged, or it is no picture. Please save it anew and try again."),
    Family.VIDEO: gettext_lazy("This file is damaged, or it is no video. Please export it anew and try again."),
    Family.PDF: gettext_lazy("This file is damaged, or it is no PDF. Please export it anew and try again."),
}


def take_photo(upload: UploadedFile[Any], user: User) -> StoryPhoto:
    """A photo made anew, with its sizes.

    The same bytes handed in again by the same person are the same photo only as long as nothing uses it: a photo in
    use belongs to what uses it, and is erased with it.

    Raises:
        ValidationError: saying what is wrong with the file, in words for whoever handed it in.
    """
    with _handed_in(upload, _PHOTO) as (source, digest):
        if known := _again(StoryPhoto, digest, user):
            return known
        made = _made_anew(source, upload, _PHOTO)
        with _undone_on_error() as stored:
            photo = StoryPhoto(
                title=_title(upload),
                file=_store("photos", made.path, made.suffix, stored),
                width=made.width,
                height=made.height,
                file_size=made.path.stat().st_size,
                uploaded_by_user=user,
                source_sha256=digest,
                sha256=_sha256(made.path),
                had_location=made.had_location,
            )
            sizes = [
                StoryRendition(image=photo, filter_spec=STORY_SPECS[width], file=_store("sizes", path, ".jpg", stored))
                for width, path in made.sizes.items()
            ]
            with transaction.atomic():
                Clock.locked()
                photo.save()
                for size in sizes:
                    size.image = photo
                    size.save()
            return photo


def take_file(upload: UploadedFile[Any], kind: AssetKind, user: User) -> StoryFile:
    """A video, or something printed (also a mandate) as PDF, without what cameras and programs wrote into it.

    The same bytes handed in again by the same person are the same file only as long as nothing uses it.

    Raises:
        ValidationError: saying what is wrong with the file, in words for whoever handed it in.
        KeyError: for a kind that is no file.
    """
    intake = {AssetKind.VIDEO: _VIDEO, AssetKind.PRINT: _PRINT}[kind]
    with _handed_in(upload, intake) as (source, digest):
        if known := _again(StoryFile, digest, user):
            return known
        made = _made_anew(source, upload, intake)
        with _undone_on_error() as stored:
            file = StoryFile(
                file=_store("files", made.path, made.suffix, stored),
                name=f"{_title(upload)}{made.suffix}",
                content_type=made.content_type,
                size=made.path.stat().st_size,
                source_sha256=digest,
                sha256=_sha256(made.path),
                uploaded_by_user=user,
            )
            with transaction.atomic():
                Clock.locked()
                file.save()
            return file


@contextmanager
def _handed_in(upload: UploadedFile[Any], intake: Intake) -> Iterator[tuple[Path, str]]:
    """The upload as a file in a folder of its own that is gone afterwards, and its SHA-256.

    Raises:
        ValidationError: for what its name or its length rules out.
    """
    ending = _ending(upload)
    if ending not in intake.all_endings:
        taken = ", ".join(sorted(intake.all_endings))
        message = _("This kind of file is not taken here. It can be: %(endings)s.")
        raise ValidationError(message, code="ending", params={"endings": taken})
    if not upload.size:
        raise ValidationError(_("This file is empty. Please choose it anew."), code="empty")
    if upload.size > intake.most:
        sizes = {"file_size": filesizeformat(upload.size), "max_filesize": filesizeformat(intake.most)}
        message = _("This file is too big (%(file_size)s). It may have %(max_filesize)s at most.")
        raise ValidationError(message, code="too_big", params=sizes)
    with TemporaryDirectory(prefix="qingju-", dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        source = Path(folder) / "source"
        digest = hashlib.sha256()
        with source.open("wb") as file:
            for chunk in upload.chunks():
                digest.update(chunk)
                file.write(chunk)
        yield source, digest.hexdigest()


def _made_anew(source: Path, upload: UploadedFile[Any], intake: Intake) -> Decoded:
    """What the child made of the file, if its contents are what its name says.

    Raises:
        ValidationError: saying what is wrong with it.
    """
    target = source.parent / "made"
    target.mkdir()
    widths = STORY_WIDTHS if intake.family == Family.PHOTO else ()
    try:
        made = decode(intake.family, source, target, limits=intake.limits, widths=widths)
    except RefusedError as error:
        why = _MESSAGES.get(error.problem, _DAMAGED[intake.family])
        facts = {"ending": f".{_ending(upload)}", "max": f"{intake.limits.pixels / 1_000_000:.0f}"}
        raise ValidationError(why, code=error.problem, params=facts) from error
    if _ending(upload) not in intake.endings.get(made.kind, ()):
        message = _("The name ends in .%(extension)s, but the file is of another kind (%(image_format)s).")
        facts = {"extension": _ending(upload), "image_format": made.kind}
        raise ValidationError(message, code=Problem.OTHER_KIND, params=facts)
    return made


def _ending(upload: UploadedFile[Any]) -> str:
    return PurePath(upload.name or "").suffix.lower().removeprefix(".")


def _title(upload: UploadedFile[Any]) -> str:
    """What the team called the file: shown to nobody else."""
    return PurePath(upload.name or "").stem[:100]


def _again(model: type[Taken], digest: str, user: User) -> Taken | None:
    """What the same person handed in before and nothing uses; its day begins anew."""
    with transaction.atomic():
        Clock.locked()
        before = model.objects.filter(source_sha256=digest, uploaded_by_user=user)
        found = unused(model, before).first()
        if found:
            model.objects.filter(pk=found.pk).update(created_at=timezone.now())
        return found


def _store(folder: str, path: Path, suffix: str, stored: list[str]) -> str:
    """Store a file under a name nobody can guess; noted first, so that also a half written one is undone."""
    name = new_name(folder, suffix)
    stored.append(name)
    with path.open("rb") as file:
        saved: str = private_storage().save(name, File(file))
    return saved


@contextmanager
def _undone_on_error() -> Iterator[list[str]]:
    """The names of what is stored, all of which is removed again when anything fails."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        for name in stored:
            private_storage().delete(name)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def forget_orphans(now: datetime) -> None:
    """Forget what nothing has used for a day, and files of which no row knows.

    A file without a row is what a crash between the two leaves behind.
    """
    since = now - KEPT_UNUSED_FOR
    with transaction.atomic():
        Clock.locked()
        for model in (StoryPhoto, StoryFile):
            unused(model, model.objects.filter(created_at__lte=since)).delete()
    storage = private_storage()
    known = {name for model in (StoryPhoto, StoryRendition, StoryFile) for name in _names(model)}
    for name in _stored(storage):
        if name not in known and storage.get_modified_time(name) <= since:
            storage.delete(name)


def unused(model: type[StoryPhoto | StoryFile], some: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Of some photos or files those that no draft, story, mandate or revision of a story uses."""
    field = "photo" if model is StoryPhoto else "file"
    users: list[type[models.Model]] = [DraftAsset, StoryMedia, *([] if model is StoryPhoto else [Mandate])]
    for user in users:
        some = some.exclude(pk__in=user._default_manager.filter(**{f"{field}__isnull": False}).values(field))
    return some.exclude(pk__in=_in_revisions(field)) if some.exists() else some


def _in_revisions(field: str) -> set[int]:
    """The numbers that revisions of stories hold, which no foreign key knows."""
    stories = ContentType.objects.get_for_model(StoryPage)
    contents = Revision.objects.filter(content_type=stories).values_list("content__media", flat=True)
    return {row[field] for media in contents.iterator() for row in media or () if row.get(field)}


def _names(model: type[models.Model]) -> Iterable[str]:
    return model._default_manager.values_list("file", flat=True).iterator()


def _stored(storage: Any) -> Iterator[str]:
    for folder in FOLDERS:
        try:
            _folders, names = storage.listdir(folder)
        except FileNotFoundError:
            continue
        yield from (f"{folder}/{name}" for name in names)
