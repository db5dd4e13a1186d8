"""A story's whole way by phone: handed in, consented to by mail, published, read everywhere, and taken back."""

import email
import email.policy
import re
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from home.taiwan import TAIPEI
from tests.conftest import ROOT
from tests.doors import heard, public_addresses
from tests.journeys.conftest import PATIENCE
from tests.journeys.phone import HEAVIEST, MOST_TAPS, PHONE, TEAM, Phone, hand_in, shell
from tests.journeys.test_staff import enter
from tests.processes import running, until

pytestmark = pytest.mark.browser

OUTSIDE = {"示範丁": "ding@example.org", "示範戊": "wu@example.org"}
SIZES = (480, 960, 1600)
SECOND = timedelta(seconds=1)


@pytest.fixture
def hub(announcements, database_copy, tmp_path):
    del announcements
    shell(database_copy, TEAM)
    with running(database_copy, tmp_path) as hub:
        yield f"http://127.0.0.1:{hub.port}"


def outsiders(phone):
    """Two take part who are not in the team and have no account."""
    phone.tap(phone.page.get_by_text("不在團隊裡的人"))
    for number, (name, address) in enumerate(OUTSIDE.items()):
        phone.page.locator(f"[name=name-{number}]").fill(name)
        phone.page.locator(f"[name=email-{number}]").fill(address)


def link_to(to, pattern, since):
    """The first address of a form in what the hub has written to somebody since a moment, once it is there."""

    def look():
        for path in sorted((ROOT / "var" / "mail").glob("*.eml")):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if path.stat().st_mtime >= since and letter["To"] == to:
                found = re.search(pattern, letter.get_body(("plain",)).get_content())
                if found:
                    return found[0]
        return None

    return until(look)


def open_link(browser, link):
    """A consent page on a telephone that has never been here."""
    page = browser.new_context(**PHONE).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(link)
    return page


def agree(page, name):
    """Agree to this website, which is ticked, and to partner sites, which is not."""
    for label, value in (("年", "84"), ("月", "5"), ("日", "5")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("請輸入你的姓名").fill(name)
    page.get_by_label("合作網站").tap()
    page.get_by_role("button", name="同意授權").tap()
    page.get_by_role("heading", name="你已經同意").wait_for()
    assert page.context.cookies() == []


def withdraw(page):
    page.get_by_role("link", name="撤回我的同意").tap()
    page.get_by_role("button", name="確定撤回").tap()
    page.get_by_role("heading", name="你已經撤回同意").wait_for()
    assert page.context.cookies() == []


def approve(browser, hub, link):
    """Approve what a mail to a reviewer leads to."""
    page = enter(browser, hub, "reviewer@example.org", link.removeprefix(hub))
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="更多操作").last.click()
    with page.expect_navigation(wait_until="commit"):
        page.locator("[data-workflow-action-name=approve]").first.click()


class Reader:
    """Somebody who asks for addresses as they are, without being known."""

    def __init__(self, browser, hub):
        self.context, self.hub = browser.new_context(), hub

    def ask(self, address):
        """Its status, and all that is said."""
        answer = self.context.request.get(f"{self.hub}{address}", max_redirects=0)
        said = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        return answer.status, said.encode() + answer.body()

    def json(self, address):
        return self.context.request.get(f"{self.hub}{address}").json()

    def showing(self, addresses, canaries):
        """The addresses behind which something of the story is seen."""
        return {address for address in addresses if heard(self.ask(address)[1], canaries)}


def path_of(url):
    return urlsplit(url).path


def license_of(team, signed):
    """The block of a license that all have agreed to since a moment, for five calendar years."""
    begins = datetime.fromisoformat(signed)
    ends = begins.replace(year=begins.year + 5, day=min(begins.day, 28) if begins.month == 2 else begins.day) - SECOND
    return {
        "id": "tyc-pi-5y-v1",
        "label": "公益非營利使用（五年）",
        "holder": team,
        "attribution": f"圖文／{team}",
        "noncommercial": True,
        "uses": ["site", "partner_sites"],
        "valid_from": signed,
        "valid_until": ends.isoformat(),
        "on_end": {"action": "delete", "within": "PT24H"},
    }


def contexts(story, files):
    """With what the doors are filled: the story and its team, and every size of every photo."""
    for one in (story, story["team"]):
        for file in files:
            uid, width = file.split("/")[-2:]
            path = path_of(one["web_url"]).lstrip("/")
            yield {"uid": one["id"], "path": path, "media_uid": uid, "width": width}


def told_by_phone(browser, hub):
    """Hand the story in by few taps at a desk that loads little."""
    phone = Phone(browser, hub, "member0@example.org")
    weights = {path: phone.first_load(path) for path in ("/desk/", "/desk/stories/new/")}
    hand_in(phone, outsiders)
    print(f"{phone.taps} taps; first loads in bytes: {weights}")  # noqa: T201 - the figures
    assert phone.taps <= MOST_TAPS
    assert max(weights.values()) <= HEAVIEST


def agreed_by_mail(browser, hub, reader, since):
    """Both agree by the links in their mails; returns these, and between which times the last one did."""
    links = {name: link_to(to, rf"{hub}/consent/[\w-]+/", since) for name, to in OUTSIDE.items()}
    for name, link in links.items():
        assert reader.json("/api/v1/stories")["data"] == []
        begins = datetime.now(TAIPEI).replace(microsecond=0)
        agree(open_link(browser, link), name)
    return links, begins, datetime.now(TAIPEI)


def photos_of(reader, page):
    """Every size of the three photos on the story's page: address → its bytes, which say nothing of a camera."""
    shown = reader.ask(page)[1].decode()
    assert [name for name in ("示範甲", *OUTSIDE) if name not in shown] == []
    files = sorted(set(re.findall(r"/stories/media/[0-9a-f-]{36}/\d+", shown)))
    assert sorted(int(file.rpartition("/")[2]) for file in files) == sorted(SIZES * 3)
    answers = {file: reader.context.request.get(f"{reader.hub}{file}") for file in files}
    assert {(one.status, one.headers["content-type"]) for one in answers.values()} == {(200, "image/jpeg")}
    found = {file: one.body() for file, one in answers.items()}
    assert [file for file, body in found.items() if b"Exif" in body] == []
    return found


def test_a_story_is_handed_in_agreed_to_by_mail_published_and_withdrawn_everywhere(browser, hub):
    since, reader = time.time(), Reader(browser, hub)
    told_by_phone(browser, hub)
    links, earliest, latest = agreed_by_mail(browser, hub, reader, since)
    review = link_to("reviewer@example.org", rf"{hub}/cms/pages/\d+/edit/", since)
    assert reader.json("/api/v1/stories")["data"] == []
    approve(browser, hub, review)

    [card] = reader.json("/api/v1/stories")["data"]
    detail = f"/api/v1/stories/{card['id']}"
    story = reader.json(detail)["data"]
    signed = story["license"]["valid_from"]
    assert story["license"] == license_of("河邊團隊", signed) | {"url": f"{hub}/api/v1/licenses/tyc-pi-5y-v1"}
    assert earliest <= datetime.fromisoformat(signed) <= latest
    page = path_of(story["web_url"])
    photos = photos_of(reader, page)
    canaries = {"title": ("河邊的一天",), "text": ("我們清了一段河岸",), "names": ("示範甲", *OUTSIDE)}
    canaries["bytes"] = tuple(photos.values())
    addresses = public_addresses(contexts(story, photos))
    before = reader.showing(addresses, canaries)
    places = {"/", "/stories/", page, path_of(story["team"]["web_url"]), "/api/v1/stories", detail}
    assert before >= places | {"/api/v1/changes?include=resource&types=story", *photos}
    following = reader.json("/api/v1/changes")["page"]["next"].removeprefix(hub)

    withdraw(open_link(browser, links["示範丁"]))

    after = {address: reader.ask(address) for address in sorted(before)}
    assert {address for address, (_status, said) in after.items() if heard(said, canaries)} == set()
    assert {status for status, _said in after.values()} <= {200, 404, 410}
    assert {after[file][0] for file in photos} == {404}
    assert (after[page][0], after[detail][0], reader.json(detail)["reason"]) == (410, 410, "consent_withdrawn")
    told = [(row["op"], row["reason"]) for row in reader.json(following)["data"] if row["id"] == story["id"]]
    assert told == [("withdraw", "consent_withdrawn")]
    assert reader.showing(addresses, canaries) == set()
    print(f"{len(before)} of {len(addresses)} addresses showed it, none does")  # noqa: T201 - the figures
    assert reader.context.cookies() == []
