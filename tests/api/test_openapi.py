"""The OpenAPI document says what the API does: some thousand questions made from it, valid and not, are asked."""

import re
from collections import Counter

import pytest
import schemathesis
from bs4 import BeautifulSoup
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from jsonschema_rs import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cms.wsgi import application
from tests.api import full

pytestmark = pytest.mark.django_db

CASES_AN_ADDRESS = {GenerationMode.POSITIVE: 85, GenerationMode.NEGATIVE: 60}
# Without parameters there is one question only, and none that is wrong.
PLAIN = {"GET /api/v1/", "GET /api/v1/openapi.json"}
# One word of two, or none: the generator stops when it has asked all there is.
QUESTIONS_THERE_ARE = {("GET /api/v1/docs", GenerationMode.POSITIVE): 3}
PROBLEMS = {
    *("invalid-parameter", "invalid-cursor", "unauthenticated", "forbidden-scope", "not-found"),
    *("method-not-allowed", "withdrawn", "cursor-expired", "quota-exceeded", "internal-error", "maintenance"),
}


@pytest.fixture
def kept_connection():
    """The test's own transaction, left open by requests, as Django's test client does it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def described(client):
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")
    return answer.json()


def test_the_document_names_every_address_of_ours_and_none_of_the_admins(described):
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": "https://hub.example.org"}]
    collections = tuple(full.IDS)
    assert set(described["paths"]) == {
        *(f"/api/v1/{name}" for name in collections),
        *(f"/api/v1/{name}/{{uid}}" for name in collections),
        "/api/v1/",
        "/api/v1/changes",
        "/api/v1/docs",
        "/api/v1/licenses/{license_id}",
        "/api/v1/openapi.json",
        "/api/v1/venues/{uid}/hours",
    }
    errors = described["paths"]["/api/v1/events/{uid}"]["get"]["responses"]
    assert set(errors) == {"200", "304", "400", "401", "404", "410", "429", "503"}
    assert list(errors["410"]["content"]) == ["application/problem+json"]


def test_the_document_names_headers_unchanged_answers_and_the_key_that_may_be_sent(described):
    listed = described["paths"]["/api/v1/events"]["get"]["responses"]
    always = {"ETag", "Content-Seq", "Last-Modified", "RateLimit", "RateLimit-Policy"}
    assert {status: set(one["headers"]) for status, one in listed.items()} == {
        "200": {*always, "Link"},
        "304": always,
        "400": {"RateLimit", "RateLimit-Policy"},
        "401": {"RateLimit", "RateLimit-Policy", "WWW-Authenticate"},
        "429": {"RateLimit", "RateLimit-Policy", "Retry-After"},
        "503": {"RateLimit", "RateLimit-Policy", "Retry-After"},
    }
    assert "content" not in listed["304"]
    assert {name for name, one in listed["200"]["headers"].items() if one.get("required")} == {"ETag", "Content-Seq"}
    assert "Link" not in described["paths"]["/api/v1/events/{uid}"]["get"]["responses"]["200"]["headers"]
    [(name, scheme)] = described["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert [one["get"]["security"] for one in described["paths"].values()] == [[{}, {name: []}]] * len(
        described["paths"]
    )


def untyped(value, path=""):
    """Where a schema says nothing of what stands there."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "items" and not one:
                yield path
            yield from untyped(one, f"{path}/{name}")


def test_every_member_is_described(described):
    schemas = described["components"]["schemas"]

    assert list(untyped(schemas)) == []
    assert schemas["Event"]["properties"]["co_hosts"]["items"] == {"$ref": "#/components/schemas/Relation"}
    clock = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
    assert schemas["OpeningHours"]["properties"]["opens"] == clock
    assert schemas["Exception"]["properties"]["closes"] == {**clock, "type": ["string", "null"]}


def test_every_answer_about_full_items_is_as_the_document_says(client, described):
    for lang in ("zh-Hant", "en"):
        full.items(lang)
    checked = {
        "/api/v1/events?limit=100&include=venue,program,parent,sub_events": "/api/v1/events",
        "/api/v1/announcements?include=amends,amended_by": "/api/v1/announcements",
        "/api/v1/changes": "/api/v1/changes",
        "/api/v1/licenses/tyc-pi-5y-v1": "/api/v1/licenses/{license_id}",
        f"/api/v1/venues/{full.IDS['venues']}/hours": "/api/v1/venues/{uid}/hours",
        **{f"/api/v1/{name}?lang=zh-Hant": f"/api/v1/{name}" for name in full.IDS},
        **{f"/api/v1/{name}?lang=en": f"/api/v1/{name}" for name in full.IN_BOTH_LANGUAGES},
        **{f"/api/v1/{name}/{uid}": f"/api/v1/{name}/{{uid}}" for name, uid in full.IDS.items()},
        **{f"/api/v1/{name}/{full.IDS[name]}?lang=en": f"/api/v1/{name}/{{uid}}" for name in full.IN_BOTH_LANGUAGES},
    }
    wrong = {}
    for address, path in checked.items():
        answer = client.get(address)
        assert (answer.status_code, bool(answer.json()["data"])) == (200, True), address
        schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        validator = Draft202012Validator({**schema, "components": described["components"]}, validate_formats=True)
        wrong |= {f"{address} {error.instance_path}": error.message for error in validator.iter_errors(answer.json())}
    assert wrong == {}


def point_at_something(case, *, without_cursor):
    """Nobody guesses an id or a cursor: ask for what is there; the negative half asks for what is not."""
    if "uid" in case.path_parameters:
        case.path_parameters["uid"] = str(full.IDS[case.path.split("/")[3]])
    if "license_id" in case.path_parameters:
        case.path_parameters["license_id"] = "tw-ogdl-1.0"
    if without_cursor:
        case.query.pop("cursor", None)


def test_generated_questions_are_answered_as_the_document_says(kept_connection):
    for lang in ("zh-Hant", "en"):
        full.items(lang)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    # No key exists yet, so every question with one would be a 401.
    schema.config.generation.update(with_security_parameters=False)
    asked, answered = Counter(), Counter()

    def check(case):
        asked[case.operation.label, case.meta.generation.mode] += 1
        if case.meta.generation.mode is GenerationMode.POSITIVE:
            point_at_something(case, without_cursor=asked.total() % 2)
        # The one declared exception: whether a well-formed cursor is ours, only we can know.
        excused = [positive_data_acceptance] if "cursor" in (case.query or {}) else []
        answered[case.operation.label] += case.call_and_validate(excluded_checks=excused).status_code == 200

    # By name, because schemathesis passes over the address it read the document from.
    for operation in (schema[path]["GET"] for path in schema.raw_schema["paths"]):
        for mode, cases in CASES_AN_ADDRESS.items():
            budget = hypothesis_settings(
                max_examples=cases,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            if operation.label not in PLAIN or mode is GenerationMode.POSITIVE:
                budget(given(operation.as_strategy(generation_mode=mode))(check))()
    labels = {f"GET {path}" for path in schema.raw_schema["paths"]}
    expected = {(label, mode): cases for label in labels - PLAIN for mode, cases in CASES_AN_ADDRESS.items()}
    expected |= QUESTIONS_THERE_ARE
    assert {each: asked[each] for each, cases in expected.items() if asked[each] < cases} == {}
    few = PLAIN | {label for label, _mode in QUESTIONS_THERE_ARE}
    assert {label: answered[label] for label in labels if answered[label] < (1 if label in few else 20)} == {}
    assert asked.total() >= 2000, asked


@pytest.mark.parametrize(
    ("lang", "heading", "error"),
    [("zh-Hant", "內容 API", "參數不正確。"), ("en", "Content API", "A parameter is not valid. ")],
)
def test_the_page_for_people_explains_everything_without_a_script(client, described, lang, heading, error):
    answer = client.get(f"/api/v1/docs?lang={lang}")

    assert (answer.status_code, answer["Content-Type"], answer["Content-Language"]) == (
        200,
        "text/html; charset=utf-8",
        lang,
    )
    page = BeautifulSoup(answer.content, "html.parser")
    assert (page.html["lang"], page.h1.text.strip()) == (lang, heading)
    assert not page.find_all("script")
    words = page.get_text()
    assert error in words
    assert "curl 'https://hub.example.org/api/v1/events?when=upcoming" in words
    for path, methods in described["paths"].items():
        assert f"GET {path}" in words
        for parameter in methods["get"].get("parameters", []):
            name = re.sub(r"\[\w+\]", "[…]", parameter["name"])
            assert parameter["in"] == "path" or page.find("code", string=name)
    assert [len(page.find_all(id=name)) for name in PROBLEMS] == [1] * len(PROBLEMS)
