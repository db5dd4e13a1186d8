"""A phone at a team's desk, and the way a story with three photos takes through it."""

import io
import os
import subprocess
import sys

import pillow_heif
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.conftest import ROOT
from tests.journeys.conftest import PASSWORD, PATIENCE

pillow_heif.register_heif_opener()

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


def photo(name, form, color):
    file = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(PLACE)
    extra = {"exif": exif} if form == "HEIF" else {}
    Image.new("RGB", (1700, 1275), color).save(file, form, **extra)
    kind = "image/heic" if form == "HEIF" else "image/jpeg"
    return {"name": name, "mimeType": kind, "buffer": file.getvalue()}


def shell(database, code):
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


class Phone:
    """A member's phone that counts the taps beyond typing."""

    def __init__(self, browser, address, email):
        self.address, self.taps = address, 0
        self.page = browser.new_context(**PHONE).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(f"{address}/desk/")
        self.enter(self.page, email)

    def enter(self, page, email):
        page.get_by_label("電子郵件").fill(email)
        page.get_by_label("密碼", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登入", exact=True).click()
        page.wait_for_url("**/desk/")

    def first_load(self, path):
        """The bytes a page takes over the wire, heads and bodies of all it loads, on a phone that keeps nothing yet."""
        fresh = self.page.context.browser.new_context(**PHONE, storage_state=self.page.context.storage_state())
        page, loaded = fresh.new_page(), []
        page.on("response", lambda response: loaded.append(response.request))
        page.goto(f"{self.address}{path}", wait_until="networkidle")
        sizes = [one.sizes() for one in loaded]
        fresh.close()
        # What comes out of a cache counts below nothing.
        assert min(size["responseBodySize"] for size in sizes) > 0, sizes
        return sum(size["responseHeadersSize"] + size["responseBodySize"] for size in sizes)

    def tap(self, found):
        self.taps += 1
        found.tap()

    def press(self, name):
        self.tap(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))

    def sound(self):
        self.page.wait_for_load_state("networkidle")
        found = [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(self.page).response["violations"]]
        assert found == [], (self.page.url, found)


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


def at_work(phone, name):
    """Look at a screen closely."""
    phone.sound()
    see(phone.page, name)


def hand_in(phone, name_people, look=lambda _phone, _name: None):
    """Hand in a story with three photos, one of which says where it was taken, from the desk's first page on.

    ``name_people(phone)`` names those who take part; ``look(phone, name)`` sees each screen.
    """
    page = phone.page
    phone.tap(page.get_by_role("link", name="交一則故事"))
    page.wait_for_url("**/new/")
    look(phone, "new")
    page.get_by_label("標題").fill("河邊的一天")
    page.get_by_label("發生了什麼事？").fill("我們清了一段河岸。\n\n下次還要去。")
    with page.expect_file_chooser() as chooser:
        phone.tap(page.get_by_label("照片"))
    chooser.value.set_files(
        [photo("IMG_0001.HEIC", "HEIF", "teal"), photo("插秧.jpg", "JPEG", "olive"), photo("b.jpg", "JPEG", "navy")]
    )
    page.locator("[data-files] img").nth(2).wait_for()
    assert "檔案裡有拍攝地點，已經移除。" in page.locator("[data-files] li").first.inner_text()
    look(phone, "words")
    phone.press("下一步")

    page.wait_for_url("**/media/")
    look(phone, "media")
    phone.tap(page.get_by_label("全部都是我們自己拍的"))
    phone.press("下一步")

    page.wait_for_url("**/people/")
    look(phone, "people")
    name_people(phone)
    phone.press("下一步")

    page.wait_for_url("**/license/")
    look(phone, "license")
    for label in ("合作網站", "臉書", "我聲明", "我知道"):
        phone.tap(page.get_by_label(label))
    page.get_by_label("你的姓名").fill("示範甲")
    for name, value in (("year", "84"), ("month", "5"), ("day", "5")):
        page.locator(f"[name=birth_{name}]").fill(value)
    phone.press("同意並送出")

    page.wait_for_url("**/desk/stories/*/")
    assert page.locator(".way li").all_inner_texts() == ["送出", "共著者 0/2", "編輯", "上線"]
    look(phone, "story")
