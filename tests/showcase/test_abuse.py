"""A running hub under rough hands: one story however often it is sent, no orphans, no crash, and words for each."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from tests.api.programs import run
from tests.showcase.rough import CUTS, TIMES

pytestmark = [
    pytest.mark.realtime,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc"),
]
GROWN_AT_MOST = 100
SAID = {
    "pixels": "圖片像素過高，上限為 40 百萬像素，請縮小後再上傳。",
    "ending": "這裡不接受這種檔案，可上傳的格式有：gif, heic, heif, jpeg, jpg, png, webp。",
    "damaged": "檔案已損毀，或不是圖片。請重新存檔後再試一次。",
    "not_pdf": "副檔名是 .pdf，但檔案是另一種格式，或已損毀。",
    "not_video": "副檔名是 .mp4，但檔案是另一種格式，或已損毀。",
    "empty": "這是空的檔案，請重新選擇。",
    "other_kind": "副檔名是 .png，但檔案其實是另一種格式（JPEG）。",
    "nothing": "沒有收到檔案，請重新選擇。",
    "taken": "",
}
HEAVY = "讀取這個檔案需要的時間或記憶體過多。請重新存檔或縮小檔案，再試一次。"
FULL = "這則故事能放的都放滿了，請先拿掉別的。"
SETTINGS = "tests.served"


@pytest.fixture(scope="module")
def no_orphans():
    """What has to stand after each act."""
    return {"files_without_rows": [], "rows_without_files": [], "photos_unused": 0, "temporary": []}


def rough(database_url, folder, *acts):
    return run("tests.showcase.rough", database_url, 7, *acts, DJANGO_SETTINGS_MODULE=SETTINGS, HUB_FOLDER=str(folder))


def of(report, names):
    return {name: report[name] for name in names}


def assert_handed_in_once(report):
    told = report["submit"]
    print(f"{TIMES} submits at once: {told['answers']} in {report['seconds']['submit']} s")  # noqa: T201 - the figure
    assert set(told["answers"]) <= {"302", "200"}
    assert sum(told["answers"].values()) == TIMES
    counted = ("stories", "revisions", "wagtail_revisions", "parties", "grants")
    assert [told[name] for name in counted] == [1, 1, 1, 3, ["author"]]
    assert told["letters"] == dict.fromkeys(["coauthor1@example.org", "coauthor2@example.org", report["author"]], 1)
    assert report["log"] == []


def test_whatever_is_sent_and_however_the_hub_says_why_and_keeps_no_orphan(database_copy, tmp_path, no_orphans):
    report = rough(database_copy, tmp_path, "submit", "cut", "bad", "many")

    grown = {pid: round(report["after"][pid] - held) for pid, held in report["before"].items()}
    cuts, bad = report["cut"], report["bad"]
    figures = f"{report['seconds']} s; grown by {grown} MB; of {cuts['cuts']} cuts {cuts['left']['assets']} whole"
    print(figures)  # noqa: T201 - the figures
    print(f"Pillow's own: {Counter(told(one) for one in bad['pillow'])}")  # noqa: T201 - the figures
    assert_handed_in_once(report)
    assert report["log"] == []
    assert {name: report[name]["answers_still"] for name in report["seconds"]} == dict.fromkeys(report["seconds"], 200)
    assert {name: of(report[name]["left"], no_orphans) for name in report["seconds"]} == dict.fromkeys(
        report["seconds"], no_orphans
    )
    assert cuts["cuts"] == CUTS
    # Only the whole photo is ever taken, however often its last bytes were cut off.
    assert cuts["left"]["sources"] in ([], [cuts["whole"]])
    assert_each_has_its_words(bad)
    assert (report["many"]["status"], report["many"]["assets"]) == (302, settings.STORY_PHOTOS)
    assert report["many"]["refused"] == 31 - settings.STORY_PHOTOS
    assert FULL in report["many"]["words"]
    assert max(grown.values()) <= GROWN_AT_MOST


def told(one):
    """The class of what was said of a file."""
    _ending, _status, files = one
    (taken, why, _name), *_good = files
    return "taken" if taken else why


def assert_each_has_its_words(bad):
    for expected, status, files in bad["bad"]:
        first, good = files
        assert (expected, first[:2]) == (expected, [expected == "taken", SAID[expected]])
        assert good == [True, "", "好.jpg"]
        assert status == (200 if expected == "taken" else 422)
    for about, status, files in bad["names"]:
        assert (about, status, len(files)) in {(about, 200, 1), (about, 422, 1)}
        for taken, why, name in files:
            assert why in ({""} if taken else SAID.values())
            assert not re.search(r"[\x00-\x1f\u202e/\\]|\.\.", name)
            assert len(name) <= 255
    for ending, status, files in bad["pillow"]:
        ((taken, why, _name),) = files
        known = {*SAID.values(), HEAVY, f"副檔名是 {ending}，但檔案是另一種格式，或已損毀。"}
        assert status == (200 if taken else 422)
        assert why in known or why.startswith(f"副檔名是 {ending}，但檔案其實是另一種格式")


@pytest.mark.postgres
def test_a_story_sent_fifty_times_at_once_is_one_on_postgresql(postgres_url, tmp_path):
    assert_handed_in_once(rough(postgres_url, tmp_path, "submit"))
