"""The edges of a license at every public door, with a frozen clock and no worker: the last second, and the next.

A new door is one line in ``DOORS``: its name, and the addresses at which a shown story's title or file is read.
"""

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Max

from home.models import Clock
from home.taiwan import TAIPEI
from home.visibility import Channel, Reason
from showcase.flows import answers, asking
from showcase.models import Grant, Party
from tests import factories
from tests.showcase.stories import agree, coauthor, handed_in, published, with_photo

pytestmark = pytest.mark.django_db

TITLE = "只有授權期間讀得到"
SECOND = timedelta(seconds=1)


def photo_of(page):
    return page.media.get().photo.url_of(480)


# By its name, the address of each door that shows a story.
DOORS = {
    "site page": lambda page: page.web_path,
    "site list": lambda _page: "/stories/",
    "team page": lambda page: page.team.web_path,
    "API detail": lambda page: f"/api/v1/stories/{page.translation_key}",
    "API list": lambda _page: "/api/v1/stories",
    "API list by team": lambda page: f"/api/v1/stories?team={page.team.translation_key}",
    "API changes": lambda _page: "/api/v1/changes?types=story&include=resource",
    "photo": photo_of,
    "Facebook feed": lambda _page: "/feeds/facebook.json",
    "Facebook feed as RSS": lambda _page: "/feeds/facebook.rss",
    "share picture": lambda page: f"/share/{page.translation_key}.zh-Hant.jpg",
}


@pytest.fixture
def story():
    return with_photo(title=TITLE)


def ends_at():
    return Grant.objects.aggregate(last=Max("ends_at"))["last"]


def is_read(client, page, door):
    """Whether a door shows the story now: its title in the answer, or the bytes of its file."""
    answer = client.get(DOORS[door](page))
    if door in {"photo", "share picture"}:
        return answer.status_code == 200
    return TITLE in answer.content.decode()


@pytest.mark.parametrize("door", DOORS)
def test_i7_at_each_door_the_last_second_is_valid_and_the_next_is_not(client, frozen_time, story, door):
    page, end = story.page, ends_at()
    assert end == datetime(2031, 3, 2, 10, 0, tzinfo=TAIPEI)

    frozen_time.move_to(end - SECOND)
    before = is_read(client, page, door)
    frozen_time.move_to(end)

    assert (before, is_read(client, page, door)) == (True, False)


@pytest.mark.parametrize("door", DOORS)
def test_i7_at_no_door_a_clock_set_back_revives_what_has_ended(client, frozen_time, story, door):
    page, end = story.page, ends_at()
    frozen_time.move_to(end)
    factories.announcement(title="記下此刻")

    frozen_time.move_to(end - timedelta(days=400))

    assert not is_read(client, page, door)
    assert page.hidden_because(Channel.SITE, Clock.now()) == Reason.LICENSE_EXPIRED


def test_a_term_from_29_february_ends_on_the_28th_at_the_same_time(client, frozen_time):
    frozen_time.move_to(datetime(2028, 2, 29, 15, 30, tzinfo=TAIPEI))
    page = published(title=TITLE).page
    end = datetime(2033, 2, 28, 15, 30, tzinfo=TAIPEI)
    assert ends_at() == end

    read = {}
    for second in (end - SECOND, end):
        frozen_time.move_to(second)
        read[second] = is_read(client, page, "site page")

    assert read == {end - SECOND: True, end: False}


@pytest.mark.parametrize(
    ("today", "born_on", "minor"),
    [
        # Of age with 20 on the last day of the old law, with 18 from the first of the new.
        (datetime(2022, 12, 31, 23, 59, tzinfo=TAIPEI), date(2004, 6, 1), True),
        (datetime(2022, 12, 31, 23, 59, tzinfo=TAIPEI), date(2002, 12, 31), False),
        (datetime(2023, 1, 1, 0, 0, tzinfo=TAIPEI), date(2004, 6, 1), False),
        (datetime(2023, 1, 1, 0, 0, tzinfo=TAIPEI), date(2005, 1, 2), True),
        # The eve and the day of a birthday, by the clocks of Taipei.
        (datetime(2026, 3, 2, 23, 59, 59, tzinfo=TAIPEI), date(2008, 3, 3), True),
        (datetime(2026, 3, 3, 0, 0, tzinfo=TAIPEI), date(2008, 3, 3), False),
    ],
)
def test_r15_r16_a_minor_until_the_eve_of_the_birthday_under_both_ages(today, born_on, minor):
    """The flows take the instant as an argument: the day of the act decides, whenever the hub's clock began."""
    party = handed_in(people=[coauthor(1)]).parties[1]

    answers.check_age(party, born_on, today)

    party.refresh_from_db()
    assert (party.minor, party.checked_on) == (minor, today.date())


def test_r15_a_minor_comes_of_age_by_time_and_not_by_typing_another_day(frozen_time):
    story = handed_in(people=[coauthor(1)])
    party = story.parties[1]
    answers.check_age(party, date(2008, 6, 1), Clock.now())
    asking.name_guardian(party, "法定代理人", "guardian@example.org", Clock.now())

    # Of age today, but then also on the day of the first check: not the date that was typed there.
    for earlier in (date(2008, 1, 1), date(2008, 3, 2)):
        with pytest.raises(answers.ContradictionError):
            answers.check_age(Party.objects.get(pk=party.pk), earlier, Clock.now())
    # Read before somebody else's answer, a party is what it is now, not what it was then.
    stale = Party.objects.get(pk=party.pk)
    stale.minor = stale.birth_year = stale.checked_on = None
    with pytest.raises(answers.ContradictionError):
        answers.check_age(stale, date(1990, 1, 1), Clock.now())
    party.refresh_from_db()
    assert (party.minor, party.birth_year, party.guardians.get().story_revisions.count()) == (True, 2008, 1)

    frozen_time.move_to(datetime(2026, 6, 1, tzinfo=TAIPEI))
    answers.check_age(Party.objects.get(pk=party.pk), date(2008, 6, 1), Clock.now())
    party.refresh_from_db()
    assert (party.minor, party.guardians.get().story_revisions.count()) == (False, 0)


def test_r16_on_the_day_of_majority_the_consent_of_a_minor_stands_alone(client, frozen_time):
    story = handed_in(title=TITLE, people=[coauthor(1)])
    story.revision.revision.publish()
    agree(story.author)
    born_on = date(2008, 3, 3)
    agree(story.parties[1], born_on=born_on)
    asking.name_guardian(Party.objects.get(pk=story.parties[1].pk), "法定代理人", "guardian@example.org", Clock.now())

    read = []
    for instant in (datetime(2026, 3, 2, 23, 59, 59, tzinfo=TAIPEI), datetime(2026, 3, 3, tzinfo=TAIPEI)):
        frozen_time.move_to(instant)
        agree(story.parties[1], born_on=born_on)
        read.append(is_read(client, story.page, "site page"))

    assert read == [False, True]
