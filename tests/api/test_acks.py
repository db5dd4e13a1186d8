"""What partners report having taken down: kept as a claim, whole or not at all, the same however often it is said."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.models import Change, Operation, Partner, Purge, Scope
from home.visibility import ALL_CHANNELS, Channel
from tests import factories
from tests.api.partners import key_of, partner
from tests.conftest import NOW
from tests.showcase.stories import published, withdraw

pytestmark = pytest.mark.django_db

HOSTS = "www.example.org\nradio.example.org"
URL = "https://www.example.org/stories/1"


def send(client, headers, body, **more):
    body = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post("/api/v1/acks", body, content_type="application/json", headers=headers | more)


def withdrawn(client, headers):
    """A story that this partner has read and that was withdrawn: the withdrawal."""
    client.get("/api/v1/me", headers=headers)
    withdraw(published().author)
    return Change.objects.get(op=Operation.WITHDRAW, type="story")


def row(change, **fields):
    named = {"id": str(change.uid), "lang": change.lang, "version": change.version}
    return named | {"purged_at": "2026-03-02T10:05:00+08:00", "urls": [URL]} | fields


def mistakes(answer):
    """(pointer, code) of everything that was wrong."""
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


@pytest.fixture
def headers():
    return key_of(partner(hosts=HOSTS), Scope.STORIES, Scope.ACKS)


def test_a_report_is_kept_beside_what_was_told(client, headers):
    change = withdrawn(client, headers)

    answer = send(client, headers, {"through_seq": change.seq, "purged": [row(change)]})

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json()["data"] == {
        "through_seq": change.seq,
        "purged": [
            {
                "id": str(change.uid),
                "lang": "zh-Hant",
                "version": change.version,
                "purge_by": "2026-03-03T10:00:00+08:00",
                "claimed_at": "2026-03-02T10:00:00+08:00",
                "purged_at": "2026-03-02T10:05:00+08:00",
                "urls": [URL],
                "observation": None,
                "observed_at": None,
            }
        ],
    }
    assert Partner.objects.get().synced_seq == change.seq


def test_a_report_said_twice_changes_nothing(client, headers, frozen_time):
    change = withdrawn(client, headers)
    body = {"through_seq": change.seq, "purged": [row(change)]}
    first = send(client, headers, body).json()
    kept = Purge.objects.values().get()

    frozen_time.move_to(NOW + timedelta(hours=1))

    assert send(client, headers, body).json() == first
    assert Purge.objects.values().get() == kept


def test_one_row_given_twice_in_a_report_is_one_claim(client, headers):
    change = withdrawn(client, headers)
    other = row(change, urls=["https://radio.example.org/1"])

    answer = send(client, headers, {"through_seq": change.seq, "purged": [row(change), other]})

    assert answer.status_code == 200
    assert Purge.objects.get().urls == [URL, "https://radio.example.org/1"]


def test_a_report_without_removals_says_only_how_far_a_partner_has_read(client, headers):
    change = withdrawn(client, headers)

    assert send(client, headers, {"through_seq": change.seq}).json()["data"]["purged"] == []
    send(client, headers, {"through_seq": 1})

    assert Partner.objects.get().synced_seq == change.seq
    assert Purge.objects.get().claimed_at is None


def test_what_no_license_asks_for_may_be_reported_too(client, headers):
    event = factories.event()
    event.unpublish()
    change = Change.objects.get(op=Operation.WITHDRAW)
    assert not Purge.objects.exists()

    assert send(client, headers, {"through_seq": change.seq, "purged": [row(change)]}).status_code == 200

    assert (Purge.objects.get().type, Purge.objects.get().claimed_at) == ("event", NOW)


@pytest.mark.parametrize(
    ("scopes", "status"), [((Scope.ACKS,), 200), ((Scope.STORIES, Scope.ENDPOINTS), 403), ((Scope.STORIES,), 403)]
)
def test_a_key_needs_the_scope(client, scopes, status):
    assert send(client, key_of(partner(), *scopes), {"through_seq": 0}).status_code == status


def test_without_a_key_nothing_is_taken(client):
    assert send(client, {}, {"through_seq": 0}).status_code == 401
    assert client.get("/api/v1/acks", headers=key_of(partner())).status_code == 405


# A change to a valid body → what is wrong with it.
WRONG = {
    "no JSON": (lambda _b: "{", [("#", "malformed")]),
    "not UTF-8": (lambda _b: b'{"through_seq": "\xff"}', [("#", "malformed")]),
    "NaN": (lambda _b: '{"through_seq": NaN}', [("#", "malformed")]),
    "twice": (lambda _b: '{"through_seq": 1, "through_seq": 2}', [("#", "repeated")]),
    "nested without end": (lambda _b: "[" * 100_000, [("#", "malformed")]),
    "an array": (lambda b: [b], [("#", "malformed")]),
    "nothing": (lambda _b: {}, [("#/through_seq", "missing")]),
    "unknown": (lambda b: b | {"purge": []}, [("#/purge", "unknown")]),
    "pointer escaped": (lambda b: b | {"a/b~c": 1}, [("#/a~1b~0c", "unknown")]),
    "seq as text": (lambda b: b | {"through_seq": "3"}, [("#/through_seq", "malformed")]),
    "seq true": (lambda b: b | {"through_seq": True}, [("#/through_seq", "malformed")]),
    "seq below 0": (lambda b: b | {"through_seq": -1}, [("#/through_seq", "malformed")]),
    "seq 1.0": (lambda b: b | {"through_seq": 1.0}, [("#/through_seq", "malformed")]),
    "seq huge": (lambda b: b | {"through_seq": 10**30}, [("#/through_seq", "malformed")]),
    "seq to come": (lambda b: b | {"through_seq": 99}, [("#/through_seq", "out_of_range")]),
    "purged null": (lambda b: b | {"purged": None}, [("#/purged", "malformed")]),
    "too many": (lambda b: b | {"purged": [1] * 501}, [("#/purged", "too_many")]),
    "a row that is none": (lambda b: b | {"purged": [7]}, [("#/purged/0", "malformed")]),
}
WRONG_ROWS = {
    "id": ({"id": "x"}, [("#/purged/1/id", "malformed")]),
    "id a number": ({"id": 7}, [("#/purged/1/id", "malformed")]),
    "lang": ({"lang": "fr"}, [("#/purged/1/lang", "unknown_value")]),
    "lang a list": ({"lang": ["en"]}, [("#/purged/1/lang", "unknown_value")]),
    "version": ({"version": "2"}, [("#/purged/1/version", "malformed")]),
    "a bare date": ({"purged_at": "2026-03-02"}, [("#/purged/1/purged_at", "malformed")]),
    "no offset": ({"purged_at": "2026-03-02T10:00:00"}, [("#/purged/1/purged_at", "malformed")]),
    "no such day": ({"purged_at": "2026-02-30T10:00:00Z"}, [("#/purged/1/purged_at", "malformed")]),
    "not yet": ({"purged_at": "2026-03-02T10:06:00+08:00"}, [("#/purged/1/purged_at", "out_of_range")]),
    "urls": ({"urls": "https://www.example.org/"}, [("#/purged/1/urls", "malformed")]),
    "too many urls": ({"urls": [URL] * 21}, [("#/purged/1/urls", "too_many")]),
    "another's host": ({"urls": [URL, "https://hub.example.org/"]}, [("#/purged/1/urls/1", "foreign_host")]),
    "below a host": ({"urls": ["https://a.www.example.org/"]}, [("#/purged/1/urls/0", "foreign_host")]),
    "behind a name": ({"urls": ["https://www.example.org@evil.org/"]}, [("#/purged/1/urls/0", "malformed")]),
    "plain http": ({"urls": ["http://www.example.org/"]}, [("#/purged/1/urls/0", "malformed")]),
    "another port": ({"urls": ["https://www.example.org:8443/"]}, [("#/purged/1/urls/0", "malformed")]),
    "a file": ({"urls": ["file:///etc/passwd"]}, [("#/purged/1/urls/0", "malformed")]),
    "a number": ({"urls": [7]}, [("#/purged/1/urls/0", "malformed")]),
    "too long": ({"urls": [URL + "a" * 500]}, [("#/purged/1/urls/0", "malformed")]),
    "unknown": ({"reason": "x"}, [("#/purged/1/reason", "unknown")]),
    "another version": ({"version": 1}, [("#/purged/1", "not_withdrawn")]),
    "another language": ({"lang": "en"}, [("#/purged/1", "not_withdrawn")]),
    "nothing of ours": ({"id": "12345678-1234-1234-1234-123456789012"}, [("#/purged/1", "not_withdrawn")]),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_body_is_refused_by_its_pointer(client, headers, name):
    change = withdrawn(client, headers)
    spoil, expected = WRONG[name]

    answer = send(client, headers, spoil({"through_seq": change.seq, "purged": [row(change)]}))

    assert mistakes(answer) == expected


@pytest.mark.parametrize("name", WRONG_ROWS)
def test_a_wrong_row_is_refused_by_its_pointer_and_nothing_of_the_report_is_kept(client, headers, name):
    change = withdrawn(client, headers)
    fields, expected = WRONG_ROWS[name]

    answer = send(client, headers, {"through_seq": change.seq, "purged": [row(change), row(change, **fields)]})

    assert mistakes(answer) == expected
    assert (Purge.objects.get().claimed_at, Partner.objects.get().synced_seq) == (None, None)


def test_a_withdrawal_beyond_what_a_partner_says_it_has_read_is_refused(client, headers):
    change = withdrawn(client, headers)

    answer = send(client, headers, {"through_seq": change.seq - 1, "purged": [row(change)]})

    assert mistakes(answer) == [("#/purged/0", "not_withdrawn")]


@pytest.mark.parametrize("fields", [{"commercial": True}, {"channels": int(Channel.FACEBOOK)}])
def test_stories_are_reported_only_by_those_they_were_told_to(client, fields):
    headers = key_of(partner(**fields))
    change = withdrawn(client, headers)

    answer = send(client, headers, {"through_seq": change.seq, "purged": [row(change, urls=[])]})

    assert mistakes(answer) == [("#/purged/0", "not_withdrawn")]


def test_what_was_never_told_on_the_partners_channel_cannot_be_reported(client, headers):
    withdraw(published(ALL_CHANNELS ^ Channel.PARTNER_SITES).author)
    change = Change.objects.get(op=Operation.WITHDRAW, type="story")

    answer = send(client, headers, {"through_seq": change.seq, "purged": [row(change)]})

    assert mistakes(answer) == [("#/purged/0", "not_withdrawn")]


def test_the_words_follow_the_readers_language(client, headers):
    told = [
        send(client, headers, {}, **{"Accept-Language": lang}).json()["errors"][0]["detail"] for lang in ("zh-TW", "en")
    ]

    assert told == ["缺少這個成員。", "This member is needed."]


@pytest.mark.parametrize("number", [1, 3])
def test_a_report_costs_as_many_queries_to_check_for_one_row_as_for_three(client, headers, number):
    for _each in range(number):
        factories.event().unpublish()
    changes = list(Change.objects.filter(op=Operation.WITHDRAW))
    body = {"through_seq": changes[-1].seq, "purged": [row(one, version=1) for one in changes]}
    send(client, headers, body)

    with CaptureQueriesContext(connection) as caught:
        answer = send(client, headers, body)

    assert (answer.status_code, len(answer.json()["errors"]), len(caught)) == (400, number, 5)
