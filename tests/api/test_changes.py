"""`/changes`: the guarantees S1 to S7 of contract section 3, and the exact answer."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from wagtail.models import PageViewRestriction

from api import ledger
from api.ledger import Telling
from api.models import Change, Entry
from api.rendering import render
from api.retention import forget
from home.models import Clock
from home.visibility import Channel
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

HUB = "https://hub.example.org"


def ask(client, query="", status=200, **headers):
    answer = client.get(query if query.startswith("http") else f"/api/v1/changes{query}", headers=headers)
    assert answer.status_code == status, answer.content
    return answer


def follow(client, query=""):
    """Every page from an address until the reader has caught up: the rows, and the address to go on from."""
    rows, pages = [], 0
    while True:
        answer = ask(client, query).json()
        rows += answer["data"]
        query, pages = answer["page"]["next"], pages + 1
        assert pages < 100
        if answer["page"]["caught_up"]:
            return rows, query


def brief(rows):
    return [(row["seq"], row["op"], row["type"], row["version"]) for row in rows]


def stand_on(page, channels):
    """What the ledger does when the item stands on other channels than before; the bureau's own never lose one."""
    with transaction.atomic():
        telling = Telling(Clock.locked())
        entry = Entry.objects.get(source="page", source_pk=page.pk)
        document = render(page, entry, telling.now)
        telling.tell(page, entry, replace(document, columns={**document.columns, "channels": int(channels)}))
        telling.clock.save()


def test_an_upsert_and_a_withdrawal_as_the_contract_writes_them(client):
    page = factories.announcement(title="說明會", slug="briefing")
    _rows, after = follow(client)
    page.unpublish()
    kept = factories.announcement(title="公告")

    answer = ask(client, after)

    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Seq"] == "3"
    assert "Authorization" in answer["Vary"]
    body = answer.json()
    address = body["page"].pop("next")
    assert address.startswith(f"{HUB}/api/v1/changes?cursor=")
    assert answer["Link"] == f'<{address}>; rel="next"'
    assert body == {
        "data": [
            {
                "seq": 2,
                "op": "withdraw",
                "type": "announcement",
                "id": str(page.translation_key),
                "lang": "zh-Hant",
                "version": 2,
                "at": "2026-03-02T10:00:00+08:00",
                "reason": "unpublished",
                "purge_by": "2026-03-03T10:00:00+08:00",
                "former_url": f"{HUB}/announcements/briefing/",
            },
            {
                "seq": 3,
                "op": "upsert",
                "type": "announcement",
                "id": str(kept.translation_key),
                "lang": "zh-Hant",
                "version": 1,
                "at": "2026-03-02T10:00:00+08:00",
            },
        ],
        "page": {"caught_up": True, "poll_after": 60},
    }


def test_s1_numbers_follow_each_other_without_a_gap_and_a_filtered_reader_sees_a_part_in_the_same_order(client):
    _rows, everything = follow(client)
    _rows, events = follow(client, "?types=event")
    venue = factories.venue()
    event = factories.event(venue=venue)
    factories.announcement()
    venue.unpublish()
    event.unpublish()

    rows, _after = follow(client, everything)
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert brief(rows) == [
        (1, "upsert", "venue", 1),
        (2, "upsert", "event", 1),
        (3, "upsert", "announcement", 1),
        (4, "withdraw", "venue", 2),
        (5, "upsert", "event", 2),
        (6, "withdraw", "event", 3),
    ]
    assert follow(client, events)[0] == [row for row in rows if row["type"] == "event"]


def test_s2_a_new_reader_gets_what_is_current_and_then_only_what_changes_after(client):
    gone = factories.announcement(title="一")
    first = factories.announcement(title="二")
    second = factories.announcement(title="三")
    gone.unpublish()

    page = ask(client, "?limit=1").json()
    assert brief(page["data"]) == [(2, "upsert", "announcement", 1)]
    assert page["page"]["caught_up"] is False
    # While the snapshot is read, one item that was still to come goes and one that was read changes.
    second.unpublish()
    first.title = "二之二"
    first.save_revision().publish()
    rows, _after = follow(client, page["page"]["next"])

    assert brief(rows) == [(5, "withdraw", "announcement", 2), (6, "upsert", "announcement", 2)]
    assert {row["id"] for row in rows} == {str(second.translation_key), str(first.translation_key)}


def test_s2_what_was_never_told_on_a_channel_leaves_no_tombstone_there(client):
    page = factories.announcement()
    stand_on(page, Channel.SITE)
    assert brief(follow(client)[0]) == []
    _rows, after = follow(client)

    page.unpublish()

    assert Change.objects.order_by("-seq").values_list("op", "channels").first() == ("withdraw", int(Channel.SITE))
    assert follow(client, after)[0] == []


def test_s3_a_replay_changes_nothing_and_a_later_save_of_a_withdrawn_item_is_not_told(client):
    _rows, start = follow(client)
    page = factories.announcement(title="一")
    page.title = "二"
    page.save_revision().publish()
    page.unpublish()

    once, after = follow(client, start)
    assert [row["version"] for row in once] == [1, 2, 3]
    assert follow(client, start)[0] == once
    page.title = "三"
    page.save_revision()
    page.save()

    assert follow(client, after)[0] == []


def test_s3_an_item_made_anew_goes_on_from_the_version_of_its_tombstone(client):
    page = factories.announcement(title="一")
    page.unpublish()
    _rows, after = follow(client)

    page.save_revision().publish()

    assert brief(follow(client, after)[0]) == [(3, "upsert", "announcement", 3)]


def test_s4_tombstones_are_kept_for_six_years_and_an_older_cursor_is_refused(client, frozen_time):
    _rows, start = follow(client)
    factories.announcement().unpublish()
    _rows, after = follow(client)

    frozen_time.move_to(NOW + timedelta(days=6 * 365))
    assert forget(Clock.now()) == 0
    assert [row["op"] for row in follow(client, start)[0]] == ["upsert", "withdraw"]

    # The license term of five years and one more, at most as long as six leap years.
    frozen_time.move_to(NOW + timedelta(days=2196, seconds=1))
    kept = factories.announcement()
    assert forget(Clock.now()) == 2
    answer = ask(client, start, 410)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["type"].endswith("#cursor-expired")
    assert brief(follow(client, after)[0]) == [(3, "upsert", "announcement", 1)]
    assert [row["id"] for row in follow(client)[0]] == [str(kept.translation_key)]


def test_s4_a_cursor_from_beyond_our_last_number_is_refused(client):
    factories.announcement()
    _rows, after = follow(client)
    # As after a restore from an earlier backup.
    Change.objects.all().delete()
    Clock.objects.update(seq=0)

    ask(client, after, 410)


def test_s5_what_expires_is_not_served_though_no_job_has_run(client, frozen_time):
    page = factories.announcement(expire_at=NOW + timedelta(hours=1))
    _rows, start = follow(client, "?include=resource")
    assert ask(client, "?include=resource").json()["data"][0]["resource"]["id"] == str(page.translation_key)
    other = factories.announcement(expire_at=NOW + timedelta(hours=1))

    frozen_time.move_to(NOW + timedelta(hours=1))

    assert follow(client)[0] == []
    rows, after = follow(client, start)
    assert [(row["op"], row["id"], row["resource"]) for row in rows] == [("upsert", str(other.translation_key), None)]
    ledger.reconcile()
    assert [(row["op"], row["reason"], row["resource"]) for row in follow(client, after)[0]] == [
        ("withdraw", "unpublished", None),
        ("withdraw", "unpublished", None),
    ]


def test_s6_nothing_served_has_a_number_above_content_seq(client):
    _rows, query = follow(client, "?include=resource&limit=2")
    page = factories.announcement()
    for number in range(5):
        page.title = f"第 {number} 版"
        page.save_revision().publish()
    caught_up = False
    while not caught_up:
        answer = ask(client, query)
        body = answer.json()
        assert all(row["seq"] <= int(answer["Content-Seq"]) for row in body["data"])
        assert all(row["resource"]["version"] >= row["version"] for row in body["data"])
        query, caught_up = body["page"]["next"], body["page"]["caught_up"]
    assert answer["Content-Seq"] == "6"


def test_s7_losing_a_channel_is_a_withdrawal_for_its_readers(client):
    page = factories.announcement(slug="briefing")
    _rows, after = follow(client)

    stand_on(page, Channel.SITE | Channel.FACEBOOK)

    rows, after = follow(client, after)
    assert [(row["op"], row["version"], row["reason"], row["former_url"]) for row in rows] == [
        ("withdraw", 2, "channel_removed", f"{HUB}/announcements/briefing/")
    ]
    assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 410
    stand_on(page, Channel.SITE | Channel.PARTNER_SITES | Channel.FACEBOOK)
    assert brief(follow(client, after)[0]) == [(4, "upsert", "announcement", 4)]


def test_the_item_beside_a_change_is_its_detail(client):
    venue = factories.venue(title="共學空間")
    event = factories.event(venue=venue, summary="歡迎參加")

    rows = ask(client, "?include=resource&types=event").json()["data"]

    assert [row["resource"] for row in rows] == [client.get(f"/api/v1/events/{event.translation_key}").json()["data"]]


def test_the_item_beside_a_change_shows_no_relation_that_has_ended(client, frozen_time):
    venue = factories.venue(title="共學空間", expire_at=NOW + timedelta(hours=1))
    factories.event(venue=venue)
    query = "?include=resource&types=event"
    assert ask(client, query).json()["data"][0]["resource"]["venue"]["title"] == "共學空間"

    frozen_time.move_to(NOW + timedelta(hours=1))

    assert ask(client, query).json()["data"][0]["resource"]["venue"] is None


def test_the_next_address_keeps_what_was_asked(client):
    factories.announcement()
    factories.event()
    query = "?types=event,venue&limit=7&include=resource"

    address = ask(client, query).json()["page"]["next"]

    assert urlsplit(address).query.startswith("types=event,venue&limit=7&include=resource&cursor=")
    assert ask(client, address).json() == {
        "data": [],
        "page": {"next": ask(client, address).json()["page"]["next"], "caught_up": True, "poll_after": 60},
    }


def test_the_same_question_is_answered_304_on_one_query_until_something_is_told(client, django_assert_num_queries):
    factories.announcement()
    answer = ask(client)
    with django_assert_num_queries(1):
        ask(client, "", 304, if_none_match=answer["ETag"])

    factories.announcement()

    assert ask(client, if_none_match=answer["ETag"])["ETag"] != answer["ETag"]
    assert client.head("/api/v1/changes").content == b""


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("?limit=0", "limit", "out_of_range"),
        ("?limit=501", "limit", "out_of_range"),
        ("?limit=" + "9" * 30, "limit", "out_of_range"),
        ("?types=event,storys", "types", "unknown_value"),
        ("?types=", "types", "empty"),
        ("?types=event&types=venue", "types", "repeated"),
        ("?include=venue", "include", "unknown_value"),
        ("?since=5", "since", "unknown"),
        ("?q=創生", "q", "unknown"),
    ],
)
def test_a_malformed_parameter_is_refused_by_name(client, query, parameter, code):
    body = ask(client, query, 400).json()

    assert body["type"].endswith("#invalid-parameter")
    assert [(error["parameter"], error["code"]) for error in body["errors"]] == [(parameter, code)]


def test_a_cursor_of_another_question_is_refused(client):
    _rows, address = follow(client, "?types=event")

    for query in (address.replace("types=event", "types=venue"), "?cursor=x", "?cursor=%00"):
        body = ask(client, query, 400).json()
        assert body["type"].endswith("#invalid-cursor")
        assert [error["parameter"] for error in body["errors"]] == ["cursor"]


@pytest.mark.parametrize(("query", "queries"), [("", 2), ("?include=resource", 3)])
def test_the_number_of_queries_does_not_grow_with_the_page(client, django_assert_num_queries, query, queries):
    _rows, after = follow(client, query)
    for count in (1, 5):
        for _number in range(count):
            factories.announcement()
        with django_assert_num_queries(queries):
            ask(client, query)
        with django_assert_num_queries(queries + 1):
            assert len(ask(client, after).json()["data"]) >= count


def test_privacy_on_an_ancestor_is_a_withdrawal_without_a_person_in_it(client):
    page = factories.announcement()
    _rows, after = follow(client)

    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN)

    assert [(row["op"], row["reason"]) for row in follow(client, after)[0]] == [("withdraw", "unpublished")]
