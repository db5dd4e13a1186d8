"""A date of birth that was mistyped: staff have it asked for anew, and nothing agreed to by it counts until then."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse
from wagtail.models import PageLogEntry

from home.models import Clock
from home.visibility import Channel, Reason
from showcase.flows import asking, purging
from showcase.links import token_of
from showcase.models import Party
from showcase.reading import state_of
from showcase.vocabularies import PartyState
from tests.showcase.consent_page import agreed, path, words
from tests.showcase.editorial import approved, staff
from tests.showcase.stories import ADULT, MINOR, agree, coauthor, handed_in, published
from tests.showcase.test_answers import shown

pytestmark = pytest.mark.django_db
AGE = ("minor", "birth_year", "checked_on")


def door(story, party):
    return reverse("story_age", args=[story.page.pk, party.pk])


def known(party):
    return Party.objects.values_list(*AGE).get(pk=party.pk)


def test_what_was_agreed_by_a_mistyped_age_counts_no_more_and_its_person_is_asked_anew(client, frozen_time):
    story = approved(people=[coauthor(1)])
    party, before = Party.objects.get(pk=story.parties[1].pk), story.page.valid_until
    frozen_time.shift(timedelta(days=30))
    mail.outbox.clear()
    editor = staff()
    page = BeautifulSoup(
        editor.client.get(reverse("wagtailadmin_pages:edit", args=[story.page.pk])).content, "html.parser"
    )
    assert door(story, party) in [one["href"] for one in page.select(".checklist a")]
    editor.send(door(story, party), {"reason": " "}, 200)
    assert known(party) == (False, ADULT.year, date(2026, 3, 2))
    assert shown(story) is None

    editor.send(door(story, party), {"reason": "出生年打錯"})
    assert known(party) == (None, None, None)
    assert shown(story) == Reason.CONSENT_WITHDRAWN
    assert state_of(Party.objects.get(pk=party.pk), Clock.now()) == PartyState.INVITED
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([party.email], mail.outbox[0].subject)]
    assert client.get(f"/consent/{token_of(party)}/").status_code == 404
    asked = client.get(path(party))
    assert "請你再回覆一次" in words(asked)
    assert "你已撤回" not in words(asked)

    agreed(client, party, birth_year="1980")
    assert known(party) == (False, 1980, date(2026, 4, 1))
    assert shown(story) is None
    assert story.page.valid_until == before


def test_r15_whoever_turns_out_to_be_a_minor_needs_a_legal_representative(client):
    story = published(people=[coauthor(1)])
    party = story.parties[1]
    staff().send(door(story, party), {"reason": "出生年打錯"})
    agreed(client, party, birth_year=str(MINOR.year))

    assert known(party)[:2] == (True, MINOR.year)
    assert shown(story) is not None
    asking.name_guardian(Party.objects.get(pk=party.pk), "示範家長", "guardian@example.org", Clock.now())
    assert shown(story) is not None
    agree(Party.objects.get(guardian_of=party))
    assert shown(story) is None


def test_r15_whoever_turns_out_to_be_of_age_answers_alone(client):
    story = handed_in(people=[coauthor(1)])
    story.revision.revision.publish()
    party = story.parties[1]
    agree(story.author)
    agree(party, born_on=MINOR)
    asking.name_guardian(Party.objects.get(pk=party.pk), "示範家長", "guardian@example.org", Clock.now())
    guardian = Party.objects.get(guardian_of=party)
    agree(guardian)
    assert shown(story) is None

    staff().send(door(story, party), {"reason": "出生年打錯"})
    assert shown(story) is not None
    assert guardian.story_revisions.count() == 1
    agreed(client, party)
    assert guardian.story_revisions.count() == 0
    assert shown(story) is None


def test_the_history_of_the_story_says_why_until_its_person_is_erased():
    story = approved(people=[coauthor(1)])
    editor, party = staff("管理"), story.parties[1]
    editor.send(door(story, party), {"reason": "民國年打成西元年"})
    history = reverse("wagtailadmin_pages:history", args=[story.page.pk])
    assert "重新詢問 共同作者1 的出生日期：民國年打成西元年" in editor.client.get(history).content.decode()

    purging.purge_party(Party.objects.get(pk=party.pk), Clock.now())
    assert "民國年打成西元年" not in editor.client.get(history).content.decode()
    assert PageLogEntry.objects.get(action="showcase.age_asked_again").data == {}


def test_where_no_age_is_known_there_is_nothing_to_forget_and_no_mail():
    story = handed_in(people=[coauthor(1)])
    mail.outbox.clear()

    answer = staff().send(door(story, story.parties[1]), {"reason": "出生年打錯"}, 200)
    assert "沒有可以清除的內容" in answer.content.decode()
    assert mail.outbox == []


def test_mails_are_capped_and_nothing_is_forgotten_without_one(settings):
    settings.STORY_MAILS_A_DAY = 0
    story = approved(people=[coauthor(1)])

    staff().send(door(story, story.parties[1]), {"reason": "出生年打錯"}, 200)
    assert known(story.parties[1])[0] is False
    assert shown(story, Channel.SITE) is None
