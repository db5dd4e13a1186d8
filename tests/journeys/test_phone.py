"""A team at its desk with a phone: a story with three photos and two co-authors in few taps, and on a bad day."""

import pytest

from tests.journeys.phone import MOST_TAPS, TEAM, Phone, at_work, hand_in, photo, see, shell
from tests.processes import running

pytestmark = pytest.mark.browser

FOUND = """
from showcase.models import StoryPhoto, StoryRevision
from PIL import Image

[revision] = StoryRevision.objects.all()
print(*sorted(f"{one.role}:{one.email}:{one.grants.count()}" for one in revision.parties.all()))
print(*sorted(one.had_location for one in StoryPhoto.objects.all()))
print(*(bool(Image.open(one.file).getexif().get_ifd(0x8825)) for one in StoryPhoto.objects.all()))
"""


@pytest.fixture
def hub(database_copy, tmp_path):
    shell(database_copy, TEAM)
    with running(database_copy, tmp_path) as hub:
        yield f"http://127.0.0.1:{hub.port}"


def members(phone):
    """Two others of the team take part."""
    phone.tap(phone.page.get_by_label("示範乙"))
    phone.tap(phone.page.get_by_label("示範丙"))


def test_a_story_with_three_photos_and_two_coauthors_takes_few_taps(browser, hub, database_copy):
    phone = Phone(browser, hub, "member0@example.org")
    # Without the greeting that follows a login.
    phone.page.reload()
    at_work(phone, "home-empty")
    hand_in(phone, members, at_work)
    phone.page.goto(f"{hub}/desk/")
    at_work(phone, "home")
    print(f"{phone.taps} taps")  # noqa: T201 - the figure
    assert phone.taps <= MOST_TAPS
    assert shell(database_copy, FOUND).split("\n")[:3] == [
        "author:member0@example.org:1 coauthor:member1@example.org:0 coauthor:member2@example.org:0",
        "False False True",
        "False False False",
    ]


def test_what_is_typed_survives_a_lost_session_a_cut_upload_and_another_writer(browser, hub, database_copy):
    phone = Phone(browser, hub, "member0@example.org")
    page = phone.page
    page.goto(f"{hub}/desk/stories/new/")
    page.get_by_label("標題").fill("第一個標題")
    page.wait_for_url("**/words/")
    page.locator("[data-state]", has_text="已儲存").wait_for()

    # A file cut off half way: those before it stay, and it can be sent again.
    page.route(
        "**/files/", lambda route: route.abort() if b"cut.jpg" in route.request.post_data_buffer else route.continue_()
    )
    page.get_by_label("照片").set_input_files([photo("a.jpg", "JPEG", "teal"), photo("cut.jpg", "JPEG", "navy")])
    page.get_by_role("button", name="再試一次").wait_for()
    assert page.locator("[data-files] img").count() == 1
    page.unroute("**/files/")
    page.get_by_role("button", name="再試一次").tap()
    page.locator("[data-files] img").nth(1).wait_for()

    # Another member saves the same text first.
    other = Phone(browser, hub, "member1@example.org").page
    other.goto(page.url)
    other.get_by_label("發生了什麼事？").fill("乙寫的")
    other.locator("[data-state]", has_text="已儲存").wait_for()
    page.get_by_label("發生了什麼事？").fill("甲寫的")
    conflict = page.get_by_role("heading", name="剛剛有另一位成員也存了這一頁")
    conflict.wait_for()
    see(page, "conflict")
    phone.sound()
    page.get_by_role("button", name="兩段都留").tap()
    conflict.wait_for(state="hidden")
    page.locator("[data-state]", has_text="已儲存").wait_for()
    assert page.locator("[name=text]").input_value() == "甲寫的\n\n乙寫的"

    # The session ends: what is typed stays in the browser, and is back after a login.
    page.context.clear_cookies()
    page.get_by_label("標題").fill("登入逾時以後打的標題")
    page.get_by_role("link", name="在另一個分頁登入").wait_for()
    see(page, "over")
    address = page.url
    page.goto(f"{hub}/desk/")
    phone.enter(page, "member0@example.org")
    page.goto(address)
    assert page.get_by_label("標題").input_value() == "登入逾時以後打的標題"
    page.locator("[data-state]", has_text="已儲存").wait_for()
    page.reload()
    assert page.get_by_label("標題").input_value() == "登入逾時以後打的標題"
