"""What the pages of venues say: what a venue is for, its rules, and each of its days."""

from datetime import date, time

import pytest

from home.models import CalendarDay, Contact
from programs.models import (
    OpeningHours,
    VenueException,
)
from tests import factories
from tests.pages import facts, main, publish, read, text, zh

pytestmark = pytest.mark.django_db


def whole_venue(**fields):
    page = factories.venue(
        **{
            "title": "設計庫",
            "slug": "design",
            "functions": ["多功能空間"],
            "uses": ["課程", "講座"],
            "capacity": 60,
            "hours_note": "預計時間，以公布為準",
            "procedure": "七天前申請",
        }
        | fields
    )
    page.opening_hours = [
        OpeningHours(day_type="weekday", opens=time(8, 30), closes=time(21, 30)),
        OpeningHours(day_type="holiday", opens=time(8, 30), closes=time(18, 30)),
        OpeningHours(day_type="any", days=[2, 3, 4, 5, 6], opens=time(22), closes=time(23)),
    ]
    return page


def test_a_venue_tells_its_rules_and_each_of_the_next_fourteen_days_with_why(client):
    CalendarDay.objects.filter(date__gte=date(2026, 3, 1), date__lt=date(2026, 4, 1)).delete()
    CalendarDay.objects.create(date=date(2026, 3, 7), day_type="weekday", name="補行上班")
    CalendarDay.objects.create(date=date(2026, 3, 9), day_type="holiday", name="紀念日", national=True)
    page = whole_venue()
    page.opening_hours = page.opening_hours.all()[:2]
    page.exceptions = [
        VenueException(date=date(2026, 3, 4), reason="檢修"),
        VenueException(date=date(2026, 3, 5), opens=time(13), closes=time(17), reason="下午開放"),
    ]
    publish(page)

    rules, days = read(client, "/venues/design/").select(".schedule")

    assert [text(row) for row in rules.select("tbody tr")] == [
        "平日（含補班日） 08:30–21:30",
        "假日（週末與國定假日） 08:30–18:30",
    ]
    assert [text(row) for row in days.select("tbody tr")] == [
        "3月2日（一） 08:30–21:30",
        "3月3日（二） 08:30–21:30",
        "3月4日（三） 不開放 檢修",
        "3月5日（四） 13:00–17:00 下午開放",
        "3月6日（五） 08:30–21:30",
        "3月7日（六） 08:30–21:30 補行上班：補班日，依平日時間",
        "3月8日（日） 08:30–18:30",
        "3月9日（一） 08:30–18:30 紀念日：依假日時間",
        "3月10日（二） 08:30–21:30",
        "3月11日（三） 08:30–21:30",
        "3月12日（四） 08:30–21:30",
        "3月13日（五） 08:30–21:30",
        "3月14日（六） 08:30–18:30",
        "3月15日（日） 08:30–18:30",
    ]


def test_r38_a_venue_says_its_weekdays_and_its_regular_closing_days(client):
    page = factories.venue(title="平鎮館", slug="pz")
    page.opening_hours = [OpeningHours(day_type="any", days=[2, 3, 4, 5, 6], opens=time(9), closes=time(18))]
    publish(page)

    rules, days = read(client, "/venues/pz/").select(".schedule")

    assert text(rules.select_one("tbody tr")) == "星期二至星期六 09:00–18:00"
    assert text(days.select_one("tbody tr")) == "3月2日（一） 不開放 固定休息日"


def test_a_venue_says_what_it_is_for_and_how_to_borrow_it(client):
    contact = Contact.objects.create(locale=zh(), unit="專案辦公室", services=["venues"], phone="03-4225205")
    publish(whole_venue(contact=contact, address="範例路 1 號"))

    soup = read(client, "/venues/design/")

    assert facts(soup) == {
        "空間功能": ["多功能空間"],
        "適合用途": ["課程 講座"],
        "容納人數": ["最多 60 人"],
        "地址": ["範例路 1 號"],
    }
    assert text(soup.select_one(".hours .hint")) == "預計時間，以公布為準"
    assert "七天前申請" in main(soup)
    assert soup.select_one("main .contact a")["href"] == "tel:+88634225205"


def test_the_venue_list_keeps_the_editors_order(client):
    factories.venue(title="一", slug="one", functions=["會議", "展示"])
    factories.venue(title="二", slug="two")

    assert [text(card) for card in read(client, "/venues/").select(".card")] == ["一 會議、展示 桃園市", "二 桃園市"]
