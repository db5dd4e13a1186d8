"""Keys of partners: what each opens, and that nothing but its owner can read it."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers

from api.keys import is_key, new_key
from api.models import Entry, Key, Partner, Scope
from api.partner_flows import TooManyKeysError, issue_key, revoke_key
from home.visibility import ALL_CHANNELS, Channel
from tests import factories
from tests.api.partners import key_of, partner
from tests.conftest import NOW
from tests.showcase.stories import published, with_photo

pytestmark = pytest.mark.django_db

WHOLE = {"body_html", "body_text", "media", "credits"}


def story_as(client, headers, story):
    """How a reader gets a story in detail, in the list and in /changes: "whole", "card" or None each."""

    def seen(document):
        return None if document is None else "whole" if set(document) >= WHOLE else "card"

    uid = story.page.translation_key
    detail = client.get(f"/api/v1/stories/{uid}", headers=headers)
    listed = client.get("/api/v1/stories", headers=headers).json()["data"]
    rows = client.get("/api/v1/changes?types=story&include=resource", headers=headers).json()["data"]
    return (
        seen(detail.json().get("data")) if detail.status_code == 200 else detail.status_code,
        [seen(one) for one in listed],
        [seen(row["resource"]) for row in rows],
    )


# (what the partner is, what the key may do) → detail, list, changes
READERS = {
    "no key": (None, (), ("card", ["card"], ["card"])),
    "accepted, with the scope": ({}, (Scope.STORIES,), ("whole", ["card"], ["whole"])),
    "accepted, without the scope": ({}, (Scope.ACKS,), ("card", ["card"], ["card"])),
    "not accepted": ({"accepts": False}, (Scope.STORIES,), ("card", ["card"], ["card"])),
    "commercial": ({"commercial": True}, (Scope.STORIES,), (404, [], [])),
    "not for partner sites": ({"channels": int(Channel.FACEBOOK)}, (Scope.STORIES,), (404, [], [])),
}


@pytest.mark.parametrize("name", READERS)
def test_a_story_is_read_whole_only_by_who_has_accepted_its_license(client, name):
    story = with_photo()
    of, scopes, expected = READERS[name]

    assert story_as(client, {} if of is None else key_of(partner(**of), *scopes), story) == expected


def test_a_key_opens_no_channel_that_the_people_in_a_story_did_not_tick(client):
    story = published(ALL_CHANNELS ^ Channel.PARTNER_SITES)

    assert story_as(client, key_of(partner()), story) == (404, [], [])


def test_everything_else_reads_the_same_with_a_key_and_without(client):
    event = factories.event()

    addresses = (f"/api/v1/events/{event.translation_key}", "/api/v1/events", "/api/v1/changes")
    for address in addresses:
        answer = client.get(address, headers=key_of(partner()))
        assert answer.json()["data"] == client.get(address).json()["data"]


def test_whole_stories_may_be_asked_for_by_their_members_and_are_kept_by_no_shared_cache(client):
    story = with_photo()
    headers = key_of(partner())

    answer = client.get(f"/api/v1/stories/{story.page.translation_key}?fields=body_text", headers=headers)

    assert answer.json()["data"]["body_text"] == "我們清了一段河岸。\n下次還要去。"
    assert (answer["Cache-Control"], answer["Vary"]) == ("private, no-cache", "Authorization")


def test_what_one_reader_holds_is_never_said_to_be_unchanged_to_another(client):
    story = with_photo()
    address = f"/api/v1/stories/{story.page.translation_key}"
    tags = {
        name: client.get(address, headers={} if of is None else key_of(partner(**of), *scopes))["ETag"]
        for name, (of, scopes, expected) in READERS.items()
        if expected[0] != 404
    }

    whole = tags.pop("accepted, with the scope")
    assert whole not in tags.values()
    assert len(set(tags.values())) == 1
    assert client.get(address, headers={"If-None-Match": whole}).status_code == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-1],
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda _text: new_key(),
        lambda text: text.upper(),
        lambda _text: "",
        lambda _text: "qjd_" + "鍵" * 38,
    ],
)
def test_a_wrong_key_is_refused_and_never_taken_for_none(client, spoil):
    headers = key_of(partner())
    text = headers["Authorization"].removeprefix("Bearer ")

    answer = client.get("/api/v1/events", headers={"Authorization": f"Bearer {spoil(text)}"})

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="qingju-hub"')
    assert answer["Cache-Control"] == "no-store"


def test_a_key_in_another_scheme_or_in_the_address_opens_nothing(client):
    text = key_of(partner())["Authorization"].removeprefix("Bearer ")

    assert client.get("/api/v1/me", headers={"Authorization": f"Token {text}"}).status_code == 401
    assert client.get(f"/api/v1/me?key={text}").status_code == 401
    assert client.get(f"/api/v1/events?key={text}").status_code == 400


def test_a_revoked_key_is_refused_at_the_next_request(client):
    headers = key_of(partner())
    assert client.get("/api/v1/me", headers=headers).status_code == 200

    revoke_key(Key.objects.get(), NOW)

    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_key_ends_at_its_instant(client, frozen_time):
    headers = key_of(partner(), expires_at=NOW + timedelta(hours=1))

    frozen_time.move_to(NOW + timedelta(minutes=59, seconds=59))
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    frozen_time.move_to(NOW + timedelta(hours=1))
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_two_keys_live_side_by_side_so_that_one_can_take_the_others_place(client):
    of = partner()
    first, second = key_of(of), key_of(of)

    assert [client.get("/api/v1/me", headers=one).status_code for one in (first, second)] == [200, 200]
    with pytest.raises(TooManyKeysError):
        key_of(of)
    revoke_key(of.keys.last(), NOW)
    assert client.get("/api/v1/me", headers=key_of(of)).status_code == 200


def test_me_says_what_the_key_may_do(client):
    of = partner(name="示範客家電台", hosts="www.example.org\nradio.example.org")
    headers = key_of(of, Scope.STORIES, Scope.ACKS, name="網站")
    text = headers["Authorization"].removeprefix("Bearer ")

    answer = client.get("/api/v1/me", headers=headers)

    accepted = of.acceptances.get()
    assert answer.json()["data"] == {
        "key": {
            "prefix": text[:12],
            "name": "網站",
            "scopes": ["acks", "stories"],
            "issued_at": "2026-03-02T10:00:00+08:00",
            "expires_at": None,
        },
        "partner": {
            "name": "示範客家電台",
            "channels": ["partner_sites"],
            "commercial": False,
            "hosts": ["radio.example.org", "www.example.org"],
            "licenses": [{"id": "tyc-pi-5y-v1", "sha256": accepted.sha256, "accepted_at": "2026-03-02T10:00:00+08:00"}],
            "synced_seq": None,
        },
        "stories": "whole",
        "quota": {"requests": 6000, "seconds": 60},
    }
    assert (answer["Cache-Control"], answer["Vary"]) == ("no-store", "Authorization")


def test_a_key_has_a_quota_of_its_own(client, settings):
    settings.API_QUOTA = True
    headers = key_of(partner())

    answer = client.get("/api/v1/events", headers=headers)

    assert answer["RateLimit-Policy"] == '"key";q=6000;w=60'
    assert answer["RateLimit"].startswith('"key";r=5999;t=')
    assert client.get("/api/v1/events")["RateLimit"].startswith('"anonymous";r=599;t=')


def test_how_far_a_partner_has_read_is_known(client):
    factories.event()
    of = partner()
    headers = key_of(of)

    def follow(address):
        path = address.removeprefix("https://hub.example.org")
        return client.get(path, headers=headers).json()["page"]["next"]

    following = follow("/api/v1/changes")
    assert Partner.objects.get().synced_seq is None
    follow(following)
    assert (Partner.objects.get().synced_seq, Partner.objects.get().synced_at) == (1, NOW)


def test_the_key_itself_stands_nowhere_in_the_database_nor_in_the_log(client, caplog):
    text = key_of(partner())["Authorization"].removeprefix("Bearer ")
    with caplog.at_level("DEBUG"):
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}x"})

    rows = [row for model in apps.get_models() for row in model._base_manager.all()]
    kept = json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False)
    assert text[:12] in kept
    assert text[12:] not in kept
    assert text[12:] not in caplog.text


def test_a_key_is_recognized_by_its_shape_and_checksum():
    made = {new_key() for _ in range(200)}

    assert len(made) == 200
    assert all(is_key(one) for one in made)
    assert not any(is_key(one[:20] + ("a" if one[20] != "a" else "b") + one[21:]) for one in made)


def test_every_entry_knows_its_license():
    factories.event()
    published()

    assert sorted(Entry.objects.values_list("type", "license")) == [
        ("event", "tw-ogdl-1.0"),
        ("story", "tyc-pi-5y-v1"),
        ("team", "tw-ogdl-1.0"),
    ]


def test_issuing_needs_a_live_partner_row():
    with pytest.raises(Partner.DoesNotExist):
        issue_key(Partner(pk=0, name="nobody"), [], NOW)
