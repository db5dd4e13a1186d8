"""Pictures enter the library made anew, whatever door they come through, and leave it whole."""

import json
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image as Pillow
from PIL import ImageCms
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo
from wagtail.images.models import Filter
from wagtail.models import Collection, UploadedFile

from home.models import Image, Rendition, User
from home.models.files import SOURCE_SPECS
from tests import factories

pytestmark = pytest.mark.django_db

ADD = "/cms/images/add/"
ADD_SEVERAL = "/cms/images/multiple/add/"
ADD_WHILE_CHOOSING = "/cms/images/chooser/create/"
CAMERA = "Plainly Fictional Camera"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def drawn(size=(640, 480), mode="RGB"):
    """Left half red, right half blue."""
    picture = Pillow.new(mode, size, "red")
    picture.paste(Pillow.new(mode, (size[0] // 2, size[1]), "blue"), (size[0] // 2, 0))
    return picture


def written(picture=None, kind="JPEG", **options):
    output = BytesIO()
    (picture or drawn()).save(output, kind, **options)
    return output.getvalue()


def photographed(orientation=6):
    """A photo that says where and with what it was taken, and that it must be turned."""
    exif = Pillow.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Model] = CAMERA
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (24.0, 59.0, 36.0)
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    return written(exif=exif, comment=CAMERA.encode(), icc_profile=PROFILE)


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def add(staff, content, name="photo.jpg", **fields):
    root = Collection.get_first_root_node().pk
    form = {"title": "照片", "license": "bureau", "collection": root, "file": upload(content, name), **fields}
    return staff.post(ADD, form)


def add_several(staff, content, name="photo.jpg", **fields):
    answer = staff.post(ADD_SEVERAL, {"title": "照片", "files[]": upload(content, name), **fields})
    return json.loads(answer.content)


def stored():
    """The one picture of the library, as it lies on disk."""
    return Pillow.open(BytesIO(Image.objects.get().file.read()))


def test_a_photo_loses_place_and_camera_and_keeps_its_orientation_and_colours(staff):
    assert add(staff, photographed()).status_code == 302

    content = Image.objects.get().file.read()
    picture = stored()
    assert (CAMERA.encode() in content, dict(picture.getexif()), picture.info.get("comment")) == (False, {}, None)
    assert picture.info["icc_profile"] == PROFILE
    assert picture.size == (480, 640)
    # Turned by 90 degrees to the right, the red left half is on top.
    red, _green, blue = picture.getpixel((240, 100))
    assert (red > 200, blue < 60) == (True, True)


def test_every_size_of_a_photo_is_free_of_place_and_camera(staff):
    add(staff, photographed())

    sizes = list(Rendition.objects.all())
    assert sorted(size.filter_spec for size in sizes) == sorted(SOURCE_SPECS)
    assert all(CAMERA.encode() not in size.file.read() for size in sizes)
    assert all(not Pillow.open(size.file).getexif() for size in sizes)


@pytest.mark.parametrize("door", ["several", "several, with another mistake", "while choosing", "replacing"])
def test_no_door_keeps_place_and_camera(staff, door):
    if door == "several":
        assert add_several(staff, photographed())["success"]
    elif door == "several, with another mistake":
        # Without a title Wagtail keeps the upload for later and asks for the rest.
        answer = add_several(staff, photographed(), title="")
        kept = UploadedFile.objects.get()
        assert CAMERA.encode() not in kept.file.read()
        prefix = f"uploaded-image-{kept.pk}"
        staff.post(
            f"/cms/images/multiple/create_from_uploaded_image/{answer['uploaded_file_id']}/",
            {f"{prefix}-title": "照片", f"{prefix}-license": "bureau"},
        )
    elif door == "while choosing":
        answer = staff.post(
            ADD_WHILE_CHOOSING,
            {
                "image-chooser-upload-title": "照片",
                "image-chooser-upload-license": "bureau",
                "image-chooser-upload-file": upload(photographed()),
            },
        )
        assert json.loads(answer.content)["step"] == "chosen"
    else:
        add(staff, written())
        form = {"title": "照片", "license": "bureau", "file": upload(photographed())}
        assert staff.post(f"/cms/images/{Image.objects.get().pk}/", form).status_code == 302

    assert CAMERA.encode() not in Image.objects.get().file.read()
    assert (dict(stored().getexif()), stored().size) == ({}, (480, 640))


def test_a_large_photo_that_is_kept_on_disk_while_uploading_is_made_anew_too(staff):
    noise = Pillow.effect_noise((2600, 2000), 90).convert("RGB")
    exif = Pillow.Exif()
    exif[Base.Model] = CAMERA
    content = written(noise, quality=95, exif=exif)
    assert len(content) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    assert add(staff, content).status_code == 302
    assert CAMERA.encode() not in Image.objects.get().file.read()


@pytest.mark.parametrize(
    ("kind", "name", "becomes"),
    [
        ("HEIF", "photo.heic", "JPEG"),
        ("WEBP", "photo.webp", "WEBP"),
        ("GIF", "photo.gif", "PNG"),
        ("PNG", "a.png", "PNG"),
    ],
)
def test_the_kinds_that_phones_and_programs_write_are_taken(staff, kind, name, becomes):
    assert add(staff, written(kind=kind), name).status_code == 302

    image = Image.objects.get()
    assert (stored().format, stored().size) == (becomes, (640, 480))
    assert (Path(image.file.name).suffix, image.width, image.height) == (
        {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}[becomes],
        640,
        480,
    )


@pytest.mark.parametrize(("mode", "kept"), [("1", "RGB"), ("P", "RGB"), ("L", "L"), ("LA", "RGBA"), ("I;16", "RGB")])
def test_unusual_pngs_become_ordinary_ones(staff, mode, kept):
    assert add(staff, written(Pillow.new(mode, (32, 32)), "PNG"), "a.png").status_code == 302
    assert stored().mode == kept


def test_a_picture_for_printers_becomes_one_for_screens(staff):
    assert add(staff, written(Pillow.new("CMYK", (32, 32)))).status_code == 302
    assert stored().mode == "RGB"


@pytest.mark.parametrize("tail", [b"PK\x03\x04 a zip follows", b"<script>alert(1)</script>"])
def test_what_hangs_on_behind_a_picture_is_cut_off(staff, tail):
    add(staff, written() + tail)
    assert tail not in Image.objects.get().file.read()


def test_text_inside_a_png_is_left_out(staff):
    text = PngInfo()
    text.add_text("Comment", CAMERA)
    add(staff, written(kind="PNG", pnginfo=text), "a.png")
    assert CAMERA.encode() not in Image.objects.get().file.read()


def chunk(kind, data):
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(width, height, *chunks):
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + b"".join([chunk(b"IHDR", header), *chunks, chunk(b"IEND", b"")])


BAD_FILES = {
    "empty": (b"", "a.jpg"),
    "no picture": (b"hello", "a.jpg"),
    "truncated jpeg": (written()[:900], "a.jpg"),
    "truncated png": (written(kind="PNG")[:200], "a.png"),
    "wrong ending": (written(kind="PNG"), "a.jpg"),
    "unknown ending": (written(), "a.exe"),
    "no ending": (written(), "photo"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.svg"),
    "svg under another name": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.png"),
    "page under another name": (b"<html><script>alert(1)</script></html>", "a.jpg"),
    "too many pixels": (png(10_000, 10_000), "a.png"),
    "more pixels than numbers": (png(2**31 - 1, 2**31 - 1), "a.png"),
    "no pixels": (png(0, 0), "a.png"),
    "no data": (png(100, 100), "a.png"),
    "data that is no deflate": (png(100, 100, chunk(b"IDAT", b"\xff" * 50)), "a.png"),
    "bomb in a text chunk": (png(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"0" * 70_000_000))), "a.png"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a.png"),
    "broken heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\xff" * 60, "a.heic"),
    "broken webp": (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 30, "a.webp"),
    "broken gif": (b"GIF89a\x10\0\x10\0\x80\0\0", "a.gif"),
    "larger than ten megabytes": (written() + b"\0" * 10_500_000, "a.jpg"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_file_is_refused_with_a_reason_and_leaves_nothing_behind(staff, what):
    content, name = BAD_FILES[what]

    answer = add(staff, content, name)
    assert answer.status_code == 200
    assert len(answer.context["form"].errors["file"]) == 1
    several = add_several(staff, content, name)
    assert (several["success"], bool(several["error_message"])) == (False, True)
    assert (Image.objects.count(), UploadedFile.objects.count()) == (0, 0)


def test_the_reason_says_how_many_pixels_are_allowed(staff):
    content, name = BAD_FILES["too many pixels"]
    (error,) = add(staff, content, name).context["form"].errors.as_data()["file"]
    assert (error.code, error.params) == ("file_too_many_pixels", {"max": "40"})


def test_a_new_file_brings_new_sizes_and_removes_the_old_files(staff, client, django_capture_on_commit_callbacks):
    add(staff, written())
    image = Image.objects.get()
    page = factories.announcement(image=image)
    address = f"/api/v1/announcements/{page.translation_key}"
    before = {source["url"] for source in client.get(address).json()["data"]["image"]["sources"]}
    old_files = [image.file.path, *(size.file.path for size in Rendition.objects.all())]

    with django_capture_on_commit_callbacks(execute=True):
        form = {"title": "新照片", "license": "bureau", "file": upload(written(drawn((1000, 500)), "PNG"), "new.png")}
        staff.post(f"/cms/images/{image.pk}/", form)

    sources = client.get(address).json()["data"]["image"]["sources"]
    assert [(source["width"], source["height"]) for source in sources] == [(480, 240), (960, 480), (1000, 500)]
    assert before.isdisjoint(source["url"] for source in sources)
    for source in sources:
        assert client.get(source["url"].removeprefix(settings.PUBLIC_URL)).status_code == 200
    assert [path for path in old_files if Path(path).exists()] == []


def test_moving_the_focal_point_keeps_the_sizes_that_partners_were_told(staff, client):
    add(staff, written())
    image = Image.objects.get()
    before = set(Rendition.objects.filter(filter_spec__in=SOURCE_SPECS).values_list("file", flat=True))

    focal = {"focal_point_x": 10, "focal_point_y": 10, "focal_point_width": 20, "focal_point_height": 20}
    staff.post(f"/cms/images/{image.pk}/", {"title": "照片", "license": "bureau", **focal})

    assert Image.objects.get().focal_point_x == 10
    assert set(Rendition.objects.filter(filter_spec__in=SOURCE_SPECS).values_list("file", flat=True)) == before


def test_a_deleted_picture_takes_all_its_files_with_it(staff, django_capture_on_commit_callbacks):
    add(staff, written())
    image = Image.objects.get()
    files = [image.file.path, *(size.file.path for size in Rendition.objects.all())]
    assert [Path(path).exists() for path in files] == [True] * 4

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(f"/cms/images/{image.pk}/delete/")

    assert [Path(path).exists() for path in files] == [False] * 4


def test_an_original_has_no_address_and_a_size_has_one_nobody_can_guess(staff, client):
    add(staff, written())
    image = Image.objects.get()
    assert client.get(f"/media/{image.file.name}").status_code == 404
    assert client.get(f"/media/renditions/../{image.file.name}").status_code == 404
    names = [Path(size.file.name).stem for size in Rendition.objects.all()]
    assert all(len(name) >= 22 and "photo" not in name for name in names)
    answer = client.get(Rendition.objects.first().url)
    kind = (answer["Content-Type"], answer["X-Content-Type-Options"])
    assert (answer.status_code, kind) == (200, ("image/jpeg", "nosniff"))


def test_pictures_are_decoded_outside_any_transaction(staff, monkeypatch):
    transactions = len(connection.savepoint_ids)  # those of the test itself
    decoded = []
    run = Filter.run

    def watched(chosen, *args, **kwargs):
        decoded.append((chosen.spec, len(connection.savepoint_ids) - transactions))
        return run(chosen, *args, **kwargs)

    monkeypatch.setattr(Filter, "run", watched)
    add(staff, written())
    staff.post(f"/cms/images/{Image.objects.get().pk}/", {"title": "照片", "file": upload(written(drawn((100, 80))))})
    assert decoded == [(spec, 0) for spec in SOURCE_SPECS] * 2
