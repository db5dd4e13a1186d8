"""Consent through the real flows: who agrees, refuses, withdraws, and what is shown then."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel, Reason
from showcase.flows import answers, asking, holds
from showcase.flows.handing_in import hand_in
from showcase.links import party_of, token_of
from showcase.models import ConsentEvent, Grant, Party, StoryPage
from showcase.models.record import first_broken
from showcase.replay import replay
from showcase.vocabularies import HoldKind, RevisionState
from tests import factories
from tests.showcase.stories import MINOR, agree, coauthor, handed_in, published, withdraw

pytestmark = pytest.mark.django_db
TAIPEI = ZoneInfo("Asia/Taipei")


def shown(story, channel=Channel.SITE):
    """What both faces of the rule and the replayed record say, which must be one answer."""
    page = story.page
    now = Clock.now()
    reason = page.hidden_because(channel, now)
    assert StoryPage.objects.visible(channel, now).filter(pk=page.pk).exists() == (reason is None)
    told = replay(ConsentEvent.objects.filter(story=page.translation_key))
    assert sorted(told.signatories(page.content_hash), key=lambda one: one.id) == sorted(
        page.signatories(), key=lambda one: one.id
    )
    assert first_broken() is None
    return reason


def test_a_story_is_shown_once_everyone_agreed_and_it_is_live(frozen_time):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    story.revision.revision.publish()
    assert shown(story) == Reason.UNPUBLISHED

    for party in story.parties[:-1]:
        agree(party)
        assert shown(story) == Reason.UNPUBLISHED
    frozen_time.shift(timedelta(days=1))
    agree(story.parties[-1])

    assert shown(story) is None
    starts = datetime(2026, 3, 3, 10, 0, tzinfo=TAIPEI)
    terms = set(Grant.objects.values_list("starts_at", "ends_at"))
    assert terms == {(starts, datetime(2031, 3, 3, 10, 0, tzinfo=TAIPEI))}
    story.revision.refresh_from_db()
    assert story.revision.state == RevisionState.IN_REVIEW


def test_a_channel_stands_only_where_everyone_granted_it():
    story = published(people=[coauthor(1)], channels=Channel.SITE | Channel.FACEBOOK)
    agree(story.parties[1], ALL_CHANNELS)

    assert [shown(story, one) for one in (Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK)] == [
        None,
        Reason.CHANNEL_REMOVED,
        None,
    ]


def test_a_withdrawal_hides_at_once_and_agreeing_again_joins_the_running_term(frozen_time):
    story = published(people=[coauthor(1)])
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))

    assert withdraw(story.parties[1])
    assert shown(story) == Reason.CONSENT_WITHDRAWN
    assert not withdraw(story.parties[1])

    frozen_time.shift(timedelta(days=30))
    given = agree(story.parties[1])
    assert shown(story) is None
    assert given.ends_at == ends_at


def test_a_minor_counts_only_with_the_guardian():
    story = handed_in(people=[coauthor(1)])
    story.revision.revision.publish()
    agree(story.author)
    ward = story.parties[1]
    agree(ward, born_on=MINOR)
    assert shown(story) == Reason.UNPUBLISHED

    ward.refresh_from_db()
    guardian = asking.name_guardian(ward, "法定代理人", "guardian@example.org", Clock.now())
    assert shown(story) == Reason.UNPUBLISHED
    agree(guardian)
    assert shown(story) is None
    withdraw(guardian)
    assert shown(story) == Reason.CONSENT_WITHDRAWN


def test_r15_who_is_a_minor_today_is_asked_on_the_day_of_the_act():
    party = handed_in().author
    with pytest.raises(answers.AgeMissingError):
        agree(party, born_on=None)
    agree(party, born_on=date(2008, 3, 2))
    party.refresh_from_db()
    assert (party.minor, party.birth_year) == (False, 2008)
    with pytest.raises(answers.ContradictionError):
        answers.check_age(party, date(2007, 1, 1), Clock.now())


def test_a_hold_hides_and_only_a_second_person_releases_it():
    story = published()
    first, second = factories.person("審核"), factories.person("審核")
    held = holds.hold(story.page, HoldKind.DISPUTE, "有人主張權利", first, Clock.now())
    assert shown(story) == Reason.LEGAL

    with pytest.raises(holds.SamePersonError):
        holds.release(held, "查清了", first, Clock.now())
    holds.release(held, "查清了", second, Clock.now())
    assert shown(story) is None


def test_the_last_second_is_valid_the_next_is_not_and_a_clock_set_back_revives_nothing(frozen_time):
    story = published()
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))

    frozen_time.move_to(ends_at - timedelta(seconds=1))
    assert shown(story) is None
    frozen_time.move_to(ends_at)
    assert shown(story) == Reason.LICENSE_EXPIRED


def test_a_refusal_stops_the_revision_and_is_forgotten_when_the_person_agrees_after_all():
    story = handed_in(people=[coauthor(1)])
    answers.refuse(story.parties[1], Clock.now(), answers.How("乙", "link"))
    story.revision.refresh_from_db()
    assert story.revision.state == RevisionState.REFUSED

    agree(story.parties[1])
    agree(story.author)
    story.revision.refresh_from_db()
    assert story.revision.state == RevisionState.IN_REVIEW


def test_handing_in_twice_is_one_revision_and_one_mail_each():
    story = handed_in(people=[coauthor(1)])
    again = hand_in(story.draft, story.draft.author, Clock.now())

    assert again.pk == story.revision.pk
    assert StoryPage.objects.count() == 1
    assert [letter.to for letter in mail.outbox] == [["coauthor1@example.org"]]


def test_a_changed_text_is_a_new_revision_and_the_live_one_stays():
    story = published(people=[coauthor(1)])
    before = story.page.body.get_prep_value()
    story.draft.text = "完全改寫。"
    story.draft.save()
    newer = hand_in(story.draft, story.draft.author, Clock.now())

    assert newer.number == 2
    assert story.page.body.get_prep_value() == before
    assert shown(story) is None
    for party in newer.parties.all():
        agree(party)
    newer.revision.publish()
    assert shown(story) is None
    assert "完全改寫" in str(story.page.body)


def test_a_copy_of_a_story_is_hidden_until_its_own_people_agree():
    story = published()
    copy = story.page.copy(update_attrs={"slug": "copy"}, keep_live=True)

    assert copy.hidden_because(Channel.SITE, Clock.now()) == Reason.UNPUBLISHED
    assert not StoryPage.objects.visible(Channel.SITE, Clock.now()).filter(pk=copy.pk).exists()


def test_a_new_link_kills_the_one_before():
    party = handed_in(people=[coauthor(1)]).parties[1]
    old = token_of(party)
    assert party_of(old, Clock.now()) == party
    asking.ask_again(party, Clock.now())
    party = Party.objects.get(pk=party.pk)

    assert party_of(old, Clock.now()) is None
    assert party_of(token_of(party), Clock.now()) == party


def test_two_people_with_one_mailbox_answer_each_for_themselves():
    one, two = ("示範丙", "shared@example.org", "coauthor"), ("示範丁", "shared@example.org", "coauthor")
    story = handed_in(people=[one, two])
    story.revision.revision.publish()
    assert [party.name for party in story.parties[1:]] == ["示範丙", "示範丁"]
    agree(story.author)
    agree(story.parties[1])
    assert shown(story) == Reason.UNPUBLISHED
    agree(story.parties[2])
    assert shown(story) is None


def test_a_new_revision_leaves_whoever_agreed_the_link_to_withdraw_by():
    story = published(people=[coauthor(1)])
    party = Party.objects.get(pk=story.parties[1].pk)
    token = token_of(party)
    story.draft.text = "完全改寫。"
    story.draft.save()
    newer = hand_in(story.draft, story.draft.author, Clock.now())

    assert party_of(token, Clock.now()) == party
    assert answers.asked_of(party) == newer
    asking.ask_again(party, Clock.now())
    assert party_of(token, Clock.now()) == party
    with pytest.raises(asking.AlreadyAnsweredError):
        asking.correct_address(party, "elsewhere@example.org", Clock.now())


def test_a_corrected_address_means_the_same_person_when_handed_in_again():
    story = handed_in(people=[coauthor(1)])
    asking.correct_address(story.parties[1], "right@example.org", Clock.now())
    story.draft.refresh_from_db()
    hand_in(story.draft, story.draft.author, Clock.now())

    assert [(one.name, one.email) for one in story.page.parties.order_by("pk")][1:] == [
        ("共同作者1", "right@example.org")
    ]
    assert [letter.to for letter in mail.outbox] == [["coauthor1@example.org"], ["right@example.org"]]


def test_asking_for_another_channel_asks_whoever_agreed_and_leaves_what_is_live(frozen_time):
    story = published(Channel.SITE, people=[coauthor(1)])
    story.draft.channels = int(Channel.SITE)
    story.draft.save()
    frozen_time.shift(timedelta(days=1))
    mail.outbox.clear()
    hand_in(story.draft, story.draft.author, Clock.now())
    hand_in(story.draft, story.draft.author, Clock.now())

    assert [letter.to for letter in mail.outbox] == [["coauthor1@example.org"]]
    assert [shown(story, one) for one in (Channel.SITE, Channel.FACEBOOK)] == [None, Reason.CHANNEL_REMOVED]
    story.revision.refresh_from_db()
    assert (story.revision.number, story.revision.channels) == (1, int(Channel.SITE))
