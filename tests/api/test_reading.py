"""What every address partners read has in common: epochs, tags, caching and headers."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LIST = "/api/v1/announcements"


def http_date(instant):
    return format_datetime(instant.astimezone(timezone.get_fixed_timezone(0)).replace(tzinfo=None)).replace(
        "-0000", "GMT"
    )


def test_an_answer_carries_its_epoch_and_may_be_read_from_any_page_without_cookies(client, frozen_time):
    page = factories.announcement()
    frozen_time.move_to(NOW + timedelta(minutes=1))

    answer = client.get(f"{LIST}/{page.translation_key}", HTTP_ORIGIN="https://partner.example.org")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Content-Seq"] == "1"
    assert answer["Last-Modified"] == http_date(NOW)
    assert answer["Cache-Control"] == "public, max-age=60"
    assert answer["Surrogate-Key"] == str(page.translation_key)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert {name.strip() for name in answer["Access-Control-Expose-Headers"].split(",")} >= {
        *("ETag", "Link", "Content-Seq", "RateLimit", "RateLimit-Policy", "Retry-After", "Deprecation", "Sunset"),
    }
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in answer
    assert not answer.cookies


@pytest.mark.parametrize("path", [LIST, f"{LIST}/{{id}}"])
def test_what_has_not_changed_is_said_in_one_query(client, django_assert_num_queries, path):
    page = factories.announcement()
    path = path.format(id=page.translation_key)
    tag = client.get(path)["ETag"]

    with django_assert_num_queries(1):
        answer = client.get(path, HTTP_IF_NONE_MATCH=f'"other", W/{tag}')

    assert (answer.status_code, answer.content) == (304, b"")
    assert (answer["ETag"], answer["Content-Seq"], answer["Cache-Control"]) == (tag, "1", "public, max-age=60")


def test_a_date_is_enough_once_its_second_is_over(client, frozen_time):
    factories.announcement()
    during = client.get(LIST)["Last-Modified"]
    frozen_time.move_to(NOW + timedelta(seconds=1))
    after = client.get(LIST)["Last-Modified"]

    assert (during, after) == (http_date(NOW - timedelta(seconds=1)), http_date(NOW))
    assert client.get(LIST, HTTP_IF_MODIFIED_SINCE=during).status_code == 200
    assert client.get(LIST, HTTP_IF_MODIFIED_SINCE=after).status_code == 304


@pytest.mark.parametrize(
    "condition",
    [{"If-None-Match": "*"}, {"If-Modified-Since": http_date(NOW + timedelta(days=1))}],
)
def test_a_cursor_that_is_not_ours_is_refused_before_any_condition_is_looked_at(
    client, django_assert_num_queries, condition
):
    factories.announcement()

    with django_assert_num_queries(0):
        answer = client.get(f"{LIST}?cursor=abc", headers=condition)

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "cursor")


def test_a_tag_ends_when_something_is_told_and_when_something_expires_untold(client, frozen_time):
    page = factories.announcement(expire_at=NOW + timedelta(seconds=90))
    first = client.get(LIST)
    assert first["Cache-Control"] == "public, max-age=60"

    frozen_time.move_to(NOW + timedelta(seconds=80))
    second = client.get(LIST, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (second.status_code, second["Cache-Control"]) == (304, "public, max-age=10")

    frozen_time.move_to(NOW + timedelta(seconds=90))
    third = client.get(LIST, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (third.status_code, third.json()["data"]) == (200, [])
    assert (third["Content-Seq"], third["Last-Modified"]) == ("1", http_date(NOW + timedelta(seconds=89)))

    fourth = client.get(
        f"{LIST}/{page.translation_key}",
        HTTP_IF_NONE_MATCH="*",
        HTTP_IF_MODIFIED_SINCE=http_date(NOW + timedelta(days=1)),
    )
    assert fourth.status_code == 410


def test_a_clock_set_back_revives_nothing(client, frozen_time):
    page = factories.announcement(expire_at=NOW + timedelta(seconds=90))
    frozen_time.move_to(NOW + timedelta(minutes=5))
    factories.announcement(title="後來的公告")
    frozen_time.move_to(NOW)

    assert [item["title"] for item in client.get(LIST).json()["data"]] == ["後來的公告"]
    assert client.get(f"{LIST}/{page.translation_key}").status_code == 410


def test_head_answers_as_get_without_a_body_and_options_names_the_methods(client):
    factories.announcement()

    head, get, options = client.head(LIST), client.get(LIST), client.options(LIST)

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", get["ETag"])
    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert options["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_other_methods_are_refused_with_what_is_allowed(client):
    answer = client.post(LIST)

    assert (answer.status_code, answer["Allow"], answer["Cache-Control"]) == (405, "GET, HEAD, OPTIONS", "no-store")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer["X-Request-Id"]
