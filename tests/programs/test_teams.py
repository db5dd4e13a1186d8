"""Teams as readers, partners and staff see them, and the events held together with them (R3, R9, R16, R28)."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from api import ledger
from home.models import User
from programs.models import EventIndexPage, EventPage, Membership, TeamIndexPage, TeamPage
from tests import factories
from tests.conftest import NOW
from tests.pages import facts, main, publish, read, text, titles
from tests.programs.test_events import form

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def held_with(event, *teams):
    event.hosts = list(teams)
    return publish(event)


def translate(page, **words):
    copy = type(page).objects.get(pk=page.pk).copy_for_translation(Locale.objects.get(language_code="en"))
    copy = type(page).objects.get(pk=copy.pk)
    for name, value in words.items():
        setattr(copy, name, value)
    return publish(copy)


def test_teams_are_listed_by_county(client):
    factories.team(title="示範甲隊", slug="a", county="TW-TAO")
    factories.team(title="示範乙隊", slug="b", county="TW-LIE")
    factories.team(title="示範草稿隊", slug="c", live=False)

    def listed(query=""):
        return [text(card.find("h3")) for card in read(client, f"/teams/{query}").select(".card")]

    assert sorted(listed()) == ["示範乙隊", "示範甲隊"]
    assert listed("?county=TW-LIE") == ["示範乙隊"]
    assert sorted(listed("?county=Atlantis")) == ["示範乙隊", "示範甲隊"]
    assert "這個縣市還沒有公開介紹的團隊。" in main(read(client, "/teams/?county=TW-KEE"))
    assert read(client, "/en/teams/").select(".card") == []


def test_the_list_asks_the_database_as_often_for_three_teams_as_for_one(client):
    def queries():
        client.get("/teams/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/teams/")
        return len(captured)

    def another(slug):
        page = factories.team(slug=slug, image=factories.image())
        page.selections.create(edition_roc=110)
        return publish(page)

    another("a")
    for_one = queries()
    another("b")
    another("c")

    assert (for_one, queries()) == (20, 20)


def test_the_admins_list_asks_the_database_as_often_for_three_teams_as_for_one(staff):
    address = reverse("wagtailadmin_explore", args=[factories.index(TeamIndexPage).pk])

    def queries():
        staff.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer = staff.get(address)
        return len(captured), answer.content.decode().count("示範隊長")

    def another(slug):
        page = factories.team(slug=slug)
        page.selections.create(edition_roc=110)
        Membership.objects.create(team=page, user=factories.person(last_name="示範隊長"), role="head")

    another("a")
    (for_one, heads), _made = queries(), [another("b"), another("c")]

    assert (heads, queries()) == (1, (for_one, 3))


def test_r9_a_teams_page_names_its_editions_the_last_one_first(client):
    page = factories.team(title="示範甲隊", slug="a")
    for edition in (109, 111, 110):
        page.selections.create(edition_roc=edition)
    page.links.create(label="官網", url="https://team.example.org/")
    publish(page)

    assert facts(read(client, "/teams/a/")) == {"獲選年度": ["111年度 110年度 109年度"], "其他連結": ["官網"]}


def test_r28_the_teams_an_event_is_held_with_stand_on_both_pages(client):
    team, draft = factories.team(title="示範甲隊", slug="a"), factories.team(title="示範草稿隊", live=False)
    event = held_with(factories.event(title="三月小聚", slug="march"), team, draft)
    factories.event(title="上半場", slug="first", parent=event)

    assert facts(read(client, "/events/march/"))["合辦團隊"] == ["示範甲隊"]
    assert facts(read(client, "/events/march/first/"))["合辦團隊"] == ["示範甲隊"]
    assert titles(read(client, "/teams/a/")) == ["三月小聚"]


def test_r28_the_teams_of_an_event_follow_in_its_other_language(client):
    team = factories.team(title="示範甲隊", slug="a")
    event = held_with(factories.event(title="三月小聚", slug="march"), team)
    translate(event, title="March gathering", slug="march-en")
    translate(team, title="Sample team A", slug="a-en")

    other = factories.team(title="示範乙隊", slug="b")
    held_with(EventPage.objects.get(pk=event.pk).get_latest_revision_as_object(), team, other)

    assert facts(read(client, "/en/events/march-en/"))["Held together with"] == ["Sample team A", "示範乙隊"]
    assert titles(read(client, "/en/teams/a-en/")) == ["March gathering"]


def send(staff, act="action-publish", rows=(), **fields):
    """What an editor sends for a new event."""
    team_rows = [{"id": "", "ORDER": str(n), "DELETE": "", "team": team.pk} for n, team in enumerate(rows, start=1)]
    hosts = nested_form_data({"co_hosts": inline_formset(team_rows, initial=0)})
    data = form(**{"co_host_waiver": ""} | fields) | hosts | {act: "1"}
    return staff.post(f"/cms/pages/add/programs/eventpage/{factories.index(EventIndexPage).pk}/", data)


@pytest.mark.parametrize("act", ["action-publish", "action-submit"])
def test_r28_a_scheduled_event_goes_out_with_a_team_or_with_a_reason(staff, act):
    refused = send(staff, act)
    assert refused.context["form"].errors == {"co_host_waiver": ["請選擇合辦的團隊，或說明為什麼沒有合辦團隊。"]}
    assert not EventPage.objects.exists()

    assert send(staff, act, rows=[factories.team()]).status_code == 302
    assert send(staff, act, co_host_waiver="團隊臨時無法到場").status_code == 302


def test_r28_a_draft_and_a_tentative_event_may_still_look_for_a_team(staff):
    assert send(staff, "action-draft").status_code == 302
    assert send(staff, status="tentative").status_code == 302


def test_r28_the_reason_is_internal(client):
    factories.event(slug="march", status="scheduled", co_host_waiver="示範理由")

    assert "示範理由" not in client.get("/events/march/").content.decode()
    assert "示範理由" not in client.get("/api/v1/changes?include=resource").content.decode()


def ask(client, path):
    return client.get(f"/api/v1/{path}").json()["data"]


def test_partners_find_teams_by_county_and_edition_and_events_by_team(client):
    one, two = factories.team(title="甲", slug="a", county="TW-TAO"), factories.team(title="乙", slug="b", county="")
    one.selections.create(edition_roc=110)
    publish(one)
    two.selections.create(edition_roc=111)
    publish(two)
    held_with(factories.event(title="三月小聚"), two)
    program = factories.program(edition_roc=110)

    assert [row["title"] for row in ask(client, "teams?county=TW-TAO")] == ["甲"]
    assert [row["county"] for row in ask(client, "teams?program=111")] == [None]
    assert [row["title"] for row in ask(client, f"teams?program={program.translation_key}")] == ["甲"]
    assert [row["title"] for row in ask(client, f"events?team={two.translation_key}")] == ["三月小聚"]
    assert ask(client, f"events?team={one.translation_key}") == []
    assert client.get("/api/v1/teams")["Cache-Control"] == "no-cache"
    assert ledger.drift() == 0


def test_partners_are_told_when_a_team_is_taken_down(client):
    team = factories.team(title="示範甲隊")
    event = held_with(factories.event(), team)

    TeamPage.objects.get(pk=team.pk).unpublish()

    assert ask(client, f"events/{event.translation_key}")["co_hosts"] == []
    assert client.get(f"/api/v1/teams/{team.translation_key}").status_code == 410


def test_r16_no_door_for_partners_or_readers_tells_of_the_people_in_a_team(client):
    team = factories.team(title="示範甲隊", slug="a", interest="只給局裡看", admitted_because="只給局裡看")
    user = factories.person(last_name="某某某", email="secret@example.org")
    Membership.objects.create(team=team, user=user, role="head", in_range=True, minor=False, birth_year=1987)
    team.invitations.create(email="asked@example.org", lapses_at=NOW + timedelta(days=1), token_hash="f" * 64)
    publish(team)

    said = "".join(
        client.get(path).content.decode()
        for path in ("/api/v1/teams", f"/api/v1/teams/{team.translation_key}", "/teams/", "/teams/a/")
    )
    assert re.findall("某某某|secret@|asked@|1987|只給局裡看|birth|in_range", said) == []


def test_r16_no_birth_date_is_stored_anywhere():
    names = {field.name for field in Membership._meta.get_fields()}

    assert {name for name in names if "born" in name or "birth" in name} == {"birth_year"}


def test_staff_see_the_people_of_a_team_and_what_is_known_of_their_age(staff):
    team = factories.team()
    Membership.objects.create(team=team, user=factories.person(last_name="示範甲"), role="head", in_range=True)
    Membership.objects.create(team=team, user=factories.person(last_name="示範乙"))

    page = BeautifulSoup(staff.get(f"/cms/pages/{team.pk}/edit/").content, "html.parser")

    rows = [text(row) for row in page.select("table.team-people tbody tr")]
    assert [re.sub(r"\S+@\S+ ", "", row) for row in rows] == [
        "示範甲 隊長 是 尚未確認 重新詢問出生日期",
        "示範乙 成員 尚未確認 尚未確認",
    ]


def test_r16_staff_have_a_mistyped_date_of_birth_asked_for_anew_and_say_why(staff):
    team = factories.team()
    known = {"in_range": False, "minor": False, "birth_year": 1951, "checked_on": NOW.date(), "kept_until": NOW.date()}
    member = Membership.objects.create(team=team, user=factories.person(last_name="示範甲"), role="head", **known)
    other = Membership.objects.create(team=team, user=factories.person(), **known)
    editor = f"/cms/pages/{team.pk}/edit/"
    way = BeautifulSoup(staff.get(editor).content, "html.parser").select_one("table.team-people a")["href"]
    assert "示範甲" in staff.get(way).content.decode()
    assert staff.post(way, {"reason": ""}).status_code == 200
    assert Membership.objects.values(*known).get(pk=member.pk) == known

    answer = staff.post(way, {"reason": "年份打成民國 40 年"}, follow=True)
    assert "已清除。團隊專區會再請 示範甲 填出生日期。" in answer.content.decode()
    assert Membership.objects.values(*known).get(pk=member.pk) == dict.fromkeys(known)
    assert Membership.objects.values(*known).get(pk=other.pk) == known
    assert staff.get(way).status_code == 404
    history = staff.get(f"/cms/pages/{team.pk}/history/").content.decode()
    assert "重新詢問 示範甲 的出生日期：年份打成民國 40 年" in history
    member.user.delete()
    assert "重新詢問 — 的出生日期：" in staff.get(f"/cms/pages/{team.pk}/history/").content.decode()


def test_only_who_may_edit_a_team_has_its_people_asked_anew(client):
    team = factories.team()
    member = Membership.objects.create(team=team, user=factories.person(), in_range=True)
    client.force_login(member.user)

    answer = client.post(f"/cms/teams/{team.pk}/members/{member.pk}/age/", {"reason": "我想改"})
    assert answer.status_code in {302, 403}
    member.refresh_from_db()
    assert member.in_range is True


def test_the_database_keeps_one_head_a_team():
    team = factories.team()
    Membership.objects.create(team=team, user=factories.person(), role="head")

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(team=team, user=factories.person(), role="head")
