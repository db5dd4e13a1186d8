"""Whoever has answered, yes or no, has proved the address right: nobody else moves his link to another mailbox."""

import hashlib

import pytest
from django.core import mail
from django.urls import reverse

from home.models import Clock
from home.visibility import Channel, Reason
from showcase.flows import answers, asking
from showcase.models import ConsentEvent, Party
from showcase.vocabularies import PartyRole, Verb
from tests.showcase.consent_page import path, send, soup, words
from tests.showcase.desk import at, member, step
from tests.showcase.editorial import staff
from tests.showcase.stories import HOW, MINOR, agree, coauthor, handed_in, withdraw

pytestmark = pytest.mark.django_db

NO = ("refused", "withdrawn")


def say_no(party, how):
    if how == "refused":
        answers.refuse(Party.objects.get(pk=party.pk), Clock.now(), HOW)
    else:
        agree(party)
        withdraw(party)


def guarded(role=PartyRole.COAUTHOR):
    """A live story that only waits for the legal representative of a minor in it."""
    story = handed_in(people=[coauthor(1)])
    ward = next(one for one in story.parties if one.role == role)
    for party in story.parties:
        agree(party, born_on=MINOR if party == ward else answers.date(1995, 5, 5))
    guardian = asking.name_guardian(Party.objects.get(pk=ward.pk), "法定代理人", "guardian@example.org", Clock.now())
    story.revision.revision.publish()
    return story, ward, guardian


@pytest.mark.parametrize("how", NO)
@pytest.mark.parametrize("role", [PartyRole.COAUTHOR, PartyRole.AUTHOR])
def test_r15_i6_a_minor_does_not_move_the_no_of_the_legal_representative_to_another_mailbox(client, role, how):
    story, ward, guardian = guarded(role)
    assert soup(client.get(path(ward))).select_one('form[action$="/guardian/"]')
    link = path(guardian)
    say_no(guardian, how)
    mail.outbox.clear()

    shown = client.get(path(ward))
    assert not soup(shown).select('form[action$="/guardian/"]')
    assert "法定代理人沒有同意。能改變這個決定的，只有法定代理人自己。" in words(shown)
    send(client, ward, "guardian/", name="法定代理人", email="second@example.org")

    assert list(Party.objects.filter(role=PartyRole.GUARDIAN).values_list("email", flat=True)) == [guardian.email]
    assert (client.get(link).status_code, mail.outbox) == (200, [])
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is not None
    agree(guardian)
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is None


def test_r15_a_minor_reads_that_the_answer_to_a_newer_version_is_waited_for(client):
    story, ward, guardian = guarded()
    agree(guardian)
    story.draft.text = "完全改寫。"
    story.draft.save()
    handed_in(made=story.draft)
    agree(ward, born_on=MINOR)

    shown = client.get(path(ward))
    assert not soup(shown).select('form[action$="/guardian/"]')
    assert "我們已寫信給法定代理人，正在等回覆。" in words(shown)


@pytest.mark.parametrize("how", NO)
def test_nobody_of_the_team_moves_a_no_to_a_mailbox_of_his_own(client, how):
    story = handed_in(people=[coauthor(1)])
    agree(story.author)
    party = story.parties[1]
    say_no(party, how)
    link, other = path(party), member(story.draft.team)
    mail.outbox.clear()

    address = step(story.draft, f"parties/{party.pk}/address")
    answer = other.client.post(address, {"email": other.user.email}, follow=True)

    assert "共同作者1已經回覆過，信箱沒有錯。" in answer.content.decode()
    assert (Party.objects.get(pk=party.pk).email, mail.outbox) == ("coauthor1@example.org", [])
    assert client.get(link).status_code == 200


def test_only_who_never_answered_can_be_asked_at_another_address(frozen_time):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    agree(story.parties[1])
    story.draft.text = "完全改寫。"
    story.draft.save()
    handed_in(made=story.draft)

    page = at(story.draft.author).get(f"/desk/stories/{story.draft.uid}/")
    again, address = (page.select(f'form[action$="/{act}/"]') for act in ("again", "address"))
    assert [one["action"] for one in again] == [
        step(story.draft, f"parties/{one.pk}/again") for one in story.parties[1:]
    ]
    assert [one["action"] for one in address] == [step(story.draft, f"parties/{story.parties[2].pk}/address")]


@pytest.mark.parametrize("how", NO)
def test_staff_ask_again_but_nowhere_else(client, how):
    story = handed_in(people=[coauthor(1)])
    party, editor = story.parties[1], staff("編輯")
    say_no(party, how)
    url = reverse("story_party", args=[story.page.pk, party.pk])
    page = editor.client.get(reverse("wagtailadmin_pages:edit", args=[story.page.pk])).content.decode()
    assert "再寄／換信箱" not in page.split(party.name, 1)[1].split("</tr>", 1)[0]

    answer = editor.send(url, {"email": "other@example.org"}, 200)
    assert "這個人已經用這個信箱回覆過" in answer.content.decode()
    editor.send(url, {"email": party.email})

    assert Party.objects.get(pk=party.pk).email == "coauthor1@example.org"
    assert mail.outbox[-1].to == ["coauthor1@example.org"]


def test_the_address_of_an_author_is_the_accounts():
    story = handed_in()

    staff().send(reverse("story_party", args=[story.page.pk, story.author.pk]), {"email": "other@example.org"}, 200)

    kept = Party.objects.get(pk=story.author.pk)
    assert (kept.email, kept.user, kept.lapses_at) == (story.draft.author.email, story.draft.author, None)


def test_the_record_keeps_a_hash_of_the_former_address_that_tells_nobody_which(client):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    for party in story.parties[1:]:
        asking.correct_address(party, f"right{party.pk}@example.org", Clock.now())
    asking.correct_address(Party.objects.get(pk=story.parties[1].pk), "coauthor1@example.org", Clock.now())

    facts = [one.facts for one in ConsentEvent.objects.filter(verb=Verb.INVITED).order_by("seq")]
    former = [one["former"] for one in facts[2:]]
    assert facts[:2] == [{}, {}]
    assert [len(one) for one in former] == [64, 64, 64]
    assert len({*former, hashlib.sha256(b"coauthor1@example.org").hexdigest()}) == 4


def test_asking_again_uses_the_address_as_it_was_just_corrected():
    story = handed_in(people=[coauthor(1)])
    read = Party.objects.get(pk=story.parties[1].pk)
    asking.correct_address(story.parties[1], "right@example.org", Clock.now())

    asking.ask_again(read, Clock.now())

    assert Party.objects.get(pk=read.pk).email == "right@example.org"
    assert [one.to for one in mail.outbox[-2:]] == [["right@example.org"], ["right@example.org"]]


def test_an_answer_given_since_the_address_was_read_stands():
    story = handed_in(people=[coauthor(1)])
    read = Party.objects.get(pk=story.parties[1].pk)
    answers.refuse(story.parties[1], Clock.now(), HOW)

    with pytest.raises(asking.AlreadyAnsweredError):
        asking.correct_address(read, "other@example.org", Clock.now())

    assert story.page.hidden_because(Channel.SITE, Clock.now()) == Reason.UNPUBLISHED
