"""The ledger tells what is public now minus what was last told."""

import pytest

from api.models import Change, Entry
from tests import factories

pytestmark = pytest.mark.django_db


def changes():
    return list(Change.objects.values_list("seq", "op", "type", "version", "reason"))


def test_publishing_tells_an_upsert_and_the_api_answers_with_the_item(client):
    page = factories.announcement(title="說明會", slug="briefing", summary="歡迎參加")

    assert changes() == [(1, "upsert", "announcement", 1, "")]
    answer = client.get(f"/api/v1/announcements/{page.translation_key}")
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["id"], data["type"], data["lang"], data["version"]) == (
        str(page.translation_key),
        "announcement",
        "zh-Hant",
        1,
    )
    assert (data["title"], data["summary"]) == ("說明會", "歡迎參加")
    assert data["web_url"] == "https://hub.example.org/announcements/briefing/"


def test_a_draft_is_told_to_nobody(client):
    page = factories.announcement(live=False)

    assert changes() == []
    assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 404


def test_unpublishing_tells_a_withdrawal_and_the_api_answers_410(client):
    page = factories.announcement()
    page.unpublish()

    assert changes() == [(1, "upsert", "announcement", 1, ""), (2, "withdraw", "announcement", 2, "unpublished")]
    answer = client.get(f"/api/v1/announcements/{page.translation_key}")
    assert answer.status_code == 410
    assert answer["Content-Type"] == "application/problem+json"
    assert Entry.objects.get().full == b""


def test_deleting_tells_a_withdrawal():
    factories.announcement().delete()

    assert changes() == [(1, "upsert", "announcement", 1, ""), (2, "withdraw", "announcement", 2, "deleted")]


def test_publishing_again_without_a_difference_tells_nothing():
    page = factories.announcement()
    page.save_revision().publish()

    assert changes() == [(1, "upsert", "announcement", 1, "")]


def test_a_venue_that_goes_takes_its_name_out_of_the_events_that_show_it(client):
    venue = factories.venue(title="共學空間")
    event = factories.event(venue=venue)
    address = f"/api/v1/events/{event.translation_key}"
    assert client.get(address).json()["data"]["venue"]["title"] == "共學空間"

    venue.unpublish()

    assert client.get(address).json()["data"]["venue"] is None
    assert [(op, kind) for _seq, op, kind, _version, _reason in changes()] == [
        ("upsert", "venue"),
        ("upsert", "event"),
        ("withdraw", "venue"),
        ("upsert", "event"),
    ]
