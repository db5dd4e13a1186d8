"""Drafts nobody goes on with: their writers are told a month before, and then they go, with their files."""

import email
import email.policy
from datetime import datetime, timedelta

import pytest
from django.core.files.storage import storages
from django.db import connection

from cms.jobs import purge
from home.letters import deliver_letters
from home.models import Clock, Letter
from home.taiwan import TAIPEI
from programs.models import Membership
from showcase.flows import drafting, purging
from showcase.flows.forgetting import forget_drafts
from showcase.flows.media import FOLDERS
from showcase.models import StoryDraft, StoryPhoto, StoryRendition
from tests.conftest import NOW
from tests.showcase import stories
from tests.showcase.desk import at, step

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
# NOW is 2 March 2026, 10:00 in Taipei.
GOES_AT = datetime(2027, 3, 2, 10, 0, tzinfo=TAIPEI)
TOLD_AT = GOES_AT - 30 * DAY


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "home.letters.OutboxBackend"


def shown_in(draft, color="teal"):
    photo = stories.photo(draft.author, color)
    return drafting.add_photo(draft, photo, Clock.now())


def files():
    storage = storages["private"]
    return {name for folder in FOLDERS if storage.exists(folder) for name in storage.listdir(folder)[1]}


def told():
    return sorted(letter.to[0] for letter in Letter.objects.all())


def test_a_draft_is_announced_thirty_days_before_and_thrown_away_on_the_day_with_its_files(
    frozen_time, django_capture_on_commit_callbacks
):
    before = files()
    draft = stories.draft(people=[stories.coauthor(1)])
    shown_in(draft)
    coauthor, _other = stories.member(draft.team), stories.member(draft.team)
    draft.people.create(user=coauthor, name=str(coauthor), email=coauthor.email)
    assert len(files() - before) == 4

    frozen_time.move_to(TOLD_AT - SECOND)
    assert (forget_drafts(Clock.now()), told()) == (0, [])
    frozen_time.move_to(TOLD_AT)
    for _time in range(2):
        assert forget_drafts(Clock.now()) == 0
        # Who is not in the team yet has never been asked for anything.
        assert told() == sorted([draft.author.email, coauthor.email])

    frozen_time.move_to(GOES_AT - SECOND)
    assert forget_drafts(Clock.now()) == 0
    assert StoryDraft.objects.get().title == "河邊的一天"
    frozen_time.move_to(GOES_AT)
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_drafts(Clock.now()) == 1
    left = [model.objects.count() for model in (StoryDraft, StoryPhoto, StoryRendition)]
    assert (left, files(), told()) == ([0, 0, 0], before, [])


def test_the_announcement_says_until_when_and_leads_to_the_draft(client, frozen_time):
    draft = stories.draft()
    frozen_time.move_to(TOLD_AT)
    forget_drafts(Clock.now())
    [letter] = Letter.objects.all()
    parsed = email.message_from_bytes(letter.message.encode(), policy=email.policy.default)
    text = parsed.get_body(("plain",)).get_content()

    assert parsed["Subject"] == "草稿快要刪除了：「河邊的一天」"
    assert "民國116年3月2日 09:59:59" in text
    assert f"https://hub.example.org{step(draft, 'words')}" in text
    assert at(draft.author).client.get(step(draft, "words")).status_code == 200


def test_whoever_goes_on_writing_in_the_meantime_keeps_the_draft_for_another_year(frozen_time):
    draft = stories.draft()
    frozen_time.move_to(TOLD_AT)
    forget_drafts(Clock.now())
    frozen_time.move_to(GOES_AT - SECOND)
    at(draft.author).send(step(draft, "words"), text=draft.text)

    again = datetime(2028, 2, 1, 10, 0, tzinfo=TAIPEI) - SECOND
    frozen_time.move_to(again - SECOND)
    assert (forget_drafts(Clock.now()), len(told())) == (0, 1)
    frozen_time.move_to(again)
    assert (forget_drafts(Clock.now()), len(told())) == (0, 2)
    frozen_time.shift(30 * DAY)
    assert forget_drafts(Clock.now()) == 1


def test_what_was_forgotten_to_be_announced_is_announced_first_and_kept_thirty_days(frozen_time, settings):
    stories.draft()
    settings.STORY_DRAFT_KEPT_MONTHS = 6
    frozen_time.move_to(NOW + 1000 * DAY)
    assert (forget_drafts(Clock.now()), len(told())) == (0, 1)
    frozen_time.shift(30 * DAY - SECOND)
    assert forget_drafts(Clock.now()) == 0
    frozen_time.shift(SECOND)
    assert forget_drafts(Clock.now()) == 1


def test_what_was_handed_in_and_what_others_show_as_well_stays(frozen_time):
    story = stories.with_photo(channels=1)
    shared = story.draft.assets.get().photo
    draft = stories.draft()
    draft.assets.create(kind="photo", photo=shared)
    frozen_time.move_to(TOLD_AT)
    forget_drafts(Clock.now())
    frozen_time.move_to(GOES_AT)
    assert forget_drafts(Clock.now()) == 1

    assert (StoryDraft.objects.get(), StoryPhoto.objects.get()) == (story.draft, shared)


def test_where_no_writer_is_in_the_team_any_more_its_head_is_told(frozen_time):
    draft = stories.draft()
    head = stories.member(draft.team, "head")
    Membership.objects.filter(user=draft.author).delete()
    frozen_time.move_to(TOLD_AT)
    forget_drafts(Clock.now())

    assert told() == [head.email]


def test_i11_the_announcement_goes_with_a_story_that_is_erased(frozen_time):
    draft = stories.draft()
    frozen_time.move_to(TOLD_AT)
    forget_drafts(Clock.now())
    deliver_letters(Clock.now())
    story = stories.handed_in(made=draft)
    purging.purge_story(story.page, Clock.now(), None)

    assert [(letter.to, letter.message) for letter in Letter.objects.all()] == [([], "")]


def test_a_draft_that_goes_or_is_handed_in_at_that_instant_is_left_to_that(frozen_time):
    stories.draft()
    frozen_time.move_to(TOLD_AT)

    def throw_away(execute, sql, params, many, context):
        """Once it was found, and before the act on it has begun."""
        if sql.startswith('SELECT "home_clock"."id"'):
            StoryDraft.objects.all().delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(throw_away):
        assert forget_drafts(Clock.now()) == 0
    assert told() == []


@pytest.mark.parametrize("months", [12, 13])
def test_the_nights_job_does_it(frozen_time, settings, months):
    settings.STORY_DRAFT_KEPT_MONTHS = months
    stories.draft()
    frozen_time.move_to(TOLD_AT)
    purge(Clock.now())
    frozen_time.move_to(GOES_AT)
    purge(Clock.now())

    assert StoryDraft.objects.exists() == (months == 13)
