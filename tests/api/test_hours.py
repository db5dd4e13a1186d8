"""`/venues/{id}/hours`: the next fourteen days, and why."""

from datetime import date, datetime, time, timedelta

import pytest

from home.models import CalendarDay
from home.taiwan import TAIPEI
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def venue():
    CalendarDay.objects.filter(date__year=2026, date__month=3).delete()
    page = factories.venue(title="共學空間", closes_on_national_holidays=True)
    page.opening_hours.create(day_type="weekday", days=[1, 2, 3, 4, 5, 6], opens=time(9), closes=time(12))
    page.opening_hours.create(day_type="weekday", days=[1, 2, 3, 4, 5, 6], opens=time(13), closes=time(18, 30))
    page.exceptions.create(date=date(2026, 3, 4), opens=time(10), closes=time(11), reason="搬遷")
    page.save_revision().publish()
    return page


def address(page, query=""):
    return f"/api/v1/venues/{page.translation_key}/hours{query}"


def test_the_next_fourteen_days_say_when_the_venue_is_open_and_why(client, venue):
    CalendarDay.objects.create(
        date=date(2026, 3, 5), day_type="holiday", name="紀念日", name_en="Memorial", national=True
    )
    CalendarDay.objects.create(date=date(2026, 3, 7), day_type="weekday", name="補行上班")
    usual = [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "18:30"}]

    answer = client.get(address(venue))

    assert answer.status_code == 200
    days = answer.json()["data"]
    assert [day["date"] for day in days] == [f"2026-03-{number:02}" for number in range(2, 16)]
    assert days[0] == {"date": "2026-03-02", "day_type": "weekday", "intervals": usual, "why": "rule", "note": ""}
    assert days[2] == {
        "date": "2026-03-04",
        "day_type": "weekday",
        "intervals": [{"opens": "10:00", "closes": "11:00"}],
        "why": "exception",
        "note": "搬遷",
    }
    closed = {"date": "2026-03-05", "day_type": "holiday", "intervals": [], "why": "national_holiday", "note": "紀念日"}
    assert days[3] == closed
    assert (days[5]["why"], days[5]["intervals"], days[5]["note"]) == ("make_up_day", usual, "補行上班")
    assert days[6] == {
        "date": "2026-03-08",
        "day_type": "holiday",
        "intervals": [],
        "why": "closed_by_rule",
        "note": "",
    }


def test_the_days_move_on_at_midnight_in_taipei_and_no_cache_keeps_them_longer(client, venue, frozen_time):
    frozen_time.move_to(datetime(2026, 3, 2, 23, 59, 30, tzinfo=TAIPEI))
    before = client.get(address(venue))
    assert before["Cache-Control"] == "public, max-age=30"
    assert before.json()["data"][0]["date"] == "2026-03-02"

    frozen_time.move_to(datetime(2026, 3, 3, tzinfo=TAIPEI))

    after = client.get(address(venue), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["data"][0]["date"] == "2026-03-03"


def test_a_day_off_for_a_typhoon_is_read_at_once(client, venue, django_assert_num_queries):
    before = client.get(address(venue))
    with django_assert_num_queries(1):
        assert client.get(address(venue), headers={"if-none-match": before["ETag"]}).status_code == 304

    CalendarDay.objects.create(date=date(2026, 3, 3), day_type="holiday", name="颱風停班")

    after = client.get(address(venue), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["data"][1] == {
        "date": "2026-03-03",
        "day_type": "holiday",
        "intervals": [],
        "why": "closed_by_rule",
        "note": "颱風停班",
    }


def test_the_hours_are_hidden_with_their_venue(client, venue, frozen_time):
    draft = factories.venue(live=False)
    assert client.get(address(draft)).status_code == 404
    assert client.get(address(venue, "?lang=en")).status_code == 404

    venue.refresh_from_db()
    venue.expire_at = NOW + timedelta(hours=1)
    venue.save_revision().publish()
    frozen_time.move_to(NOW + timedelta(hours=1))

    answer = client.get(address(venue))
    assert (answer.status_code, answer.json()["reason"]) == (410, "unpublished")


def test_a_venue_taken_down_without_a_hint_is_gone_before_it_is_told(client, venue):
    type(venue).objects.filter(pk=venue.pk).update(live=False)

    answer = client.get(address(venue))

    assert (answer.status_code, answer.json()["reason"]) == (410, "unpublished")


def test_parameters_are_strict(client, venue):
    answer = client.get(address(venue, "?days=7"))

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "days")
