"""`GET /api/v1`: the way in."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
def test_the_root_names_everything_there_is_to_read_and_each_address_answers(client, path):
    venue = factories.venue()
    data = client.get(path).json()["data"]

    assert list(data["collections"]) == ["announcements", "events", "venues", "programs", "resources"]
    addresses = [one["url"] for one in data["collections"].values()]
    addresses += [data["changes"], *data["licenses"].values()]
    addresses += [data["venue_hours"].format(id=venue.translation_key)]
    addresses += [data["collections"]["venues"]["item"].format(id=venue.translation_key)]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_no_other_trailing_slash_is_an_address(client):
    answers = [client.get(f"/api/v1/{path}/") for path in ("events", "changes", "licenses/tw-ogdl-1.0")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
