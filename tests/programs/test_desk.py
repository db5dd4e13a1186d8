"""The desk of teams: what its screens let people do, and whom they let in."""

import email
import email.policy
import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from home.models import Letter
from home.taiwan import TAIPEI
from programs import profile_flows, team_flows
from programs.models import Invitation, Membership, TeamPage, TeamSelection
from tests import factories
from tests.conftest import NOW
from tests.pages import facts, main, read

pytestmark = pytest.mark.django_db

TOLD = {"title": "示範甲隊", "kind": "group", "county": "TW-TAO", "interest": ""}


@pytest.fixture(autouse=True)
def outbox(settings):
    """Mail is written down, as it is where the hub runs."""
    settings.EMAIL_BACKEND = "home.letters.OutboxBackend"


@pytest.fixture
def head(client):
    user = factories.person(last_name="示範", first_name="甲")
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


@pytest.fixture
def team(head):
    return team_flows.found(head, TOLD, NOW)


def joined(team, **fields):
    """A member who came by an invitation."""
    user = factories.person(**fields)
    lead = Membership.objects.get(team=team, role="head").user
    team_flows.invite(team, lead, user.email, NOW)
    team_flows.accept(token_of(Letter.objects.last()), user, "", NOW)
    return Membership.objects.get(team=team, user=user)


def parts(letter):
    """A letter's subject, text and HTML as its reader sees them."""
    message = email.message_from_bytes(letter.message.encode(), policy=email.policy.default)
    return message["Subject"], *(message.get_body((kind,)).get_content() for kind in ("plain", "html"))


def token_of(letter):
    return re.search(r"/desk/invitations/([\w-]+)/", parts(letter)[1])[1]


def roles(team):
    return {str(one.user): one.role for one in Membership.objects.filter(team=team)}


def test_r13_a_person_alone_founds_a_team_of_one_and_asks_nobody_in(client, head):
    client.post("/desk/teams/new/", TOLD | {"kind": "individual"})
    [team] = TeamPage.objects.all()

    assert "邀請成員" not in main(read(client, address(team)))
    answer = client.post(address(team, "invite/"), {"email": "yi@example.org"})
    assert "目前是個人參與" in main(BeautifulSoup(answer.content, "html.parser"))
    assert not Invitation.objects.exists()


def test_r12_who_acts_elsewhere_and_is_interested_is_told_so(client, head):
    client.post("/desk/teams/new/", TOLD | {"county": "", "interest": "想學習和店家合作。"})
    [team] = TeamPage.objects.all()
    client.post(address(team, "age/"), {"birth_year": "2000", "birth_month": "1", "birth_day": "2"})

    said = main(read(client, address(team)))
    assert "可參與（有興趣者）" in said
    assert "行動場域不在北區，但已說明對地方創生的興趣，這樣就可以參與。" in said


def test_r14_the_screen_counts_who_is_in_range_and_names_whose_age_is_unknown(client, team):
    joined(team, last_name="示範", first_name="乙")
    client.post(address(team, "age/"), {"birth_year": "89", "birth_month": "1", "birth_day": "2"})

    said = main(read(client, address(team)))
    assert "已確認年齡的 1 位成員中，1 位在 15 歲至 45 歲之間。" in said
    assert "尚未確認年齡：示範乙。" in said


def test_r65_whom_the_rules_leave_out_is_told_that_the_bureau_decides(client, team):
    client.post(address(team, "age/"), {"birth_year": "1970", "birth_month": "1", "birth_day": "2"})
    said = main(read(client, address(team)))
    assert "由青年局決定" in said
    assert "這不代表不能參與" in said

    page = team_flows.draft(team)
    page.admitted_because = "長年陪伴青年團隊"
    page.save_revision()
    said = main(read(client, address(team)))
    assert "可參與（經青年局同意）" in said
    assert "長年陪伴" not in said


def test_r9_last_years_team_is_told_of_its_priority(client, team):
    page = team_flows.draft(team)
    page.selections = [TeamSelection(edition_roc=114)]
    page.save_revision()

    assert "這是去年獲選的團隊，候補與排隊時優先。" in main(read(client, address(team)))


def test_r15_a_minor_is_told_of_the_guardian(client, team):
    client.post(address(team, "age/"), {"birth_year": "2010", "birth_month": "3", "birth_day": "1"})

    assert "示範甲 尚未成年，報名、授權與拍照須經法定代理人同意。" in main(read(client, address(team)))


def test_r16_of_a_birth_date_only_the_answer_and_the_year_are_kept_and_only_for_the_edition(client, team, frozen_time):
    client.post(address(team, "age/"), {"birth_year": "2000", "birth_month": "7", "birth_day": "29"})

    row = Membership.objects.values("in_range", "minor", "birth_year", "checked_on", "kept_until").get()
    assert row == {
        "in_range": True,
        "minor": False,
        "birth_year": 2000,
        "checked_on": NOW.date(),
        "kept_until": date(2026, 12, 31),
    }
    assert profile_flows.forget_ages(datetime(2026, 12, 31, 23, 59, tzinfo=TAIPEI)) == 0
    assert profile_flows.forget_ages(datetime(2027, 1, 1, 0, 0, tzinfo=TAIPEI)) == 1
    assert set(Membership.objects.values_list("in_range", "minor", "birth_year", "checked_on", "kept_until")) == {
        (None,) * 5
    }


def test_r16_an_edition_says_itself_until_when_ages_are_kept(client, team):
    factories.program(edition_roc=115, ages_kept_until=date(2026, 6, 30))

    assert "到 115年6月30日 為止" in main(read(client, address(team, "age/")))
    client.post(address(team, "age/"), {"birth_year": "2000", "birth_month": "7", "birth_day": "29"})
    assert Membership.objects.get().kept_until == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("year", "month", "day", "says"),
    [
        ("2001", "2", "29", "沒有這一天。"),
        ("2027", "1", "1", "這個生日不太對，年份是否正確？"),
        ("1800", "1", "1", "這個生日不太對，年份是否正確？"),
    ],
)
def test_an_impossible_birth_date_is_refused_with_a_reason(client, team, year, month, day, says):
    answer = client.post(address(team, "age/"), {"birth_year": year, "birth_month": month, "birth_day": day})

    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert Membership.objects.get().birth_year is None


def test_an_invitation_is_joined_by_post_and_looking_at_it_changes_nothing(client, team):
    client.post(address(team, "invite/"), {"email": "Yi@example.org"})
    letter = Letter.objects.get()
    assert letter.to == ["yi@example.org"]
    token = token_of(letter)
    assert token not in "".join(map(str, Invitation.objects.values_list()))
    link, guest = f"/desk/invitations/{token}/", Client()

    assert "登入" in main(read(guest, link))
    guest.post(link)
    guest.force_login(factories.person(email="yi@example.org"))
    for _time in range(5):
        assert guest.get(link)["Cache-Control"] == "no-store, private"
        guest.head(link)
    assert list(roles(team).values()) == ["head"]

    assert guest.post(link, {"name": "示範乙"}).url == address(team)
    assert roles(team) == {"示範甲": "head", "示範乙": "member"}
    assert guest.get(link).status_code == 404
    subject, text, _html = parts(Letter.objects.last())
    assert (subject, "示範乙 接受了你的邀請" in text) == ("示範乙 加入了「示範甲隊」", True)


def test_a_link_that_was_altered_replaced_taken_back_or_has_lapsed_is_nothing(client, team, head, frozen_time):
    client.post(address(team, "invite/"), {"email": "yi@example.org"})
    old, asked = token_of(Letter.objects.last()), Invitation.objects.get()
    assert client.get(f"/desk/invitations/{old[:-1]}/").status_code == 404

    client.post(address(team, f"invitations/{asked.pk}/again/"))
    assert Letter.objects.count() == 1  # just sent
    frozen_time.shift(timedelta(minutes=6))
    client.post(address(team, f"invitations/{asked.pk}/again/"))
    new = token_of(Letter.objects.last())
    assert [client.get(f"/desk/invitations/{one}/").status_code for one in (old, new)] == [404, 200]

    frozen_time.shift(timedelta(days=14))
    assert client.get(f"/desk/invitations/{new}/").status_code == 404
    client.force_login(head)  # two weeks later, the session has ended too
    assert "邀請已過期" in main(read(client, address(team)))

    client.post(address(team, f"invitations/{asked.pk}/again/"))
    newest = token_of(Letter.objects.last())
    client.post(address(team, f"invitations/{asked.pk}/take-back/"))
    assert client.get(f"/desk/invitations/{newest}/").status_code == 404
    assert not Invitation.objects.exists()


def test_names_and_titles_forge_no_header_no_line_and_no_markup(client):
    evil = "甲\r\nBcc: all@example.org\u2028<b>隊</b>"
    user = factories.person(last_name="乙\r\nSubject: 別的<script>", email="lead@example.org")
    team = team_flows.found(user, TOLD | {"title": evil}, NOW)

    team_flows.invite(team, user, "yi@example.org", NOW)

    letter = Letter.objects.get()
    subject, text, html = parts(letter)
    message = email.message_from_bytes(letter.message.encode(), policy=email.policy.default)
    assert (letter.to, message["Bcc"]) == (["yi@example.org"], None)
    assert "\n" not in subject
    assert subject.endswith("邀請你加入「甲 Bcc: all@example.org <b>隊</b>」")
    assert text.splitlines()[0].startswith("乙 Subject: 別的<script> 邀請你加入")
    assert "<b>" not in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_head_hands_the_team_over_and_can_leave_then(client, team, head):
    successor = joined(team, last_name="示範", first_name="乙")
    assert client.get(address(team, "leave/")).status_code == 404
    with pytest.raises(team_flows.RefusedError):
        team_flows.leave(team, head)

    client.post(address(team, "hand-over/"), {"to": successor.pk})

    assert roles(team) == {"示範甲": "member", "示範乙": "head"}
    assert parts(Letter.objects.last())[0] == "你現在是「示範甲隊」的隊長"
    assert client.get(address(team, "invite/")).status_code == 404
    assert client.post(address(team, "leave/")).url == "/desk/teams/"
    assert roles(team) == {"示範乙": "head"}
    assert client.get(address(team)).status_code == 404


def test_of_two_who_hand_over_at_once_only_the_first_does(team, head):
    first, second = joined(team, last_name="乙"), joined(team, last_name="丙")

    team_flows.hand_over(team, head, first)
    with pytest.raises(team_flows.RefusedError):
        team_flows.hand_over(team, head, second)

    assert roles(team) == {"示範甲": "member", "乙": "head", "丙": "member"}


def test_the_head_removes_a_member_after_a_question(client, team):
    member = joined(team, last_name="示範", first_name="乙")

    assert "要移除 示範乙 嗎？" in main(read(client, address(team, f"members/{member.pk}/remove/")))
    assert len(roles(team)) == 2
    client.post(address(team, f"members/{member.pk}/remove/"))
    assert roles(team) == {"示範甲": "head"}


SCREENS = (
    *("", "age/", "profile/", "invite/", "hand-over/", "leave/"),
    *("invitations/1/again/", "invitations/1/take-back/", "members/1/remove/", "profile/take-back/"),
)


@pytest.mark.parametrize("name", SCREENS)
def test_another_teams_screens_are_nowhere(client, team, name):
    stranger, nobody = Client(), Client()
    stranger.force_login(factories.person())
    nowhere = f"/desk/teams/{uuid4()}/{name}"

    for method in ("get", "post"):
        own = getattr(stranger, method)(address(team, name))
        none = getattr(stranger, method)(nowhere)
        assert own.status_code == none.status_code
        assert own.status_code in {404, 405}
    answer = nobody.get(address(team, name))
    assert answer.status_code == 405 or answer.url.startswith("/accounts/login/?next=")


def test_a_member_proposes_and_staff_publish(client, team):
    sent = TOLD | {
        "title": "示範甲隊",
        "summary": "修老茶寮",
        "text": "第一段\n還是第一段\n\n## 小標\n\n<script>alert(1)</script>",
        "links-TOTAL_FORMS": "4",
        "links-INITIAL_FORMS": "0",
        "links-0-label": "",
        "links-0-url": "tea.example.org/a",
    }
    client.post(address(team, "profile/"), sent)
    assert client.get("/teams/").content.decode().count("示範甲隊") == 0

    client.post(address(team, "profile/"), sent | {"hand-in": "1"})
    assert "公開介紹審核中" in main(read(client, address(team, "profile/")))
    client.post(address(team, "profile/"), sent | {"summary": "改掉"})
    assert team_flows.draft(team).summary == "修老茶寮"

    state = TeamPage.objects.get().current_workflow_state
    state.current_task_state.specific.approve(user=factories.person("審核"))
    [card] = read(client, "/teams/").select(".card")
    page = read(client, card.find("a")["href"])
    assert facts(page) == {"其他連結": ["tea.example.org"]}
    assert "<script>alert" not in str(page.find("main"))
    assert "第一段 還是第一段 小標 <script>alert(1)</script>" in main(page)
    text = read(client, address(team, "profile/")).find("textarea", id="id_text").get_text().strip()
    assert text == "第一段\n還是第一段\n\n## 小標\n\n<script>alert(1)</script>"


def test_a_link_that_is_no_web_address_is_refused(client, team):
    answer = client.post(
        address(team, "profile/"),
        TOLD | {"links-TOTAL_FORMS": "1", "links-INITIAL_FORMS": "0", "links-0-url": "javascript:alert(1)"},
    )

    assert answer.status_code == 200
    assert not team_flows.draft(team).links.exists()


def test_who_was_sent_back_reads_why_and_hands_in_again(client, team, head):
    profile_flows.hand_in(team, head)
    state = TeamPage.objects.get().current_workflow_state
    state.current_task_state.specific.reject(user=factories.person("審核"), comment="請補上縣市")

    assert "已退回：請補上縣市" in main(read(client, address(team)))
    told = next(one for one in Letter.objects.all() if one.to == [head.email])
    message = email.message_from_bytes(told.message.encode(), policy=email.policy.default)
    said = message.get_body(("plain",)).get_content()
    assert ("請補上縣市" in said, f"https://hub.example.org{address(team, 'profile/')}" in said) == (True, True)
    profile_flows.hand_in(team, head)
    assert profile_flows.in_review(TeamPage.objects.get())
    client.post(address(team, "profile/take-back/"))
    assert not profile_flows.in_review(TeamPage.objects.get())


def test_the_address_of_an_answered_invitation_is_forgotten_thirty_days_after(team):
    member = joined(team, last_name="示範", first_name="乙")
    lead = Membership.objects.get(team=team, role="head").user
    team_flows.invite(team, lead, "waiting@example.org", NOW)

    assert team_flows.forget_invitations(NOW + timedelta(days=30, seconds=-1)) == 0
    assert team_flows.forget_invitations(NOW + timedelta(days=30)) == 1
    assert team_flows.forget_invitations(NOW + timedelta(days=31)) == 0

    kept = Invitation.objects.order_by("pk").values_list("email", "answered_at")
    assert list(kept) == [("", NOW), ("waiting@example.org", None)]
    assert Membership.objects.filter(pk=member.pk).exists()
