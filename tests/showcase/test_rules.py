"""The rule in tables: terms, ages, whose grants count, why something is hidden, and what a content hash takes in."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from home.ages import age_on, is_minor
from home.visibility import ALL_CHANNELS, Channel, Reason
from showcase import rules
from showcase.rules import Given, License, Signatory, Term
from showcase.vocabularies import Obstacle, RevisionState

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=TAIPEI)
TICK = timedelta(microseconds=1)
YEAR = timedelta(days=365)
SITE, PARTNERS, FACEBOOK = Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK
ALL = int(ALL_CHANNELS)


def given(channels=ALL, *, starts=-YEAR, ends=YEAR, withdrawn=None, adaptation=False):
    return Given(int(channels), adaptation, NOW + starts, NOW + ends, withdrawn and NOW + withdrawn)


def waiting(channels=ALL, *, adaptation=False, withdrawn=None):
    return Given(int(channels), adaptation, withdrawn_at=withdrawn and NOW + withdrawn)


def who(number, *grants, **fields):
    return Signatory(number, grants, **fields)


def licensed(channels=ALL, *, adaptation=False, starts=-YEAR, ends=YEAR):
    return License(int(channels), adaptation, NOW + starts, NOW + ends)


BACK = given(withdrawn=-TICK)


@pytest.mark.parametrize(
    ("one", "runs", "waits"),
    [
        (given(), True, False),
        (given(starts=timedelta()), True, False),
        (given(starts=TICK), False, False),
        (given(ends=TICK), True, False),
        (given(ends=timedelta()), False, False),
        (BACK, False, False),
        (waiting(), False, True),
        (waiting(withdrawn=-TICK), False, False),
        (Given(1, starts_at=NOW), False, True),
        (Given(1, ends_at=NOW + YEAR), False, False),
    ],
)
def test_a_grant_runs_from_its_first_instant_until_just_before_its_end(one, runs, waits):
    assert (one.runs(NOW), one.waits) == (runs, waits)


@pytest.mark.parametrize(
    ("grants", "refused", "withdrew"),
    [
        ((), False, False),
        ((), True, True),
        ((given(),), False, False),
        ((BACK,), False, True),
        ((BACK, given()), False, False),
        ((given(), BACK), False, True),
        ((given(),), True, True),
    ],
)
def test_the_last_word_counts(grants, refused, withdrew):
    assert Signatory(1, grants, refused=refused).withdrew == withdrew


def test_of_several_grants_the_last_one_running_and_the_last_one_waiting_count():
    narrow, wide, over = given(SITE), given(), given(ends=-TICK)
    first, last = waiting(SITE), waiting()
    one = who(1, wide, narrow, over, first, last, BACK)

    assert (one.running(NOW), one.waiting) == (narrow, last)
    assert (who(1, first).running(NOW), who(1, wide).waiting) == (None, None)


WARD = who(1, given(), minor=True)
GUARDIAN = who(2, given(), guardian_of=1)
REPRESENTED = who(1, spoken_for_by=frozenset({3}))
REPRESENTATIVE = who(3, given(SITE | PARTNERS))


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        ([], None),
        ([who(1)], None),
        ([who(1, given())], licensed()),
        ([who(1, waiting())], None),
        ([who(1, given()), who(2)], None),
        ([who(1, given()), who(2, BACK)], None),
        ([who(1, given(SITE | PARTNERS)), who(2, given(SITE | FACEBOOK))], licensed(SITE)),
        # Without everyone's site there is nothing.
        ([who(1, given(PARTNERS))], None),
        ([who(1, given(PARTNERS | FACEBOOK)), who(2, given())], None),
        # The latest beginning, the earliest end, adaptation only where all allow it.
        (
            [who(1, given(starts=-2 * TICK, ends=3 * TICK)), who(2, given(starts=-TICK, ends=2 * TICK))],
            licensed(starts=-TICK, ends=2 * TICK),
        ),
        ([who(1, given(adaptation=True)), who(2, given(adaptation=True))], licensed(adaptation=True)),
        ([who(1, given(adaptation=True)), who(2, given())], licensed()),
        # A renewal with fewer channels counts at once, beside the term it renews.
        ([who(1, given(), given(SITE, ends=2 * YEAR))], licensed(SITE, ends=2 * YEAR)),
        # Minors.
        ([WARD], None),
        ([WARD, who(2, given())], None),
        ([WARD, who(2, guardian_of=1)], None),
        ([WARD, who(2, given(), guardian_of=7)], None),
        ([WARD, GUARDIAN], licensed()),
        ([who(1, minor=True), GUARDIAN], None),
        ([who(1, given(), minor=False)], licensed()),
        # Representatives: asked themselves, and for whoever has not said no.
        ([REPRESENTED], None),
        ([REPRESENTED, REPRESENTATIVE], licensed(SITE | PARTNERS)),
        ([REPRESENTED, who(3)], None),
        ([who(1, spoken_for_by=frozenset({4})), REPRESENTATIVE], None),
        ([replace(REPRESENTED, refused=True), REPRESENTATIVE], None),
        ([replace(REPRESENTED, grants=(BACK,)), REPRESENTATIVE], None),
        ([replace(REPRESENTED, minor=True), REPRESENTATIVE], None),
        # His own grant goes before a representative's.
        ([replace(REPRESENTED, grants=(given(SITE),)), REPRESENTATIVE], licensed(SITE)),
        (
            [
                who(1, spoken_for_by=frozenset({3, 4})),
                who(3, given(ends=2 * TICK, adaptation=True)),
                who(4, given(ends=TICK, adaptation=True)),
            ],
            licensed(ends=TICK, adaptation=True),
        ),
    ],
)
def test_a_license_is_what_everyone_has_granted_in_common(required, expected):
    assert rules.license_of(required, NOW) == expected


@pytest.mark.parametrize(
    ("channels", "channel", "allowed"),
    [(SITE, SITE, True), (SITE, PARTNERS, False), (SITE | PARTNERS, PARTNERS, True), (ALL, Channel.PRINT, True)],
)
def test_a_license_allows_its_channels(channels, channel, allowed):
    assert licensed(channels).allows(channel) is allowed


FIVE_YEARS = datetime(2031, 3, 2, 10, 0, tzinfo=TAIPEI)
LEFT = NOW + YEAR


def term(*numbers, ends=FIVE_YEARS):
    return Term(frozenset(numbers), NOW, ends)


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        ([], None),
        ([who(1)], None),
        ([who(1, waiting())], term(1)),
        ([who(1, waiting()), who(2)], None),
        ([who(1, waiting()), who(2, waiting())], term(1, 2)),
        # A renewal begins when all have renewed, and leaves the running term alone until then.
        ([who(1, given(), waiting()), who(2, given())], None),
        ([who(1, given(), waiting()), who(2, given(), waiting())], term(1, 2)),
        ([who(1, given(), waiting()), who(2, given(), waiting(PARTNERS))], None),
        # Who agrees again joins what is left of a running term: the earliest end.
        ([who(1, given()), who(2, BACK, waiting())], term(2, ends=LEFT)),
        ([who(1, given()), who(2, given(ends=TICK)), who(3, waiting())], term(3, ends=NOW + TICK)),
        ([who(1, given(), waiting()), who(2, given()), who(3, waiting())], term(3, ends=LEFT)),
        ([who(1, given()), who(2, waiting()), who(3)], None),
        ([who(1, given()), who(2, given())], None),
        ([who(1, given()), who(2, waiting(withdrawn=-TICK))], None),
        # After its end nobody joins a term.
        ([who(1, given(ends=timedelta())), who(2, waiting())], None),
        ([who(1, given(ends=timedelta()), waiting()), who(2, waiting())], term(1, 2)),
        # Minors and representatives.
        ([who(1, waiting(), minor=True)], None),
        ([who(1, waiting(), minor=True), who(2, waiting())], None),
        ([who(1, waiting(), minor=True), who(2, waiting(), guardian_of=1)], term(1, 2)),
        ([REPRESENTED, who(3, waiting())], term(3)),
        ([replace(REPRESENTED, refused=True), who(3, waiting())], None),
        ([REPRESENTED, REPRESENTATIVE, who(4, waiting())], term(4, ends=LEFT)),
        ([who(1, waiting(PARTNERS))], None),
    ],
)
def test_a_term_begins_when_nobody_is_missing(required, expected):
    assert rules.next_term(required, NOW) == expected


@pytest.mark.parametrize(
    ("required", "channel", "holds", "expected"),
    [
        ([who(1, given())], SITE, [], None),
        ([who(1, given(SITE))], SITE, [], None),
        ([who(1, given(SITE))], FACEBOOK, [], Reason.CHANNEL_REMOVED),
        ([who(1, given())], SITE, [Reason.HELD], Reason.HELD),
        # A legal matter is told before anything else, a hold before what the consents say.
        ([who(1, given())], SITE, [Reason.HELD, Reason.LEGAL], Reason.LEGAL),
        ([who(1, given())], SITE, [Reason.LEGAL, Reason.HELD], Reason.LEGAL),
        ([who(1, BACK)], SITE, [Reason.HELD], Reason.HELD),
        ([], SITE, [], Reason.UNPUBLISHED),
        ([who(1)], SITE, [], Reason.UNPUBLISHED),
        ([who(1, waiting())], SITE, [], Reason.UNPUBLISHED),
        ([who(1, refused=True)], SITE, [], Reason.UNPUBLISHED),
        ([who(1, BACK)], SITE, [], Reason.CONSENT_WITHDRAWN),
        ([who(1, given(), BACK)], SITE, [], None),
        ([who(1, given(ends=timedelta()))], SITE, [], Reason.LICENSE_EXPIRED),
        ([who(1, given(starts=TICK))], SITE, [], Reason.UNPUBLISHED),
        # Withdrawn goes before ended.
        ([who(1, given(ends=-TICK)), who(2, BACK)], SITE, [], Reason.CONSENT_WITHDRAWN),
        ([who(1, given(ends=-TICK)), who(2, given())], SITE, [], Reason.LICENSE_EXPIRED),
        ([who(1, given(ends=-TICK), waiting())], SITE, [], Reason.LICENSE_EXPIRED),
        ([who(1, given(), BACK), who(2)], SITE, [], Reason.UNPUBLISHED),
    ],
)
def test_why_a_story_is_hidden(required, channel, holds, expected):
    assert rules.hidden_because(required, channel, NOW, holds) == expected


CLEARED = [who(1, given())]


@pytest.mark.parametrize(
    ("state", "required", "held", "own", "expected"),
    [
        (RevisionState.IN_REVIEW, CLEARED, False, False, None),
        (None, CLEARED, True, True, Obstacle.NEVER_HANDED_IN),
        (RevisionState.RETURNED, CLEARED, True, True, Obstacle.SENT_BACK),
        (RevisionState.IN_REVIEW, [], True, True, Obstacle.HELD),
        (RevisionState.IN_REVIEW, [], False, True, Obstacle.UNCLEARED),
        (RevisionState.IN_REVIEW, CLEARED, False, True, Obstacle.OWN),
    ],
)
def test_why_a_revision_may_not_be_approved(state, required, held, own, expected):
    assert rules.obstacle(state, required, NOW, held=held, own=own) == expected


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOW, FIVE_YEARS),
        (
            datetime(2028, 2, 29, 23, 59, 59, 999999, tzinfo=TAIPEI),
            datetime(2033, 2, 28, 23, 59, 59, 999999, tzinfo=TAIPEI),
        ),
        # In Taipei it is 29 February already, or still.
        (datetime.fromisoformat("2028-02-28T16:00:00Z"), datetime(2033, 2, 28, 0, 0, tzinfo=TAIPEI)),
        (datetime.fromisoformat("2028-02-29T16:00:00Z"), datetime(2033, 3, 1, 0, 0, tzinfo=TAIPEI)),
        (datetime(2027, 2, 28, tzinfo=TAIPEI), datetime(2032, 2, 28, tzinfo=TAIPEI)),
        (datetime(2027, 3, 1, tzinfo=TAIPEI), datetime(2032, 3, 1, tzinfo=TAIPEI)),
    ],
)
def test_five_years_later_is_the_same_time_of_the_same_day_in_taipei(start, end):
    assert rules.years_later(start, rules.TERM_YEARS) == end


def test_adaptation_is_granted_only_by_a_tick_of_its_own():
    assert Given(ALL).adaptation is False


@pytest.mark.parametrize(
    ("on", "age"),
    [
        (date(2026, 3, 1), 17),
        (date(2026, 3, 2), 18),
        (date(2026, 3, 3), 18),
        (date(2027, 3, 1), 18),
        (date(2008, 3, 2), 0),
        (date(2008, 3, 1), -1),
    ],
)
def test_a_year_is_full_on_the_birthday_itself(on, age):
    assert age_on(date(2008, 3, 2), on) == age


def test_from_29_february_to_29_february_the_day_stays():
    start = datetime(2028, 2, 29, 10, 0, tzinfo=TAIPEI)

    assert rules.years_later(start, 4) == datetime(2032, 2, 29, 10, 0, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("born_on", "on", "minor"),
    [
        # 20 until the end of 2022.
        (date(2002, 12, 31), date(2022, 12, 30), True),
        (date(2002, 12, 31), date(2022, 12, 31), False),
        (date(2003, 1, 1), date(2022, 12, 31), True),
        # 18 from 2023: whoever was 18 or 19 came of age that day.
        (date(2003, 1, 2), date(2022, 12, 31), True),
        (date(2003, 1, 2), date(2023, 1, 1), False),
        (date(2005, 1, 1), date(2022, 12, 31), True),
        (date(2005, 1, 1), date(2023, 1, 1), False),
        (date(2005, 1, 2), date(2023, 1, 1), True),
        (date(2005, 1, 2), date(2023, 1, 2), False),
        # Born on 29 February: of age on 1 March, and on the day itself where there is one.
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2000, 2, 29), date(2020, 2, 28), True),
        (date(2000, 2, 29), date(2020, 2, 29), False),
    ],
)
def test_r15_a_minor_comes_of_age_on_the_birthday_by_the_age_of_the_day_of_the_act(born_on, on, minor):
    assert is_minor(born_on, on) is minor


def test_a_day_begins_at_midnight_in_taipei():
    assert rules.first_instant(date(2026, 3, 2)) == datetime.fromisoformat("2026-03-01T16:00:00Z")


BODY = [{"type": "text", "value": '<p data-block-key="a1b2c">我們清了 河岸。</p>', "id": "one"}]
MEDIA = [("photo", "aa", "", "甲")]
CREDIT = [("甲", "author")]


def hashed(title="河邊", body=BODY, media=MEDIA, credit=CREDIT):
    return rules.content_hash(title, body, media, credit)


@pytest.mark.parametrize(
    "same",
    [
        {"title": "  河邊\n"},
        {"body": [{"type": "text", "value": "<p>我們清了 \t\n 河岸。</p>", "id": "another"}]},
        {"body": [{"value": '<p data-block-key="zz">我們清了 河岸。</p> ', "type": "text"}]},
        {"media": [["photo", "aa", "", "甲 "]]},
        {"credit": (["甲", "author"],)},
    ],
)
def test_what_nobody_reads_changes_no_hash(same):
    assert hashed(**same) == hashed()


@pytest.mark.parametrize(
    "other",
    [
        {"title": "河 邊"},
        {"title": ""},
        {"body": [{"type": "quote", "value": "<p>我們清了 河岸。</p>"}]},
        {"body": [{"type": "text", "value": "<p>我們清了河岸。</p>"}]},
        {"body": [{"type": "text", "value": 7}]},
        {"body": BODY * 2},
        {"body": []},
        {"media": [("photo", "bb", "", "甲")]},
        {"media": [("photo", "aa", "", "乙")]},
        {"media": [("video", "aa", "", "甲")]},
        {"media": [("photo", "aa", "https://video.example.org/1", "甲")]},
        {"media": []},
        {"credit": [("甲", "coauthor")]},
        {"credit": [("乙", "author")]},
        {"credit": []},
    ],
)
def test_what_somebody_reads_changes_the_hash(other):
    assert hashed(**other) != hashed()


def test_a_number_in_the_body_is_part_of_what_is_read():
    seven, eight = ([{"type": "number", "value": value}] for value in (7, 8))

    assert hashed(body=seven) != hashed(body=eight)


def test_the_canonical_form_is_this_one_for_ever():
    """Grants already given stand by it: whoever changes it takes every consent away."""
    assert hashed() == "f3338e26700d8d71042c37a7e66fd0cf311179a5de950c4fdaac58e6e8f1d7f8"
    assert rules.text_sha256("甲", "乙") == "d90d5cb4c73e725fa4c51d57a44d5065bdc05aa05ae557944dcc4828c29bb060"
    assert rules.text_sha256("甲乙") != rules.text_sha256("甲", "乙")


@pytest.mark.parametrize(
    ("born_on", "minor", "checked_on", "fits"),
    [
        (date(2008, 3, 2), True, date(2026, 3, 2), False),
        (date(2008, 3, 3), True, date(2026, 3, 2), True),
        (date(2008, 1, 1), True, date(2025, 12, 31), True),
        # Of age with 20 on that day, and since the next one with 18.
        (date(2004, 6, 1), True, date(2022, 12, 31), True),
        (date(2004, 6, 1), True, date(2023, 1, 1), False),
        (date(2008, 3, 2), False, date(2026, 3, 2), True),
        (date(2008, 3, 2), None, None, True),
    ],
)
def test_r15_a_date_of_birth_fits_an_earlier_check_if_it_makes_the_same_minor(born_on, minor, checked_on, fits):
    assert rules.fits_check(born_on, minor, checked_on) == fits
