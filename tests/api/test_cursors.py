"""A cursor is opaque, URL-safe, and good for the query it was given out for."""

import re

import pytest

from api import cursors
from api.problems import Problem


def test_a_cursor_gives_back_what_was_written_for_the_same_query():
    text = cursors.dump({"after": ["2026-03-02T10:00:00+08:00", 7]}, "events?county=TW-TAO")

    assert cursors.load(text, "events?county=TW-TAO") == {"after": ["2026-03-02T10:00:00+08:00", 7]}
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "x.y",
        "é\x00",
        "9" * 10_000,
        cursors.dump({"after": 7}, "events?county=TW-TPE"),
        cursors.dump({"after": 7}, "events?county=TW-TAO")[:-1],
        "a" + cursors.dump({"after": 7}, "events?county=TW-TAO"),
    ],
)
def test_a_cursor_that_is_not_ours_or_of_another_query_is_refused(text):
    with pytest.raises(Problem) as caught:
        cursors.load(text, "events?county=TW-TAO")

    assert (caught.value.kind, caught.value.status_code) == ("invalid-cursor", 400)
    assert [(error["parameter"], error["code"]) for error in caught.value.errors] == [("cursor", "unknown")]
