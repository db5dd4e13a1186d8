"""Lists and details: pages, filters, members, relations, languages, and what is gone."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from home.taiwan import iso
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def titles(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.json()
    return [item["title"] for item in answer.json()["data"]]


def local(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def walk(client, address):
    """All titles, page by page."""
    while address:
        page = client.get(address).json()
        yield from (item["title"] for item in page["data"])
        address = page["page"]["next"] and local(page["page"]["next"])


def events(*names, **fields):
    return [factories.event(title=name, starts_at=NOW + day * 24 * HOUR, **fields) for day, name in enumerate(names, 1)]


def test_a_list_pages_by_an_absolute_address_which_the_link_header_repeats(client):
    events("甲", "乙", "丙")

    answer = client.get("/api/v1/events?limit=2&count=true&fields[venue]=title,county")

    page = answer.json()["page"]
    assert (page["limit"], page["total"]) == (2, 3)
    assert page["next"].startswith(
        "https://hub.example.org/api/v1/events?limit=2&count=true&fields%5Bvenue%5D=title,county&cursor="
    )
    assert answer["Link"] == f'<{page["next"]}>; rel="next"'
    last = client.get(local(page["next"]))
    assert [item["title"] for item in last.json()["data"]] == ["丙"]
    assert last.json()["page"] == {"limit": 2, "next": None, "total": 3}
    assert last.json()["included"] == {}
    assert "Link" not in last


def test_each_order_of_events_is_total(client):
    for name in ("甲", "乙"):
        factories.event(title=name, starts_at=NOW + 24 * HOUR)
    events("丙", "丁")

    by_date = list(walk(client, "/api/v1/events?limit=1"))
    assert sorted(by_date[:3]) == sorted(["甲", "乙", "丙"])
    assert by_date[3:] == ["丁"]
    assert list(walk(client, "/api/v1/events?limit=3&sort=-starts_at")) == by_date[::-1]
    assert sorted(walk(client, "/api/v1/events?limit=1&sort=-published_at")) == sorted(by_date)


def test_pages_stay_stable_while_items_are_added_changed_and_withdrawn(client):
    pages = events("甲", "乙", "丙", "丁")
    first = client.get("/api/v1/events?limit=2").json()
    factories.event(title="更早", starts_at=NOW + HOUR)
    factories.event(title="更晚", starts_at=NOW + 99 * 24 * HOUR)
    pages[1].unpublish()
    pages[2].title = "丙改"
    pages[2].save_revision().publish()

    assert [item["title"] for item in first["data"]] == ["甲", "乙"]
    assert list(walk(client, local(first["page"]["next"]))) == ["丙改", "丁", "更晚"]


def test_a_cursor_is_bound_to_order_and_filters_but_not_to_what_is_shown(client):
    events("甲", "乙")
    address = local(client.get("/api/v1/events?limit=1").json()["page"]["next"])

    assert titles(client, address.replace("limit=1", "limit=5") + "&fields=title&include=venue&count=true") == ["乙"]
    for other in ("&when=upcoming", "&sort=-starts_at", "&lang=en"):
        answer = client.get(address + other)
        assert (answer.status_code, answer.json()["type"]) == (
            400,
            "https://hub.example.org/api/v1/docs#invalid-cursor",
        )


def test_events_are_found_by_what_their_documents_show(client):
    program, venue = factories.program(edition_roc=111), factories.venue(title="共學空間")
    factories.event(title="甲", venue=venue, program=program, counties=["TW-TAO"], kind="monthly", status="scheduled")
    factories.event(title="乙", counties=["TW-HSZ", "TW-HSQ"], kind="quarterly")
    factories.event(title="丙", counties=["TW-KEE"], kind="showcase")

    def found(query):
        return sorted(titles(client, f"/api/v1/events?{query}"))

    assert found("county=TW-TAO") == ["甲"]
    assert found("county=TW-TAO,TW-HSQ") == sorted(["甲", "乙"])
    assert found("kind=quarterly,showcase") == sorted(["乙", "丙"])
    assert found("kind=quarterly,showcase&county=TW-KEE") == ["丙"]
    assert found("status=scheduled") == ["甲"]
    assert found(f"venue={venue.translation_key}") == ["甲"]
    assert found("program=111") == found(f"program={program.translation_key}") == ["甲"]
    assert found("program=112") == []
    assert found("theme=agriculture") == []


def test_other_collections_have_filters_of_their_own(client):
    factories.venue(title="桃園", county="TW-TAO")
    factories.venue(title="基隆", county="TW-KEE")
    factories.announcement(title="公告", category="notice")
    factories.announcement(title="消息", category="news")
    factories.program(edition_roc=111, title="一一一年")
    factories.program(edition_roc=112, title="一一二年")

    assert titles(client, "/api/v1/venues?county=TW-KEE") == ["基隆"]
    assert titles(client, "/api/v1/announcements?category=notice,amendment") == ["公告"]
    assert titles(client, "/api/v1/programs?program=112") == ["一一二年"]


def test_when_asks_by_the_first_and_the_last_instant(client, frozen_time):
    midnight = NOW.replace(hour=0)
    factories.event(title="整日", starts_at=midnight, date_precision="day")
    factories.event(title="上午", starts_at=NOW - HOUR, ends_at=NOW)
    factories.event(title="下午", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)

    def found(when):
        return sorted(titles(client, f"/api/v1/events?when={when}"))

    assert (found("upcoming"), found("now"), found("past")) == (sorted(["下午", "整日"]), ["整日"], ["上午"])
    frozen_time.move_to(NOW + HOUR)
    assert (found("upcoming"), found("now")) == (sorted(["下午", "整日"]), sorted(["下午", "整日"]))
    frozen_time.move_to(midnight + 24 * HOUR)
    assert (found("upcoming"), found("past")) == ([], sorted(["上午", "下午", "整日"]))


def test_instants_bound_a_half_open_window(client):
    events("甲", "乙", "丙")
    after, before = (iso(NOW + days * 24 * HOUR).replace("+", "%2B") for days in (1, 3))

    assert titles(client, f"/api/v1/events?starts_after={after}&starts_before={before}") == ["甲", "乙"]
    assert titles(client, f"/api/v1/events?starts_after={before}") == ["丙"]
    # Without an end of its own an event ends with its day.
    assert titles(client, "/api/v1/events?ends_after=2026-03-04T00:00:00%2B08:00") == ["乙", "丙"]
    assert titles(client, "/api/v1/events?ends_after=2026-03-03T15:59:59Z") == ["甲", "乙", "丙"]


def test_updated_after_finds_what_was_told_since(client, frozen_time):
    old, _other = factories.announcement(title="舊"), factories.announcement(title="別的")
    frozen_time.move_to(NOW + HOUR)
    old.title = "舊改"
    old.save_revision().publish()

    assert titles(client, "/api/v1/announcements?updated_after=2026-03-02T03:00:00Z") == ["舊改"]
    assert titles(client, "/api/v1/announcements?updated_after=2026-03-02T03:00:01Z") == []


def test_open_resources_are_those_within_their_window(client):
    day = NOW.date()
    factories.resource(title="開放中", opens_on=day, closes_at=NOW + HOUR)
    factories.resource(title="未開放", opens_on=day + timedelta(days=1))
    factories.resource(title="已截止", closes_at=NOW)
    factories.resource(title="隨到隨辦", kind="loan")

    assert sorted(titles(client, "/api/v1/resources?open=true")) == sorted(["開放中", "隨到隨辦"])
    assert sorted(titles(client, "/api/v1/resources?open=false")) == sorted(["未開放", "已截止"])
    assert titles(client, "/api/v1/resources?open=true&kind=loan") == ["隨到隨辦"]


def test_fields_leave_the_named_members_and_the_four_that_always_come(client):
    page = factories.event(title="甲", summary="摘要")
    expected = {"id": str(page.translation_key), "type": "event", "lang": "zh-Hant", "version": 1, "title": "甲"}

    assert client.get("/api/v1/events?fields=title").json()["data"] == [expected]
    one = client.get(f"/api/v1/events/{page.translation_key}?fields=title,body_text")
    assert one.json()["data"] == {**expected, "body_text": ""}
    refused = client.get("/api/v1/events?fields=title,body_text")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "fields")


def test_included_holds_the_cards_of_relations_by_type_and_id(client):
    venue = factories.venue(title="共學空間")
    parent = factories.event(title="季聚", venue=venue)
    session = factories.event(title="工作坊", parent=parent, starts_at=NOW + 8 * 24 * HOUR)

    answer = client.get("/api/v1/events?include=venue,sub_events,parent&fields=venue&fields[venue]=title")

    included = answer.json()["included"]
    assert included["venue"] == {
        str(venue.translation_key): {
            "id": str(venue.translation_key),
            "type": "venue",
            "lang": "zh-Hant",
            "version": 1,
            "title": "共學空間",
        }
    }
    assert {key: card["title"] for key, card in included["event"].items()} == {
        str(parent.translation_key): "季聚",
        str(session.translation_key): "工作坊",
    }
    assert "body_html" not in included["event"][str(parent.translation_key)]
    assert set(answer["Surrogate-Key"].split()) == {"events", "venues"}
    detail = client.get(f"/api/v1/events/{parent.translation_key}?include=venue").json()
    assert list(detail["included"]["venue"]) == [str(venue.translation_key)]


def test_a_relation_that_ended_is_gone_at_once_from_documents_cards_and_filters(client, frozen_time):
    venue = factories.venue(title="共學空間", expire_at=NOW + HOUR)
    event = factories.event(title="甲", venue=venue)
    address = f"/api/v1/events/{event.translation_key}"
    by_venue = f"/api/v1/events?venue={venue.translation_key}"
    assert client.get(address).json()["data"]["venue"]["title"] == "共學空間"
    assert titles(client, by_venue) == ["甲"]

    frozen_time.move_to(NOW + HOUR)

    for path in (address, "/api/v1/events", f"{address}?include=venue", "/api/v1/events?include=venue"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert str(venue.translation_key) not in answer.content.decode()
        assert "共學空間" not in answer.content.decode()
    assert titles(client, by_venue) == []
    assert client.get(f"/api/v1/venues/{venue.translation_key}").status_code == 410


def test_what_was_told_and_is_gone_says_why_since_when_and_until_when_to_delete_copies(client, frozen_time):
    unpublished, expiring = factories.announcement(), factories.announcement(expire_at=NOW + HOUR)
    unpublished.unpublish()
    frozen_time.move_to(NOW + 2 * HOUR)

    for page, since in ((unpublished, NOW), (expiring, NOW + HOUR)):
        answer = client.get(f"/api/v1/announcements/{page.translation_key}")
        body = answer.json()
        assert (answer.status_code, answer["Cache-Control"]) == (410, "no-store")
        assert (body["reason"], body["at"], body["purge_by"]) == ("unpublished", iso(since), iso(since + 24 * HOUR))
        assert body["type"] == "https://hub.example.org/api/v1/docs#withdrawn"
    assert client.get("/api/v1/announcements").json()["data"] == []


def test_an_item_is_asked_for_in_its_language_unless_the_other_may_stand_in(client):
    both = factories.announcement(title="雙語", slug="both")
    only = factories.announcement(title="只有中文", slug="only")
    english = factories.announcement(
        title="Bilingual",
        parent=factories.index(type(both.get_parent().specific), "en"),
        translation_key=both.translation_key,
    )

    assert titles(client, "/api/v1/announcements?lang=en") == ["Bilingual"]
    fallback = client.get("/api/v1/announcements?lang=en&lang_fallback=true").json()
    assert sorted(item["title"] for item in fallback["data"]) == sorted(["Bilingual", "只有中文"])
    assert fallback["lang_fallback"] is True
    path = f"/api/v1/announcements/{only.translation_key}"
    assert client.get(f"{path}?lang=en").status_code == 404
    detail = client.get(f"{path}?lang=en&lang_fallback=true")
    assert (detail.json()["data"]["title"], detail.json()["lang_fallback"]) == ("只有中文", True)
    assert detail["Content-Language"] == "zh-Hant"
    english.unpublish()
    assert client.get(f"/api/v1/announcements/{both.translation_key}?lang=en").status_code == 410
    standing_in = client.get(f"/api/v1/announcements/{both.translation_key}?lang=en&lang_fallback=true")
    assert standing_in.json()["data"]["title"] == "雙語"


@pytest.mark.parametrize("query", ["", "&include=venue&count=true&lang_fallback=true"])
def test_a_list_of_100_takes_as_many_queries_as_a_list_of_3(client, django_assert_num_queries, query):
    venue = factories.venue(image=factories.image())
    expected = 4 if query else 2
    for count in (3, 100):
        while len(client.get("/api/v1/events?limit=100").json()["data"]) < count:
            events(*"甲乙丙", venue=venue, image=factories.image())
        with django_assert_num_queries(expected):
            answer = client.get(f"/api/v1/events?limit=100{query}")
        assert len(answer.json()["data"]) == min(count, 100)
    with django_assert_num_queries(2):
        client.get(f"/api/v1/venues/{venue.translation_key}")
