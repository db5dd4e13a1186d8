"""Stories through the API: a card without a key, each channel for itself, and the license they carry."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api import ledger
from api.models import Change, Entry
from home.models import Clock
from home.taiwan import TAIPEI
from home.visibility import ALL_CHANNELS, Channel, Reason
from programs.models import Theme
from showcase.flows import answers, holds
from showcase.models import ConsentText, Grant, Party, StoryPage
from showcase.vocabularies import HoldKind
from tests import factories
from tests.conftest import NOW
from tests.showcase.stories import agree, coauthor, draft, published, team, with_photo, withdraw

pytestmark = pytest.mark.django_db

SITE_ONLY = Channel.SITE
FULL_ONLY = {"body_html", "body_text", "media", "credits"}


@pytest.fixture(autouse=True)
def nothing_drifts():
    """After every act the ledger agrees with what is public."""
    yield
    assert ledger.drift() == 0


def address(story):
    return f"/api/v1/stories/{story.page.translation_key}"


def told(since=0):
    """(op, channels, reason) of every change of a story after a number."""
    return list(Change.objects.filter(seq__gt=since, type="story").values_list("op", "channels", "reason"))


def entry_of(story):
    return Entry.objects.get(uid=story.page.translation_key)


def test_r52_a_story_stands_in_the_api_once_it_is_live_and_everyone_agreed_to_partner_sites(client):
    story = published(people=[coauthor(1)])

    answer = client.get("/api/v1/stories")

    assert [one["id"] for one in answer.json()["data"]] == [str(story.page.translation_key)]
    assert answer["Cache-Control"] == "no-cache"
    assert "Authorization" in answer["Vary"]
    assert client.get(address(story)).status_code == 200


def test_an_empty_list_of_stories_is_never_kept_either(client):
    assert client.get("/api/v1/stories")["Cache-Control"] == "no-cache"


def test_without_a_key_a_detail_is_the_card_and_fields_offer_no_more(client):
    story = with_photo()

    detail = client.get(address(story)).json()["data"]

    assert detail == client.get("/api/v1/stories").json()["data"][0]
    assert FULL_ONLY & set(detail) == set()
    assert set(json.loads(bytes(entry_of(story).full))) - set(detail) == FULL_ONLY
    refused = client.get(f"{address(story)}?fields=body_html")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "fields")
    rows = client.get("/api/v1/changes?types=story&include=resource").json()["data"]
    assert [row["resource"] for row in rows] == [detail]


def test_the_full_document_has_the_words_the_media_and_the_names_shown_under_it():
    story = with_photo(people=[coauthor(1)])

    full = json.loads(bytes(entry_of(story).full))

    assert full["body_text"] == "我們清了一段河岸。\n下次還要去。"
    assert full["credits"] == [
        {"name": str(story.draft.author), "role": "author"},
        {"name": "共同作者1", "role": "coauthor"},
    ]
    [medium] = full["media"]
    uid = story.draft.assets.get().photo.uid
    sources = [
        {
            "url": f"https://hub.example.org/stories/media/{uid}/{width}",
            "width": min(width, 1200),
            "height": min(width, 1200) * 2 // 3,
            "type": "image/jpeg",
        }
        for width in (480, 960, 1600)
    ]
    assert medium == {
        "kind": "photo",
        "alt": "河岸上的垃圾袋",
        "credit": "示範甲",
        "sources": sources,
        "url": None,
    }
    assert full["image"] == {"alt": "河岸上的垃圾袋", "credit": "示範甲", "sources": sources}
    assert "@" not in json.dumps(full)


def test_a_videos_address_stands_where_a_photos_sizes_do():
    made = draft()
    made.assets.create(
        kind="video", url="https://video.example.org/1", alt="影片", rights="own", people="nobody", music="none"
    )
    story = published(made=made)

    full = json.loads(bytes(entry_of(story).full))
    assert full["media"] == [
        {"kind": "video", "alt": "影片", "credit": "", "sources": [], "url": "https://video.example.org/1"}
    ]
    assert full["image"] is None


def test_r58_r59_the_license_is_what_everyone_granted_in_common(client, frozen_time):
    story = published(of=team(title="大溪團隊"), people=[coauthor(1)], channels=ALL_CHANNELS ^ Channel.BROADCAST)
    agree(story.parties[1], ALL_CHANNELS)

    license_block = client.get(address(story)).json()["data"]["license"]

    assert license_block == {
        "id": "tyc-pi-5y-v1",
        "url": "https://hub.example.org/api/v1/licenses/tyc-pi-5y-v1",
        "label": "公益非營利使用（五年）",
        "holder": "大溪團隊",
        "attribution": "圖文／大溪團隊",
        "noncommercial": True,
        "uses": ["site", "partner_sites", "facebook", "print"],
        "valid_from": "2026-03-02T10:00:00+08:00",
        "valid_until": "2031-03-02T09:59:59+08:00",
        "on_end": {"action": "delete", "within": "PT24H"},
    }


def test_a_story_whose_team_is_not_public_names_those_under_it_and_not_the_team(client):
    hidden = team(title="不公開的團隊", live=False)
    story = published(of=hidden, people=[coauthor(1)])

    data = client.get(address(story)).json()["data"]

    assert data["team"] is None
    assert data["license"]["holder"] == f"{story.draft.author}、共同作者1"
    assert "不公開的團隊" not in json.dumps(data, ensure_ascii=False)


def test_r58_at_its_end_it_is_gone_in_every_answer_without_a_job(client, frozen_time):
    story = published()
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    assert ends_at == datetime(2031, 3, 2, 10, 0, tzinfo=TAIPEI)

    frozen_time.move_to(ends_at - timedelta(seconds=1))
    assert client.get(address(story)).status_code == 200
    frozen_time.move_to(ends_at)
    gone = client.get(address(story))

    assert (gone.status_code, gone.json()["reason"]) == (410, "license_expired")
    assert gone.json()["at"] == "2031-03-02T10:00:00+08:00"
    assert client.get("/api/v1/stories").json()["data"] == []
    assert client.get("/api/v1/changes?types=story&include=resource").json()["data"] == []
    ledger.reconcile()
    assert told()[1:] == [("withdraw", 7, "license_expired")]


def test_a_story_told_on_no_channel_of_the_reader_is_not_found_and_never_a_tombstone(client):
    story = published(SITE_ONLY)
    start = client.get("/api/v1/changes").json()["page"]["next"]

    assert client.get(address(story)).status_code == 404
    withdraw(story.author)

    assert client.get(address(story)).status_code == 404
    assert client.get(start.removeprefix("https://hub.example.org")).json()["data"] == []
    assert told() == [("upsert", 1, ""), ("withdraw", 1, "consent_withdrawn")]


def test_s7_losing_a_channel_is_a_withdrawal_for_its_readers_only(client, frozen_time):
    story = published(people=[coauthor(1)])
    start = client.get("/api/v1/changes?types=story").json()["page"]["next"].removeprefix("https://hub.example.org")
    frozen_time.shift(timedelta(hours=1))

    agree(story.parties[1], Channel.SITE | Channel.FACEBOOK)

    lost = client.get(address(story))
    assert (lost.status_code, lost.json()["reason"], lost.json()["at"]) == (
        410,
        "channel_removed",
        "2026-03-02T11:00:00+08:00",
    )
    [row] = client.get(start).json()["data"]
    assert (row["op"], row["reason"]) == ("withdraw", "channel_removed")
    assert client.get(story.page.web_path).status_code == 200
    assert told()[1:] == [("withdraw", 2, "channel_removed"), ("upsert", 5, "")]

    # What happens to it elsewhere is no news to them.
    frozen_time.shift(timedelta(hours=1))
    withdraw(story.parties[1])
    again = client.get(address(story))
    assert {name: again.json()[name] for name in ("reason", "at", "purge_by")} == {
        name: lost.json()[name] for name in ("reason", "at", "purge_by")
    }
    assert [row["seq"] for row in client.get(start).json()["data"]] == [row["seq"]]


def test_a_hold_and_its_release_are_told(client):
    story = published()
    held = holds.hold(story.page, HoldKind.DISPUTE, "有人主張權利", factories.person(), Clock.now())

    assert client.get(address(story)).json()["reason"] == "legal"
    holds.release(held, "查清了", factories.person(), Clock.now())
    assert client.get(address(story)).status_code == 200


def test_a_renewal_is_told_because_its_end_stands_in_the_document(client, frozen_time):
    story = published()
    frozen_time.move_to(NOW + timedelta(days=5 * 365))
    before = Clock.objects.get().seq

    party = Party.objects.get(pk=story.author.pk)
    answers.grant(
        party,
        content_hash=story.page.content_hash,
        text_sha256=ConsentText.current(Clock.now()).sha256,
        channels=ALL_CHANNELS,
        adaptation=False,
        now=Clock.now(),
        how=answers.How("示範", "link"),
        renewing=True,
    )

    assert told(before) == [("upsert", 7, "")]
    assert client.get(address(story)).json()["data"]["license"]["valid_until"] == "2036-03-01T09:59:59+08:00"


def test_an_expiry_as_a_page_before_the_licenses_end_is_told_as_such(client, frozen_time):
    story = published()
    page = story.page
    page.expire_at = NOW + timedelta(hours=1)
    page.save_revision().publish()
    frozen_time.shift(timedelta(hours=1))

    assert client.get(address(story)).json()["reason"] == "unpublished"
    ledger.reconcile()


def test_a_new_name_of_the_team_and_of_the_license_reach_the_story(client):
    of = team(title="舊名")
    story = published(of=of)
    of.title = "新名"
    of.save_revision().publish()
    text = ConsentText.objects.get(code="tyc-pi-5y-v1")
    text.label = "公益使用"
    text.save()

    license_block = client.get(address(story)).json()["data"]["license"]
    assert (license_block["holder"], license_block["label"]) == ("新名", "公益使用")


def test_stories_are_found_by_team_county_theme_programme_and_event(client):
    of, edition, event = team(counties=["TW-TAO"]), factories.program(), factories.event()
    wanted = published(of=of, program=edition, event=event)
    other = published()
    page = wanted.page
    page.themes = [Theme.objects.get(code="culture")]
    page.save_revision().publish()

    for query in (
        f"team={of.translation_key}",
        "county=TW-TAO",
        "theme=culture",
        "program=111",
        f"program={edition.translation_key}",
        f"event={event.translation_key}",
    ):
        found = client.get(f"/api/v1/stories?{query}&count=true").json()
        assert ([one["id"] for one in found["data"]], found["page"]["total"]) == ([str(page.translation_key)], 1), query
    assert str(other.page.translation_key) in client.get("/api/v1/stories?limit=100").content.decode()


def test_what_caches_may_keep_names_no_story(client):
    story = published()
    page = factories.announcement(amends=story.page)

    answer = client.get(f"/api/v1/announcements/{page.translation_key}?include=amends")

    assert (answer.json()["data"]["amends"], answer.json()["included"]) == (None, {})
    assert client.get("/api/v1/announcements?fields[story]=title").status_code == 400


def test_the_list_of_stories_takes_as_many_queries_for_three_as_for_one(client):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/api/v1/stories").status_code == 200
        return len(caught)

    published()
    assert queries() == 2
    published()
    published()
    assert queries() == 2


def test_the_ledgers_copy_the_queryset_and_the_function_agree_on_every_channel_at_every_instant(frozen_time):
    with_site, with_all = published(SITE_ONLY), published(people=[coauthor(1)])
    gone, expiring = published(), published()
    withdraw(gone.author)
    page = expiring.page
    page.expire_at = NOW + timedelta(hours=1)
    page.save_revision().publish()
    [ends_at] = set(Grant.objects.filter(withdrawn_at=None).values_list("ends_at", flat=True))
    partners = {with_all.page.translation_key, page.translation_key}
    expected = {
        NOW: (partners | {with_site.page.translation_key}, partners),
        NOW + timedelta(hours=1): (
            {with_site.page.translation_key, with_all.page.translation_key},
            {with_all.page.translation_key},
        ),
        ends_at - timedelta(seconds=1): (
            {with_site.page.translation_key, with_all.page.translation_key},
            {with_all.page.translation_key},
        ),
        ends_at: (set(), set()),
    }
    for now, (on_site, elsewhere) in expected.items():
        for channel in (Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK):
            public = on_site if channel == Channel.SITE else elsewhere
            stories = StoryPage.objects.all()
            entries = Entry.objects.filter(type="story")
            faces = (
                set(StoryPage.objects.visible(channel, now).values_list("translation_key", flat=True)),
                {one.translation_key for one in stories if one.hidden_because(channel, now) is None},
                set(Entry.objects.visible(channel, now).filter(type="story").values_list("uid", flat=True)),
                {one.uid for one in entries if one.hidden_because(channel, now) is None},
            )
            assert faces == (public,) * 4, (now, channel)
    assert entry_of(expiring).ends_because == Reason.UNPUBLISHED
    assert entry_of(with_all).ends_because == Reason.LICENSE_EXPIRED


def test_reconcile_heals_a_consent_taken_back_behind_the_signals(client):
    story = published()
    Grant.objects.update(withdrawn_at=NOW)

    assert ledger.drift() == 1
    ledger.reconcile()
    assert client.get(address(story)).json()["reason"] == "consent_withdrawn"


def test_reconcile_check_names_the_head_of_the_record_of_consent_and_fails_where_it_is_broken(monkeypatch):
    published()
    out = StringIO()
    call_command("reconcile", "--check", stdout=out)
    lines = out.getvalue().splitlines()

    assert lines[0] == "drift = 0"
    assert lines[1].startswith("record of consent = ")
    assert len(lines[1].split(" = ")[1]) == 64
    # The database refuses to change the record, so what is read is changed.
    monkeypatch.setattr("showcase.models.ConsentEvent.computed_hash", lambda _self: "0")
    with pytest.raises(CommandError, match="event 1 does not follow"):
        call_command("reconcile", "--check", stdout=StringIO())
