"""The founding notice, line by line, asked over HTTP of the year the demo plays.

Expected values are typed here beside the notice's words and never taken from the demo. The world begins five days
before the notice, and a test moves on from there.
"""

import json
import re
from collections import Counter
from datetime import datetime

import pytest
from django.utils import translation

from home.taiwan import TAIPEI
from programs.models import EventCost
from tests.demo import played, savepoint

pytestmark = pytest.mark.django_db

EVE = datetime(2022, 1, 21, 8, 0, tzinfo=TAIPEI)
# 北區(基隆市、台北市、新北市、桃園市、新竹縣、新竹市及連江縣)
SEVEN = {"TW-KEE", "TW-TPE", "TW-NWT", "TW-TAO", "TW-HSQ", "TW-HSZ", "TW-LIE"}
# 指導單位：教育部青年發展署、桃園市政府、桃園市議會。主辦單位：桃園市政府青年事務局。
SUPERVISORS = ["教育部青年發展署", "桃園市政府", "桃園市議會"]
ORGANIZER = "桃園市政府青年事務局"
ROOMS = {1: "青年局2樓", 2: "桃園設計庫", 3: "桃園市社會企業中心平鎮館"}
CALLS = ["tel:+88634225205;ext=6025", "tel:+88634225205;ext=6004"]


@pytest.fixture(scope="module")
def year_111(django_db_setup, django_db_blocker, tmp_path_factory):
    with played(EVE, tmp_path_factory.mktemp("golden"), django_db_blocker):
        yield


@pytest.fixture
def _django_db_helper(year_111):
    """Stands in for pytest-django's: its transaction a test would close the connection the year lives on."""
    with savepoint():
        yield


@pytest.fixture(autouse=True)
def on_the_eve(frozen_time):
    frozen_time.move_to(EVE)


@pytest.fixture
def ask(client):
    def get(path, **params):
        answer = client.get(f"/api/v1/{path}", params)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["data"]

    return get


@pytest.fixture
def page(client):
    def get(path):
        answer = client.get(path)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.fixture
def program(ask):
    [card] = ask("programs", program="111")
    return ask(f"programs/{card['id']}")


@pytest.fixture
def events(ask):
    """All events of the year, sessions too."""
    return ask("events", program="111", sort="starts_at", limit="100")


@pytest.fixture
def twelve(events):
    return [event for event in events if event["parent"] is None]


@pytest.fixture
def room(ask):
    def get(number):
        [card] = [venue for venue in ask("venues") if venue["title"] == ROOMS[number]]
        return ask(f"venues/{card['id']}")

    return get


@pytest.fixture
def open_on(ask, room, frozen_time):
    """A room's intervals and day type as answered on that day for that day."""

    def get(number, day):
        frozen_time.move_to(datetime.fromisoformat(f"{day}T07:00:00+08:00"))
        today = ask(f"venues/{room(number)['id']}/hours")[0]
        assert today["date"] == day
        return today["day_type"], [(row["opens"], row["closes"]) for row in today["intervals"]]

    return get


def month(event):
    return int(event["starts_at"][5:7])


def of_kind(events, kind):
    return [event for event in events if event["kind"] == kind]


def words(events, name):
    return {word for event in events for word in event[name]}


# 111年北區青聚點地方創生團隊人才培力計畫；中華民國111年1月26日公告
def test_r1_the_edition_is_111_which_is_2022_announced_on_26_january(ask, page, program):
    assert (program["edition_roc"], program["year"]) == (111, 2022)
    assert program["title"] == "111年北區青聚點地方創生團隊人才培力計畫"
    [notice] = ask("announcements", category="notice")
    assert notice["effective_on"] == "2022-01-26"
    assert "111年1月26日" in page("/announcements/notice-111/")


# 配合教育部青年發展署「發展及整備地方創生青聚點計畫—打造區域性青聚點」
def test_r2_the_scheme_behind_the_programme_is_named(page, program):
    scheme = "發展及整備地方創生青聚點計畫—打造區域性青聚點"
    assert "教育部青年發展署" in program["summary"]
    assert scheme in program["summary"]
    assert scheme in page("/programs/111/")


# 有興趣或已投入地方創生的青年團隊
def test_r4_both_the_interested_and_the_active_are_addressed(twelve):
    assert words(twelve, "audiences") == {"newcomer", "active"}
    assert [event["title"] for event in twelve if not event["audiences"]] == []


# 跨領域、跨地域的多元媒合交流活動與培育輔導資源
def test_r5_every_event_is_filed_under_a_field_and_a_county(ask, program, twelve):
    assert set(program["counties"]) == SEVEN
    assert words(twelve, "counties") == SEVEN
    assert [event["title"] for event in twelve if not (event["counties"] and event["competences"])] == []
    in_keelung = ask("events", program="111", county="TW-KEE")
    assert {event["kind"] for event in in_keelung} == {"quarterly"}
    # What teams can apply for is open to the whole north.
    assert [card["title"] for card in ask("resources") if set(card["counties"]) != SEVEN] == []


# 建立網絡、串聯合作、共學討論、專業諮詢、公私媒合等機制
def test_r6_the_five_mechanisms_each_in_use_and_none_without(ask, events):
    items = [*events, *ask("resources")]
    assert words(items, "mechanisms") == {"networking", "collaboration", "co_learning", "consulting", "matching"}
    assert [item["title"] for item in items if not item["mechanisms"]] == []


# 指導單位：教育部青年發展署、桃園市政府、桃園市議會。
def test_r7_three_supervisors_in_the_notices_order(page, program, events):
    for item in (program, *events):
        assert [row["name"] for row in item["organizations"] if row["role"] == "supervisor"] == SUPERVISORS
    for path in ("/programs/111/", "/events/111-03-village-notes/"):
        text = page(path)
        places = [text.rindex(f">{name}<") for name in (*SUPERVISORS, ORGANIZER)]
        assert places == sorted(places)


# 主辦單位：桃園市政府青年事務局。
def test_r8_one_organizer(program, events):
    for item in (program, *events):
        assert [row["name"] for row in item["organizations"] if row["role"] == "organizer"] == [ORGANIZER]


# 辦理 12 場次；月推計9場、季聚計2場、成果交流會計1場
def test_r17_twelve_events_nine_and_two_and_one(ask, program, twelve):
    assert Counter(event["kind"] for event in twelve) == {"monthly": 9, "quarterly": 2, "showcase": 1}
    planned = Counter()
    for row in program["plan"]:
        planned[row["kind"]] += row["count"]
    assert planned == {"monthly": 9, "quarterly": 2, "showcase": 1}
    assert len(ask("events", program="111", kind="monthly")) == 9


# 月推：3、5、6、8、9、11
def test_r18_monthly_gatherings_only_in_six_months(program, twelve):
    assert {month(event) for event in of_kind(twelve, "monthly")} == {3, 5, 6, 8, 9, 11}
    assert {row["month"] for row in of_kind(program["plan"], "monthly")} == {3, 5, 6, 8, 9, 11}


# 擇 3 個月份辦理 2 場、其餘月份各 1場
def test_r19_three_of_the_months_hold_two(program, twelve):
    held = Counter(month(event) for event in of_kind(twelve, "monthly"))
    assert sorted(held.values()) == [1, 1, 1, 2, 2, 2]
    assert {row["month"]: row["count"] for row in of_kind(program["plan"], "monthly")} == held


# 以工作坊、媒合會、讀書會、沙龍講座等青年小聚形式
def test_r20_the_forms_of_a_monthly_gathering(twelve):
    assert words(of_kind(twelve, "monthly"), "formats") >= {"workshop", "matching", "reading_club", "salon", "lecture"}


# 季聚 (計 2 場) 4、7
def test_r21_quarterly_meetings_in_april_and_july(twelve):
    assert [month(event) for event in of_kind(twelve, "quarterly")] == [4, 7]


# 按季擇農業、族群、文化、產業等特色主題，分流至北區不同縣市
def test_r22_quarterly_meetings_have_themes_and_lie_in_different_counties(ask, events):
    spring, summer = [event for event in of_kind(events, "quarterly") if event["parent"] is None]
    assert words([spring, summer], "themes") == {"agriculture", "ethnicity", "culture", "industry"}
    assert [meeting["title"] for meeting in (spring, summer) if not meeting["themes"]] == []
    assert set(spring["counties"]).isdisjoint(summer["counties"])
    # 系列工作坊與研討活動
    for meeting in (spring, summer):
        sessions = [event for event in events if event["parent"] and event["parent"]["id"] == meeting["id"]]
        assert len({county for session in sessions for county in session["counties"]}) >= 2
        assert words(sessions, "formats") >= {"workshop", "forum"}
    found = ask("events", program="111", theme="agriculture")
    assert [event["id"] for event in found if not event["parent"]] == [spring["id"]]


# 成果交流會 (計 1 場) 10；設計二日以上
def test_r24_the_showcase_in_october_is_still_on_in_its_second_day(ask, twelve, frozen_time):
    [showcase] = of_kind(twelve, "showcase")
    begins, ends = (datetime.fromisoformat(showcase[name]) for name in ("starts_at", "ends_at"))
    assert (begins.month, (ends.date() - begins.date()).days >= 1) == (10, True)
    frozen_time.move_to(datetime(2022, 10, 23, 12, 0, tzinfo=TAIPEI))
    assert showcase["id"] in {event["id"] for event in ask("events", program="111", when="now")}


# 結合主題論壇與創生見學團…邀集各區域青聚點…靜態策展與互動科技
def test_r25_the_showcase_has_a_forum_field_trips_and_an_exhibition_and_invites_the_other_hubs(ask, twelve):
    [showcase] = of_kind(twelve, "showcase")
    sessions = [ask(f"events/{row['id']}") for row in showcase["sub_events"]]
    assert words(sessions, "formats") == {"forum", "field_trip", "exhibition"}
    [trip] = [session for session in sessions if session["formats"] == ["field_trip"]]
    assert "集合" in trip["place"]
    [exhibition] = [session for session in sessions if session["formats"] == ["exhibition"]]
    assert "互動科技" in exhibition["summary"]
    text = ask(f"events/{showcase['id']}")["body_text"]
    assert [medium for medium in ("影片", "社群貼文", "紙本刊物", "圖文集") if medium not in text] == []
    guests = [row["name"] for row in showcase["organizations"] if row["role"] == "co_organizer"]
    assert guests == ["中區青聚點（雲林縣）", "南區青聚點（屏東縣）", "東區青聚點（宜蘭縣）"]


# 預訂期程…具體時間地點將另行公告，青年局保有調整之權利
def test_r26_dates_are_tentative_then_fixed_and_a_change_or_a_cancellation_shows(ask, page, twelve):
    undated = [event for event in twelve if event["date_precision"] == "month"]
    assert {event["status"] for event in undated} == {"tentative"}
    assert undated[0]["starts_at"] == "2022-11-01T00:00:00+08:00"
    assert undated[0]["ends_at"] == "2022-12-01T00:00:00+08:00"

    for lang in ("zh-Hant", "en"):
        [moved] = ask("events", program="111", status="rescheduled", lang=lang)
        assert moved["previous_starts_at"] == "2022-05-21T19:00:00+08:00"
        assert (moved["starts_at"], moved["sequence"]) == ("2022-05-28T19:00:00+08:00", 2)
        [off] = ask("events", program="111", status="cancelled", lang=lang)
        assert (off["starts_at"], off["sequence"]) == ("2022-08-27T16:00:00+08:00", 2)
    [moved] = ask("events", program="111", status="rescheduled")
    assert moved["version"] > 2  # month, day, another day: each was told
    shown = page("/events/111-05-reading-places/")
    assert "5月21日" in shown
    assert "5月28日" in shown
    assert "已取消" in page("/events/111-08-night-market/")
    assert "青年局保有調整的權利" in page("/programs/111/")
    [amendment] = ask("announcements", category="amendment")
    assert amendment["amends"]["web_url"].endswith("/announcements/notice-111/")


# 通識課程、推廣講座、實作工作坊及深度互動營隊
def test_r27_courses_lectures_workshops_and_camps(twelve):
    assert words(twelve, "formats") >= {"course", "lecture", "workshop", "camp"}


# 設計規劃、活動執行、行政支援(庶務支出、交通往返)、參與策展等經費由青年局支應
def test_r30_who_pays_is_public_and_how_much_is_nowhere(client, ask, twelve):
    assert {event["costs_note"] for event in twelve} == {"所需經費由青年局支應"}
    # Four, the third in two: 設計規劃 / 活動執行 / 行政支援(庶務支出 / 交通往返) / 參與策展.
    of_one = EventCost.objects.filter(page__slug="111-03-village-notes", page__locale__language_code="zh-hant")
    with translation.override("zh-hant"):
        names = [row.get_category_display() for row in of_one.order_by("sort_order")]
    assert names == ["設計規劃", "活動執行", "行政支援：庶務支出", "行政支援：交通往返", "參與策展"]
    amounts = {str(amount) for amount in EventCost.objects.values_list("amount", flat=True)}
    assert EventCost.objects.filter(page__program__edition_roc=111, page__locale__language_code="zh-hant").count() == 60
    secrets = re.compile(rf"\b({'|'.join(amounts)})\b|support_general|support_transport|\"costs\"|\"amount_ntd\"")
    for collection in ("announcements", "events", "venues", "teams", "programs", "resources"):
        for lang in ("zh-Hant", "en"):
            cards = ask(collection, lang=lang, limit="100")
            assert secrets.search(json.dumps(cards)) is None
            for card in cards:
                answer = client.get(f"/api/v1/{collection}/{card['id']}", {"lang": lang})
                assert secrets.search(answer.content.decode()) is None, card["web_url"]
                if collection == "events":
                    shown = client.get(card["web_url"].partition("example.org")[2])
                    assert secrets.search(shown.content.decode()) is None


# 序號 1 青年局2樓 2 桃園設計庫 3 桃園市社會企業中心平鎮館
def test_r33_three_venues_in_order(ask, page):
    assert [venue["title"] for venue in ask("venues")] == list(ROOMS.values())
    text = page("/venues/")
    places = [text.index(name) for name in ROOMS.values()]
    assert places == sorted(places)


# 1.會議、展示、多功能空間等。
def test_r34_what_the_first_is_for(room):
    assert room(1)["functions"] == ["會議", "展示", "多功能空間等"]


# 1.多功能空間。2.可供作課程、講座及工作坊等多元使用。
@pytest.mark.parametrize("number", [2, 3])
def test_r35_what_the_second_and_third_are_for(room, number):
    assert room(number)["functions"] == ["多功能空間"]
    assert room(number)["uses"] == ["課程", "講座", "工作坊等多元使用"]


# 預計以平假日上午 9 時至下午 6 時為主(實際以青年局公佈為準)
@pytest.mark.parametrize("day", ["2022-01-21", "2022-01-22", "2022-01-23", "2022-02-28"])
def test_r36_the_first_opens_nine_to_six_on_all_kinds_of_day(room, open_on, day):
    assert open_on(1, day)[1] == [("09:00", "18:00")]
    assert "預計" in room(1)["hours_note"]
    assert "青年局公布為準" in room(1)["hours_note"]


# 預計為平日上午 8 時 30分至下午 9時 30分，假日上午 8時 30分至下午 6時 30分
@pytest.mark.parametrize(
    ("day", "kind", "closes"),
    [
        ("2022-01-21", "weekday", "21:30"),  # a Friday
        ("2022-01-22", "weekday", "21:30"),  # a make-up Saturday
        ("2022-01-23", "holiday", "18:30"),  # a Sunday
        ("2022-02-28", "holiday", "18:30"),  # a national holiday on a Monday
    ],
)
def test_r37_the_second_opens_late_on_working_days_and_make_up_saturdays(room, open_on, day, kind, closes):
    assert open_on(2, day) == (kind, [("08:30", closes)])
    assert "預計" in room(2)["hours_note"]


# 預計為周二至周六上午 9時至下午 6時
@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2022-01-22", [("09:00", "18:00")]),  # a make-up Saturday is a Saturday
        ("2022-01-23", []),  # Sunday
        ("2022-01-24", []),  # Monday
        ("2022-01-25", [("09:00", "18:00")]),  # Tuesday
        ("2022-02-28", []),  # a holiday on a Monday
        ("2022-04-05", []),  # a national holiday on a Tuesday: the notice is silent, closed by default
    ],
)
def test_r38_the_third_opens_tuesday_to_saturday(room, open_on, day, hours):
    assert open_on(3, day)[1] == hours
    assert "預計" in room(3)["hours_note"]
    assert "國定假日" in room(3)["hours_note"]
    assert "2022-04-05" in {row["date"] for row in room(3)["exceptions"]}


# 申請政府研發補助、貸款及群眾募資…輔導商品上線電商平台…媒合產官學研…拓展市場及通路
@pytest.mark.parametrize(
    ("kind", "says", "closes_at"),
    [
        pytest.param("subsidy", "研發", "2022-03-07T17:00:00+08:00", id="r46"),
        pytest.param("loan", "貸款", None, id="r47"),
        pytest.param("crowdfunding", "募資", "2022-02-10T23:59:00+08:00", id="r48"),
        pytest.param("ecommerce", "電商上架", "2022-04-21T17:00:00+08:00", id="r49"),
        pytest.param("partnership", "產官學研", None, id="r50"),
    ],
)
def test_r46_r47_r48_r49_r50_resources_of_each_kind_are_open_until_they_close(ask, kind, says, closes_at, frozen_time):
    [offer] = ask("resources", kind=kind, open="true")
    assert says in offer["title"] + offer["summary"]
    assert offer["apply_url"].startswith("https://")
    assert offer["amount"]
    assert offer["opens_on"] <= "2022-01-21"
    assert offer["closes_at"] == closes_at
    if closes_at:
        frozen_time.move_to(datetime.fromisoformat(closes_at))
        assert ask("resources", kind=kind, open="true") == []
        assert offer["id"] in {card["id"] for card in ask("resources", kind=kind)}


# 有關跨域媒合交流活動、空間借用服務及輔導諮詢門診等資源，相關細節請洽詢…03-4225205分機 6025…分機 6004
def test_r66_two_units_answer_for_events_venues_and_clinics(page, program, room):
    for service in ("events", "venues", "clinics"):
        rows = [row for row in program["contacts"] if row["service"] == service]
        assert [(row["unit"], row["phone"], row["extension"]) for row in rows] == [
            ("北區青聚點專案辦公室", "03-4225205", "6025"),
            ("青年局公共參與科", "03-4225205", "6004"),
        ]
    assert {name for row in program["contacts"] for name in row} == {"service", "unit", "phone", "extension", "hours"}
    assert room(1)["contact"]["extension"] == "6025"
    events = ("/", "/programs/111/", "/events/111-03-village-notes/")
    for path in (*events, "/venues/youth-affairs-2f/", "/announcements/notice-111/"):
        assert [call for call in CALLS if call not in page(path)] == [], path
