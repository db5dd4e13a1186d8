"""Who may take part and who comes first: the notice's rules over plain values (R9–R15)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.ages import age_on, birthday, is_minor
from home.counties import CODES, code_for
from home.taiwan import TAIPEI
from programs.eligibility import (
    Ages,
    Applicant,
    Application,
    Because,
    Limits,
    Member,
    Verdict,
    queue,
    reference_day,
    standing,
)

LIMITS = Limits()
START = date(2022, 4, 23)
FIRST = datetime(2022, 3, 1, 9, 0, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("born_on", "on", "inside"),
    [
        (date(2007, 4, 23), START, True),  # the day of the 15th birthday
        (date(2007, 4, 24), START, False),  # the day before it
        (date(1976, 4, 24), START, True),  # 45 years and 364 days
        (date(1976, 4, 23), START, False),  # the 46th birthday
        (date(2008, 2, 29), date(2023, 2, 28), False),
        (date(2008, 2, 29), date(2023, 3, 1), True),
        (date(1976, 2, 29), date(2022, 2, 28), True),
        (date(1976, 2, 29), date(2022, 3, 1), False),
    ],
)
def test_r10_the_age_range_holds_from_the_15th_birthday_to_the_day_before_the_46th(born_on, on, inside):
    assert LIMITS.include(born_on, on) is inside


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 100))
def test_r10_on_a_birthday_one_is_exactly_that_old_and_a_year_younger_the_day_before(born_on, age):
    day = birthday(born_on, age)

    assert (day.month, day.day) in {(born_on.month, born_on.day), (3, 1)}
    assert age_on(born_on, day) == age
    assert age_on(born_on, day - timedelta(days=1)) == age - 1


def test_r10_ages_are_counted_on_the_day_asked_unless_one_is_fixed():
    assert reference_day("", START) == START
    assert reference_day("12-31", START) == date(2022, 12, 31)


def test_r11_seven_counties_are_the_north():
    assert len(CODES) == 7
    assert code_for("新竹縣") != code_for("新竹市")
    assert code_for("馬祖") == code_for("連江縣") == "TW-LIE"
    assert code_for("台北市") == code_for("臺北市") == "TW-TPE"


def team(*in_range, **told):
    members = [Member(f"示範{number}", one) for number, one in enumerate(in_range, start=1)]
    return Application(members, **{"local": True, "interested": False} | told)


@pytest.mark.parametrize(
    ("local", "interested", "verdict"),
    [
        (True, False, Verdict.LOCAL),
        (True, True, Verdict.LOCAL),
        (False, True, Verdict.INTERESTED),
        (False, False, Verdict.OPEN),
    ],
)
def test_r12_the_county_is_no_bar_where_there_is_an_interest(local, interested, verdict):
    assert standing(team(True, local=local, interested=interested), LIMITS).verdict == verdict


def test_r13_a_person_alone_is_a_team_of_one():
    alone = standing(team(True), LIMITS)

    assert (alone.verdict, alone.inside, alone.known, alone.may) == (Verdict.LOCAL, 1, 1, True)


@pytest.mark.parametrize(
    ("in_range", "ages", "verdict"),
    [
        ((True, True, False, False), Ages.OUT, Verdict.OUTSIDE),
        ((True, True, True, False, False), Ages.IN, Verdict.LOCAL),
        ((True, True, False, None, None), Ages.IN, Verdict.LOCAL),
        ((None, None), Ages.UNKNOWN, Verdict.OPEN),
        ((), Ages.UNKNOWN, Verdict.OPEN),
    ],
)
def test_r14_more_than_half_of_those_whose_age_is_known_are_in_range(in_range, ages, verdict):
    found = standing(team(*in_range), LIMITS)

    assert (found.ages, found.verdict) == (ages, verdict)
    assert (found.inside, found.known) == (in_range.count(True), len(in_range) - in_range.count(None))


def test_r14_members_of_unknown_age_are_listed():
    assert standing(team(True, None, True, None), LIMITS).unknown == ("示範2", "示範4")


def test_r14_the_share_is_a_setting():
    assert standing(team(True, True, False), replace(LIMITS, share=0.7)).ages == Ages.OUT


@pytest.mark.parametrize(("on", "minor"), [(date(2022, 3, 1), True), (date(2023, 3, 1), False)])
def test_r15_who_is_a_minor_depends_on_the_date_of_the_act(on, minor):
    assert is_minor(date(2003, 6, 1), on) is minor


def test_r65_the_bureau_may_admit_whom_the_rules_would_not():
    assert standing(team(False, False, admitted=True), LIMITS).verdict == Verdict.ADMITTED
    assert standing(team(False, False, admitted=True), LIMITS).may


def test_r9_last_years_teams_need_no_other_way_in():
    assert standing(team(None, local=False, selected=True), LIMITS).verdict == Verdict.SELECTED


def test_r9_last_years_team_comes_before_an_earlier_applicant_and_never_cancels_a_confirmed_place():
    early = Applicant("早", FIRST)
    sure = Applicant("定", FIRST + timedelta(hours=2), confirmed=True)
    before_last = Applicant("前年", FIRST + timedelta(hours=1), frozenset({109}))
    selected = Applicant("去年", FIRST + timedelta(days=3), frozenset({109, 110}))
    later = Applicant("去年二", FIRST + timedelta(days=4), frozenset({110}))

    places = queue([early, later, selected, before_last, sure], edition=111)

    assert [(place.number, place.applicant.who, place.because) for place in places] == [
        (1, "定", Because.CONFIRMED),
        (2, "去年", Because.SELECTED_LAST_YEAR),
        (3, "去年二", Because.SELECTED_LAST_YEAR),
        (4, "早", Because.FIRST_COME),
        (5, "前年", Because.FIRST_COME),
    ]
