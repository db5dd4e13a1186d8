"""Appearances through the API (R53)."""

import pytest

from tests.api.full import appearance
from tests.showcase.stories import team

pytestmark = pytest.mark.django_db


def test_r53_an_appearance_says_on_what_when_and_with_whom(client):
    of = team(title="大溪團隊")
    page = appearance(team=of, link="https://video.example.org/7")

    answer = client.get(f"/api/v1/appearances/{page.translation_key}")

    data = answer.json()["data"]
    assert {name: data[name] for name in ("kind", "outlet", "on", "link", "url")} == {
        "kind": "tv",
        "outlet": "示範電視《北部青年》",
        "on": "2026-02-01",
        "link": "https://video.example.org/7",
        "url": f"https://hub.example.org/api/v1/appearances/{page.translation_key}",
    }
    assert data["team"]["title"] == "大溪團隊"
    assert data["license"]["id"] == "tw-ogdl-1.0"
    assert answer["Cache-Control"] == "no-cache"


def test_appearances_are_found_by_kind_and_team(client):
    of = team()
    page = appearance(team=of, kind="radio")
    appearance(title="別的")

    for query in ("kind=radio", f"team={of.translation_key}"):
        assert [one["id"] for one in client.get(f"/api/v1/appearances?{query}").json()["data"]] == [
            str(page.translation_key)
        ]
