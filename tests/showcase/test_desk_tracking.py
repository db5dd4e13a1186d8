"""A story on its way: who has answered, and what its team can do about it."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from home.models import Clock
from showcase.flows import answers, asking, reminding
from showcase.links import party_of, token_of
from showcase.models import ConsentEvent, Grant, Party, StoryRevision
from showcase.models.consent import signatories
from showcase.models.record import first_broken
from showcase.reading import stage_of
from showcase.replay import replay
from showcase.vocabularies import RevisionState, Stage
from tests.showcase import stories
from tests.showcase.desk import BIRTH, at, member, step, words

pytestmark = pytest.mark.django_db
YEARS = timedelta(days=5 * 365)


def tracking(story):
    return f"/desk/stories/{story.draft.uid}/"


def test_t3_who_has_not_answered_is_asked_again_by_a_new_link_once_a_minute(frozen_time):
    story = stories.handed_in(people=[stories.coauthor(1)])
    desk, party = at(story.draft.author), story.parties[1]
    old = token_of(Party.objects.get(pk=party.pk))
    frozen_time.shift(timedelta(hours=1))
    mail.outbox.clear()
    for _ in range(2):
        desk.client.post(step(story.draft, f"parties/{party.pk}/again"))

    assert [letter.to for letter in mail.outbox] == [["coauthor1@example.org"]]
    assert party_of(old, Clock.now()) is None


def test_a_wrong_address_is_corrected_and_a_typo_told(frozen_time):
    story = stories.handed_in(people=[stories.coauthor(1)])
    desk, party = at(story.draft.author), story.parties[1]
    frozen_time.shift(timedelta(hours=1))
    mail.outbox.clear()
    path = step(story.draft, f"parties/{party.pk}/address")

    assert desk.client.post(path, {"email": "no address"}).status_code == 422
    desk.client.post(path, {"email": "Right@example.org"})
    party.refresh_from_db()
    assert (party.email, [letter.to for letter in mail.outbox]) == ("right@example.org", [["right@example.org"]])


def told_reminders(story):
    """By name: what the page says of the next reminder."""
    rows = at(story.draft.author).get(tracking(story)).select(".sheets > .sheet")
    said = {row.strong.text: row.find(string=re.compile("提醒")) for row in rows}
    return {name: words and words.strip() for name, words in said.items()}


def test_t3_the_page_says_on_which_day_each_is_reminded_as_the_reminders_go_out(frozen_time):
    story = stories.handed_in(people=[stories.coauthor(1), stories.coauthor(2)])
    stories.agree(story.parties[2])
    mail.outbox.clear()
    [first, second, third] = [str(party) for party in story.parties]
    promised, written = [], []
    for _day in range(14):
        said = told_reminders(story)
        assert (said[first], said[third]) == (None, None)
        promised.append(said[second])
        # Whatever was handed in at ten is reminded at a quarter past nine, a day after it is due.
        frozen_time.shift(timedelta(hours=23, minutes=15) if not written else timedelta(days=1))
        reminding.remind(Clock.now())
        written.append(len(mail.outbox))

    assert promised == ["3月6日會寄信提醒。"] * 4 + ["3月13日會寄信提醒。"] * 7 + [None] * 3
    assert written == [0] * 3 + [1] * 7 + [2] * 4


def test_who_has_agreed_is_not_asked_again():
    story = stories.handed_in(people=[stories.coauthor(1)])
    stories.agree(story.parties[1])
    desk = at(story.draft.author)
    mail.outbox.clear()
    for act in ("again", "address"):
        desk.client.post(step(story.draft, f"parties/{story.parties[1].pk}/{act}"), {"email": "other@example.org"})
    party = Party.objects.get(pk=story.parties[1].pk)
    assert (party.email, mail.outbox) == ("coauthor1@example.org", [])


def test_after_a_refusal_the_part_is_taken_out_and_the_rest_handed_in():
    desk = member()
    draft = stories.draft(of=desk.user.memberships.get().team, author=desk.user, people=[stories.coauthor(1)])
    desk.send(step(draft, "license"), declared="on", disputes="on", name_typed="示範甲", **BIRTH)
    refusing = Party.objects.get(email="coauthor1@example.org")
    answers.refuse(refusing, Clock.now(), stories.HOW)
    page = desk.get(f"/desk/stories/{draft.uid}/")
    assert "有人不同意。拿掉那個人的部分，就可以再送出。" in words(page)

    answer = desk.client.post(step(draft, f"parties/{refusing.pk}/take-out"))
    assert answer.url == step(draft, "words")
    desk.send(step(draft, "license"), declared="on", disputes="on", name_typed="示範甲", **BIRTH)
    newest = StoryRevision.objects.latest("number")
    assert (newest.number, [one.role for one in newest.parties.all()]) == (2, ["author"])
    assert stage_of(newest.story, Clock.now()) == Stage.CLEARED


STILL_NEEDED = "已經不列名，但這一版還需要這個人的同意：改過文字或圖片再送出，才不再需要。"


def test_whoever_is_taken_out_without_a_change_is_still_needed_and_the_page_says_what_must_change():
    desk = member()
    shown = ("入鏡者", "shown@example.org", "portrayed")
    draft = stories.draft(of=desk.user.memberships.get().team, author=desk.user, people=[shown])
    signed = {"declared": "on", "disputes": "on", "name_typed": "示範甲", **BIRTH}
    desk.send(step(draft, "license"), **signed)
    party = Party.objects.get(role="portrayed")
    answers.refuse(party, Clock.now(), stories.HOW)
    here = f"/desk/stories/{draft.uid}/"
    assert STILL_NEEDED not in words(desk.get(here))

    desk.client.post(step(draft, f"parties/{party.pk}/take-out"))
    for _time in range(2):
        page = desk.get(here)
        assert f"入鏡者{STILL_NEEDED}" in words(page)
        assert not page.select('form[action$="/take-out/"]')
        desk.send(step(draft, "license"), **signed)
    assert stage_of(StoryRevision.objects.get().story, Clock.now()) != Stage.CLEARED

    desk.send(step(draft, "words"), text="換了一張照片。")
    desk.send(step(draft, "license"), **signed)
    assert STILL_NEEDED not in words(desk.get(here))
    assert stage_of(StoryRevision.objects.latest("number").story, Clock.now()) == Stage.CLEARED


def test_what_was_sent_back_says_why_and_is_handed_in_again():
    story = stories.handed_in()
    StoryRevision.objects.update(state=RevisionState.RETURNED, reason="照片請換一張")
    desk = at(story.draft.author)

    for path in (tracking(story), "/desk/"):
        page = desk.get(path)
        assert "退回：照片請換一張" in words(page)
        assert page.find("a", string=lambda text: text and "修改後再交" in text)["href"] == step(story.draft, "words")
    desk.send(step(story.draft, "words"), text="換過了。")
    desk.send(step(story.draft, "license"), declared="on", disputes="on", name_typed="示範甲", **BIRTH)
    assert stage_of(story.page, Clock.now()) == Stage.CLEARED


def test_i8_ones_own_consent_is_withdrawn_in_two_taps_and_the_story_hidden():
    story = stories.published()
    desk = at(story.draft.author)
    page = desk.get(tracking(story))
    assert page.find("a", href=story.page.web_path)

    asking = desk.get(page.find("a", string=lambda text: text and "撤回我的同意" in text)["href"])
    assert "不用說明理由" in words(asking)
    desk.send(step(story.draft, "withdraw"))
    assert stage_of(story.page, Clock.now()) == Stage.RETRACTED
    assert "有人撤回了同意" in words(desk.get(tracking(story)))


def test_another_member_sees_everything_but_withdraws_nobody_elses_consent():
    story = stories.published()
    other = member(story.draft.team)
    other.client.post(step(story.draft, "withdraw"))

    assert not other.get(tracking(story)).find("a", string=lambda text: text and "撤回我的同意" in text)
    assert stage_of(story.page, Clock.now()) == Stage.PUBLISHED


def test_t8_all_that_ends_soon_is_renewed_by_one_tap(frozen_time):
    desk = member()
    team = desk.user.memberships.get().team
    live = [stories.published(of=team, author=desk.user, title=f"故事{number}") for number in range(2)]
    assert "沒有快到期的授權" in words(desk.get("/desk/renew/"))

    frozen_time.shift(YEARS - timedelta(days=20))
    desk = at(desk.user)
    assert "你有 2 則授權快到期了。" in words(desk.get("/desk/"))
    desk.send("/desk/renew/", party=[str(one.author.pk) for one in live])
    assert Grant.objects.count() == 4
    frozen_time.shift(timedelta(days=60))
    assert [stage_of(one.page, Clock.now()) for one in live] == [Stage.PUBLISHED] * 2
    desk = at(desk.user)
    assert "沒有快到期的授權" in words(desk.get("/desk/renew/"))


def test_a_number_nobody_has_is_nobodys_consent_to_renew(frozen_time):
    story = stories.published()
    frozen_time.shift(YEARS - timedelta(days=20))
    desk = at(story.draft.author)

    for sent in ("9" * 5000, "²", "", "-1"):
        assert desk.client.post("/desk/renew/", {"party": sent, "text_sha256": "x"}).status_code == 302
    assert Grant.objects.count() == 1


def test_somebody_elses_consent_is_not_renewed():
    story = stories.published()
    other = member(story.draft.team)
    other.client.post("/desk/renew/", {"party": str(story.author.pk), "text_sha256": "x"})
    assert Grant.objects.count() == 1


def test_a_draft_changed_after_it_was_handed_in_says_so(frozen_time):
    story = stories.handed_in()
    desk = at(story.draft.author)
    assert "送出之後草稿又改過" not in words(desk.get(tracking(story)))
    frozen_time.shift(timedelta(minutes=5))
    desk.send(step(story.draft, "words"), text="又改了。")
    assert "送出之後草稿又改過" in words(desk.get(tracking(story)))


def test_a_story_sends_only_so_many_mails_a_day(frozen_time, settings):
    settings.STORY_MAILS_A_DAY = 0
    story = stories.handed_in(people=[stories.coauthor(1)])
    frozen_time.shift(timedelta(hours=1))
    mail.outbox.clear()
    path = step(story.draft, f"parties/{story.parties[1].pk}/again")
    answer = at(story.draft.author).client.post(path, follow=True)

    assert "今天寄出的信已達上限，請明天再寄。" in answer.content.decode()
    assert mail.outbox == []


def test_r16_a_minor_does_not_become_the_legal_representative_by_a_corrected_address(frozen_time):
    story = stories.handed_in(people=[stories.coauthor(1)])
    ward = Party.objects.get(pk=story.parties[1].pk)
    answers.check_age(ward, stories.MINOR, Clock.now())
    guardian = asking.name_guardian(ward, "法定代理人", "guardian@example.org", Clock.now())
    frozen_time.shift(timedelta(hours=1))
    desk = at(story.draft.author)

    for party, address in ((guardian, "Coauthor1@example.org"), (ward, "guardian@example.org")):
        path = step(story.draft, f"parties/{party.pk}/address")
        answer = desk.client.post(path, {"email": address}, follow=True)
        assert "未成年人和法定代理人要各用自己的信箱。" in answer.content.decode()
        assert Party.objects.get(pk=party.pk).email == party.email


def test_a_story_handed_in_anew_all_day_floods_nobody(settings, frozen_time):
    settings.STORY_MAILS_A_DAY = 2
    desk = member()
    draft = desk.write()
    draft.people.create(name="乙示範", email="b@example.org", role="coauthor")
    signed = {"declared": "on", "disputes": "on", "name_typed": "示範甲", **BIRTH}
    for number in range(5):
        frozen_time.shift(timedelta(minutes=1))
        desk.send(step(draft, "words"), text=f"第{number}次改寫。")
        desk.send(step(draft, "license"), status=302 if number < 3 else 422, **signed)

    told = [letter for letter in mail.outbox if letter.to == ["b@example.org"]]
    assert (StoryRevision.objects.count(), len(told)) == (3, 3)
    assert (
        "今天寄出的信已達上限，請明天再寄。" in desk.send(step(draft, "license"), status=422, **signed).content.decode()
    )
    frozen_time.shift(timedelta(days=1))
    desk.send(step(draft, "license"), **signed)
    assert StoryRevision.objects.count() == 4


def guarded_twice():
    """A minor's story that everyone agreed to but the second of two legal representatives."""
    story = stories.handed_in()
    ward = Party.objects.get(pk=story.author.pk)
    answers.check_age(ward, stories.MINOR, Clock.now())
    first, second = (asking.name_guardian(ward, f"代理人{n}", f"guardian{n}@example.org", Clock.now()) for n in "12")
    stories.agree(ward, born_on=None)
    return story, first, second


def goes(desk, story, party):
    """The button by which somebody is no longer asked."""
    return desk.get(tracking(story)).find("form", action=step(story.draft, f"parties/{party.pk}/take-out"))


def test_i6_of_two_legal_representatives_one_who_has_not_answered_is_let_go_and_the_rest_goes_on(frozen_time):
    story, first, second = guarded_twice()
    stories.agree(first)
    desk = at(story.draft.author)
    link = token_of(Party.objects.get(pk=second.pk))
    assert stage_of(story.page, Clock.now()) == Stage.COLLECTING
    assert (goes(desk, story, first), goes(desk, story, second).button.get_text(strip=True)) == (None, "不再詢問")

    for _time in range(2):
        answer = desk.client.post(step(story.draft, f"parties/{second.pk}/take-out"), follow=True)
    assert answer.status_code == 404
    # By two members at once.
    asking.let_go(second, Clock.now())
    assert stage_of(story.page, Clock.now()) == Stage.CLEARED
    assert party_of(link, Clock.now()) is None
    assert list(story.revision.parties.values_list("name", flat=True)) == [story.author.name, "代理人1"]
    told = replay(ConsentEvent.objects.filter(story=story.page.translation_key))
    content_hash = story.revision.content_hash
    assert told.signatories(content_hash) == sorted(signatories(story.page.pk, content_hash), key=lambda one: one.id)
    assert first_broken() is None

    desk.send(step(story.draft, "words"), text="換一版。")
    frozen_time.shift(timedelta(minutes=1))
    again = stories.handed_in(made=type(story.draft).objects.get(pk=story.draft.pk))
    assert [one.name for one in again.parties] == [story.author.name, "代理人1"]


def test_i6_nobody_who_answered_and_no_only_legal_representative_is_let_go():
    story, first, second = guarded_twice()
    stories.agree(second)
    desk = at(story.draft.author)

    def told(party):
        answer = desk.client.post(step(story.draft, f"parties/{party.pk}/take-out"), follow=True)
        return answer.content.decode()

    assert "代理人2 已經回覆過了，所以保留。" in told(second)
    assert "不再詢問代理人1。" in told(first)
    answers.withdraw(second, Clock.now(), stories.HOW)
    assert "代理人2 已經回覆過了，所以保留。" in told(second)
    third = asking.name_guardian(Party.objects.get(pk=story.author.pk), "代理人3", "g3@example.org", Clock.now())
    Party.objects.filter(pk=second.pk).update(purged_at=Clock.now())
    assert goes(desk, story, third) is None
    assert "未成年人需要一位法定代理人，請先指定另一位。" in told(third)
    assert set(story.revision.parties.values_list("pk", flat=True)) == {story.author.pk, second.pk, third.pk}
