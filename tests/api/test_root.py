"""`GET /api/v1`: the way in."""

import re
from uuid import UUID

import pytest

from api.urls import urlpatterns
from tests import factories
from tests.api.full import appearance
from tests.showcase.stories import published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
def test_the_root_names_everything_there_is_to_read_and_each_address_answers(client, path):
    items = {
        "announcements": factories.announcement(),
        "events": factories.event(),
        "venues": factories.venue(),
        "stories": published().page,
        "teams": factories.team(),
        "programs": factories.program(),
        "resources": factories.resource(),
        "appearances": appearance(),
    }
    answer = client.get(path)

    data = answer.json()["data"]
    assert list(data["collections"]) == list(items)
    named = re.findall(r'"https://hub\.example\.org/api/([^"]+)"', answer.content.decode())
    uids = {name: str(item.translation_key) for name, item in items.items()}
    uids["endpoints"] = str(UUID(int=1))
    addresses = [address.replace("{id}", uids.get(address.split("/")[1], "")) for address in named]
    with_a_key = [address.split("/api/")[1] for address in data["with_a_key"].values()]
    keyed = [address.replace("{id}", uids["endpoints"]) for address in with_a_key]
    expected = dict.fromkeys(addresses, 200) | dict.fromkeys(keyed, 401)
    assert {one: client.get(f"/api/{one}").status_code for one in addresses} == expected
    unnamed = {one.name for one in urlpatterns if not any(one.pattern.match(address) for address in addresses)}
    assert unnamed == {"root"}


def test_no_other_trailing_slash_is_an_address(client):
    answers = [client.get(f"/api/v1/{path}/") for path in ("events", "changes", "licenses/tw-ogdl-1.0")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
