"""Where stories stand, read through the database after the real flows."""

from datetime import timedelta

import pytest

from home.models import Clock
from showcase.flows import answers, asking, holds
from showcase.flows.handing_in import hand_in
from showcase.models import StoryPage
from showcase.reading import channels_of, stage_of, state_of, stories_now, story_now
from showcase.vocabularies import HoldKind, PartyState, RevisionState, Stage
from tests import factories
from tests.conftest import NOW
from tests.showcase.stories import HOW, MINOR, agree, coauthor, handed_in, published, withdraw

pytestmark = pytest.mark.django_db


def standing(story):
    """The stage of a story and the states of its parties, at the hub's time."""
    now = Clock.now()
    return stage_of(story.page, now), [state_of(one, now) for one in story.page.parties.order_by("pk")]


def test_a_story_goes_from_collecting_to_the_end_of_its_license(frozen_time):
    story = handed_in(people=[coauthor(1)])
    assert standing(story) == (Stage.COLLECTING, [PartyState.INVITED, PartyState.INVITED])
    answers.open_page(story.parties[1], Clock.now())
    agree(story.author)
    assert standing(story) == (Stage.COLLECTING, [PartyState.GRANTED, PartyState.SEEN])
    agree(story.parties[1])
    assert standing(story) == (Stage.CLEARED, [PartyState.GRANTED] * 2)
    story.revision.revision.publish()
    assert standing(story) == (Stage.PUBLISHED, [PartyState.GRANTED] * 2)

    frozen_time.shift(timedelta(days=5 * 365 - 20))
    assert standing(story)[0] == Stage.EXPIRING
    frozen_time.shift(timedelta(days=30))
    assert standing(story) == (Stage.EXPIRED, [PartyState.ENDED] * 2)


def test_nobody_answers_refuses_withdraws_or_a_story_is_held_or_sent_back(frozen_time):
    story = handed_in(people=[coauthor(1)])
    answers.refuse(story.parties[1], Clock.now(), HOW)
    assert standing(story) == (Stage.REFUSED, [PartyState.INVITED, PartyState.REFUSED])
    frozen_time.shift(timedelta(hours=1))
    asking.ask_again(story.page.parties.get(pk=story.parties[1].pk), Clock.now())
    frozen_time.shift(timedelta(days=14))
    assert standing(story)[1][1] == PartyState.LAPSED

    live = published(people=[coauthor(2)])
    withdraw(live.parties[1])
    assert standing(live) == (Stage.RETRACTED, [PartyState.GRANTED, PartyState.WITHDRAWN])
    holds.hold(live.page, HoldKind.CHECK, "查一下", factories.person("審核"), Clock.now())
    assert standing(live)[0] == Stage.HELD

    back = handed_in()
    back.revision.state = RevisionState.RETURNED
    back.revision.save()
    assert standing(back)[0] == Stage.RETURNED


def test_a_newer_version_collects_while_the_old_one_is_live():
    story = published(people=[coauthor(1)])
    story.draft.text = "完全改寫。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now())
    now = story_now(story.page, Clock.now())

    assert (now.stage, now.live_stage, now.agreed, channels_of(now)) == (
        Stage.COLLECTING,
        Stage.PUBLISHED,
        0,
        [],
    )
    assert now.parties[1].since == now.parties[1].party.invited_at


def test_a_minor_without_a_legal_representative_is_named():
    story = handed_in(people=[coauthor(1)])
    agree(story.parties[1], born_on=MINOR)
    assert story_now(story.page, Clock.now()).unguarded == [story.parties[1]]
    asking.name_guardian(story.page.parties.get(pk=story.parties[1].pk), "代理人", "g@example.org", Clock.now())
    assert story_now(story.page, Clock.now()).unguarded == []


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_stories_is_read_by_the_same_queries(count, django_assert_num_queries):
    for _ in range(count):
        handed_in(people=[coauthor(1)])
    stories = list(StoryPage.objects.all())
    with django_assert_num_queries(5):
        found = stories_now(stories, NOW)
    assert [one.stage for one in found] == [Stage.COLLECTING] * count
