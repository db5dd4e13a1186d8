"""What the pages of the programme year say: events, resources and editions."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from home.models import Contact, Organization
from home.taiwan import TAIPEI
from programs.models import (
    EventCost,
    EventOrganization,
    ProgramContact,
    ProgramOrganization,
    ProgramPlan,
    ProgramService,
    Theme,
)
from tests import factories
from tests.conftest import NOW
from tests.pages import facts, main, publish, read, text, titles, zh

pytestmark = pytest.mark.django_db


def at(month, day, hour=0, year=2026):
    return datetime(year, month, day, hour, tzinfo=TAIPEI)


def organization(name, **fields):
    return Organization.objects.create(name=name, locale=zh(), **fields)


def edition(**fields):
    page = factories.program(**({"edition_roc": 115, "title": "115年計畫", "slug": "115"} | fields))
    page.plan = [ProgramPlan(kind="monthly", month=3, count=2), ProgramPlan(kind="showcase", month=10, count=1)]
    page.organizations = [
        ProgramOrganization(role="supervisor", organization=organization("指導甲")),
        ProgramOrganization(role="supervisor", organization=organization("指導乙")),
        ProgramOrganization(role="organizer", organization=organization("主辦丙", url="https://example.org/")),
    ]
    return publish(page)


def whole_event(**fields):
    venue = factories.venue(title="設計庫", slug="design", address="範例路 1 號")
    page = factories.event(
        **{
            "title": "工作坊",
            "slug": "workshop",
            "starts_at": at(3, 14, 14),
            "ends_at": at(3, 14, 17),
            "status": "scheduled",
            "venue": venue,
            "place": "大廳集合",
            "counties": ["TW-TAO"],
            "formats": ["workshop", "salon"],
            "competences": ["law"],
            "mechanisms": ["networking", "co_learning"],
            "audiences": ["newcomer"],
            "costs_note": "所需經費由青年局支應。",
            "registration_url": "https://example.org/register",
            "registration_opens_at": at(3, 1, 9),
            "registration_closes_at": at(3, 10, 18),
            "program": edition(),
        }
        | fields
    )
    page.themes.add(Theme.objects.get(code="culture"))
    page.costs = [EventCost(category="design", amount=987_654, note="內部備註")]
    return publish(page)


def test_an_event_says_when_where_for_whom_and_who_organises_it(client):
    whole_event()

    soup = read(client, "/events/workshop/")

    assert text(soup.select_one(".over")) == "月推"
    assert text(soup.select_one(".event-when")) == "115年3月14日（六） 14:00–17:00"
    assert soup.select_one(".event-when time")["datetime"] == "2026-03-14T14:00:00+08:00"
    assert soup.select(".status") == []
    assert facts(soup) == {
        "地點": ["設計庫 範例路 1 號", "大廳集合"],
        "縣市": ["桃園市"],
        "報名": ["我要報名 115年3月10日（二） 18:00 截止"],
        "費用": ["所需經費由青年局支應。"],
        "活動形式": ["實作工作坊 沙龍講座"],
        "主題": ["文化"],
        "培力知能": ["法律"],
        "培力方式": ["建立網絡 共學討論"],
        "適合對象": ["入門"],
        "年度計畫": ["115年計畫"],
    }
    assert text(soup.select_one("main .organizations")) == "指導單位 指導甲 指導乙 主辦單位 主辦丙"


def test_r30_internal_costs_stand_on_no_page(client):
    whole_event()
    for path in ("/", "/events/", "/events/workshop/", "/programs/115/"):
        page = read(client, path).get_text()
        assert "987" not in page
        assert "內部備註" not in page


def test_an_events_own_organizations_stand_instead_of_its_programmes(client):
    page = whole_event()
    page.organizations = [EventOrganization(role="co_organizer", organization=organization("協辦丁"))]
    publish(page)

    assert text(read(client, "/events/workshop/").select_one("main .organizations")) == "協辦單位 協辦丁"


def test_what_is_hidden_is_not_named_by_what_refers_to_it(client):
    page = whole_event()
    PageViewRestriction.objects.create(page=page.venue, restriction_type="login")
    page.program.unpublish()
    Organization.objects.filter(name="指導甲").update(live=False)

    soup = read(client, "/events/workshop/")
    assert facts(soup)["地點"] == ["大廳集合"]
    assert "年度計畫" not in facts(soup)
    assert soup.select("main .organizations") == []
    assert "設計庫" not in read(client, "/events/").get_text()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("tentative", "暫定 時間與地點為預訂，確定後會公布在這裡。"),
        ("postponed", "延期 新的日期會公布在這裡。"),
        ("cancelled", "取消 這場活動不辦了，造成不便敬請見諒。"),
    ],
)
def test_r26_an_event_says_how_sure_its_date_is(client, status, words):
    whole_event(status=status)

    soup = read(client, "/events/workshop/")

    assert text(soup.select_one("p.status")) == words
    assert bool(soup.select(".event-when del")) == (status != "tentative")
    assert ("報名" in facts(soup)) == (status != "cancelled")
    assert text(read(client, "/events/").select_one(".row-aside .tag:last-child")) == words.split()[0]


def test_r26_a_moved_event_strikes_the_date_told_before(client):
    page = whole_event()
    page.starts_at, page.ends_at, page.status = at(3, 21, 14), at(3, 21, 17), "rescheduled"
    publish(page)

    soup = read(client, "/events/workshop/")

    assert text(soup.select_one(".event-when del")) == "原訂日期： 115年3月14日（六） 14:00–17:00"
    assert text(soup.select(".event-when > time")[0]) == "115年3月21日（六） 14:00–17:00"
    assert text(soup.select_one("p.status")) == "改期 請留意新的日期。"


def test_a_month_is_all_that_is_said_of_an_event_without_a_date(client):
    factories.event(
        title="沙龍", slug="salon", starts_at=at(11, 1), ends_at=at(12, 1), date_precision="month", kind="monthly"
    )

    assert text(read(client, "/events/salon/").select_one(".event-when")) == "115年11月 （日期未定）"
    assert text(read(client, "/events/").select_one(".row-when")) == "11月 （日期未定）"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW, "115年3月5日（四） 09:00 開始"),
        (at(3, 5, 9), "我要報名 115年3月10日（二） 18:00 截止"),
        (at(3, 10, 18), "報名已截止。"),
    ],
)
def test_registration_opens_and_closes_by_itself(client, frozen_time, now, words):
    whole_event(registration_opens_at=at(3, 5, 9))
    frozen_time.move_to(now)

    assert facts(read(client, "/events/workshop/"))["報名"] == [words]


def test_r23_a_meeting_lists_its_visible_sessions_and_each_names_the_meeting(client):
    parent = factories.event(title="季聚", slug="q", kind="quarterly", starts_at=at(4, 18, 9), ends_at=at(4, 19, 17))
    factories.event(parent=parent, title="論壇", slug="forum", starts_at=at(4, 19, 13), kind="monthly")
    factories.event(parent=parent, title="工作坊", slug="shop", starts_at=at(4, 18, 9), kind="monthly")
    factories.event(parent=parent, title="未公布", slug="draft", live=False)

    assert titles(read(client, "/events/q/")) == ["工作坊", "論壇"]
    assert text(read(client, "/events/q/forum/").select_one(".over")) == "季聚 所屬活動： 季聚"
    assert titles(read(client, "/events/")) == ["季聚"]


def some_events():
    factories.event(title="去年", slug="e0", starts_at=at(10, 1, 9, year=2025), counties=["TW-KEE"])
    factories.event(title="上午", slug="e1", starts_at=at(3, 2, 8), ends_at=at(3, 2, 9), counties=["TW-TAO"])
    factories.event(title="今天", slug="e2", starts_at=at(3, 2, 8), counties=["TW-TAO", "TW-HSZ"])
    factories.event(title="取消", slug="e3", starts_at=at(3, 20, 9), status="cancelled", kind="showcase")
    parent = factories.event(title="季聚", slug="e4", starts_at=at(4, 18, 9), ends_at=at(4, 20), kind="quarterly")
    factories.event(parent=parent, title="新竹場", slug="s", starts_at=at(4, 18, 9), counties=["TW-HSQ"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["今天", "取消", "季聚"]),
        ("?when=past", ["上午", "去年"]),
        ("?county=TW-TAO", ["今天"]),
        ("?county=TW-HSQ", ["季聚"]),
        ("?county=TW-HSZ&when=upcoming", ["今天"]),
        ("?kind=quarterly", ["季聚"]),
        ("?month=2026-03", ["上午", "今天", "取消"]),
        ("?month=2026-04&kind=showcase", []),
        ("?when=past&county=TW-KEE", ["去年"]),
        # What is not understood is left out, and the page says so.
        ("?county=Atlantis", ["今天", "取消", "季聚"]),
        ("?month=2026-13&kind=quarterly", ["季聚"]),
    ],
)
def test_events_are_narrowed_by_time_county_kind_and_month(client, query, found):
    some_events()
    soup = read(client, f"/events/{query}")

    assert titles(soup) == found
    assert bool(soup.select("main .hint")) == ("Atlantis" in query or "13" in query)


def test_what_was_chosen_stands_above_the_list_with_a_way_out_of_it(client):
    chosen = read(client, "/events/?month=2026-01&county=TW-TAO").select_one(".chosen")

    assert text(chosen) == "115年1月 桃園市 清除條件"
    assert chosen.find("a")["href"] == "/events/"
    assert read(client, "/events/").select(".chosen") == []


def test_the_event_list_is_gathered_by_month(client):
    some_events()
    months = read(client, "/events/").select("section.month")

    assert [text(month.find("h2")) for month in months] == ["115年3月", "115年4月"]


def test_the_event_list_asks_the_database_as_often_for_three_items_as_for_one(client):
    def queries():
        client.get("/events/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/events/")
        return len(captured)

    def event(number):
        venue = factories.venue(title=f"空間 {number}", slug=f"v{number}")
        factories.event(title=f"活動 {number}", slug=f"e{number}", venue=venue, counties=["TW-TAO"])

    event(1)
    for_one = queries()
    event(2)
    event(3)

    assert (for_one, queries()) == (24, 24)


def test_a_county_is_one_tap_from_its_events(client):
    links = {text(link): link["href"] for link in read(client, "/").select(".counties a")}

    assert links == {
        "基隆市": "/events/?county=TW-KEE",
        "臺北市": "/events/?county=TW-TPE",
        "新北市": "/events/?county=TW-NWT",
        "桃園市": "/events/?county=TW-TAO",
        "新竹縣": "/events/?county=TW-HSQ",
        "新竹市": "/events/?county=TW-HSZ",
        "連江縣": "/events/?county=TW-LIE",
    }


def test_the_twelve_months_show_the_plan_until_more_is_announced(client):
    program = edition()
    for number in range(3):
        event = {"slug": f"m{number}", "starts_at": at(3, 10 + number, 9), "kind": "monthly"}
        factories.event(title=f"月推 {number}", program=program, **event)
    factories.event(
        title="取消", slug="off", starts_at=at(5, 9, 9), kind="monthly", status="cancelled", program=program
    )
    factories.event(title="計畫外", slug="beside", starts_at=at(12, 9, 9), kind="monthly")

    months = [text(month) for month in read(client, "/").select(".year li")]

    assert months == [
        *("1月", "2月", "3月 本月 月推 ×3", "4月", "5月", "6月"),
        *("7月", "8月", "9月", "10月 成果交流會", "11月", "12月"),
    ]
    links = [link["href"] for link in read(client, "/").select(".year a")]
    assert links == [f"/events/?month=2026-{month}" for month in ("03", "05", "12")]


def test_a_programme_says_its_year_its_plan_and_whom_to_ask(client):
    page = edition(summary="配合青聚點計畫", eligibility="十五至四十五歲青年", rewards_note="另行公告")
    page.services = [
        ProgramService(title="空間借用", summary="三個空間", url="/venues/"),
        ProgramService(title="門診", url="javascript:alert(1)"),
    ]
    contact = Contact.objects.create(
        locale=zh(), unit="專案辦公室", services=["events", "venues"], phone="03-4225205", extension="6025"
    )
    page.contacts = [ProgramContact(contact=contact)]
    publish(page)

    soup = read(client, "/programs/115/")

    assert text(soup.select_one(".over")) == "民國 115 年（2026）"
    rows = [[text(cell) for cell in row.find_all(["th", "td"])] for row in soup.select(".plan tbody tr")]
    assert rows == [["月推", "3月（2 場）", "2"], ["成果交流會", "10月", "1"]]
    assert [(text(one), one.get("href")) for one in soup.select(".services h3 a")] == [("空間借用", "/venues/")]
    assert text(soup.select_one("main .contacts")) == "專案辦公室 活動、空間 03-4225205 分機 6025"
    assert "十五至四十五歲青年" in main(soup)
    assert "另行公告" in main(soup)


def test_r7_r8_the_footer_names_who_stands_behind_the_programme_in_order(client):
    edition()
    footer = read(client, "/announcements/").select_one("footer .organizations")

    assert text(footer) == "指導單位 指導甲 指導乙 主辦單位 主辦丙"


def test_editions_are_listed_newest_first(client):
    edition()
    factories.program(edition_roc=111, title="111年計畫", slug="111")

    assert titles(read(client, "/programs/")) == ["115年計畫", "111年計畫"]


def test_resources_close_by_themselves_and_sink_to_the_end(client, frozen_time):
    factories.resource(title="先截止", slug="a", closes_at=NOW + timedelta(hours=1), apply_url="https://example.org/a")
    factories.resource(title="全年", slug="b", kind="loan")
    factories.resource(title="將開放", slug="c", opens_on=date(2026, 3, 20))

    def listed():
        rows = read(client, "/resources/").select(".row")
        return [(text(row.find("h3")), text(row.select_one(".row-aside"))) for row in rows]

    assert listed() == [("先截止", "受理中"), ("全年", "受理中"), ("將開放", "即將受理")]
    assert text(read(client, "/resources/a/").select_one(".button")) == "前往申請"

    frozen_time.move_to(NOW + timedelta(hours=1))
    assert listed() == [("全年", "受理中"), ("將開放", "即將受理"), ("先截止", "已截止")]
    closed = read(client, "/resources/a/")
    assert closed.select("main .button") == []
    assert facts(closed)["受理時間"] == ["已於 115年3月2日（一） 11:00 截止"]


def test_r3_events_are_two_clicks_from_anywhere(client):
    factories.event(title="活動", slug="e", starts_at=at(3, 20, 9))
    menu = read(client, "/announcements/").select(".menu a")
    events = next(link["href"] for link in menu if text(link) == "活動")

    assert read(client, events).select_one(".rows a")["href"] == "/events/e/"


def test_an_english_event_names_its_chinese_venue_and_marks_it_as_such(client):
    page = whole_event()
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title, english.place = "Workshop", ""
    publish(english)

    soup = read(client, "/en/events/workshop/")

    assert text(soup.select_one(".event-when")) == "Sat 14 March 2026, 14:00–17:00"
    where = soup.select_one("main .facts dd")
    assert (text(where.find("a")), where["lang"]) == ("設計庫", "zh-Hant")
    assert facts(soup)["You will learn about"] == ["Law"]
    assert facts(soup)["Theme"] == ["Culture"]
