"""That somebody looked at the page is told by the page's script or a form that is sent, never by opening it."""

from datetime import timedelta

import pytest

from home.models import Clock
from showcase.flows import asking
from showcase.models import ConsentEvent, Party
from showcase.reading import state_of
from showcase.vocabularies import PartyState, Verb
from tests.showcase.consent_page import agreed, path, send, soup, typed
from tests.showcase.desk import at, words
from tests.showcase.stories import coauthor, handed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return handed_in(people=[coauthor(1)])


def seen(party):
    return ConsentEvent.objects.filter(verb=Verb.SEEN, party=party.pk).count()


def test_opening_records_nothing_and_telling_records_once(client, story, frozen_time):
    party = story.parties[1]
    for act in ("", "seen/") * 20:
        assert client.get(path(party, act)).status_code in {200, 302}
        client.head(path(party, act))
    assert (seen(party), state_of(party, Clock.now())) == (0, PartyState.INVITED)

    at_once = Clock.now()
    for _time in range(3):
        answer = client.post(path(party, "seen/"))
        assert (answer.status_code, answer.content) == (204, b"")
        frozen_time.shift(timedelta(minutes=5))
    party.refresh_from_db()
    assert (seen(party), party.seen_at, state_of(party, Clock.now())) == (1, at_once, PartyState.SEEN)
    assert not client.cookies


def test_the_desk_says_who_has_looked_and_not_answered(client, story):
    client.post(path(story.parties[1], "seen/"))

    desk = at(story.draft.author)
    assert "看過了，還沒回覆" in words(desk.get(f"/desk/stories/{story.draft.uid}/"))


def test_the_page_names_where_its_script_tells_it_until_it_has(client, story):
    party = story.parties[1]
    shown = soup(client.get(path(party)))
    assert [one["data-seen"] for one in shown.select("[data-seen]")] == [path(party, "seen/")]
    [script] = shown.select("script")
    assert (script["type"], script.get_text()) == ("module", "")
    assert script["src"].startswith("/static/site/consent")

    client.post(path(party, "seen/"))
    assert not soup(client.get(path(party))).select("[data-seen], script")


def test_a_guessed_link_tells_nothing(client, story):
    guessed = "/consent/AAAAAAAAAAAAAAAAAAAAAA/"
    answers = [client.get(guessed), client.post(guessed), client.post(f"{guessed}seen/")]

    assert [one.status_code for one in answers] == [404] * 3
    assert len({one.content for one in answers}) == 1
    assert not ConsentEvent.objects.filter(verb=Verb.SEEN).exists()


@pytest.mark.parametrize("act", ["agree/", "refuse/", "withdraw/"])
def test_whoever_sends_a_form_has_seen_the_page(client, story, act):
    party = story.parties[1]
    send(client, party, act, **(typed(client.get(path(party)), name_typed="") if act == "agree/" else {}))

    assert seen(party) == 1


def test_who_has_agreed_is_recorded_to_have_seen_it_before(client, story):
    agreed(client, story.parties[1])
    told = ConsentEvent.objects.filter(party=story.parties[1].pk).order_by("seq")

    assert [one.verb for one in told][-3:] == [Verb.SEEN, Verb.CHECKED, Verb.GRANTED]


def test_who_is_asked_again_has_not_seen_it_yet(client, story):
    party = story.parties[1]
    client.post(path(party, "seen/"))
    asking.ask_again(Party.objects.get(pk=party.pk), Clock.now())
    assert state_of(Party.objects.get(pk=party.pk), Clock.now()) == PartyState.INVITED

    client.post(path(party, "seen/"))
    assert (seen(party), state_of(Party.objects.get(pk=party.pk), Clock.now())) == (2, PartyState.SEEN)
