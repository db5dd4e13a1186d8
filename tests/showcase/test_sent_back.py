"""What a party's link shows when nothing is asked just now: a version was sent back, or the party is not needed."""

from datetime import date, timedelta

import pytest

from home.models import Clock
from showcase.flows import answers, asking, reviewing
from showcase.flows.handing_in import hand_in
from showcase.models import Party, StoryRevision
from tests import factories
from tests.showcase.consent_page import path, send, soup, words
from tests.showcase.editorial import cleared
from tests.showcase.stories import agree, coauthor, draft, handed_in, photo

pytestmark = pytest.mark.django_db

RETURNED = "編輯退回修改中"


def sent_back(story):
    reviewing.send_back(story.revision, "請換一張照片", factories.person("審核"), Clock.now())
    return story


def forms(shown):
    return soup(shown).select('form[action$="/agree/"], a[href$="/refuse/"]')


def test_whoever_agreed_to_what_was_sent_back_reads_it_and_that_it_is_being_changed(client):
    story = sent_back(cleared(people=[coauthor(1)]))
    party = story.parties[1]

    said = words(shown := client.get(path(party)))

    assert RETURNED in said
    assert "我們清了一段河岸。" in said
    assert story.revision.content_hash in said
    assert "你已經同意" in said
    assert soup(shown).select('a[href$="/withdraw/"]')
    assert not forms(shown)
    for wrong in ("已經刪除", "這是新的版本", "請換一張照片"):
        assert wrong not in said


def test_whoever_had_not_answered_is_asked_nothing_until_it_is_handed_in_again(client):
    story = sent_back(handed_in(people=[coauthor(1)]))
    party = story.parties[1]
    shown = client.get(path(party))
    assert (RETURNED in words(shown), forms(shown)) == (True, [])
    sent = {"content_hash": story.revision.content_hash, "text_sha256": story.revision.text.sha256, "channels": "1"}
    send(client, party, **sent, name_typed="示範名", birth_year="84", birth_month="5", birth_day="5")
    assert not party.grants.exists()

    story.draft.text = "改過了。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now())

    assert RETURNED not in words(shown := client.get(path(party)))
    assert len(forms(shown)) == 2


def test_nothing_is_renewed_of_what_was_sent_back(client, frozen_time):
    story = sent_back(cleared(people=[coauthor(1)]))
    frozen_time.shift(timedelta(days=5 * 365 - 60))

    assert "再同意五年" not in words(client.get(path(story.parties[1])))


def test_the_photos_of_what_was_sent_back_are_shown(client):
    made = draft(people=[coauthor(1)])
    made.assets.create(kind="photo", photo=photo(made.author), alt="河岸", rights="own", people="nobody")
    story = sent_back(handed_in(made=made))

    [picture] = soup(client.get(path(story.parties[1]))).select(".asked-story img")
    assert client.get(picture["src"]).status_code == 200


def test_an_erased_version_that_was_sent_back_says_it_is_erased(client):
    story = sent_back(cleared(people=[coauthor(1)]))
    StoryRevision.objects.update(revision=None)

    said = words(client.get(path(story.parties[1])))
    assert "這則故事已經刪除" in said
    assert RETURNED not in said


def test_a_legal_representative_of_somebody_of_age_by_now_is_not_told_that_all_is_erased(client, frozen_time):
    story = handed_in(people=[coauthor(1)])
    ward = story.parties[1]
    born_on = date(2008, 6, 1)
    agree(ward, born_on=born_on)
    guardian = asking.name_guardian(Party.objects.get(pk=ward.pk), "法定代理人", "g@example.org", Clock.now())
    frozen_time.shift(timedelta(days=100))
    asking.ask_again(guardian, Clock.now())
    answers.check_age(Party.objects.get(pk=ward.pk), born_on, Clock.now())

    said = words(client.get(path(guardian)))
    assert "已經刪除" not in said
    assert "現在不需要你的同意" in said
