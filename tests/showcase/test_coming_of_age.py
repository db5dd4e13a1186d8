"""A guardian's no outlasts the ward's minority: only the grown-up's own new consent shows the story again."""

from datetime import date, timedelta

import pytest

from home.models import Clock
from home.visibility import Channel, Reason
from showcase.flows import answers, asking
from showcase.models import ConsentEvent, Evidence, Grant, Party
from showcase.reading import state_of
from showcase.replay import replay
from showcase.vocabularies import PartyState
from tests.showcase.consent_page import path, soup, words
from tests.showcase.proofs import by_id
from tests.showcase.stories import HOW, agree, coauthor, handed_in, withdraw

pytestmark = pytest.mark.django_db

BORN_ON = date(2008, 6, 1)


def now_of(party):
    return Party.objects.get(pk=party.pk)


def guarded():
    story = handed_in(people=[coauthor(1)])
    ward = story.parties[1]
    agree(story.author)
    agree(ward, born_on=BORN_ON)
    guardian = asking.name_guardian(now_of(ward), "法定代理人", "guardian@example.org", Clock.now())
    story.revision.revision.publish()
    return story, ward, guardian


def withdrawn(guardian):
    agree(guardian)
    withdraw(guardian)


def refused(guardian):
    answers.refuse(now_of(guardian), Clock.now(), HOW)


def hidden(story):
    return story.page.hidden_because(Channel.SITE, Clock.now())


@pytest.mark.parametrize("no", [withdrawn, refused])
def test_r15_r16_coming_of_age_revives_nothing_the_legal_representative_said_no_to(client, frozen_time, no):
    story, ward, guardian = guarded()
    no(guardian)
    before = hidden(story)
    assert before is not None
    frozen_time.shift(timedelta(days=100))

    answers.check_age(now_of(ward), BORN_ON, Clock.now())

    assert hidden(story) is not None
    assert state_of(now_of(ward), Clock.now()) == PartyState.ENDED
    told = replay(ConsentEvent.objects.filter(story=story.page.translation_key).order_by("seq"))
    assert by_id(told.signatories(story.page.content_hash)) == by_id(story.page.signatories())
    said = words(shown := client.get(path(ward)))
    assert "現在由你自己決定。" in said
    assert soup(shown).select('form[action$="/agree/"]')

    given = agree(ward, born_on=BORN_ON)

    assert hidden(story) is None
    assert (Grant.objects.filter(party=ward).count(), given.granted_at) == (2, Clock.now())
    assert Evidence.objects.filter(party=ward).count() == 2


def test_r16_coming_of_age_before_the_legal_representative_answered_lets_the_consent_stand_alone(frozen_time):
    story, ward, _guardian = guarded()
    assert hidden(story) == Reason.UNPUBLISHED
    frozen_time.shift(timedelta(days=100))

    answers.check_age(now_of(ward), BORN_ON, Clock.now())

    assert hidden(story) is None
