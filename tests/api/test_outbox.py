"""What is written for each destination, in the transaction that tells the change."""

from datetime import timedelta

import pytest
from django.db import transaction
from wagtail.models import Page

from api.models import Change, Delivery, EndpointState
from home.visibility import ALL_CHANNELS, Channel
from programs.models import EventPage
from tests import factories
from tests.api.partners import endpoint, partner
from tests.conftest import NOW
from tests.showcase.stories import agree, coauthor, published, withdraw

pytestmark = pytest.mark.django_db


def written(to):
    """(event, seq, reason) of everything written for an endpoint, in order."""
    return list(to.deliveries.values_list("event", "seq", "reason"))


def change(page, **fields):
    """An edit as an editor makes it."""
    page = page.specific_class.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page


def test_every_change_is_written_once_for_every_endpoint_in_use():
    ends = [endpoint(partner(), f"https://partner{number}.example.org/hook") for number in (1, 2)]
    waiting = endpoint(partner(), "https://new.example.org/hook", state=EndpointState.PENDING)
    event = factories.event()

    event.unpublish()

    expected = [("event.published", 1, ""), ("event.withdrawn", 2, "unpublished")]
    assert [written(one) for one in ends] == [expected, expected]
    assert written(waiting) == []
    assert len(set(Delivery.objects.values_list("key", flat=True))) == 4


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"title": "改名"}, "event.updated"),
        ({"starts_at": NOW + timedelta(days=8)}, "event.rescheduled"),
        ({"place": "別處"}, "event.rescheduled"),
        ({"status": "cancelled"}, "event.cancelled"),
    ],
)
def test_what_happened_to_an_event_has_a_name(fields, event):
    to = endpoint(partner())
    page = factories.event()

    change(page, **fields)

    assert written(to)[1:] == [(event, 2, "")]


def test_an_announcement_that_another_amends_is_amended():
    to = endpoint(partner())
    first = factories.announcement()

    factories.announcement(title="更正", amends=Page.objects.get(pk=first.pk))

    assert [event for event, _seq, _reason in written(to)] == [
        "announcement.published",
        "announcement.published",
        "announcement.amended",
    ]


def test_what_comes_back_is_published_again():
    to = endpoint(partner())
    page = factories.event()
    page.unpublish()

    change(page)

    assert [event for event, _seq, _reason in written(to)] == ["event.published", "event.withdrawn", "event.published"]


def test_nothing_is_written_when_the_act_that_caused_it_is_undone():
    to = endpoint(partner())

    with transaction.atomic():
        factories.event()
        transaction.set_rollback(True)

    assert (written(to), Change.objects.count()) == ([], 0)


def test_a_story_is_told_only_where_its_people_allow_and_to_partners_who_may_have_it():
    to = endpoint(partner())
    commercial = endpoint(partner(commercial=True), "https://shop.example.org/hook")
    page_only = endpoint(partner(channels=int(Channel.FACEBOOK)), "https://page.example.org/hook")
    story = published(ALL_CHANNELS, people=[coauthor(1)])
    agree(story.parties[1], ALL_CHANNELS)

    withdraw(story.author)

    assert [row for row in written(to) if row[0].startswith("story")] == [
        ("story.published", 2, ""),
        ("story.withdrawn", 3, "consent_withdrawn"),
    ]
    assert {event for event, _seq, _reason in written(commercial)} == {"team.published"}
    assert written(page_only) == []


def test_losing_a_channel_is_a_withdrawal_for_those_who_read_on_it():
    to = endpoint(partner())
    story = published(people=[coauthor(1)])

    agree(story.parties[1], ALL_CHANNELS ^ Channel.PARTNER_SITES)

    assert [row for row in written(to) if row[0].startswith("story")] == [
        ("story.published", 2, ""),
        ("story.withdrawn", 3, "channel_removed"),
    ]


def test_who_asked_for_one_kind_of_event_hears_of_it_and_of_what_is_withdrawn():
    to = endpoint(partner(), events=["event.cancelled"])
    page = factories.event()
    factories.announcement().unpublish()
    change(page, title="改名")

    change(EventPage.objects.get(), status="cancelled")
    EventPage.objects.get().unpublish()

    assert [event for event, _seq, _reason in written(to)] == ["event.cancelled", "event.withdrawn"]
