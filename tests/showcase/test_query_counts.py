"""Pages about one story ask the database as often for three people in it as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.showcase.consent_page import path
from tests.showcase.editorial import approved, cleared, staff
from tests.showcase.stories import coauthor, handed_in

pytestmark = pytest.mark.django_db


def queries(client, address):
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def people(many):
    return [coauthor(number + 1) for number in range(many)]


@pytest.mark.parametrize(
    ("page", "made", "expected"),
    [
        ("story_evidence", approved, 32),
        ("story_evidence_file", approved, 29),
        ("wagtailadmin_pages:edit", approved, 73),
        ("wagtailadmin_pages:edit", cleared, 174),
    ],
)
def test_staffs_pages_take_as_many_queries_for_three_co_authors_as_for_one(page, made, expected):
    editor = staff()
    addresses = [reverse(page, args=[made(people=people(many)).page.pk]) for many in (1, 3)]

    assert [queries(editor.client, one) for one in addresses] == [expected, expected]


def test_a_consent_page_takes_as_many_queries_for_three_credits_as_for_one():
    addresses = [path(handed_in(people=people(many)).parties[1]) for many in (1, 3)]

    assert [queries(Client(), one) for one in addresses] == [20, 20]


def test_a_consent_page_that_says_what_has_changed_takes_as_many_queries_for_three_credits_as_for_one():
    def asked_again(many):
        story = approved(people=people(many))
        story.draft.title = "河邊的兩天"
        story.draft.save()
        handed_in(made=story.draft)
        return path(story.parties[1])

    assert [queries(Client(), asked_again(many)) for many in (1, 3)] == [53, 53]
