"""A button pressed again and again, and by many at once: one story, one revision, one mail each."""

import pytest

from tests.api.programs import run

ONE = {"codes": [302], "stories": 1, "revisions": 1, "parties": 2, "grants": 1, "letters": 2, "broken": None}


def test_fifty_at_once_hand_in_one_story(database_copy):
    assert run("tests.showcase.submitters", database_copy, 50) == ONE


@pytest.mark.postgres
def test_twenty_at_once_hand_in_one_story_on_postgresql(postgres_url):
    assert run("tests.showcase.submitters", postgres_url, 20) == ONE
