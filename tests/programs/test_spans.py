"""When an event takes place, in words."""

from datetime import datetime

import pytest

from home.taiwan import TAIPEI
from programs.spans import Span


def at(*parts):
    return datetime(*parts, tzinfo=TAIPEI)


SPANS = [
    (Span(at(2026, 3, 14, 14), None), "115年3月14日（六）14:00", "Sat 14 March 2026, 14:00"),
    (
        Span(at(2026, 3, 14, 14), at(2026, 3, 14, 16, 30)),
        "115年3月14日（六）14:00–16:30",
        "Sat 14 March 2026, 14:00–16:30",
    ),
    # An end at midnight belongs to the day before.
    (Span(at(2026, 3, 14, 20), at(2026, 3, 15)), "115年3月14日（六）20:00–24:00", "Sat 14 March 2026, 20:00–24:00"),
    (
        Span(at(2026, 10, 3, 10), at(2026, 10, 4, 16)),
        "115年10月3日（六）10:00至10月4日（日）16:00",
        "Sat 3 October 2026, 10:00 to Sun 4 October, 16:00",
    ),
    (
        Span(at(2026, 12, 31, 20), at(2027, 1, 1, 1)),
        "115年12月31日（四）20:00至116年1月1日（五）01:00",
        "Thu 31 December 2026, 20:00 to Fri 1 January 2027, 01:00",
    ),
    (Span(at(2026, 10, 3), at(2026, 10, 4), "day"), "115年10月3日（六）", "Sat 3 October 2026"),
    (
        Span(at(2026, 10, 3), at(2026, 10, 5), "day"),
        "115年10月3日（六）至10月4日（日）",
        "Sat 3 October 2026 to Sun 4 October",
    ),
    (
        Span(at(2026, 11, 1), at(2026, 12, 1), "month"),
        "115年11月（日期未定）",
        "November 2026 (date to be announced)",
    ),
    (
        Span(at(2026, 12, 1), at(2027, 2, 1), "month"),
        "115年12月至116年1月（日期未定）",
        "December 2026 to January 2027 (date to be announced)",
    ),
]


@pytest.mark.parametrize(("span", "chinese", "english"), SPANS)
def test_a_span_says_no_more_than_is_known(span, chinese, english):
    assert (span.text("zh-Hant"), span.text("en")) == (chinese, english)


def test_a_span_under_its_years_heading_leaves_the_year_out():
    span = Span(at(2026, 3, 14, 14), at(2026, 3, 14, 16))

    assert (span.text("zh-Hant", year=False), span.text("en", year=False)) == (
        "3月14日（六）14:00–16:00",
        "Sat 14 March, 14:00–16:00",
    )


@pytest.mark.parametrize(
    ("precision", "machine"),
    [("month", "2026-03"), ("day", "2026-03-14"), ("minute", "2026-03-14T14:00:00+08:00")],
)
def test_machines_read_no_more_than_is_known(precision, machine):
    assert Span(at(2026, 3, 14, 14), None, precision).machine == machine
