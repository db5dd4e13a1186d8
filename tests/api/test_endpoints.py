"""A partner's webhook addresses, by its own key: registered by a challenge, tried, changed, taken away."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.core import serializers
from standardwebhooks.webhooks import Webhook

from api.models import Delivery, Endpoint, Scope
from api.outbox import EVENTS
from api.outlets.endpoints import AT_MOST, disable_endpoint
from api.outlets.signing import secret_of
from api.outlets.webhooks import serve
from tests import factories
from tests.api.partners import endpoint, key_of, partner
from tests.api.receivers import NAME, OK, Raw, collecting, found_at, says
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

ENDPOINTS = "/api/v1/endpoints"


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True


@pytest.fixture
def of():
    return partner()


@pytest.fixture
def ask(client, of):
    """Ask as the partner; returns status and document."""
    headers = key_of(of, Scope.ENDPOINTS)

    def asking(method, path="", body=None, headers=headers):
        body = body if isinstance(body, str) else json.dumps(body)
        answer = client.generic(method, f"{ENDPOINTS}{path}", body, content_type="application/json", headers=headers)
        if answer.content:
            assert answer["Cache-Control"] == "no-store"
        return answer.status_code, json.loads(answer.content or b"{}")

    return asking


def http(body, status=200):
    return f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def willing(shape=lambda word: word):
    """A partner that gives the word of a challenge back, as it stands or in another shape; and what it was sent."""

    def answer(_headers, body):
        given = json.loads(body)
        return http(shape(given["data"]["challenge"])) if given["type"] == "endpoint.challenge" else OK

    return collecting(answer)


def mistakes(answered):
    status, problem = answered
    assert (status, problem["type"]) == (400, "https://hub.example.org/api/v1/docs#invalid-parameter"), answered
    return [(one.get("pointer", one.get("parameter")), one["code"]) for one in problem["errors"]]


def hook(server):
    return f"http://127.0.0.1:{server.port}/hook"


def test_an_address_that_answers_its_challenge_is_in_use_and_its_secret_is_shown_once(ask, of):
    taken, reply = willing()
    with Raw(reply) as server:
        status, answer = ask("POST", body={"url": hook(server), "events": ["event.published"]})

    made = answer["data"]
    row = Endpoint.objects.get()
    assert (status, made) == (
        201,
        {
            "id": str(row.uid),
            "url": hook(server),
            "events": ["event.published"],
            "state": "enabled",
            "disabled_because": None,
            "created_at": "2026-03-02T10:00:00+08:00",
            "failing_since": None,
            "former_secret_until": None,
            "secret": secret_of(row.seed),
            "challenge": {"answered": True, "error": None},
        },
    )
    [(headers, body)] = taken
    assert Webhook(made["secret"]).verify(body, headers)["type"] == "endpoint.challenge"
    shown = {name: value for name, value in made.items() if name not in {"secret", "challenge"}}
    assert ask("GET") == (200, {"data": [shown]})
    assert ask("GET", f"/{row.uid}") == (200, {"data": shown})


@pytest.mark.parametrize("shape", [lambda word: json.dumps({"challenge": word}), json.dumps, lambda word: f" {word}\n"])
def test_the_word_may_come_back_in_json_too(ask, shape):
    _taken, reply = willing(shape)
    with Raw(reply) as server:
        assert ask("POST", body={"url": hook(server)})[1]["data"]["state"] == "enabled"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http("another word"), "another answer"),
        (http('{"challenge":5}'), "another answer"),
        (http("[]"), "another answer"),
        (http("", 404), "404"),
        (http("", 204), "204"),
        (b"HTTP/1.1 302 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "302"),
        (b"hello", "broken: BadStatusLine"),
    ],
)
def test_an_address_that_does_not_stays_pending_and_is_sent_nothing(ask, answer, error):
    with Raw(says(answer)) as server:
        status, made = ask("POST", body={"url": hook(server)})
    factories.event()

    assert (status, made["data"]["state"]) == (201, "pending")
    assert made["data"]["challenge"] == {"answered": False, "error": error}
    assert Delivery.objects.count() == 0


def test_a_receiver_finished_later_is_asked_again_when_it_is_enabled(ask):
    with Raw(says(http("", 401))) as server:
        _status, made = ask("POST", body={"url": hook(server)})
    path = f"/{made['data']['id']}"

    assert mistakes(ask("PATCH", path, {"state": "enabled"})) == [("#/state", "challenge_failed")]
    taken, reply = willing()
    with Raw(reply) as server:
        Endpoint.objects.update(url=hook(server))
        status, answer = ask("PATCH", path, {"state": "enabled"})
    assert (status, answer["data"]["state"]) == (200, "enabled")
    assert Webhook(made["data"]["secret"]).verify(taken[0][1], taken[0][0])


URL = "https://partner.example.org/hook"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", [("#", "malformed")]),
        ("[", [("#", "malformed")]),
        ([], [("#", "malformed")]),
        ({}, [("#/url", "missing")]),
        ({"url": 1}, [("#/url", "malformed")]),
        ({"url": None}, [("#/url", "malformed")]),
        ({"url": ""}, [("#/url", "malformed")]),
        ({"url": "https://" + "a" * 500}, [("#/url", "malformed")]),
        ({"url": "ftp://partner.example.org"}, [("#/url", "scheme")]),
        ({"url": "https://me:word@partner.example.org"}, [("#/url", "credentials")]),
        ({"url": URL, "events": "event.published"}, [("#/events", "malformed")]),
        ({"url": URL, "events": ["event.publisht", "event.updated"]}, [("#/events/0", "unknown_value")]),
        ({"url": URL, "events": [1]}, [("#/events/0", "unknown_value")]),
        ({"url": URL, "state": "enabled"}, [("#/state", "unknown")]),
        ({"url": "x", "event": []}, [("#/event", "unknown"), ("#/url", "malformed")]),
        ('{"url":"a","url":"b"}', [("#", "repeated")]),
    ],
)
def test_what_is_wrong_is_named_by_its_pointer(ask, body, expected):
    assert mistakes(ask("POST", body=body)) == expected
    assert Endpoint.objects.count() == 0


def test_a_name_nearly_right_is_met_with_the_right_one(ask):
    _status, problem = ask("POST", body={"url": URL, "events": ["event.publisht"]})

    assert "event.published" in problem["errors"][0]["detail"]


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1"])
def test_an_address_that_leads_inside_is_not_kept(ask, monkeypatch, address):
    found_at(monkeypatch, [address])

    assert mistakes(ask("POST", body={"url": URL})) == [("#/url", "not_public")]
    assert Endpoint.objects.count() == 0


def test_outside_of_development_only_https_on_443_is_taken(ask, settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = False

    urls = ("http://127.0.0.1/", f"http://{NAME}/", f"https://{NAME}:8443/", "https://127.0.0.1/")
    assert [mistakes(ask("POST", body={"url": url})) for url in urls] == [
        [("#/url", "scheme")],
        [("#/url", "scheme")],
        [("#/url", "port")],
        [("#/url", "not_public")],
    ]


def test_an_address_is_registered_once_and_a_partner_has_ten(ask, of):
    endpoint(of, URL)
    assert mistakes(ask("POST", body={"url": URL})) == [("#/url", "taken")]
    for number in range(AT_MOST - 1):
        endpoint(of, f"{URL}/{number}")
    assert mistakes(ask("POST", body={"url": f"{URL}/more"})) == [("#/url", "too_many")]
    other = Endpoint.objects.last()
    assert mistakes(ask("PATCH", f"/{other.uid}", {"url": URL, "state": "disabled"})) == [("#/url", "taken")]
    other.refresh_from_db()
    assert other.state == "enabled"


def test_a_new_address_has_to_answer_before_the_old_one_is_left(ask, of):
    row = endpoint(of, URL)
    _taken, reply = willing()
    with Raw(reply) as good, Raw(says(http("no"))) as bad:
        assert mistakes(ask("PATCH", f"/{row.uid}", {"url": hook(bad)})) == [("#/url", "challenge_failed")]
        assert Endpoint.objects.get().url == URL
        status, answer = ask("PATCH", f"/{row.uid}", {"url": hook(good), "events": ["story.withdrawn"] * 2})

    assert (status, answer["data"]["url"], answer["data"]["events"]) == (200, hook(good), ["story.withdrawn"])


def test_an_owner_switches_off_and_on(ask, of):
    _taken, reply = willing()
    with Raw(reply) as server:
        row = endpoint(of, hook(server))
        status, off = ask("PATCH", f"/{row.uid}", {"state": "disabled"})
        assert (status, off["data"]["state"], off["data"]["disabled_because"]) == (
            200,
            "disabled",
            "由合作網站自行停用",
        )
        assert mistakes(ask("POST", f"/{row.uid}/test")) == [("#/state", "not_enabled")]
        status, on = ask("PATCH", f"/{row.uid}", {"state": "enabled"})

    assert (status, on["data"]["state"], on["data"]["disabled_because"]) == (200, "enabled", None)
    assert mistakes(ask("PATCH", f"/{row.uid}", {"state": "pending"})) == [("#/state", "unknown_value")]
    disable_endpoint(row, "x" * 200, NOW)
    assert len(Endpoint.objects.get().disabled_because) == 120


def test_a_test_is_sent_as_everything_is(ask, of):
    taken, reply = collecting()
    with Raw(reply) as server:
        row = endpoint(of, hook(server))
        status, answer = ask("POST", f"/{row.uid}/test")
        assert ask("POST", f"/{row.uid}/test") == (status, answer)
        serve(row.pk)

    [(headers, body)] = taken
    assert (status, answer["data"]["webhook_id"]) == (202, headers["webhook-id"])
    assert json.loads(body) == {"type": "endpoint.test", "timestamp": "2026-03-02T10:00:00+08:00", "data": {}}


def test_a_secret_is_exchanged_with_a_day_for_both(ask, of):
    row = endpoint(of, URL)
    before = secret_of(row.seed)

    status, answer = ask("POST", f"/{row.uid}/rotate")

    row.refresh_from_db()
    assert (status, answer["data"]["secret"]) == (200, secret_of(row.seed))
    assert answer["data"]["former_secret_until"] == "2026-03-03T10:00:00+08:00"
    assert [secret_of(seed) for seed in row.seeds(NOW)] == [answer["data"]["secret"], before]
    assert len(row.seeds(NOW + timedelta(days=1))) == 1


def test_no_secret_stands_in_the_database(ask, of):
    row = endpoint(of, URL)
    _status, answer = ask("POST", f"/{row.uid}/rotate")

    rows = [row for model in apps.get_models() for row in model._base_manager.all()]
    assert answer["data"]["secret"].removeprefix("whsec_") not in serializers.serialize("json", rows)


def test_an_endpoint_deleted_is_gone_with_what_waited_for_it(ask, of):
    row = endpoint(of, URL)
    factories.event()

    assert ask("DELETE", f"/{row.uid}") == (204, {})
    assert ask("GET", f"/{row.uid}")[0] == 404
    assert Delivery.objects.count() == 0


ADDRESSES = [
    *[("GET", ""), ("POST", ""), ("GET", "/{}"), ("PATCH", "/{}"), ("DELETE", "/{}")],
    *[("POST", "/{}/rotate"), ("POST", "/{}/test")],
]


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_only_the_owner_with_the_scope_for_it_gets_in(client, ask, of, method, path):
    row = endpoint(of, URL)
    theirs = endpoint(partner(), URL)

    assert ask(method, path.format(row.uid), {}, headers={})[0] == 401
    assert ask(method, path.format(row.uid), {}, headers=key_of(of, Scope.STORIES))[0] == 403
    if path:
        for uid in (theirs.uid, UUID(int=1)):
            assert ask(method, path.format(uid), {})[0] == 404
    assert mistakes(ask(method, f"{path.format(row.uid)}?x=1", {})) == [("x", "unknown")]
    assert Endpoint.objects.count() == 2


def test_others_are_not_in_the_list(ask):
    endpoint(partner(), URL)

    assert ask("GET") == (200, {"data": []})


def test_a_method_that_is_not_there_is_named_with_those_that_are(client, of):
    answer = client.put(f"{ENDPOINTS}/{endpoint(of).uid}", headers=key_of(of))

    assert (answer.status_code, answer["Allow"]) == (405, "GET, PATCH, DELETE, HEAD, OPTIONS")


def test_every_event_there_is_may_be_asked_for(ask, of):
    row = endpoint(of, URL, state="disabled")

    status, answer = ask("PATCH", f"/{row.uid}", {"events": list(EVENTS)})

    assert (status, len(answer["data"]["events"])) == (200, 30)
