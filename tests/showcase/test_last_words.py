"""Whose last word counts: a no stands until the person says yes, and a changed answer is the answer."""

from datetime import timedelta

import pytest
from django.core import mail

from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel, Reason
from showcase.flows import answers, asking, mandates, purging
from showcase.flows.handing_in import hand_in
from showcase.flows.holds import SamePersonError
from showcase.models import ConsentText, Grant, Party, StoryFile, StoryPage
from showcase.vocabularies import PartyRole, RevisionState
from tests import factories
from tests.showcase.stories import ADULT, HOW, MINOR, agree, coauthor, handed_in, published
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


@pytest.mark.parametrize("act", ["ask again", "hand in a new version"])
def test_whoever_refused_is_not_spoken_for_again_because_somebody_asked_once_more(act):
    story = spoken_for()
    silent = story.parties[1]
    assert shown(story) is None
    answers.refuse(silent, Clock.now(), HOW)
    assert shown(story) == Reason.UNPUBLISHED

    silent = Party.objects.get(pk=silent.pk)
    if act == "ask again":
        asking.ask_again(silent, Clock.now())
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


def test_whoever_withdrew_is_not_spoken_for():
    story = spoken_for()
    agree(story.parties[1])
    assert shown(story) is None

    answers.withdraw(Party.objects.get(pk=story.parties[1].pk), Clock.now(), HOW)

    assert shown(story) == Reason.CONSENT_WITHDRAWN


def test_a_mandate_speaks_for_nobody_until_a_second_person_has_confirmed_it():
    story = handed_in(people=[coauthor(1), REPRESENTATIVE])
    author, silent, representative = story.parties
    first = factories.person("審核")
    file = StoryFile.objects.create(file="files/mandate.pdf", name="同意書", size=1, sha256="0" * 64)
    mandate = mandates.upload_mandate(representative, [silent], file, first, Clock.now())
    with pytest.raises(SamePersonError):
        mandates.confirm_mandate(mandate, first, Clock.now())
    agree(author)
    agree(representative)
    story.revision.revision.publish()
    Grant.objects.update(starts_at=Clock.now(), ends_at=Clock.now() + timedelta(days=1))

    assert StoryPage.objects.visible(Channel.SITE, Clock.now()).count() == 0
    assert story.page.license_at(Clock.now()) is None


def test_both_faces_hide_an_adult_who_turns_out_to_be_a_minor_alone():
    story = published()
    Party.objects.update(minor=True)

    assert not StoryPage.objects.visible(Channel.SITE, Clock.now()).exists()
    assert story.page.license_at(Clock.now()) is None


def test_both_faces_want_everyones_site_first():
    story = published()
    Grant.objects.update(channels=int(Channel.PARTNER_SITES))

    assert not StoryPage.objects.visible(Channel.PARTNER_SITES, Clock.now()).exists()
    assert story.page.license_at(Clock.now()) is None


def test_consent_to_one_version_is_none_to_another_however_it_goes_live():
    story = published()
    story.draft.text = "改寫了。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now()).revision.publish()

    assert not StoryPage.objects.visible(Channel.SITE, Clock.now()).exists()
    assert story.page.hidden_because(Channel.SITE, Clock.now()) == Reason.UNPUBLISHED


def test_refusing_what_is_new_takes_back_what_was_agreed():
    story = published(people=[coauthor(1)])
    answers.refuse(Party.objects.get(pk=story.parties[1].pk), Clock.now(), HOW)

    assert shown(story) == Reason.CONSENT_WITHDRAWN


@pytest.mark.parametrize("stale", ["content_hash", "text_sha256"])
def test_i3_what_was_not_shown_is_not_agreed_to(stale):
    party = handed_in().author
    answers.check_age(party, ADULT, Clock.now())
    shown_now = {
        "content_hash": answers.asked_of(party).content_hash,
        "text_sha256": ConsentText.current(Clock.now()).sha256,
        stale: "0" * 64,
    }

    with pytest.raises(answers.StaleError):
        answers.grant(party, **shown_now, channels=Channel.SITE, adaptation=False, now=Clock.now(), how=HOW)
    assert not Grant.objects.exists()


def test_i6_being_asked_again_takes_back_nothing_that_was_told_meanwhile():
    story = handed_in(people=[coauthor(1), coauthor(2)])
    young, unwilling = (Party.objects.get(pk=party.pk) for party in story.parties[1:])
    answers.check_age(Party.objects.get(pk=young.pk), MINOR, Clock.now())
    answers.refuse(Party.objects.get(pk=unwilling.pk), Clock.now(), HOW)

    for party in (young, unwilling):
        asking.ask_again(party, Clock.now())

    young, unwilling = (Party.objects.get(pk=party.pk) for party in story.parties[1:])
    assert (young.minor, young.birth_year) == (True, MINOR.year)
    assert unwilling.refused_at is not None


def test_i11_whoever_was_erased_meanwhile_stays_erased():
    story = handed_in(people=[coauthor(1)])
    party = story.parties[1]
    answers.check_age(party, ADULT, Clock.now())
    read = Party.objects.get(pk=party.pk)
    purging.purge_party(party, Clock.now())
    shown = {"content_hash": story.revision.content_hash, "text_sha256": story.revision.text.sha256}

    with pytest.raises(answers.StaleError):
        answers.grant(read, channels=Channel.SITE, adaptation=False, now=Clock.now(), how=HOW, **shown)
    answers.refuse(read, Clock.now(), HOW)
    answers.check_age(Party.objects.get(pk=party.pk), ADULT, Clock.now())
    for ask in (asking.ask_again, lambda who, now: asking.correct_address(who, "again@example.org", now)):
        with pytest.raises(asking.AlreadyAnsweredError):
            ask(read, Clock.now())

    kept = Party.objects.get(pk=party.pk)
    assert (kept.name, kept.email, kept.link_hash, kept.birth_year, kept.evidence.count()) == ("", "", "", None, 0)
