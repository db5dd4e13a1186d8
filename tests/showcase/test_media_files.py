"""Files are taken in whole or not at all, lose what they say about people, and go when nobody uses them."""

import hashlib
import shutil
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, connection
from PIL import Image
from pypdf import PdfReader

from home.models import Clock
from showcase.flows.handing_in import hand_in
from showcase.flows.media import FOLDERS, forget_orphans, take_file, take_photo
from showcase.models import DraftAsset, StoryFile, StoryMedia, StoryPhoto, StoryRendition
from showcase.vocabularies import AssetKind
from tests import factories
from tests.conftest import NOW
from tests.showcase import uploads
from tests.showcase.stories import draft
from tests.showcase.uploads import clip, upload

pytestmark = pytest.mark.django_db
VIDEO, PRINT = AssetKind.VIDEO, AssetKind.PRINT
# Of each clip without what it says, whose pictures and sound a player decodes to the same bytes as the clip's own.
BLANKED = {
    "camera.mp4": ("video/mp4", "3d9ebd9372cfbe733fd64fbbb43262135e132fe3c084d5ce9e0b0a02db699422"),
    "phone.mov": ("video/quicktime", "c64b4ad684e4ce0d6b584646672bf6346caef54ee42d9c28bfeb1f315f6b0ab3"),
    "screen.webm": ("video/webm", "bc8286e7520c59d57398ba29dad0b3960517b24a24ef4373453174e93a7b7eef"),
}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """The private folder, empty."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    private = storages["private"]
    shutil.rmtree(private.location, ignore_errors=True)
    return private


@pytest.fixture
def person():
    return factories.person()


def stored(storage):
    """The names of all private files."""
    return {f"{one}/{name}" for one in FOLDERS if storage.exists(one) for name in storage.listdir(one)[1]}


def names():
    """The names of which rows know."""
    models = (StoryPhoto, StoryRendition, StoryFile)
    return {name for model in models for name in model.objects.values_list("file", flat=True)}


def test_a_photo_and_its_sizes_lie_under_names_nobody_can_guess(person, storage):
    content = uploads.photographed(size=(2000, 1500))

    photo = take_photo(upload(content, "我的照片.JPG"), person)

    photo = StoryPhoto.objects.get(pk=photo.pk)
    assert (photo.title, photo.width, photo.height, photo.had_location) == ("我的照片", 2000, 1500, True)
    assert photo.source_sha256 == hashlib.sha256(content).hexdigest()
    assert photo.sha256 == hashlib.sha256(photo.file.read()).hexdigest()
    assert {(one.spec_width, one.width, one.height) for one in photo.renditions.all()} == {
        (480, 480, 360),
        (960, 960, 720),
        (1600, 1600, 1200),
    }
    assert stored(storage) == names()
    assert all(len(name.partition("/")[2].partition(".")[0]) == 32 for name in names())
    assert photo.url == f"/stories/media/{photo.uid}/1600"
    assert photo.renditions.get(width=480).url == f"/stories/media/{photo.uid}/480"


def test_no_stored_byte_of_an_iphones_photo_says_where_it_was_taken(person, storage):
    take_photo(upload(uploads.photographed("HEIF"), "IMG_0001.heic"), person)

    everything = b"".join(storage.open(name).read() for name in stored(storage))
    assert len(stored(storage)) == 4
    assert [one for one in (*uploads.SECONDS, uploads.CANARY, b"Exif") if one in everything] == []


def test_a_photo_handed_in_twice_is_one_until_something_uses_it(person, storage):
    first = take_photo(upload(JPEG), person)

    assert take_photo(upload(JPEG, "other.jpg"), person) == first
    assert take_photo(upload(JPEG), factories.person()) != first
    DraftAsset.objects.create(draft=draft(), kind=AssetKind.PHOTO, photo=first)
    assert take_photo(upload(JPEG), person) != first
    assert StoryPhoto.objects.count() == 3


@pytest.mark.parametrize("name", BLANKED)
def test_a_video_keeps_picture_and_sound_and_nothing_else(person, name):
    content_type, sha256 = BLANKED[name]
    before = (uploads.CLIPS / name).read_bytes()
    assert b"canary-title" in before

    file = take_file(clip(name), VIDEO, person)

    after = file.file.read()
    assert [word for word in (b"canary", b"24.99", b"121.30") if word in after] == []
    assert (file.content_type, file.size, file.name) == (content_type, len(before), name)
    assert hashlib.sha256(after).hexdigest() == file.sha256 == sha256
    assert file.url == f"/stories/media/{file.uid}"


def test_a_zine_loses_what_it_says_of_its_makers_and_all_that_acts(person):
    before = uploads.zine()
    assert b"canary-zine" in uploads.said_in(before)

    file = take_file(upload(before, "zine.pdf"), PRINT, person)

    after = file.file.read()
    said = uploads.said_in(after)
    assert [word for word in (b"canary", b"JavaScript", b"Exif", *uploads.SECONDS) if word in said] == []
    reader = PdfReader(BytesIO(after))
    links = [note.get_object()["/A"]["/URI"] for note in reader.pages[0]["/Annots"]]
    assert (len(reader.pages), reader.metadata, links) == (1, None, ["https://team.example.org/"])
    assert reader.pages[0].images[0].image.size == (640, 480)


JPEG = uploads.written()
MP4 = (uploads.CLIPS / "camera.mp4").read_bytes()
WEBM = (uploads.CLIPS / "screen.webm").read_bytes()
PDF = uploads.zine()
NO_PICTURE = "檔案已損毀，或不是圖片。請重新存檔後再試一次。"
NO_VIDEO = "檔案已損毀，或不是影片。請重新匯出後再試一次。"
NO_PDF = "檔案已損毀，或不是 PDF。請重新匯出後再試一次。"
EMPTY = "這是空的檔案，請重新選擇。"
OTHER = "副檔名是 {}，但檔案是另一種格式，或已損毀。"


@pytest.mark.parametrize(
    ("kind", "name", "content", "message"),
    [
        (None, "a.jpg", b"", EMPTY),
        (None, "a.svg", b"<svg/>", "這裡不接受這種檔案，可上傳的格式有：gif, heic, heif, jpeg, jpg, png, webp。"),
        (None, "a.jpg", b"<svg/>", NO_PICTURE),
        (None, "a.jpg", JPEG[:500], NO_PICTURE),
        (None, "a.png", JPEG, "副檔名是 .png，但檔案其實是另一種格式（JPEG）。"),
        (None, "a.png", uploads.bomb(), "圖片像素過高，上限為 40 百萬像素，請縮小後再上傳。"),
        (None, "a", JPEG, "這裡不接受這種檔案，可上傳的格式有：gif, heic, heif, jpeg, jpg, png, webp。"),
        (VIDEO, "a.mp4", b"", EMPTY),
        (VIDEO, "a.exe", MP4, "這裡不接受這種檔案，可上傳的格式有：mov, mp4, webm。"),
        (VIDEO, "a.webm", MP4, "副檔名是 .webm，但檔案其實是另一種格式（MP4）。"),
        (VIDEO, "a.mp4", WEBM, "副檔名是 .mp4，但檔案其實是另一種格式（WEBM）。"),
        (VIDEO, "a.mp4", MP4[:-200], NO_VIDEO),
        (VIDEO, "a.mp4", MP4 + b"PK\x03\x04" * 9, NO_VIDEO),
        (VIDEO, "a.mp4", b"<html>" + MP4, OTHER.format(".mp4")),
        (VIDEO, "a.mp4", uploads.written("HEIF"), OTHER.format(".mp4")),
        (VIDEO, "a.mp4", MP4.replace(b"free", b"moof", 1), "這部影片是直播用的分段格式。請重新匯出成一般的 MP4。"),
        (VIDEO, "a.webm", WEBM[:-100], NO_VIDEO),
        (VIDEO, "a.webm", WEBM + b"PK\x03\x04" * 9, NO_VIDEO),
        (VIDEO, "a.webm", WEBM.replace(b"webm", b"evil", 1), OTHER.format(".webm")),
        (PRINT, "a.pdf", b"", EMPTY),
        (PRINT, "a.zip", PDF, "這裡不接受這種檔案，可上傳的格式有：pdf。"),
        (PRINT, "a.pdf", b"<html>" + PDF, OTHER.format(".pdf")),
        (PRINT, "a.pdf", b"%PDF-1.7\nnothing", NO_PDF),
        (PRINT, "a.pdf", uploads.zine(password="secret"), "檔案有密碼保護。請移除密碼、重新存檔後再試一次。"),
    ],
)
def test_what_is_not_taken_is_told_in_chinese_and_leaves_nothing(storage, tmp_path, kind, name, content, message):
    person = factories.person()

    with pytest.raises(ValidationError) as refused:
        take_file(upload(content, name), kind, person) if kind else take_photo(upload(content, name), person)

    assert refused.value.messages == [message]
    assert (stored(storage), names(), list(tmp_path.glob("qingju-*"))) == (set(), set(), [])


def test_what_is_too_big_is_not_even_read(person, settings):
    settings.STORY_VIDEO_MB = 0

    with pytest.raises(ValidationError, match="檔案太大"):
        take_file(clip("camera.mp4"), VIDEO, person)


def test_what_hangs_behind_a_pdf_is_cut_off(person):
    file = take_file(upload(PDF + b"PK\x03\x04 zip-canary", "a.pdf"), PRINT, person)

    assert b"zip-canary" not in file.file.read()


def test_an_error_between_file_and_row_leaves_neither(person, storage, monkeypatch):
    kept = storage.save

    def full(name, content, **options):
        if name.startswith("sizes/") and len(stored(storage)) == 3:
            kept(name, ContentFile(b"half"))
            raise OSError(28, "No space left on device")
        return kept(name, content, **options)

    monkeypatch.setattr(storage, "save", full)

    with pytest.raises(OSError, match="No space left"):
        take_photo(upload(JPEG), person)
    assert (stored(storage), names()) == (set(), set())


def test_an_error_of_the_database_leaves_neither(person, storage):
    with connection.execute_wrapper(refusing("INSERT INTO")), pytest.raises(IntegrityError):
        take_file(upload(PDF, "a.pdf"), PRINT, person)

    assert (stored(storage), names()) == (set(), set())


def refusing(words):
    """A database that refuses some statements."""

    def refuse(execute, sql, *rest):
        if words in sql:
            raise IntegrityError
        return execute(sql, *rest)

    return refuse


def test_with_a_row_go_its_files(person, storage, django_capture_on_commit_callbacks):
    photo = take_photo(upload(JPEG), person)
    file = take_file(upload(PDF, "a.pdf"), PRINT, person)
    assert len(stored(storage)) == 5

    with django_capture_on_commit_callbacks(execute=True):
        photo.delete()
        file.delete()

    assert (stored(storage), names()) == (set(), set())


def test_a_replaced_file_goes_too(person, storage, django_capture_on_commit_callbacks):
    photo = take_photo(upload(JPEG), person)
    before = photo.file.name

    with django_capture_on_commit_callbacks(execute=True):
        photo.file = ContentFile(uploads.written(picture=Image.new("RGB", (9, 9))), name="new.jpg")
        photo.save()

    assert before not in stored(storage)
    assert stored(storage) == names()


def test_what_nobody_uses_is_forgotten_after_a_day(person, storage, frozen_time, django_capture_on_commit_callbacks):
    of_one, of_other, _of_nobody = (
        take_photo(upload(uploads.written(picture=Image.new("RGB", (9, number)))), person) for number in (7, 8, 9)
    )
    for photo, at in ((of_one, draft(author=person)), (of_other, draft(author=person))):
        DraftAsset.objects.create(
            draft=at, kind=AssetKind.PHOTO, photo=photo, alt="示範", rights="own", people="nobody", music="none"
        )
    unused = take_file(upload(PDF, "a.pdf"), PRINT, person)
    storage.save("files/lost.pdf", ContentFile(b"of a crash"))

    frozen_time.move_to(NOW + DAY - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        forget_orphans(NOW + DAY - timedelta(seconds=1))
    assert StoryPhoto.objects.count() == 3

    with django_capture_on_commit_callbacks(execute=True):
        forget_orphans(NOW + 400 * DAY)
    assert set(StoryPhoto.objects.all()) == {of_one, of_other}
    assert not StoryFile.objects.filter(pk=unused.pk).exists()
    assert stored(storage) == names()


def test_what_only_a_frozen_revision_holds_is_kept(person, django_capture_on_commit_callbacks):
    photo = take_photo(upload(JPEG), person)
    at = draft()
    asset = DraftAsset.objects.create(
        draft=at, kind=AssetKind.PHOTO, photo=photo, alt="示範", rights="own", people="nobody", music="none"
    )
    revision = hand_in(at, at.author, Clock.now())
    StoryMedia.objects.filter(page=revision.story).delete()
    asset.delete()

    forget_orphans(NOW + 400 * DAY)

    assert StoryPhoto.objects.filter(pk=photo.pk).exists()
