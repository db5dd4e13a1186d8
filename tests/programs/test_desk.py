"""The desk of teams: what its screens let people do, and whom they let in."""

import pytest

from programs.models import Membership, TeamPage
from tests import factories
from tests.pages import main, read

pytestmark = pytest.mark.django_db

TOLD = {"title": "示範甲隊", "kind": "group", "county": "TW-TAO", "interest": ""}


@pytest.fixture
def head(client):
    user = factories.person(last_name="甲", first_name="示範")
    client.force_login(user)
    return user


def address(team, name=""):
    return f"/desk/teams/{team.translation_key}/{name}"


def test_somebody_founds_a_team_and_is_its_head(client, head):
    answer = client.post("/desk/teams/new/", TOLD)

    [team] = TeamPage.objects.all()
    assert answer.url == address(team)
    assert [(one.user, one.role) for one in Membership.objects.all()] == [(head, "head")]
    assert team.live is False
    assert "示範甲隊" in main(read(client, address(team)))
    for name in ("age/", "profile/", "invite/", "hand-over/"):
        read(client, address(team, name))
