"""When the notice's three venues are open (R36–R38), over the whole of 2022 and against an oracle of minutes."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from home.models import CalendarDay, DayType
from programs.models import OpeningHours, VenueException
from programs.opening_hours import CalendarEntry, Exceptional, Rule, closed_by_holiday, hours_on, open_throughout
from tests import factories

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
TUESDAY_TO_SATURDAY = (2, 3, 4, 5, 6)

# 111年預計開放時間, as the notice says them.
OFFICE = [Rule("any", EVERY_DAY, time(9), time(18))]
DESIGN = [
    Rule("weekday", EVERY_DAY, time(8, 30), time(21, 30)),
    Rule("holiday", EVERY_DAY, time(8, 30), time(18, 30)),
]
ENTERPRISE = [Rule("any", TUESDAY_TO_SATURDAY, time(9), time(18))]

# 中華民國111年政府行政機關辦公日曆表, typed from the published table: days off that are no mere weekend, and the one
# Saturday worked instead of Friday 4 February.
DAYS_OFF_2022 = [
    "2022-01-01",
    "2022-01-31",
    "2022-02-01",
    "2022-02-02",
    "2022-02-03",
    "2022-02-04",
    "2022-02-28",
    "2022-04-04",
    "2022-04-05",
    "2022-06-03",
    "2022-09-09",
    "2022-09-10",
    "2022-10-10",
]
WORKED_2022 = ["2022-01-22"]


def year_2022():
    return [date(2022, 1, 1) + timedelta(days=number) for number in range(365)]


def at(day, rules, entries, *, closes=False, exceptions=()):
    told = hours_on(day, rules, exceptions, entries.get(day), closes_on_national_holidays=closes)
    return [f"{opens:%H:%M}–{until:%H:%M}" for opens, until in told.intervals], told.why


def entries_2022():
    """The calendar as it is in a fresh database, as plain values."""
    return {
        row.date: CalendarEntry(row.date, row.day_type, row.national, row.name)
        for row in CalendarDay.objects.filter(date__year=2022)
    }


@pytest.mark.django_db
def test_r37_every_day_of_2022_is_of_the_kind_the_official_calendar_says():
    entries = entries_2022()
    off = {
        day
        for day in year_2022()
        if hours_on(day, [], [], entries.get(day), closes_on_national_holidays=False).day_type == "holiday"
    }

    weekends = {day for day in year_2022() if day.isoweekday() > 5}
    assert off == (weekends | set(map(date.fromisoformat, DAYS_OFF_2022))) - set(map(date.fromisoformat, WORKED_2022))
    assert len(off) == 115
    assert {day for day, entry in entries.items() if entry.national} == set(map(date.fromisoformat, DAYS_OFF_2022))


@pytest.mark.django_db
def test_r36_the_office_is_open_nine_to_six_on_every_day_of_2022():
    entries = entries_2022()
    assert {tuple(at(day, OFFICE, entries)[0]) for day in year_2022()} == {("09:00–18:00",)}


@pytest.mark.django_db
def test_r37_the_design_library_closes_at_half_past_nine_on_250_working_days_and_at_half_past_six_on_115_others():
    entries = entries_2022()
    late = [day for day in year_2022() if at(day, DESIGN, entries)[0] == ["08:30–21:30"]]
    early = [day for day in year_2022() if at(day, DESIGN, entries)[0] == ["08:30–18:30"]]
    assert (len(late), len(early)) == (250, 115)


@pytest.mark.django_db
@pytest.mark.parametrize(("closes", "count"), [(False, 261), (True, 252)])
def test_r38_the_social_enterprise_centre_is_open_tuesday_to_saturday(closes, count):
    """2022 has 261 days from Tuesday to Saturday; nine of its holidays fall on them, the other four on Mondays."""
    entries = entries_2022()
    open_days = [day for day in year_2022() if at(day, ENTERPRISE, entries, closes=closes)[0] == ["09:00–18:00"]]
    closed = [day for day in year_2022() if at(day, ENTERPRISE, entries, closes=closes)[0] == []]
    assert (len(open_days), len(closed)) == (count, 365 - count)
    assert all(day.isoweekday() not in {1, 7} for day in open_days)


# day, office, design library, social enterprise centre (by rule alone; and closed on national holidays), typed by hand
TABLE = [
    ("2022-01-01", "09:00–18:00", "08:30–18:30", "09:00–18:00", ""),  # Sat, 開國紀念日
    ("2022-01-02", "09:00–18:00", "08:30–18:30", "", ""),  # Sun
    ("2022-01-03", "09:00–18:00", "08:30–21:30", "", ""),  # Mon
    ("2022-01-04", "09:00–18:00", "08:30–21:30", "09:00–18:00", "09:00–18:00"),  # Tue
    ("2022-01-08", "09:00–18:00", "08:30–18:30", "09:00–18:00", "09:00–18:00"),  # Sat
    ("2022-01-22", "09:00–18:00", "08:30–21:30", "09:00–18:00", "09:00–18:00"),  # Sat, 補行上班
    ("2022-01-31", "09:00–18:00", "08:30–18:30", "", ""),  # Mon, 除夕
    ("2022-02-01", "09:00–18:00", "08:30–18:30", "09:00–18:00", ""),  # Tue, 春節
    ("2022-02-04", "09:00–18:00", "08:30–18:30", "09:00–18:00", ""),  # Fri, 調整放假
    ("2022-02-28", "09:00–18:00", "08:30–18:30", "", ""),  # Mon, 和平紀念日
    ("2022-04-04", "09:00–18:00", "08:30–18:30", "", ""),  # Mon, 兒童節
    ("2022-04-05", "09:00–18:00", "08:30–18:30", "09:00–18:00", ""),  # Tue, 民族掃墓節
    ("2022-05-01", "09:00–18:00", "08:30–18:30", "", ""),  # Sun, 勞動節: no office holiday in 2022
    ("2022-06-03", "09:00–18:00", "08:30–18:30", "09:00–18:00", ""),  # Fri, 端午節
    ("2022-09-09", "09:00–18:00", "08:30–18:30", "09:00–18:00", ""),  # Fri, 中秋節補假
    ("2022-09-10", "09:00–18:00", "08:30–18:30", "09:00–18:00", ""),  # Sat, 中秋節
    ("2022-09-28", "09:00–18:00", "08:30–21:30", "09:00–18:00", "09:00–18:00"),  # Wed, 教師節 is worked
    ("2022-10-10", "09:00–18:00", "08:30–18:30", "", ""),  # Mon, 國慶日
    ("2022-12-25", "09:00–18:00", "08:30–18:30", "", ""),  # Sun
    ("2022-12-30", "09:00–18:00", "08:30–21:30", "09:00–18:00", "09:00–18:00"),  # Fri
]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "office", "design", "enterprise", "enterprise_closing"), TABLE)
def test_r36_r37_r38_days_of_every_type(day, office, design, enterprise, enterprise_closing):
    entries, day = entries_2022(), date.fromisoformat(day)
    told = [
        at(day, OFFICE, entries)[0],
        at(day, DESIGN, entries)[0],
        at(day, ENTERPRISE, entries)[0],
        at(day, ENTERPRISE, entries, closes=True)[0],
    ]
    assert told == [[one] if one else [] for one in (office, design, enterprise, enterprise_closing)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "rules", "closes", "why"),
    [
        ("2022-01-04", DESIGN, False, "rule"),
        ("2022-01-22", DESIGN, False, "make_up_day"),
        ("2022-02-28", DESIGN, False, "holiday"),
        ("2022-02-01", ENTERPRISE, True, "national_holiday"),
        ("2022-01-03", ENTERPRISE, True, "closed_by_rule"),
    ],
)
def test_a_day_says_what_decided_it(day, rules, closes, why):
    assert at(date.fromisoformat(day), rules, entries_2022(), closes=closes)[1] == why


@pytest.mark.django_db
def test_r38_half_an_hour_until_closing_passes_and_a_quarter_past_fails():
    day = date(2022, 2, 28)
    told = hours_on(day, DESIGN, [], entries_2022()[day], closes_on_national_holidays=False)
    asked = [(time(18), time(18, 30)), (time(18, 15), time(18, 45)), (time(8, 30), time(18, 30)), (time(8), time(9))]
    assert [open_throughout(told, start, end) for start, end in asked] == [True, False, True, False]


def test_a_request_may_not_span_two_intervals_that_leave_a_gap():
    noon = [Rule("any", EVERY_DAY, time(13), time(17)), Rule("any", EVERY_DAY, time(9), time(12))]
    told = hours_on(date(2022, 3, 1), noon, [], None, closes_on_national_holidays=False)
    assert told.intervals == ((time(9), time(12)), (time(13), time(17)))
    assert [open_throughout(told, *span) for span in ((time(9), time(12)), (time(11), time(14)))] == [True, False]


TYPHOON = Exceptional(date(2022, 3, 1), None, None, "颱風停止上班")
LATE = Exceptional(date(2022, 3, 1), time(19), time(22), "夜間活動")
MORNING = Exceptional(date(2022, 3, 1), time(9), time(12), "夜間活動")


@pytest.mark.parametrize(
    ("exceptions", "intervals", "note"),
    [
        ([TYPHOON], (), "颱風停止上班"),
        ([LATE], ((time(19), time(22)),), "夜間活動"),
        ([LATE, MORNING], ((time(9), time(12)), (time(19), time(22))), "夜間活動"),
        ([TYPHOON, LATE], ((time(19), time(22)),), "颱風停止上班"),
    ],
)
def test_an_exception_holds_instead_of_the_rules(exceptions, intervals, note):
    told = hours_on(date(2022, 3, 1), DESIGN, exceptions, None, closes_on_national_holidays=False)
    assert (told.intervals, told.why, told.note) == (intervals, "exception", note)
    next_day = hours_on(date(2022, 3, 2), DESIGN, exceptions, None, closes_on_national_holidays=False)
    assert next_day.intervals == ((time(8, 30), time(21, 30)),)


def test_an_exceptional_opening_opens_on_a_national_holiday_too():
    day = date(2022, 2, 28)
    holiday = CalendarEntry(day, "holiday", national=True, name="和平紀念日")
    opening = Exceptional(day, time(10), time(16), "連假開放")
    told = hours_on(day, ENTERPRISE, [opening], holiday, closes_on_national_holidays=True)
    assert told.intervals == ((time(10), time(16)),)
    assert closed_by_holiday(ENTERPRISE, [opening], [holiday]) == ()


@pytest.mark.django_db
def test_r38_partners_are_told_the_holidays_that_close_a_venue_against_its_rule(client):
    venue = factories.venue(live=False, closes_on_national_holidays=True)
    venue.opening_hours = [OpeningHours(day_type="any", days=[2, 3, 4, 5, 6], opens=time(9), closes=time(18))]
    venue.exceptions = [VenueException(date=date(2022, 3, 1), reason="颱風停止上班")]
    venue.save_revision().publish()
    data = client.get(f"/api/v1/venues/{venue.translation_key}").json()["data"]

    told = [row["date"] for row in data["exceptions"] if row["date"].startswith("2022")]
    closed = [day for day in DAYS_OFF_2022 if date.fromisoformat(day).isoweekday() not in {1, 7}]
    assert told == sorted([*closed, "2022-03-01"])
    assert all((row["opens"], row["closes"]) == (None, None) for row in data["exceptions"])


@pytest.mark.django_db
def test_a_correction_of_the_calendar_reaches_partners_at_once(client):
    venue = factories.venue(live=False, closes_on_national_holidays=True)
    venue.opening_hours = [OpeningHours(day_type="any", days=[1, 2, 3, 4, 5], opens=time(9), closes=time(18))]
    venue.save_revision().publish()

    CalendarDay.objects.create(date=date(2026, 7, 10), day_type=DayType.HOLIDAY, name="颱風停止上班", national=True)

    data = client.get(f"/api/v1/venues/{venue.translation_key}").json()["data"]
    assert {"date": "2026-07-10", "opens": None, "closes": None, "reason": "颱風停止上班"} in data["exceptions"]


# The oracle: minute by minute, from the sentences of the notice's vocabulary and not from the code.
moments = st.integers(0, 23 * 60 + 59).map(lambda minute: time(minute // 60, minute % 60))
spans = st.tuples(moments, moments).filter(lambda span: span[0] < span[1])
days = st.dates(date(2022, 1, 1), date(2022, 12, 31))
rules = st.builds(
    lambda kind, weekdays, span: Rule(kind, tuple(sorted(weekdays)), *span),
    st.sampled_from(["weekday", "holiday", "any"]),
    st.sets(st.integers(1, 7)),
    spans,
)
near = date(2022, 5, 4)
exceptions = st.builds(
    lambda shift, span: Exceptional(near + timedelta(days=shift), *(span or (None, None)), "為了測試"),
    st.integers(-1, 1),
    st.none() | spans,
)
entries = st.none() | st.builds(
    CalendarEntry, st.just(near), st.sampled_from(["weekday", "holiday"]), st.booleans(), st.just("某日")
)


def is_open(minute, weekday, rules, todays, entry, closes):
    """Whether the door stands open during one minute of the day."""
    working = entry.day_type == "weekday" if entry else weekday <= 5
    if todays:
        return any(one.opens is not None and one.opens <= minute < one.closes for one in todays)
    if entry is not None and entry.national and closes:
        return False
    for rule in rules:
        fits = rule.day_type == "any" or (rule.day_type == "weekday") == working
        if fits and weekday in rule.days and rule.opens <= minute < rule.closes:
            return True
    return False


@settings(max_examples=300, deadline=None)
@given(
    rules=st.lists(rules, max_size=4),
    exceptions=st.lists(exceptions, max_size=3),
    entry=entries,
    closes=st.booleans(),
    shift=st.integers(0, 6),
)
def test_every_minute_of_a_day_is_open_as_the_oracle_says(rules, exceptions, entry, closes, shift):
    day = near + timedelta(days=shift)
    entry = CalendarEntry(day, entry.day_type, entry.national, entry.name) if entry else None
    told = hours_on(day, rules, exceptions, entry, closes_on_national_holidays=closes)
    todays = [one for one in exceptions if one.date == day]
    for number in range(24 * 60):
        minute = time(number // 60, number % 60)
        inside = any(opens <= minute < until for opens, until in told.intervals)
        assert inside == is_open(minute, day.isoweekday(), rules, todays, entry, closes)


@settings(max_examples=300, deadline=None)
@given(rules=st.lists(rules, max_size=4), span=spans)
def test_a_request_passes_only_where_every_minute_of_it_is_open(rules, span):
    told = hours_on(near, rules, [], None, closes_on_national_holidays=False)
    start, end = (datetime.combine(near, moment) for moment in span)
    minutes = [(start + timedelta(minutes=number)).time() for number in range((end - start).seconds // 60)]
    if open_throughout(told, *span):
        assert all(is_open(minute, near.isoweekday(), rules, [], None, False) for minute in minutes)
    else:
        # Refused: a minute is closed, or no single opening holds it all.
        alone = [[is_open(minute, near.isoweekday(), [rule], [], None, False) for minute in minutes] for rule in rules]
        assert not any(all(open_minutes) for open_minutes in alone)
