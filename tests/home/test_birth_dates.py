"""A date of birth as a form asks for it: the same question, rules and words wherever it stands."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django import forms

from home.birth_dates import BirthDateField

TODAY = date(2026, 3, 2)


def asked(year="", month="", day=""):
    """A form that asks for one, as it was sent."""

    class Form(forms.Form):
        birth = BirthDateField(today=TODAY)

    return Form({"birth_year": year, "birth_month": month, "birth_day": day})


@pytest.mark.parametrize(
    ("typed", "born_on"),
    [
        (("1995", "5", "5"), date(1995, 5, 5)),
        (("84", "5", "5"), date(1995, 5, 5)),
        (("１０１", "０２", "２９"), date(2012, 2, 29)),
        ((" 115 ", "3", "2"), TODAY),
        (("1906", "1", "1"), date(1906, 1, 1)),
    ],
)
def test_a_western_and_an_roc_year_and_full_width_digits_are_read(typed, born_on):
    form = asked(*typed)

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"birth": born_on}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ((), "請填出生年月日，例如 95 年 3 月 14 日，或 2006 年 3 月 14 日。"),
        (("95", "3"), "請填出生年月日，例如 95 年 3 月 14 日，或 2006 年 3 月 14 日。"),
        (("95", "三", "14"), "請只填數字。"),
        (("-95", "3", "14"), "請只填數字。"),
        (("2001", "2", "29"), "沒有這一天。"),
        (("95", "13", "1"), "沒有這一天。"),
        (("0", "1", "1"), "沒有這一天。"),
        (("9" * 5000, "1", "1"), "沒有這一天。"),
        (("2026", "3", "3"), "這個生日不太對，年份是否正確？"),
        (("1905", "12", "31"), "這個生日不太對，年份是否正確？"),
    ],
)
def test_what_is_no_date_of_birth_is_refused_in_words(typed, says):
    assert asked(*typed).errors == {"birth": [says]}


def test_each_of_the_three_numbers_has_a_name_and_is_marked_where_it_is_wrong():
    shown = BeautifulSoup(str(asked("95", "3", "")["birth"]), "html.parser")

    assert [
        (shown.find("label", attrs={"for": one["id"]}).text, one["name"], one["value"] if one.get("value") else "")
        for one in shown.select("input[inputmode=numeric][aria-invalid=true]")
    ] == [("年", "birth_year", "95"), ("月", "birth_month", "3"), ("日", "birth_day", "")]
    assert {one["aria-describedby"] for one in shown.select("input")} == {"id_birth_helptext id_birth_error"}
