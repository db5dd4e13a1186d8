"""How often one address may ask, and how it is told."""

from datetime import timedelta

import pytest
from django.core.cache import caches

from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counting(settings):
    settings.API_QUOTA = True
    caches["quota"].clear()
    yield
    caches["quota"].clear()


def test_600_requests_a_minute_pass_and_the_next_one_is_told_when_to_come_back(client, frozen_time):
    frozen_time.move_to(NOW + timedelta(seconds=15))
    first = client.get("/api/v1/venues")
    assert first["RateLimit-Policy"] == '"anonymous";q=600;w=60'
    assert first["RateLimit"] == '"anonymous";r=599;t=45'
    for _ in range(598):
        client.options("/api/v1/venues")
    last = client.get("/api/v1/venues", headers={"If-None-Match": first["ETag"]})
    assert (last.status_code, last["RateLimit"]) == (304, '"anonymous";r=0;t=45')

    refused = client.get("/api/v1/venues")

    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (429, "45", "no-store")
    assert refused["RateLimit"] == '"anonymous";r=0;t=45'
    assert refused.json()["type"].endswith("#quota-exceeded")
    assert client.get("/api/v1/venues", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get("/api/v1/venues", headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 429
    frozen_time.move_to(NOW + timedelta(seconds=60))
    assert client.get("/api/v1/venues")["RateLimit"] == '"anonymous";r=599;t=60'


def test_errors_count_and_say_so(client):
    answer = client.get("/api/v1/venues?nonsense=1")

    assert (answer.status_code, answer["RateLimit"]) == (400, '"anonymous";r=599;t=60')


def test_wrong_keys_count_too_so_that_nobody_guesses_without_end(client):
    key = {"Authorization": "Bearer qjd_wrong"}

    answers = [client.get("/api/v1/venues", headers=key) for _ in range(600)]

    assert {answer.status_code for answer in answers} == {401}
    assert (answers[0]["RateLimit"], answers[-1]["RateLimit"]) == (
        '"anonymous";r=599;t=60',
        '"anonymous";r=0;t=60',
    )
    assert client.get("/api/v1/venues", headers=key).status_code == 429
    assert client.get("/api/v1/venues").status_code == 429


def test_nothing_is_counted_where_the_quota_is_off(client, settings):
    settings.API_QUOTA = False

    assert "RateLimit" not in client.get("/api/v1/venues")
