"""Whose last word counts: a no stands until the person says yes, and a changed answer is the answer."""

from datetime import timedelta

import pytest
from django.core import mail

from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel, Reason
from showcase.flows import answers, asking, mandates
from showcase.flows.handing_in import hand_in
from showcase.models import ConsentText, Grant, Party, StoryFile
from showcase.vocabularies import PartyRole, RevisionState
from tests import factories
from tests.showcase.stories import HOW, MINOR, agree, coauthor, handed_in, published
from tests.showcase.test_answers import shown

pytestmark = pytest.mark.django_db

REPRESENTATIVE = ("代表", "representative@example.org", PartyRole.REPRESENTATIVE)


def spoken_for():
    """A published story whose co-author has never answered himself: a representative with a mandate speaks for him."""
    story = handed_in(people=[coauthor(1), REPRESENTATIVE])
    author, silent, representative = story.parties
    first, second = factories.person("審核"), factories.person("審核")
    file = StoryFile.objects.create(file="files/mandate.pdf", name="同意書", size=1, sha256="0" * 64)
    mandate = mandates.upload_mandate(representative, [silent], file, first, Clock.now())
    mandates.confirm_mandate(mandate, second, Clock.now())
    agree(author)
    agree(representative)
    story.revision.revision.publish()
    return story


@pytest.mark.parametrize("act", ["ask again", "correct the address", "hand in a new version"])
def test_whoever_refused_is_not_spoken_for_again_because_somebody_asked_once_more(act):
    story = spoken_for()
    silent = story.parties[1]
    assert shown(story) is None
    answers.refuse(silent, Clock.now(), HOW)
    assert shown(story) == Reason.UNPUBLISHED

    silent = Party.objects.get(pk=silent.pk)
    if act == "ask again":
        asking.ask_again(silent, Clock.now())
    elif act == "correct the address":
        asking.correct_address(silent, "elsewhere@example.org", Clock.now())
    else:
        story.draft.text = "改寫了。"
        story.draft.save()
        hand_in(story.draft, story.draft.author, Clock.now())

    assert shown(story) == Reason.UNPUBLISHED


def renew(party, channels):
    party = Party.objects.get(pk=party.pk)
    revision, now = answers.asked_of(party), Clock.now()
    if party.role in answers.ASKED_FOR_AGE:
        answers.check_age(party, answers.date(1995, 5, 5), now)
    return answers.grant(
        party,
        content_hash=revision.content_hash,
        text_sha256=ConsentText.current(now).sha256,
        channels=channels,
        adaptation=False,
        now=now,
        how=HOW,
        renewing=True,
    )


def test_a_renewal_given_anew_with_fewer_channels_is_the_one_that_counts(frozen_time):
    story = published(people=[coauthor(1)])
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    frozen_time.move_to(ends_at - timedelta(days=30))
    renew(story.author, ALL_CHANNELS)

    given = renew(story.author, Channel.SITE)
    assert given.channels == Channel.SITE
    renew(story.parties[1], ALL_CHANNELS)

    assert [shown(story, one) for one in Channel] == [None, *[Reason.CHANNEL_REMOVED] * 4]
    assert story.page.license_at(Clock.now()).ends_at > ends_at


def test_narrowing_the_running_term_to_what_was_renewed_hides_nothing(frozen_time):
    story = published(people=[coauthor(1)])
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    frozen_time.move_to(ends_at - timedelta(days=30))
    renew(story.author, Channel.SITE)

    agree(story.author, Channel.SITE)

    assert [shown(story, one) for one in Channel] == [None, *[Reason.CHANNEL_REMOVED] * 4]


def test_a_corrected_address_is_the_one_asked_when_the_draft_is_handed_in_again():
    story = handed_in(people=[coauthor(1)])
    asking.correct_address(story.parties[1], "right@example.org", Clock.now())
    story.draft.text = "改寫了。"
    story.draft.save()
    newer = hand_in(story.draft, story.draft.author, Clock.now())

    assert sorted(newer.parties.values_list("pk", flat=True)) == [one.pk for one in story.parties]
    assert [letter.to for letter in mail.outbox] == [["coauthor1@example.org"], ["right@example.org"]]


def test_an_address_corrected_to_that_of_another_does_not_stop_the_next_version():
    story = handed_in(people=[coauthor(1), coauthor(2)])
    asking.correct_address(story.parties[1], "coauthor2@example.org", Clock.now())
    story.draft.text = "改寫了。"
    story.draft.save()

    newer = hand_in(story.draft, story.draft.author, Clock.now())

    assert newer.number == 2


def test_r16_a_legal_representative_is_not_asked_any_more_for_whoever_has_come_of_age(frozen_time):
    story = handed_in(people=[coauthor(1)])
    ward = story.parties[1]
    answers.check_age(ward, MINOR, Clock.now())
    asking.name_guardian(ward, "法定代理人", "guardian@example.org", Clock.now())
    frozen_time.shift(timedelta(days=365 * 3))
    answers.check_age(Party.objects.get(pk=ward.pk), MINOR, Clock.now())
    mail.outbox.clear()

    story.draft.text = "改寫了。"
    story.draft.save()
    newer = hand_in(story.draft, story.draft.author, Clock.now())

    assert [letter.to for letter in mail.outbox] == [["coauthor1@example.org"]]
    assert set(newer.parties.values_list("role", flat=True)) == {PartyRole.AUTHOR, PartyRole.COAUTHOR}


def test_a_second_refusal_after_being_asked_again_refuses_the_revision_again():
    story = handed_in(people=[coauthor(1)])
    party = story.parties[1]
    answers.refuse(party, Clock.now(), HOW)
    hand_in(story.draft, story.draft.author, Clock.now())
    story.revision.refresh_from_db()
    assert story.revision.state == RevisionState.SUBMITTED

    answers.refuse(Party.objects.get(pk=party.pk), Clock.now(), HOW)

    story.revision.refresh_from_db()
    assert story.revision.state == RevisionState.REFUSED


def test_r16_a_story_that_waited_only_for_a_legal_representative_is_shown_once_the_minor_is_of_age(frozen_time):
    story = handed_in(people=[coauthor(1)])
    story.revision.revision.publish()
    agree(story.author)
    agree(story.parties[1], born_on=MINOR)
    asking.name_guardian(Party.objects.get(pk=story.parties[1].pk), "法定代理人", "guardian@example.org", Clock.now())
    assert shown(story) == Reason.UNPUBLISHED
    frozen_time.shift(timedelta(days=365 * 3))

    agree(story.parties[1], born_on=MINOR)

    assert shown(story) is None


def test_handing_in_an_earlier_content_asks_everybody_about_that_one_again():
    story = handed_in(people=[coauthor(1)])
    before = story.draft.text
    for text in ("改寫了。", before):
        story.draft.text = text
        story.draft.save()
        newest = hand_in(story.draft, story.draft.author, Clock.now())

    assert newest.pk == story.revision.pk
    assert [answers.asked_of(one) for one in story.parties] == [newest, newest]
