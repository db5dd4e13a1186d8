"""Where stories and parties stand: tables of what the rows say, and what that means."""

from datetime import timedelta

import pytest

from home.visibility import ALL_CHANNELS
from showcase.rules import Given, Signatory
from showcase.stages import EXPIRING_WITHIN, Asked, Standing, party_state, stage
from showcase.vocabularies import PartyState, RevisionState, Stage
from tests.conftest import NOW

DAY = timedelta(days=1)
YEARS = timedelta(days=1826)
WAITING = Given(int(ALL_CHANNELS))
TAKEN_BACK = Given(int(ALL_CHANNELS), withdrawn_at=NOW - DAY)


def running(left=YEARS, **fields):
    return Given(int(ALL_CHANNELS), starts_at=NOW - DAY, ends_at=NOW + left, **fields)


ENDED = running(-timedelta(hours=1))

PARTIES = {
    "nobody has written yet": (Asked(), PartyState.INVITED),
    "asked": (Asked(invited_at=NOW - DAY, lapses_at=NOW + DAY), PartyState.INVITED),
    "has opened the page": (Asked(invited_at=NOW - DAY, lapses_at=NOW + DAY, seen_at=NOW), PartyState.SEEN),
    "the link lapses this instant": (Asked(invited_at=NOW - DAY, lapses_at=NOW), PartyState.LAPSED),
    "opened and let lapse": (Asked(invited_at=NOW - DAY, lapses_at=NOW, seen_at=NOW - DAY), PartyState.LAPSED),
    "said no": (Asked(invited_at=NOW - DAY, refused_at=NOW, lapses_at=NOW), PartyState.REFUSED),
    "said no and is asked again": (
        Asked(invited_at=NOW, refused_at=NOW - DAY, lapses_at=NOW + DAY),
        PartyState.INVITED,
    ),
    "agreed, others have not": (Asked((WAITING,), lapses_at=NOW - DAY), PartyState.GRANTED),
    "agreed, in term": (Asked((running(),)), PartyState.GRANTED),
    "withdrew": (Asked((TAKEN_BACK,), invited_at=NOW - 2 * DAY), PartyState.WITHDRAWN),
    "withdrew and agreed again": (Asked((TAKEN_BACK, WAITING)), PartyState.GRANTED),
    "withdrew and is asked again": (Asked((TAKEN_BACK,), invited_at=NOW), PartyState.INVITED),
    "withdrew in term": (Asked((running(withdrawn_at=NOW),), invited_at=NOW - 2 * DAY), PartyState.WITHDRAWN),
    "the term is over": (Asked((ENDED,), invited_at=NOW - 2 * DAY), PartyState.ENDED),
    "the term is over and it is asked anew": (Asked((ENDED,), invited_at=NOW), PartyState.INVITED),
    "renewed": (Asked((ENDED, WAITING)), PartyState.GRANTED),
}


@pytest.mark.parametrize("name", PARTIES)
def test_where_a_party_stands(name):
    asked, expected = PARTIES[name]
    assert party_state(asked, NOW) == expected


def standing(*grants, state=RevisionState.IN_REVIEW, minor=False, refused=False, **fields):
    """A revision that needs an author who agreed, and a second party with the grants given."""
    author = Signatory(1, (running(),), minor=False)
    return Standing(state, (author, Signatory(2, grants, minor=minor, refused=refused)), **fields)


STORIES = {
    "never handed in": (Standing(), Stage.DRAFT),
    "somebody is missing": (standing(), Stage.COLLECTING),
    "a minor is alone": (standing(running(), minor=True), Stage.COLLECTING),
    "sent back": (standing(running(), state=RevisionState.RETURNED), Stage.RETURNED),
    "refused": (standing(state=RevisionState.REFUSED, refused=True), Stage.REFUSED),
    "all agreed": (standing(running()), Stage.CLEARED),
    "approved, not yet live": (standing(running(), state=RevisionState.APPROVED), Stage.CLEARED),
    "live": (standing(running(), live=True), Stage.PUBLISHED),
    "live without consent": (standing(live=True), Stage.COLLECTING),
    "more than thirty days left": (standing(running(EXPIRING_WITHIN + DAY), live=True), Stage.PUBLISHED),
    "thirty days left": (standing(running(EXPIRING_WITHIN), live=True), Stage.EXPIRING),
    "over": (standing(ENDED, live=True), Stage.EXPIRED),
    "over, one has renewed": (standing(ENDED, WAITING, live=True), Stage.EXPIRED),
    "withdrawn": (standing(running(withdrawn_at=NOW), live=True), Stage.RETRACTED),
    "withdrawn before it was live": (standing(TAKEN_BACK), Stage.RETRACTED),
    "refused after having agreed": (standing(TAKEN_BACK, refused=True), Stage.RETRACTED),
    "withdrawn, agreed again, others missing": (standing(TAKEN_BACK, WAITING), Stage.COLLECTING),
    "held": (standing(running(), live=True, held=True), Stage.HELD),
    "replaced": (standing(running(), replaced=True, held=True), Stage.SUPERSEDED),
    "erased": (standing(running(withdrawn_at=NOW), purged=True, held=True), Stage.PURGED),
}


@pytest.mark.parametrize("name", STORIES)
def test_where_a_story_stands(name):
    given, expected = STORIES[name]
    assert stage(given, NOW) == expected
