"""Webhooks as partners get them: over real sockets, thin, signed, and judged by what comes back."""

import json
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from api.models import Attempt, Delivery, Endpoint
from api.outbox import EVENTS
from api.outlets.endpoints import rotate_secret, write_test
from api.outlets.queue import DELAYS
from api.outlets.signing import secret_of
from api.outlets.targets import Failure, Refusal
from api.outlets.webhooks import announce_ends, message, retry_after, serve
from home.visibility import ALL_CHANNELS, Channel
from tests import factories
from tests.api.partners import endpoint, partner
from tests.api.programs import run
from tests.api.receivers import OK, Raw, certificate, collecting, drips, floods, found_at, received, says, silence
from tests.conftest import NOW, ROOT
from tests.showcase.stories import published, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True


def at(server, of=None, **fields):
    return endpoint(of or partner(), f"http://127.0.0.1:{server.port}/hook", **fields)


def test_a_message_is_thin_signed_and_verified_by_the_official_library():
    taken, reply = collecting()
    with Raw(reply) as server:
        to = at(server)
        page = factories.event()
        assert serve(to.pk) == 1

    [(headers, body)] = taken
    address = f"https://hub.example.org/api/v1/events/{page.translation_key}"
    assert Webhook(secret_of(to.seed)).verify(body, headers) == {
        "type": "event.published",
        "timestamp": "2026-03-02T10:00:00+08:00",
        "data": {
            "id": str(page.translation_key),
            "type": "event",
            "lang": "zh-Hant",
            "version": 1,
            "seq": 1,
            "api_url": address,
        },
    }
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == str(to.deliveries.get().key)


def test_a_withdrawal_says_why_and_by_when_the_copies_have_to_go():
    taken, reply = collecting()
    with Raw(reply) as server:
        to = at(server)
        story = published(ALL_CHANNELS)
        withdraw(story.author)
        serve(to.pk)

    bodies = [json.loads(body) for _headers, body in taken]
    [gone] = [one for one in bodies if one["type"] == "story.withdrawn"]
    assert gone["data"] == {
        "id": str(story.page.translation_key),
        "type": "story",
        "lang": "zh-Hant",
        "version": 2,
        "seq": 3,
        "api_url": f"https://hub.example.org/api/v1/stories/{story.page.translation_key}",
        "reason": "consent_withdrawn",
        "purge_by": "2026-03-03T10:00:00+08:00",
    }


def test_no_message_is_longer_than_a_kilobyte(settings):
    settings.PUBLIC_URL = f"https://{'a' * 60}.{'b' * 60}.example.org"
    to = endpoint(partner())
    uid = factories.event().translation_key
    lengths = [
        len(
            message(
                Delivery(
                    *(None, None, to.pk, event),
                    seq=2**60,
                    op="withdraw",
                    type=event.split(".")[0],
                    uid=uid,
                    lang="zh-Hant",
                    version=2**31,
                    reason="consent_withdrawn",
                )
            ).encode()
        )
        for event in EVENTS
    ]

    assert max(lengths) < 1024


DOCS = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*EVENTS, *Failure, *Refusal])
def test_every_event_and_every_way_to_fail_stands_in_the_docs(word):
    assert f"`{word}`" in DOCS


def test_a_retry_has_the_same_id_and_body_and_its_own_time(frozen_time):
    taken, reply = collecting()
    with Raw(reply) as server:
        to = at(server)
        factories.event()
        with Raw(says(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")) as broken:
            Endpoint.objects.update(url=f"http://127.0.0.1:{broken.port}/")
            serve(to.pk)
            first, _body = received(broken.requests[0])
        Endpoint.objects.update(url=to.url)
        frozen_time.move_to(NOW + timedelta(minutes=1))
        serve(to.pk)

    [(headers, body)] = taken
    assert headers["webhook-id"] == first["webhook-id"]
    assert int(headers["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert list(Attempt.objects.values_list("sent", "status")) == [(body.decode(), 500), (body.decode(), 200)]


def test_while_a_secret_changes_both_verify_and_afterwards_only_the_new_one(frozen_time):
    taken, reply = collecting()
    with Raw(reply) as server:
        to = at(server)
        former = secret_of(to.seed)
        new = rotate_secret(to, NOW)
        for hours in (0, 23, 24):
            frozen_time.move_to(NOW + timedelta(hours=hours))
            write_test(to, NOW + timedelta(hours=hours))
            serve(to.pk)

    signatures = [len(headers["webhook-signature"].split()) for headers, _body in taken]
    assert (signatures, former != new) == ([2, 2, 1], True)
    frozen_time.move_to(NOW)
    for secret in (former, new):
        Webhook(secret).verify(taken[0][1], taken[0][0])
    frozen_time.move_to(NOW + timedelta(hours=24))
    Webhook(new).verify(taken[2][1], taken[2][0])


def answers(status, *headers):
    lines = "".join(f"{line}\r\n" for line in headers)
    return says(f"HTTP/1.1 {status} Said\r\n{lines}Content-Length: 4\r\n\r\nsaid".encode())


SLOW = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"

# (what the partner does) → status, error, answer kept, state of its delivery, whether its endpoint is still in use
CLASSES = {
    "200": (answers(200), (200, "", "said"), "delivered", "enabled"),
    "204": (says(b"HTTP/1.1 204 No\r\n\r\n"), (204, "", ""), "delivered", "enabled"),
    "301": (answers(301, "Location: http://127.0.0.1/"), (301, "", "said"), "waiting", "enabled"),
    "400": (answers(400), (400, "", "said"), "waiting", "enabled"),
    "410": (answers(410), (410, "", "said"), "waiting", "disabled"),
    "429": (answers(429, "Retry-After: 120"), (429, "", "said"), "waiting", "enabled"),
    "500": (answers(500), (500, "", "said"), "waiting", "enabled"),
    "silence": (silence, (None, "timeout", ""), "waiting", "enabled"),
    "a slow body": (
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"),
        (200, "timeout", ""),
        "waiting",
        "enabled",
    ),
    "a huge body": (floods(b"HTTP/1.1 200 OK\r\n\r\n"), (200, "too_large", ""), "waiting", "enabled"),
    "no HTTP": (says(b"hello"), (None, "broken: BadStatusLine", ""), "waiting", "enabled"),
}


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_of_answer_is_kept_and_judged(name):
    reply, kept, state, endpoint_state = CLASSES[name]
    with Raw(reply) as server:
        to = at(server)
        factories.event()
        serve(to.pk, deadline=0.4)

    to.refresh_from_db()
    delivery = to.deliveries.get()
    [attempt] = delivery.log.all()
    assert (attempt.status, attempt.error, attempt.answer) == kept
    assert (delivery.state, to.state) == (state, endpoint_state)
    assert attempt.took_ms >= (300 if "timeout" in kept[1] else 0)
    wait = timedelta(seconds=120) if name == "429" else DELAYS[1]
    if state == "waiting":
        assert delivery.due_at - NOW >= wait


def test_nobody_there_bad_tls_and_an_address_inside_are_failures_too(monkeypatch, tmp_path):
    of = partner()
    context, _path = certificate(tmp_path, "localhost")
    with Raw(says(OK), context) as server:
        with Raw(silence) as gone:
            pass
        ends = [
            endpoint(of, f"http://127.0.0.1:{gone.port}/"),
            endpoint(of, f"https://localhost:{server.port}/"),
            endpoint(of, "https://partner.example.org/"),
        ]
        factories.event()
        for one in ends:
            if one is ends[-1]:
                found_at(monkeypatch, ["10.0.0.1"])
            serve(one.pk, deadline=2)

    errors = [one.deliveries.get().log.get().error for one in ends]
    assert errors == [
        "refused: Connection refused",
        "tls: CERTIFICATE_VERIFY_FAILED",
        "not_public: partner.example.org",
    ]
    assert server.requests == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("120", 120), ("Mon, 02 Mar 2026 02:01:00 GMT", 60), ("Mon, 02 Mar 2026 01:00:00 GMT", 0)],
)
def test_how_long_to_wait_may_be_said_in_seconds_or_as_an_instant(text, seconds):
    assert retry_after({"retry-after": text}, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "１２", "Mon, 02 Mar 2026"])
def test_what_says_nothing_about_waiting_is_passed_over(text):
    assert retry_after({"retry-after": text}, NOW) is None


def assert_none_is_delayed(report):
    figures = f"{report['p95']} s over {report['received']}; tries at the ten: {report['tries']}"
    print(f"p95 of the healthy partner: {figures}")  # noqa: T201 - the figure
    assert report["received"] == report["published"]
    assert all(count > 0 for count in report["tries"])
    assert report["p95"] <= 5


@pytest.mark.realtime
def test_ten_broken_partners_delay_no_healthy_one(database_copy):
    assert_none_is_delayed(run("tests.api.outgoing", database_copy, 12, WEBHOOKS_ALLOW_LOOPBACK="1"))


@pytest.mark.postgres
@pytest.mark.realtime
def test_ten_broken_partners_delay_no_healthy_one_on_postgresql(postgres_url):
    assert_none_is_delayed(run("tests.api.outgoing", postgres_url, 12, WEBHOOKS_ALLOW_LOOPBACK="1"))


def announced(to):
    return list(to.deliveries.filter(event="license.expiring").values_list("type", "version", "seq"))


def test_thirty_days_before_a_license_ends_partners_who_get_the_story_hear_of_it_once(frozen_time):
    to = endpoint(partner())
    commercial = endpoint(partner(commercial=True), "https://shop.example.org/")
    choosy = endpoint(partner(), "https://choosy.example.org/", events=["story.published"])
    off = endpoint(partner(), "https://off.example.org/", state="disabled")
    story = published(ALL_CHANNELS)
    published(Channel.SITE)
    factories.announcement(expire_at=NOW.replace(year=2031))
    end = NOW.replace(year=2031)

    frozen_time.move_to(end - timedelta(days=30, seconds=1))
    assert announce_ends(end - timedelta(days=30, seconds=1)) == 0
    for days in (30, 29, 1):
        frozen_time.move_to(end - timedelta(days=days))
        announce_ends(end - timedelta(days=days))

    assert [announced(one) for one in (to, commercial, choosy, off)] == [[("story", 1, None)], [], [], []]
    data = json.loads(message(to.deliveries.get(event="license.expiring")))["data"]
    assert data["api_url"] == f"https://hub.example.org/api/v1/stories/{story.page.translation_key}"
    assert "seq" not in data
