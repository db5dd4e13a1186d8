"""A license that ends while a newer version is pending: the version people read is renewed beside the question."""

from datetime import timedelta

import pytest
from django.core import mail

from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel, Reason
from showcase.flows import answers, reminding
from showcase.flows.handing_in import hand_in
from showcase.models import ConsentText, Grant, Party
from tests.showcase.consent_page import path, send, soup, typed, words
from tests.showcase.desk import at
from tests.showcase.desk import words as said
from tests.showcase.stories import HOW, agree, coauthor, published, withdraw

pytestmark = pytest.mark.django_db

KEPT = "先前同意的版本"


def rewritten(story):
    story.draft.text = "完全改寫。"
    story.draft.save()
    return hand_in(story.draft, story.draft.author, Clock.now())


@pytest.fixture
def story(frozen_time):
    """A live story whose license ends in sixty days, with a newer version that nobody has answered."""
    made = published(people=[coauthor(1)])
    frozen_time.move_to(Grant.objects.first().ends_at - timedelta(days=60))
    rewritten(made)
    return made


def fields(client, party):
    """What a browser would send of the form for the version that is live."""
    form = soup(client.get(path(party))).select_one("#kept form")
    ticked = [one for one in form.select("input") if one.get("type") != "checkbox" or one.has_attr("checked")]
    sent = {}
    for one in ticked:
        sent.setdefault(one["name"], []).append(one.get("value", "on"))
    return sent | {"name_typed": "示範名"}


def renew(party, content_hash, **more):
    text = ConsentText.current(Clock.now()).sha256
    shown = {"content_hash": content_hash, "text_sha256": text, "channels": ALL_CHANNELS, "adaptation": False}
    party = Party.objects.get(pk=party.pk)
    return answers.grant(party, **(shown | {"renewing": True} | more), now=Clock.now(), how=HOW)


def test_r58_the_live_version_is_renewed_by_the_same_link_while_a_newer_one_is_pending(client, story, frozen_time):
    reminding.remind(Clock.now())
    assert any("還有 90 天到期" in letter.subject for letter in mail.outbox)
    for party in story.parties:
        shown = client.get(path(party))
        assert KEPT in words(shown)
        assert soup(shown).select_one("#kept [name=content_hash]")["value"] == story.revision.content_hash
        assert "我們清了一段河岸。" in soup(shown).select_one("#kept").get_text()
        assert typed(shown)["content_hash"] != [story.revision.content_hash]
        sent = fields(client, party)
        assert [send(client, party, **sent).status_code for _time in range(2)] == [302, 302]

    given = Grant.objects.filter(content_hash=story.revision.content_hash)
    assert sorted(one.ends_at.year for one in given) == [2031, 2031, 2036, 2036]
    frozen_time.shift(timedelta(days=61))
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is None
    assert not soup(client.get(path(story.author))).select("#kept")


def test_who_has_renewed_reads_that_the_others_are_waited_for(client, story):
    send(client, story.author, **fields(client, story.author))

    kept = soup(client.get(path(story.author))).select_one("#kept")
    assert "你已經同意再五年" in kept.get_text()
    assert not kept.select("form")


def test_ids_stand_once_on_a_page_with_two_forms(client, story):
    sent = fields(client, story.author) | {"name_typed": ""}
    answer = send(client, story.author, **sent)
    ids = [one["id"] for one in soup(answer).select("[id]")]

    assert len(ids) == len(set(ids))
    assert [one["id"] for one in soup(answer).select("[aria-invalid]")] == ["kept-name_typed"]
    assert soup(answer).select_one("#kept-name_typed-errors")


def test_each_version_is_answered_by_itself(client, story):
    agree(story.author, born_on=None)
    assert soup(client.get(path(story.author))).select("#kept form")
    send(client, story.author, **fields(client, story.author))

    assert [one.content_hash == story.revision.content_hash for one in story.author.grants.order_by("pk")] == [
        *(True, False, True),
    ]


def test_after_the_end_the_live_version_can_still_be_agreed_to_again(client, story, frozen_time):
    frozen_time.shift(timedelta(days=61))
    assert story.page.hidden_because(Channel.SITE, Clock.now()) == Reason.LICENSE_EXPIRED
    for party in story.parties:
        send(client, party, **fields(client, party))

    assert story.page.hidden_because(Channel.SITE, Clock.now()) is None


def test_while_the_license_runs_for_long_nothing_is_offered_or_taken(client):
    story = published(people=[coauthor(1)])
    rewritten(story)

    assert not soup(client.get(path(story.author))).select("#kept")
    with pytest.raises(answers.NothingToRenewError):
        renew(story.author, story.revision.content_hash)


@pytest.mark.parametrize("word", [withdraw, lambda party: answers.refuse(party, Clock.now(), HOW)])
def test_who_took_his_consent_back_renews_nothing(client, story, word):
    word(Party.objects.get(pk=story.author.pk))

    assert not soup(client.get(path(story.author))).select("#kept")
    with pytest.raises(answers.StaleError):
        renew(story.author, story.revision.content_hash)


def test_who_refuses_after_the_end_renews_nothing_until_he_agrees(client, story, frozen_time):
    frozen_time.shift(timedelta(days=61))
    answers.refuse(Party.objects.get(pk=story.author.pk), Clock.now(), HOW)

    assert not soup(client.get(path(story.author))).select("#kept")
    with pytest.raises(answers.StaleError):
        renew(story.author, story.revision.content_hash)


def test_only_what_is_asked_is_agreed_to_without_renewing(story):
    with pytest.raises(answers.StaleError):
        renew(story.author, story.revision.content_hash, renewing=False)


def test_a_version_replaced_on_the_page_is_not_renewed(client, story):
    newer = answers.asked_of(story.author)
    for party in story.parties:
        agree(party, born_on=None)
    newer.refresh_from_db()
    newer.revision.publish()

    assert not soup(client.get(path(story.author))).select("#kept")
    with pytest.raises(answers.StaleError):
        renew(story.author, story.revision.content_hash)


def test_the_desk_renews_the_live_version_while_a_newer_one_is_pending(story):
    desk = at(story.draft.author)
    assert "河邊的一天" in said(desk.get("/desk/renew/"))
    desk.send("/desk/renew/", party=[str(story.author.pk)])

    assert story.author.grants.last().content_hash == story.revision.content_hash
    assert story.author.grants.last().ends_at is None
    assert "沒有快到期的授權" in said(desk.get("/desk/renew/"))
