"""What the pages that belong to everybody say, and what they keep to themselves."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from home.models import AnnouncementAttachment, AnnouncementIndexPage, Contact, Document, StandardPage
from tests import factories
from tests.conftest import NOW
from tests.pages import facts, main, read, text, titles

pytestmark = pytest.mark.django_db


def contact(language_code="zh-hant", **fields):
    fields = {"unit": "專案辦公室", "services": ["events"], "phone": "03-4225205", "extension": "6025"} | fields
    return Contact.objects.create(locale=Locale.objects.get(language_code=language_code), **fields)


def english(page, **fields):
    translated = page.copy_for_translation(Locale.objects.get(language_code="en"))
    for name, value in fields.items():
        setattr(translated, name, value)
    translated.save_revision().publish()
    translated.refresh_from_db()
    return translated


def plain(**fields):
    return factories._add(StandardPage(**fields), factories.home(), live=True)


def test_an_announcement_says_its_category_its_dates_and_its_files(client):
    page = factories.announcement(
        title="111年計畫公告", slug="notice", category="notice", effective_on=date(2022, 1, 26), summary="開始受理"
    )
    document = Document(title="計畫全文")
    document.file.save("plan.odt", ContentFile(b"x" * 20_480))
    document.save()
    page.attachments = [AnnouncementAttachment(document=document)]
    page.save_revision().publish()

    soup = read(client, "/announcements/notice/")

    assert text(soup.find("h1")) == "111年計畫公告"
    assert text(soup.select_one(".over")) == "公告 115年3月2日 公告"
    assert facts(soup) == {"生效日期": ["111年1月26日"]}
    assert soup.select_one(".facts time")["datetime"] == "2022-01-26"
    assert text(soup.select_one(".files")) == "計畫全文 ODT 20.0 KB"
    assert text(soup.find("title")) == "111年計畫公告 ｜北區青聚點"
    assert soup.find("meta", {"name": "description"})["content"] == "開始受理"


def test_r63_an_amended_page_names_the_announcement_that_changed_it_and_the_other_way_round(client):
    notice = factories.announcement(title="計畫公告", slug="notice")
    factories.announcement(
        title="修正公告", slug="amend", category="amendment", amends=notice, effective_on=date(2026, 3, 1)
    )

    changed = read(client, "/announcements/notice/")
    assert text(changed.select_one(".amendments")) == "依 115年3月1日 公告修正： 修正公告"
    assert changed.select_one(".amendments a")["href"] == "/announcements/amend/"
    assert facts(read(client, "/announcements/amend/")) == {"生效日期": ["115年3月1日"], "修正對象": ["計畫公告"]}


def test_an_amendment_that_is_taken_down_is_named_nowhere(client):
    notice = factories.announcement(title="計畫公告", slug="notice")
    amendment = factories.announcement(title="修正公告", slug="amend", amends=notice)
    notice.unpublish()
    assert facts(read(client, "/announcements/amend/")) == {}

    notice.save_revision().publish()
    amendment.unpublish()
    assert "修正公告" not in read(client, "/announcements/notice/").get_text()


@pytest.mark.parametrize("hide", ["draft", "expired", "unpublished", "private", "private parent"])
def test_what_is_not_public_is_in_no_list_and_at_no_address(client, hide):
    factories.announcement(title="看得到", slug="seen")
    page = factories.announcement(title="看不到", slug="hidden", live=hide != "draft")
    if hide == "expired":
        type(page).objects.filter(pk=page.pk).update(expire_at=NOW - timedelta(seconds=1))
    elif hide == "unpublished":
        page.unpublish()
    elif hide.startswith("private"):
        where = page if hide == "private" else page.get_parent()
        PageViewRestriction.objects.create(page=where, restriction_type="login")

    assert "看不到" not in read(client, "/").get_text()
    if hide != "private parent":
        assert titles(read(client, "/announcements/")) == ["看得到"]
    answer = client.get("/announcements/hidden/")
    assert answer.status_code in {302, 404, 410}
    assert "看不到" not in answer.content.decode()


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_page_withdrawn_says_so_in_the_readers_language_without_its_title(client, language):
    page = factories.announcement(title="曾經在這裡", slug="gone")
    if language:
        page = english(page, title="Once stood here")
    page.unpublish()

    soup = read(client, f"{language}/announcements/gone/", status=410)

    assert text(soup.find("h1")) == ("What stood here has been withdrawn" if language else "這裡的內容已經下架")
    assert soup.find("html")["lang"] == ("en" if language else "zh-Hant")
    assert "曾經在這裡" not in soup.get_text()
    assert "Once stood here" not in soup.get_text()


@pytest.mark.parametrize(
    ("path", "heading"), [("/nothing/", "這個網址沒有內容"), ("/en/nothing/", "There is nothing at this address")]
)
def test_what_never_was_is_a_404_in_the_readers_language(client, path, heading):
    assert text(read(client, path, status=404).find("h1")) == heading


def test_an_alias_names_its_original_as_canonical(client):
    page = factories.announcement(title="原文", slug="original")
    page.create_alias(update_slug="copy", parent=page.get_parent())

    soup = read(client, "/announcements/copy/")

    assert soup.find("link", rel="canonical")["href"] == "https://hub.example.org/announcements/original/"
    assert titles(read(client, "/announcements/")) == ["原文"]


def test_a_page_names_its_visible_translations_and_switches_to_them(client):
    page = factories.announcement(title="公告", slug="both")
    chinese = read(client, "/announcements/both/")
    assert chinese.find_all("link", rel="alternate") == []
    assert chinese.select_one("a.language")["href"] == "/en/"

    english(page, title="Both")
    chinese = read(client, "/announcements/both/")
    alternates = {link["hreflang"]: link["href"] for link in chinese.find_all("link", rel="alternate")}
    assert alternates == {
        "zh-Hant": "https://hub.example.org/announcements/both/",
        "en": "https://hub.example.org/en/announcements/both/",
    }
    assert chinese.select_one("a.language")["href"] == "/en/announcements/both/"
    assert read(client, "/en/announcements/both/").select_one("a.language")["href"] == "/announcements/both/"


def test_an_english_list_holds_only_english_items_and_leads_to_the_chinese_list(client):
    page = factories.announcement(title="只有中文", slug="only")
    soup = read(client, "/en/announcements/")
    assert "只有中文" not in soup.get_text()
    assert text(soup.select_one(".empty a")) == "See the list in Chinese"
    assert soup.select_one(".empty a")["href"] == "/announcements/"

    english(page, title="Translated")
    assert titles(read(client, "/en/announcements/")) == ["Translated"]


def test_r66_whom_to_ask_stands_on_every_page_with_a_number_to_tap(client):
    contact()
    for path in ("/", "/announcements/", "/nothing/"):
        footer = read(client, path, status=404 if path == "/nothing/" else 200).select_one("#contacts")
        assert text(footer) == "聯繫窗口 專案辦公室 活動 03-4225205 分機 6025"
        assert footer.find("a")["href"] == "tel:+88634225205;ext=6025"


def test_r67_a_persons_name_is_shown_only_where_the_bureau_says_so(client):
    one = contact(person="示範人甲")
    assert "示範人甲" not in read(client, "/").get_text()

    one.person_public = True
    one.save()
    assert "示範人甲" in text(read(client, "/").select_one("#contacts"))


def test_contacts_without_an_english_version_are_marked_as_chinese(client):
    contact(unit="專案辦公室", hours="")
    assert read(client, "/en/").select_one("#contacts .contact-unit")["lang"] == "zh-Hant"

    one = Contact.objects.get()
    contact("en", unit="Project office", translation_key=one.translation_key)
    english_footer = read(client, "/en/").select_one("#contacts")
    assert text(english_footer.select_one(".contact-unit")) == "Project office"
    assert not english_footer.select("[lang]")


def test_the_menu_follows_the_tree_and_leaves_out_what_is_not_public(client):
    plain(title="關於我們", slug="about", show_in_menus=True)
    plain(title="不在選單", slug="quiet")
    AnnouncementIndexPage.objects.get(locale__language_code="zh-hant").unpublish()

    soup = read(client, "/about/")

    lists = ["活動", "空間", "創生資源", "年度計畫", "故事", "團隊", "行動推廣"]
    assert [text(item) for item in soup.select(".menu li")] == lists
    assert text(soup.select_one("footer [aria-current=page]")) == "關於我們"


def test_a_body_is_shown_as_plain_semantic_html(client):
    plain(
        title="關於",
        slug="about",
        body=[
            {"type": "heading", "value": "緣起"},
            {"type": "text", "value": '<p>看<a href="https://example.org/">這裡</a></p>'},
            {
                "type": "table",
                "value": {"caption": "期程", "header": ["項目", "月份"], "rows": [{"cells": ["月推", "3、5"]}]},
            },
        ],
    )

    soup = read(client, "/about/")

    assert text(soup.find("h2")) == "緣起"
    table = soup.select_one("main table")
    assert text(table.caption) == "期程"
    assert [(cell.name, cell.get("scope"), text(cell)) for cell in table.find_all(["th", "td"])] == [
        ("th", "col", "項目"),
        ("th", "col", "月份"),
        ("th", "row", "月推"),
        ("td", None, "3、5"),
    ]
    assert not soup.select("[style], script, style")


def test_pages_give_readers_no_cookies_and_are_checked_again_each_time(client):
    factories.announcement(slug="one")
    for path in ("/", "/announcements/", "/announcements/one/", "/events/"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "no-cache"
        assert not answer.cookies
        assert "cookie" not in answer.get("Vary", "").lower()
        assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_a_long_list_comes_in_pages(client):
    for number in range(21):
        factories.announcement(title=f"公告 {number}", slug=f"a{number}")

    first, last = read(client, "/announcements/"), read(client, "/announcements/?page=2")

    assert (len(titles(first)), titles(last)) == (20, ["公告 0"])
    assert text(first.select_one(".pages")) == "第 1 頁，共 2 頁 下一頁"
    assert first.select_one(".pages a")["href"] == "?page=2"
    assert titles(read(client, "/announcements/?page=nonsense")) == titles(first)


def test_the_list_asks_the_database_as_often_for_three_items_as_for_one(client):
    def queries():
        client.get("/announcements/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/announcements/")
        return len(captured)

    factories.announcement(title="一", slug="one")
    for_one = queries()
    factories.announcement(title="二", slug="two")
    factories.announcement(title="三", slug="three")

    assert (for_one, queries()) == (18, 18)


def test_an_empty_hub_says_kindly_that_nothing_is_there_yet(client):
    assert "目前沒有公布的活動，有新消息會放在這裡。" in main(read(client, "/"))
    assert main(read(client, "/announcements/")) == "公告 還沒有公告，有新消息會放在這裡。"
    assert main(read(client, "/venues/")) == "空間 還沒有登錄的空間。"
    assert main(read(client, "/resources/")) == "創生資源 還沒有登錄的資源。"
    assert main(read(client, "/programs/")) == "年度計畫 還沒有公布的年度計畫。"


def test_chinese_pages_speak_no_english(client):
    contact()
    factories.announcement(title="公告", slug="one", effective_on=date(2026, 3, 1))
    for path in ("/", "/announcements/", "/announcements/one/", "/events/", "/venues/", "/resources/", "/programs/"):
        words = set(re.findall(r"[A-Za-z]{2,}", read(client, path).get_text()))
        assert words <= {"English", "API"}, path
