"""The story desk step by step, without a script."""

import pytest
from django.core import mail

from home.models import Clock
from programs import team_flows
from programs.models import Membership, TeamPage
from showcase.models import DraftAsset, Grant, StoryDraft, StoryPage, StoryRevision
from showcase.reading import state_of
from showcase.vocabularies import PartyState
from tests import factories
from tests.showcase import stories
from tests.showcase.desk import BIRTH, at, member, picture, step, words

pytestmark = pytest.mark.django_db
SIGNED = {"declared": "on", "disputes": "on", "name_typed": "示範甲", **BIRTH}


def test_a_story_with_a_photo_and_two_coauthors_is_handed_in_and_agreed_to():
    desk = member()
    other = stories.member(desk.user.memberships.get().team)
    draft = desk.write(files=[picture()])
    desk.send(step(draft, "media"), all_ours="on", next="1")
    desk.send(
        step(draft, "people"),
        members=[str(other.pk)],
        name__0="乙示範",
        email__0="B@example.org",
        role__0="coauthor",
        next="1",
    )
    desk.send(step(draft, "license"), channels=["2", "4"], **SIGNED)

    revision = StoryRevision.objects.get()
    assert (revision.channels, revision.submitted_by) == (7, desk.user)
    parties = list(revision.parties.order_by("pk"))
    states = [state_of(one, Clock.now()) for one in parties]
    assert [(one.role, one.email) for one in parties] == [
        ("author", desk.user.email),
        ("coauthor", other.email),
        ("coauthor", "b@example.org"),
    ]
    assert states == [PartyState.GRANTED, PartyState.INVITED, PartyState.INVITED]
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(one.email for one in parties)
    page = desk.get(f"/desk/stories/{draft.uid}/")
    assert [one.get_text(strip=True) for one in page.select(".way li")] == ["送出", "共著者 0/2", "編輯", "上線"]
    assert "乙示範" in words(page)
    assert "3月2日" in words(page)


def test_r55_what_is_missing_is_named_and_nothing_is_handed_in():
    desk = member()
    draft = desk.write(title="", text="", files=[picture()])
    page = desk.get(step(draft, "license"))

    lacks = [one.get_text(strip=True) for one in page.select("section.wants li a")]
    assert lacks == [
        "還沒有標題。",
        "發生了什麼事？內文還是空的。",
        "誰拍的、誰做的？請說明你們為什麼可以提供。",
        "認得出畫面裡的人嗎？他們同意嗎？",
    ]
    assert page.select_one("button[disabled]")
    desk.send(step(draft, "license"), status=422, **SIGNED)
    assert StoryPage.objects.count() == 0


def test_r55_who_is_to_be_asked_about_a_picture_has_to_be_named():
    desk = member()
    draft = desk.write(files=[picture()])
    asset = draft.assets.get()
    asked = {f"rights-{asset.pk}": "own", f"people-{asset.pk}": "parties", f"alt-{asset.pk}": "河邊的人"}
    desk.send(step(draft, "media"), **asked)
    page = desk.get(step(draft, "license"))
    assert [one.get_text(strip=True) for one in page.select("section.wants li a")] == [
        "畫面中的人要另外寄信詢問，但還沒填要問誰。"
    ]
    desk.send(step(draft, "license"), status=422, **SIGNED)

    draft.people.create(name="丁示範", email="d@example.org", role="portrayed")
    desk.send(step(draft, "license"), **SIGNED)
    assert [one.role for one in StoryRevision.objects.get().parties.order_by("pk")] == ["author", "portrayed"]


def test_r60_without_the_declaration_and_the_tick_on_disputes_nothing_is_handed_in():
    desk = member()
    draft = desk.write()
    answer = desk.send(step(draft, "license"), status=422, name_typed="示範甲", **BIRTH)

    assert "沒有這項聲明，就無法送出。" in answer.content.decode()
    assert StoryPage.objects.count() == 0


def test_r15_a_minor_is_asked_for_a_legal_representative_or_nothing_at_all_happens():
    desk = member()
    draft = desk.write()
    minor = SIGNED | {"birth_year": "2010"}
    answer = desk.send(step(draft, "license"), status=422, **minor)
    assert "法定代理人" in answer.content.decode()
    assert (StoryPage.objects.count(), Grant.objects.count(), len(mail.outbox)) == (0, 0, 0)
    own = {"guardian_name": "丙示範", "guardian_email": desk.user.email.upper()}
    answer = desk.send(step(draft, "license"), status=422, **own, **minor)
    assert "這是你自己的信箱" in answer.content.decode()
    assert (StoryPage.objects.count(), Grant.objects.count(), len(mail.outbox)) == (0, 0, 0)

    desk.send(step(draft, "license"), guardian_name="丙示範", guardian_email="c@example.org", **minor)
    revision = StoryRevision.objects.get()
    author, guardian = revision.parties.order_by("pk")
    assert (author.minor, author.birth_year, guardian.role, guardian.guardian_of) == (True, 2010, "guardian", author)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["c@example.org", desk.user.email]


def test_a_video_by_link_and_a_post_are_asked_about_ordered_and_taken_out():
    desk = member()
    draft = desk.write()
    page = step(draft, "media")
    desk.send(page, url="https://video.example.org/1", link_kind="video", add="1")
    desk.send(page, url="https://post.example.org/2", link_kind="social", add="1")
    desk.send(page, url="https://post.example.org/2", link_kind="social", add="1")
    video, post = draft.assets.all()
    assert [(one.kind, one.url[-1]) for one in (video, post)] == [("video", "1"), ("social", "2")]

    desk.send(page, **{f"rights-{video.pk}": "licensed", f"rights_note-{video.pk}": "丁的信"}, up=str(post.uid))
    assert [one.kind for one in draft.assets.all()] == ["social", "video"]
    assert DraftAsset.objects.get(pk=video.pk).rights_note == "丁的信"
    desk.send(page, remove=str(post.uid))
    assert [one.kind for one in draft.assets.all()] == ["video"]
    desk.send(page, status=422, url="javascript:alert(1)", link_kind="video", add="1")
    assert draft.assets.count() == 1


def test_good_files_stay_and_bad_ones_are_named_with_the_reason():
    desk = member()
    bad = picture("壞掉.jpg")
    bad.file.seek(0)
    bad.file.write(b"no picture at all")
    draft = desk.write(files=[picture("IMG_0001.jpg"), bad, picture("插秧.jpg", "green"), picture("again.jpg")])

    assert [one.alt for one in draft.assets.all()] == ["", "插秧"]
    told = words(desk.get(step(draft, "media")).select_one("body").parent)
    assert "「壞掉.jpg」沒有收下" in told


def test_who_is_in_no_team_is_led_to_one_and_somebody_alone_gets_a_team_of_one():
    desk = at(factories.person(last_name="示範", first_name="戊"))
    assert desk.get("/desk/").select_one("a[href='/desk/teams/new/']")
    assert desk.client.get("/desk/stories/new/").url == "/desk/"

    assert desk.client.post("/desk/alone/").url == "/desk/stories/new/"
    desk.client.post("/desk/alone/")
    [membership] = Membership.objects.filter(user=desk.user)
    assert TeamPage.objects.get(pk=membership.team_id).draft_title == "示範戊"
    assert desk.write().team_id == membership.team_id


def test_another_member_edits_but_only_the_author_hands_in_until_he_takes_over():
    desk = member()
    draft = desk.write()
    other = member(desk.user.memberships.get().team)
    other.send(step(draft, "words"), title="改過的標題")
    other.client.post(step(draft, "license"), {"version": "9", "text_sha256": "x", **SIGNED})
    assert StoryPage.objects.count() == 0

    other.client.post(f"/desk/stories/{draft.uid}/author/")
    draft.refresh_from_db()
    assert (draft.author, [one.user for one in draft.people.all()]) == (other.user, [desk.user])
    other.send(step(draft, "license"), **SIGNED)
    assert [one.role for one in StoryRevision.objects.get().parties.order_by("pk")] == ["author", "coauthor"]


def test_a_draft_is_thrown_away_after_asking_and_a_story_never():
    desk = member()
    draft = desk.write()
    desk.send(step(draft, "throw-away"))
    assert StoryDraft.objects.count() == 0

    draft = desk.write()
    desk.send(step(draft, "license"), **SIGNED)
    desk.client.post(step(draft, "throw-away"))
    assert StoryDraft.objects.count() == 1


def test_taking_part_alone_asked_for_twice_at_once_is_one_team():
    person = factories.person(last_name="示範", first_name="己")
    first, second = (team_flows.alone(person, "示範己", Clock.now()) for _time in range(2))

    assert first == second
    assert Membership.objects.filter(user=person).count() == 1
