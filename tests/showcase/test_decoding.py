"""Whatever is handed in is read in a process of its own: the hub gets a photo or a reason, never a crash."""

import os
import shutil
import tarfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import PIL
import pytest
from PIL import Image
from PIL.ExifTags import IFD

from showcase import decoding
from showcase.decoding import Decoded, Family, Limits, Problem, RefusedError, decode
from tests.conftest import ROOT
from tests.showcase import uploads

WIDTHS = (480, 960, 1600)
SDIST = ROOT / "var" / "pillow" / f"pillow-{PIL.__version__}.tar.gz"
# Every file of Pillow's takes minutes: without PILLOW_IMAGES=all every sixteenth is read, and all that once broke it.
EVERY = 1 if os.environ.get("PILLOW_IMAGES") == "all" else 16
NOTORIOUS = ("crash", "timeout", "oom", "bomb", "decompress", "overflow", "leak")
MEGABYTE = 1024 * 1024


@pytest.fixture
def read(tmp_path):
    """Decodes bytes in a folder that is gone afterwards."""

    def decoded(content, family=Family.PHOTO, **options):
        source, target = tmp_path / "source", tmp_path / "made"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        source.write_bytes(content)
        return decode(family, source, target, **options)

    return decoded


def problem(read, content, *args, **options):
    with pytest.raises(RefusedError) as refused:
        read(content, *args, **options)
    return refused.value.problem


def test_a_photo_comes_out_upright_with_its_sizes_and_what_was_found(read):
    made = read(uploads.photographed(size=(2000, 1000), orientation=6), widths=WIDTHS)

    assert made == Decoded(
        "JPEG", "image/jpeg", ".jpg", made.path, had_location=True, width=1000, height=2000, sizes=made.sizes
    )
    # A photo narrower than a width keeps its own.
    assert {width: Image.open(path).size for width, path in made.sizes.items()} == {
        480: (480, 960),
        960: (960, 1920),
        1600: (1000, 2000),
    }
    # Turned by 90 degrees to the right, the red left half is on top.
    red, _green, blue = Image.open(made.path).getpixel((500, 100))
    assert (red > 200, blue < 60) == (True, True)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "HEIF"])
def test_every_format_is_taken_and_shown_as_jpeg(read, kind):
    made = read(uploads.written(kind), widths=WIDTHS)

    assert (made.kind, {Image.open(path).format for path in made.sizes.values()}) == (kind, {"JPEG"})


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_no_file_made_of_a_photo_says_where_or_with_what_it_was_taken(read, kind):
    handed_in = uploads.photographed(kind)
    assert any(place in handed_in for place in uploads.SECONDS)

    made = read(handed_in, widths=WIDTHS)

    everything = b"".join(path.read_bytes() for path in (made.path, *made.sizes.values()))
    assert made.had_location
    assert [one for one in (*uploads.SECONDS, uploads.CANARY, b"Exif") if one in everything] == []


def test_the_small_copy_inside_a_photo_is_gone(read):
    handed_in = uploads.with_thumbnail()
    assert handed_in.count(b"\xff\xd8\xff") == 2
    assert Image.open(uploads.BytesIO(handed_in)).getexif().get_ifd(IFD.IFD1)[0x202] > 0

    made = read(handed_in, widths=WIDTHS)

    assert [path.read_bytes().count(b"\xff\xd8\xff") for path in (made.path, *made.sizes.values())] == [1, 1, 1, 1]


def test_transparent_parts_are_white_where_the_format_knows_none(read):
    made = read(uploads.written("PNG", Image.new("RGBA", (10, 10), (0, 0, 0, 0))), widths=WIDTHS)

    assert Image.open(made.sizes[480]).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("tail", [b"PK\x03\x04" + b"zip-canary" * 9, b"<script>alert('zip-canary')</script>"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_hangs_behind_a_picture_is_cut_off(read, kind, tail):
    made = read(uploads.written(kind) + tail, widths=WIDTHS)

    assert [b"zip-canary" in path.read_bytes() for path in (made.path, *made.sizes.values())] == [False] * 4


JPEG = uploads.written()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Problem.DAMAGED),
        (SVG, Problem.DAMAGED),
        (JPEG[: len(JPEG) // 2], Problem.DAMAGED),
        (uploads.written("HEIF")[:300], Problem.DAMAGED),
        (uploads.written("TIFF"), Problem.DAMAGED),
        (uploads.written("PDF"), Problem.DAMAGED),
        (uploads.bomb(), Problem.TOO_MANY_PIXELS),
        (uploads.written("WEBP", Image.new("L", (8000, 5001)), lossless=True, quality=0), Problem.TOO_MANY_PIXELS),
    ],
)
def test_what_is_no_photo_is_refused(read, content, expected):
    assert problem(read, content, widths=WIDTHS) == expected


def test_a_picture_that_takes_too_much_memory_time_or_room_is_refused(read):
    heavy = uploads.written("PNG", Image.new("RGB", (6000, 6000)))

    assert problem(read, heavy, limits=Limits(memory=120 * MEGABYTE)) == Problem.TOO_HEAVY
    assert problem(read, heavy, limits=Limits(cpu=1), widths=WIDTHS * 9) == Problem.TOO_HEAVY
    assert problem(read, heavy, limits=Limits(wall=0)) == Problem.TOO_HEAVY
    assert problem(read, JPEG, limits=Limits(written=100)) in {Problem.TOO_HEAVY, Problem.DAMAGED}


def test_a_child_that_dies_without_a_word_means_damaged(read, monkeypatch):
    monkeypatch.setattr(decoding.sys, "executable", shutil.which("false"))

    assert problem(read, JPEG) == Problem.DAMAGED


def test_a_child_that_answers_nonsense_is_not_believed(tmp_path):
    (tmp_path / decoding.FACTS).write_text("<script>")

    with pytest.raises(RefusedError):
        decoding._answer(tmp_path, ())


def resident() -> float:
    """Megabytes this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def pillows_own(folder):
    """Pillow's test images, from its source as the package index keeps it."""
    if not SDIST.exists():
        reason = f"{SDIST.relative_to(ROOT)} is missing; .ci/run fetches it"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with tarfile.open(SDIST) as archive:
        images = [one for one in archive if one.isfile() and "/Tests/images/" in one.name]
        images.sort(key=lambda one: one.name)
        for number, one in enumerate(images):
            if number % EVERY == 0 or any(word in one.name for word in NOTORIOUS):
                path = folder / f"{number}-{Path(one.name).name}"
                path.write_bytes(archive.extractfile(one).read())
                yield path


@pytest.mark.realtime
def test_every_file_that_ever_broke_a_decoder_is_taken_or_refused(tmp_path):
    before = resident()

    def outcome(path):
        target = path.with_suffix(".made")
        target.mkdir()
        try:
            decode(Family.PHOTO, path, target, widths=WIDTHS)
        except RefusedError as error:
            return str(error.problem), resident()
        finally:
            shutil.rmtree(target)
        return "taken", resident()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(outcome, list(pillows_own(tmp_path))))

    found = Counter(said for said, _memory in outcomes)
    grown = max(memory for _said, memory in outcomes) - before
    print(f"{len(outcomes)} files: {dict(found)}; the hub grew by {grown:.0f} MB at most")  # noqa: T201 - the figure
    assert found["taken"] > 10
    assert found["damaged"] > 10
    assert grown <= 100
