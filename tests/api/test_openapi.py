"""The OpenAPI document says what the API does: some thousand questions made from it, valid and not, are asked."""

import re
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
import schemathesis
from bs4 import BeautifulSoup
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.problems import PROBLEMS
from cms.wsgi import application
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

CASES_AN_ADDRESS = {GenerationMode.POSITIVE: 95, GenerationMode.NEGATIVE: 65}


def fill():
    """One public item of each collection, and one with everything it can show."""
    program = factories.program(edition_roc=111)
    venue = factories.venue(image=factories.image(), expire_at=NOW + timedelta(days=400))
    event = factories.event(program=program, venue=venue, counties=["TW-TAO"], kind="quarterly")
    factories.event(parent=event, title="工作坊")
    announcement = factories.announcement(effective_on=NOW.date())
    factories.announcement(category="amendment", amends=announcement)
    factories.resource(opens_on=NOW.date(), closes_at=NOW + timedelta(days=30))


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
    collections = ("announcements", "events", "venues", "programs", "resources")
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
    assert set(errors) == {"200", "400", "401", "404", "410", "429", "503"}
    assert list(errors["410"]["content"]) == ["application/problem+json"]


def test_generated_questions_are_answered_as_the_document_says(kept_connection):
    fill()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    asked = Counter()

    def check(case):
        asked[case.operation.label] += 1
        # The one declared exception: whether a well-formed cursor is ours, only we can know.
        excused = [positive_data_acceptance] if "cursor" in (case.query or {}) else []
        case.call_and_validate(excluded_checks=excused)

    for operation in (found.ok() for found in schema.get_all_operations()):
        for mode, cases in CASES_AN_ADDRESS.items():
            budget = hypothesis_settings(
                max_examples=cases,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            # An address without parameters cannot be asked wrongly.
            with suppress(Unsatisfiable):
                budget(given(operation.as_strategy(generation_mode=mode))(check))()
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
