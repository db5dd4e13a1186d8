"""A team at its desk with a phone: a story with three photos and two co-authors in few taps, and on a bad day."""

import io
import os
import subprocess
import sys

import pillow_heif
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.conftest import ROOT
from tests.journeys.conftest import PASSWORD, PATIENCE
from tests.processes import running

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 375, "height": 720}, "locale": "zh-TW", "has_touch": True, "is_mobile": True}
MOST_TAPS, HEAVIEST = 14, 150_000
# 24° 59′ N, 121° 18′ E, as a phone writes it.
PLACE = {1: "N", 2: (24.0, 59.0, 0.0), 3: "E", 4: (121.0, 18.0, 0.0)}
TEAM = f"""
from allauth.account.models import EmailAddress
from home.models import User
from programs.models import Membership
from tests.showcase.stories import team

of = team(title="河邊團隊")
for number, name in enumerate("甲乙丙"):
    user = User.objects.create_user(f"member{{number}}@example.org", {PASSWORD!r}, last_name="示範", first_name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    Membership.objects.create(team=of, user=user, role="member" if number else "head")
"""
FOUND = """
from showcase.models import StoryPhoto, StoryRevision
from PIL import Image

[revision] = StoryRevision.objects.all()
print(*sorted(f"{one.role}:{one.email}:{one.grants.count()}" for one in revision.parties.all()))
print(*sorted(one.had_location for one in StoryPhoto.objects.all()))
print(*(bool(Image.open(one.file).getexif().get_ifd(0x8825)) for one in StoryPhoto.objects.all()))
"""


def photo(name, form, color):
    file = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(PLACE)
    extra = {"exif": exif} if form == "HEIF" else {}
    Image.new("RGB", (640, 480), color).save(file, form, **extra)
    kind = "image/heic" if form == "HEIF" else "image/jpeg"
    return {"name": name, "mimeType": kind, "buffer": file.getvalue()}


def shell(database, code):
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def hub(database_copy, tmp_path):
    pillow_heif.register_heif_opener()
    shell(database_copy, TEAM)
    with running(database_copy, tmp_path) as hub:
        yield f"http://127.0.0.1:{hub.port}"


class Phone:
    """A phone that counts the taps beyond typing, and weighs what it loads."""

    def __init__(self, browser, address, email):
        self.address, self.taps = address, 0
        self.page = browser.new_context(**PHONE).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.weighed = []
        self.page.on("response", self._weigh)
        self.page.goto(f"{address}/desk/")
        self.enter(self.page, email)

    def enter(self, page, email):
        page.get_by_label("電子郵件").fill(email)
        page.get_by_label("密碼", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登入", exact=True).click()
        page.wait_for_url("**/desk/")

    def _weigh(self, response):
        if "/desk/" in self.page.url or "/desk/" in response.url:
            self.weighed.append(response)

    def weight(self):
        """The bytes of the bodies loaded since it was asked last, as they came over the wire."""
        self.page.wait_for_load_state("networkidle")
        total = sum(one.request.sizes()["responseBodySize"] for one in self.weighed)
        self.weighed.clear()
        return total

    def tap(self, found):
        self.taps += 1
        found.tap()

    def press(self, name):
        self.tap(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))

    def sound(self):
        found = [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(self.page).response["violations"]]
        assert found == [], self.page.url


def see(page, name):
    """Keep a picture of a screen where SCREENS names a folder for them."""
    if folder := os.environ.get("SCREENS"):
        for width in (375, 1280):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 800})
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE["viewport"])


def test_a_story_with_three_photos_and_two_coauthors_takes_few_taps(browser, hub, database_copy):
    phone = Phone(browser, hub, "member0@example.org")
    page = phone.page
    phone.weighed.clear()
    page.reload()
    assert phone.weight() <= HEAVIEST
    phone.sound()
    see(page, "home-empty")

    phone.tap(page.get_by_role("link", name="交一則故事"))
    page.wait_for_url("**/new/")
    assert phone.weight() <= HEAVIEST
    phone.sound()
    page.get_by_label("標題").fill("河邊的一天")
    page.get_by_label("發生了什麼事？").fill("我們清了一段河岸。\n\n下次還要去。")
    with page.expect_file_chooser() as chooser:
        phone.tap(page.get_by_label("照片"))
    chooser.value.set_files(
        [photo("IMG_0001.HEIC", "HEIF", "teal"), photo("插秧.jpg", "JPEG", "olive"), photo("b.jpg", "JPEG", "navy")]
    )
    page.locator("[data-files] img").nth(2).wait_for()
    assert "檔案裡有拍攝地點，已經移除。" in page.locator("[data-files] li").first.inner_text()
    see(page, "words")
    phone.press("下一步")

    page.wait_for_url("**/media/")
    phone.sound()
    see(page, "media")
    phone.tap(page.get_by_label("全部都是我們自己拍的"))
    phone.press("下一步")

    page.wait_for_url("**/people/")
    phone.sound()
    see(page, "people")
    phone.tap(page.get_by_label("示範乙"))
    phone.tap(page.get_by_label("示範丙"))
    phone.press("下一步")

    page.wait_for_url("**/license/")
    phone.sound()
    see(page, "license")
    for label in ("合作網站", "臉書", "我聲明", "我知道"):
        phone.tap(page.get_by_label(label))
    page.get_by_label("你的姓名").fill("示範甲")
    for name, value in (("year", "84"), ("month", "5"), ("day", "5")):
        page.locator(f"[name={name}]").fill(value)
    phone.press("同意並送出")

    page.wait_for_url("**/desk/stories/*/")
    assert page.locator(".way li").all_inner_texts() == ["送出", "共著者 0/2", "編輯", "上線"]
    phone.sound()
    see(page, "story")
    page.goto(f"{hub}/desk/")
    see(page, "home")
    phone.sound()
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
    page.get_by_role("heading", name="剛剛有另一位成員也存了這一頁").wait_for()
    see(page, "conflict")
    phone.sound()
    page.get_by_role("button", name="兩段都留").tap()
    page.locator("[data-state]", has_text="已儲存").wait_for()
    assert page.get_by_label("發生了什麼事？").input_value() == "甲寫的\n\n乙寫的"

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
