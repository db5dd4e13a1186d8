"""Mails about stories as they leave the hub: harmless whatever teams type, to parties only, capped."""

import email
import email.policy
from datetime import timedelta

import pytest

from home.letters import OutboxBackend
from home.models import Clock, Letter
from programs.models import Membership
from showcase import mails
from showcase.flows import answers, asking, purging, reminding, reviewing
from showcase.flows.drafting import take_over
from showcase.flows.handing_in import hand_in
from showcase.mail_words import MAILS
from showcase.models import Grant, Party
from tests import factories
from tests.conftest import ROOT
from tests.showcase.stories import HOW, MINOR, agree, coauthor, handed_in, member, published, withdraw

pytestmark = pytest.mark.django_db
EVIL = "壞\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script>\u202e http://phish.example.com/ 中獎"


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = f"{OutboxBackend.__module__}.{OutboxBackend.__name__}"


def sent():
    """Every letter, raw and parsed."""
    return [
        (letter, email.message_from_bytes(letter.message.encode(), policy=email.policy.default))
        for letter in Letter.objects.all()
    ]


def parts(parsed):
    return {part.get_content_type(): part.get_content() for part in parsed.walk() if not part.is_multipart()}


def test_every_mail_is_said_in_text_and_html_in_chinese():
    story = published(people=[coauthor(1)])
    grant = Grant.objects.last()
    Letter.objects.all().delete()
    for name in MAILS:
        facts = {"requester": "示範甲", "grant": grant, "revision": story.revision, "reason": "第一行\n第二行"}
        facts |= {"ends_at": grant.ends_at, "days": 30, "at": Clock.now()}
        mails.write_to_party(name, story.parties[1], **facts)

    found = sent()
    assert len(found) == len(MAILS)
    for letter, parsed in found:
        content = parts(parsed)
        assert set(content) == {"text/plain", "text/html"}
        assert "河邊的一天" in parsed["Subject"]
        assert parsed["X-Story"] == str(story.page.translation_key)
        assert "https://hub.example.org/" in content["text/plain"]
        assert "%(" not in letter.message
        assert not {"the ", "The ", "story", "license "} & set(content["text/plain"].split(" "))
        assert "\n\n\n" not in content["text/plain"]


def test_every_mail_there_are_words_for_is_written_by_something_that_happens():
    flows = "".join(path.read_text() for path in (ROOT / "showcase" / "flows").glob("*.py"))

    # The team's goes beside the parties'.
    assert [name for name in MAILS if f'"{name.removesuffix("_team")}"' not in flows] == []


@pytest.mark.parametrize("longest", [False, True])
def test_titles_and_names_inject_nothing(longest):
    evil = EVIL[:60] if not longest else ("長" * 100)
    story = handed_in(people=[(EVIL[:70], "coauthor1@example.org", "coauthor")], title=evil)
    Party.objects.filter(pk=story.author.pk).update(name=EVIL[:70])
    agree(story.parties[1])
    asking.ask_again(handed_in(people=[coauthor(2)], title=evil).parties[1], Clock.now())
    asking.name_guardian(Party.objects.get(pk=story.parties[1].pk), EVIL[:70], "guardian@example.org", Clock.now())

    for letter, parsed in sent():
        assert parsed["Bcc"] is None
        assert letter.to == [parsed["To"]]
        assert len(parsed["Subject"]) <= 120
        content = parts(parsed)
        assert "<script" not in content["text/html"]
        for text in (parsed["Subject"], *content.values()):
            assert "\u202e" not in text
            assert "phish.example" not in text
            assert "http://phish" not in text
            assert "victim@" not in text


def test_i12_mail_about_a_story_goes_to_its_parties_and_who_looks_after_it():
    head_of_another = member(published().page.team, "head")
    Letter.objects.all().delete()
    story = handed_in(people=[coauthor(1), coauthor(2)])
    head = member(story.page.team, "head")
    member(story.page.team)
    reviewer = factories.person("審核", email="reviewer@example.org")
    ward = story.parties[2]
    agree(ward, born_on=MINOR)
    guardian = asking.name_guardian(Party.objects.get(pk=ward.pk), "示範爸", "guardian@example.org", Clock.now())
    for party in (story.author, story.parties[1], guardian):
        agree(party)
    story.revision.refresh_from_db()
    story.revision.revision.publish()
    [ends_at] = set(Grant.objects.filter(party__story=story.page).values_list("ends_at", flat=True))
    reminding.remind_of_ends(ends_at - timedelta(days=7))
    withdraw(story.parties[1])
    answers.refuse(Party.objects.get(pk=ward.pk), Clock.now(), HOW)
    ours = [(letter, parsed) for letter, parsed in sent() if parsed["X-Story"] == str(story.page.translation_key)]
    parties = {one.email: one.name for one in Party.objects.filter(story=story.page)}

    assert {letter.to[0] for letter, _parsed in ours} == {*parties, head.email, reviewer.email}
    assert head_of_another.email not in {letter.to[0] for letter, _parsed in ours}
    requesters = {story.author.name, ward.name}
    for letter, parsed in ours:
        text = " ".join(parts(parsed).values())
        others = {name for address, name in parties.items() if [address] != letter.to} - requesters
        assert not [one for one in {*others, *parties} - set(letter.to) if one in text]


def test_asking_again_is_capped_and_first_invitations_are_not(settings, frozen_time):
    settings.STORY_MAILS_A_DAY = 2
    story = handed_in(people=[coauthor(number) for number in range(1, 6)])
    asking.ask_again(story.parties[1], Clock.now())
    asking.correct_address(Party.objects.get(pk=story.parties[2].pk), "right@example.org", Clock.now())
    before = Letter.objects.count()

    for act in (
        lambda: asking.ask_again(Party.objects.get(pk=story.parties[3].pk), Clock.now()),
        lambda: asking.correct_address(Party.objects.get(pk=story.parties[4].pk), "x@example.org", Clock.now()),
    ):
        with pytest.raises(asking.TooManyMailsError):
            act()
    assert Letter.objects.count() == before == 7
    assert Party.objects.get(pk=story.parties[4].pk).email == "coauthor4@example.org"
    frozen_time.shift(timedelta(days=1))
    asking.ask_again(Party.objects.get(pk=story.parties[3].pk), Clock.now())


def test_who_changes_his_mind_all_day_floods_nobody(settings):
    settings.STORY_MAILS_A_DAY = 6
    story = published(people=[coauthor(1)])
    for _time in range(10):
        withdraw(story.parties[1])
        agree(story.parties[1])

    assert Letter.objects.count() < 25
    assert Party.objects.get(pk=story.parties[1].pk).grants.count() == 11


def test_a_withdrawal_is_confirmed_and_staff_are_told_however_often_that_was_today(settings):
    settings.STORY_MAILS_A_DAY = 2
    reviewer = factories.person("審核", email="reviewer@example.org")
    story = published(people=[coauthor(1)])
    for _time in range(3):
        withdraw(story.parties[1])
        agree(story.parties[1])
    told_since()

    withdraw(story.parties[1])

    assert told_since() == {"coauthor1@example.org", reviewer.email}


def test_a_withdrawals_receipt_names_the_title_of_the_version_somebody_was_asked_about():
    story = handed_in(people=[coauthor(1)])
    agree(story.parties[1])
    story.draft.people.all().delete()
    story.draft.title = "沒有你的版本"
    story.draft.save()
    handed_in(made=story.draft)
    Letter.objects.all().delete()

    withdraw(story.parties[1])

    [receipt] = [letter for letter, _parsed in sent() if letter.to == ["coauthor1@example.org"]]
    assert ("河邊的一天" in receipt.subject, "沒有你的版本" in receipt.subject) == (True, False)


def test_an_author_gets_a_link_of_his_own_with_the_first_receipt(client):
    story = published()
    [receipt] = [parsed for letter, parsed in sent() if letter.to == [story.author.email] and "收據" in letter.subject]
    [address] = [line for line in parts(receipt)["text/plain"].splitlines() if line.endswith("withdraw/")]

    assert Membership.objects.filter(user__email=story.author.email).exists()
    assert client.get(address.removeprefix("https://hub.example.org")).status_code == 200


def test_the_receipt_says_until_when_once_that_is_known():
    story = published(people=[coauthor(1)])
    receipts = {letter.to[0]: parts(parsed)["text/plain"] for letter, parsed in sent() if "收據" in letter.subject}

    assert "有效到：從最後一位同意的時刻起五年" in receipts[story.author.email]
    assert "有效到：民國120年3月2日 09:59:59" in receipts["coauthor1@example.org"]


def test_whoever_is_the_author_now_is_the_one_who_asks(frozen_time):
    story = handed_in(people=[coauthor(1)])
    successor = member(story.draft.team, last_name="後", first_name="任")
    take_over(story.draft, successor, Clock.now())
    story.draft.refresh_from_db()
    frozen_time.shift(timedelta(hours=1))
    Letter.objects.all().delete()

    hand_in(story.draft, successor, Clock.now())

    told = {letter.to[0]: parts(parsed)["text/plain"] for letter, parsed in sent()}
    assert "後任" in told["coauthor1@example.org"]
    assert story.author.name not in told["coauthor1@example.org"]


def told_since():
    """Who was written to since it was asked last."""
    told = {letter.to[0] for letter in Letter.objects.all()}
    Letter.objects.all().delete()
    return told


def test_i12_a_former_author_is_told_as_long_as_his_version_is_on_the_page_and_nothing_after(frozen_time, settings):
    settings.STORY_MAILS_A_DAY = 100
    staff = factories.person("審核", email="reviewer@example.org")
    story = published(people=[coauthor(1)])
    former, asked = story.author, story.parties[1]
    successor = member(story.draft.team)
    take_over(story.draft, successor, Clock.now())
    story.draft.refresh_from_db()
    story.draft.people.filter(user=former.user).delete()
    story.draft.text = "另外寫的。"
    story.draft.save()
    frozen_time.shift(timedelta(hours=1))
    newer = handed_in(made=story.draft)
    told_since()

    withdraw(asked)
    assert told_since() == {asked.email, staff.email, former.email, successor.email}
    for party in newer.parties:
        agree(party)
    assert told_since() == {asked.email, staff.email, successor.email}
    reviewing.send_back(newer.revision, "請補一段", staff, Clock.now())
    assert told_since() == {successor.email}
    frozen_time.shift(timedelta(hours=1))
    hand_in(story.draft, successor, Clock.now())
    reviewing.approve(newer.revision, staff, Clock.now())
    newer.revision.revision.publish()
    assert successor.email in told_since()
    answers.refuse(Party.objects.get(pk=asked.pk), Clock.now(), HOW)
    assert told_since() == {successor.email}
    agree(asked)
    told_since()
    withdraw(asked)
    assert told_since() == {asked.email, staff.email, successor.email}
    agree(asked)
    told_since()
    purging.purge_party(asked, Clock.now())
    assert told_since() == {staff.email, successor.email}
