"""The official calendar: foreseen by law, decided by the official file, corrected by staff."""

from datetime import date, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from home.calendar_flows import forecast_calendar
from home.models import CalendarDay, User
from home.official_calendar import forecast
from programs.models import OpeningHours
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

UPLOAD = "/cms/calendar/upload/"
HEAD = "西元日期,星期,是否放假,備註"


def row(day):
    return CalendarDay.objects.values_list("day_type", "name", "name_en", "national", "source").get(date=day)


def keeper(client):
    client.force_login(factories.person("管理"))
    return client


def upload(client, *lines, encoding="utf-8-sig", name="111.csv"):
    content = "\r\n".join([HEAD, *lines]).encode(encoding)
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def refusals(answer):
    return [(refusal.line, refusal.reason) for refusal in answer.context["refusals"]]


def test_a_fresh_hub_knows_the_years_2022_to_2027():
    years = {day.year for day in CalendarDay.objects.values_list("date", flat=True)}
    assert years == {2022, 2023, 2024, 2025, 2026, 2027}
    assert row("2022-01-22") == ("weekday", "補行上班", "Make-up working day", False, "forecast")
    assert row("2022-02-04") == ("holiday", "調整放假", "Adjusted day off", True, "forecast")
    assert row("2022-02-28") == ("holiday", "和平紀念日", "Peace Memorial Day", True, "forecast")
    assert row("2022-09-10")[0:2] == ("holiday", "中秋節")


def test_the_working_saturdays_are_the_ones_the_offices_worked():
    worked = [str(day.date) for year in range(2022, 2028) for day in forecast(year) if day.day_type == "weekday"]
    assert worked == [
        "2022-01-22",
        "2023-01-07",
        "2023-02-04",
        "2023-02-18",
        "2023-03-25",
        "2023-06-17",
        "2023-09-23",
        "2024-02-17",
        "2025-02-08",
    ]


def test_a_new_year_is_foreseen_once_and_what_staff_entered_before_or_corrected_after_stays():
    CalendarDay.objects.create(date=date(2028, 1, 3), day_type="holiday", name="停班", source="staff")
    assert forecast_calendar(NOW) == [2028]
    assert row("2028-01-03") == ("holiday", "停班", "", False, "staff")
    assert row("2028-02-28")[1] == "和平紀念日"

    CalendarDay.objects.filter(date="2028-02-28").delete()
    assert forecast_calendar(NOW) == []
    assert not CalendarDay.objects.filter(date="2028-02-28").exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "big5"])
def test_the_official_file_is_taken_as_it_is_published(client, encoding):
    lines = [
        "20280101,六,2,開國紀念日",
        "20280102,日,2,",
        "20280103,一,0,",
        "20280108,六,0,補行上班",
        "20280110,一,2,調整放假",
    ]
    answer = upload(keeper(client), *lines, encoding=encoding)

    report = answer.context["report"]
    assert (report.read, report.changed, report.kept) == (
        5,
        [date(2028, 1, 1), date(2028, 1, 8), date(2028, 1, 10)],
        [],
    )
    assert row("2028-01-01") == (
        "holiday",
        "開國紀念日",
        "Founding Day of the Republic of China",
        True,
        "official",
    )
    assert row("2028-01-08") == ("weekday", "補行上班", "", False, "official")
    assert row("2028-01-10") == ("holiday", "調整放假", "", True, "official")
    assert not CalendarDay.objects.filter(date__in=["2028-01-02", "2028-01-03"]).exists()


def test_the_file_has_the_last_word_over_the_forecast_also_where_it_says_an_ordinary_day(client):
    answer = upload(keeper(client), "20220122,六,2,", "20220204,五,0,", "20220228,一,2,和平紀念日")
    assert answer.context["report"].changed == [date(2022, 1, 22), date(2022, 2, 4)]
    assert not CalendarDay.objects.filter(date__in=["2022-01-22", "2022-02-04"]).exists()
    assert row("2022-02-28")[-1] == "forecast"  # it said the same already


def test_the_same_file_again_changes_nothing(client):
    lines = ["20280101,六,2,開國紀念日", "20280108,六,0,補行上班"]
    upload(keeper(client), *lines)
    assert upload(client, *lines).context["report"].changed == []


def test_what_staff_have_entered_stays_and_is_told(client):
    keeper(client)
    day = CalendarDay.objects.get(date="2022-02-28")
    form = {"date": "2022-02-28", "day_type": "weekday", "name": "照常上班", "name_en": ""}
    client.post(f"/cms/snippets/home/calendarday/edit/{day.pk}/", form)
    assert row("2022-02-28") == ("weekday", "照常上班", "", False, "staff")

    answer = upload(client, "20220228,一,2,和平紀念日")
    assert (answer.context["report"].changed, answer.context["report"].kept) == ([], [date(2022, 2, 28)])
    assert row("2022-02-28")[-1] == "staff"


@pytest.mark.parametrize(
    "line",
    [
        "20280230,三,0,",
        "二月三日,四,0,",
        "20280203,三,0,",
        "20280203,四,1,",
        "20280203,四",
        "20280201,二,2,再一次",
        f"20280203,四,2,{'長' * 81}",
    ],
    ids=["no such day", "no date", "wrong weekday", "neither 0 nor 2", "short", "twice", "long name"],
)
def test_one_line_that_cannot_be_believed_stops_the_whole_file(client, line):
    before = list(CalendarDay.objects.values())
    answer = upload(keeper(client), "20280201,二,2,某節", line)

    ((number, reason),) = refusals(answer)
    assert (answer.status_code, number, bool(reason)) == (200, 3, True)
    assert answer.context["report"] is None
    assert list(CalendarDay.objects.values()) == before


def test_every_bad_line_is_told_with_its_number(client):
    answer = upload(keeper(client), "20280201,一,2,", "", "20280202,三,0,", "x,y,0,")
    assert [line for line, _reason in refusals(answer)] == [2, 5]


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b,c\r\n", b"\xff\xfe\x00", "西元日期,星期,是否放假,備註\r\n".encode(), b"PK\x03\x04\x00\x00"],
    ids=["empty", "other columns", "no text", "no days", "a zip"],
)
def test_another_file_is_no_calendar(client, content):
    answer = keeper(client).post(UPLOAD, {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 200
    assert answer.context.get("report") is None
    assert answer.context.get("refusals") or answer.context["form"].errors


def test_other_endings_and_large_files_are_refused(client):
    keeper(client)
    assert upload(client, "20280201,二,2,", name="x.xlsx").context["form"].errors
    assert upload(client, *["20280201,二,2,"] * 80_000).context["form"].errors


@pytest.mark.parametrize(("group", "allowed"), [("編輯", False), ("審核", False), ("管理", True)])
def test_only_the_keepers_of_the_house_change_the_calendar(client, group, allowed):
    client.force_login(factories.person(group))
    assert (client.get(UPLOAD).status_code == 200) is allowed
    upload(client, "20280201,二,2,某節")
    assert CalendarDay.objects.filter(date="2028-02-01").exists() is allowed


def test_the_list_of_days_leads_to_the_upload(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    assert UPLOAD in client.get("/cms/snippets/home/calendarday/").content.decode()


def test_an_upload_reaches_the_venues_that_close_on_national_holidays(client):
    venue = factories.venue(closes_on_national_holidays=True, live=False)
    venue.opening_hours = [OpeningHours(day_type="any", days=[1, 2, 3, 4, 5], opens=time(9), closes=time(18))]
    venue.save_revision().publish()
    upload(keeper(client), "20280201,二,2,某節")

    exceptions = client.get(f"/api/v1/venues/{venue.translation_key}").json()["data"]["exceptions"]
    assert {"date": "2028-02-01", "opens": None, "closes": None, "reason": "某節"} in exceptions
