"""Events in two languages: facts belong to the item, words to the language (R26)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from wagtail.models import Locale, Page, PageLogEntry, Revision, WorkflowState

from api import ledger
from api.models import Change
from home.flows import publish_due
from home.models import User
from home.taiwan import TAIPEI
from programs.models import EventIndexPage, EventPage
from tests import factories
from tests.conftest import NOW
from tests.programs.test_events import APRIL, MARCH, edit, history

pytestmark = pytest.mark.django_db

MAY = datetime(2026, 5, 7, 14, 0, tzinfo=TAIPEI)
FACTS = ("starts_at", "ends_at", "date_precision", "status", "online_url", "previous_starts_at", "sequence", "venue")


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


@pytest.fixture
def page():
    return factories.event(title="三月小聚", starts_at=MARCH, status="scheduled", place="桃園")


@pytest.fixture
def english(page):
    return translate(page, title="March gathering", place="Taoyuan")


def translate(page, *, live=True, **words):
    copy = EventPage.objects.get(pk=page.pk).copy_for_translation(Locale.objects.get(language_code="en"))
    copy = EventPage.objects.get(pk=copy.pk)
    for name, value in words.items():
        setattr(copy, name, value)
    revision = copy.save_revision()
    if live:
        revision.publish()
    return EventPage.objects.get(pk=copy.pk)


def publish(page, **fields):
    """Publish a page's latest version with some fields changed; returns it as it stands."""
    page = EventPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return EventPage.objects.get(pk=page.pk)


def draft(page, **fields):
    page = EventPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    return page.save_revision()


def latest(page):
    return EventPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def told(page, lang):
    return Client().get(f"/api/v1/events/{page.translation_key}?lang={lang}").json()["data"]


def facts(page, lang):
    data = told(page, lang)
    return {name: data[name] for name in FACTS}


def test_r26_both_languages_tell_of_a_date_that_moved(staff, page, english):
    before = Change.objects.count()

    assert edit(staff, page, starts_at=APRIL).status_code == 302

    assert facts(page, "en") == {
        "starts_at": "2026-04-02T14:00:00+08:00",
        "ends_at": None,
        "date_precision": "minute",
        "status": "rescheduled",
        "online_url": "",
        "previous_starts_at": "2026-03-19T14:00:00+08:00",
        "sequence": 1,
        "venue": None,
    }
    assert facts(page, "en") == facts(page, "zh-Hant")
    assert (told(page, "en")["title"], told(page, "en")["place"]) == ("March gathering", "Taoyuan")
    assert history(english) == history(page) == [(MARCH, "scheduled"), (APRIL, "rescheduled")]
    assert Change.objects.count() == before + 2
    assert ledger.drift() == 0
    # Who moved the date is who published it in the other language too.
    assert {one.user.email for one in PageLogEntry.objects.filter(action="wagtail.publish", page=english)[:1]} == {
        "admin@example.org"
    }


def test_r26_the_english_version_moves_the_chinese_one_too(page, english):
    publish(english, starts_at=APRIL, status="rescheduled")
    assert facts(page, "zh-Hant") == facts(page, "en")
    assert history(page) == [(MARCH, "scheduled"), (APRIL, "rescheduled")]
    assert told(page, "zh-Hant")["title"] == "三月小聚"


def test_r26_a_translation_begins_with_the_history_of_its_item(page):
    publish(page, starts_at=APRIL, status="rescheduled")
    english = translate(page, place="Taoyuan")
    assert facts(page, "en") == facts(page, "zh-Hant")
    assert [(row.starts_at, row.place) for row in english.schedule.all()] == [(MARCH, "Taoyuan"), (APRIL, "Taoyuan")]


def test_words_alone_leave_the_translation_as_it_is(page, english):
    before = english.latest_revision_id
    publish(page, title="三月的小聚", place="桃園市")
    assert EventPage.objects.get(pk=english.pk).latest_revision_id == before


def test_registration_and_the_address_online_are_facts_too(page, english):
    publish(
        page,
        online_url="https://meet.example.org/march",
        registration_url="https://example.org/zh",
        registration_opens_at=NOW,
        registration_closes_at=NOW + timedelta(days=1),
    )
    publish(english, registration_url="https://example.org/en")
    data = told(page, "en")
    assert data["online_url"] == "https://meet.example.org/march"
    assert data["registration"] == {
        "url": "https://example.org/en",
        "opens_at": "2026-03-02T10:00:00+08:00",
        "closes_at": "2026-03-03T10:00:00+08:00",
    }


def test_a_venue_is_told_as_it_reads_in_the_language(page, english):
    only, both = factories.venue(title="本館", slug="one"), factories.venue(title="設計庫", slug="two")
    twin = both.copy_for_translation(Locale.objects.get(language_code="en"))
    twin.specific.save_revision().publish()

    publish(page, venue=only)
    assert EventPage.objects.get(pk=english.pk).venue == only
    publish(page, venue=both)
    assert EventPage.objects.get(pk=english.pk).venue.pk == twin.pk
    sequence = told(page, "en")["sequence"]
    assert (sequence, told(page, "zh-Hant")["sequence"]) == (2, 2)
    # The same room under its other name is no other place.
    publish(english, venue=both)
    assert told(page, "en")["sequence"] == sequence
    publish(page, venue=None)
    assert told(page, "en")["venue"] is None


def test_a_draft_keeps_its_words_and_takes_the_facts(page, english):
    draft(english, title="A better title")
    publish(page, starts_at=APRIL, status="rescheduled")

    assert told(page, "en")["title"] == "March gathering"
    assert told(page, "en")["starts_at"] == "2026-04-02T14:00:00+08:00"
    kept = latest(english)
    assert (kept.title, kept.starts_at, kept.status) == ("A better title", APRIL, "rescheduled")
    assert EventPage.objects.get(pk=english.pk).has_unpublished_changes is True


def test_what_an_editor_typed_into_a_draft_stays(page, english):
    draft(english, starts_at=MAY, ends_at=MAY + timedelta(hours=2))
    publish(page, starts_at=APRIL, ends_at=APRIL + timedelta(hours=3), status="rescheduled")

    kept = latest(english)
    assert (kept.starts_at, kept.ends_at, kept.status) == (MAY, MAY + timedelta(hours=2), "rescheduled")
    assert told(page, "en")["starts_at"] == "2026-04-02T14:00:00+08:00"


def test_a_draft_that_says_the_same_already_stays_the_draft(page, english):
    draft(english, title="A better title", starts_at=APRIL, status="rescheduled")
    publish(page, starts_at=APRIL, status="rescheduled")
    assert (latest(english).title, latest(english).starts_at) == ("A better title", APRIL)
    assert EventPage.objects.get(pk=english.pk).has_unpublished_changes is True
    assert told(page, "en")["title"] == "March gathering"


def test_a_translation_not_yet_public_is_left_alone_by_words(page):
    english = translate(page, live=False, title="March gathering")
    revisions = english.revisions.count()
    publish(page, title="三月的小聚")
    assert english.revisions.count() == revisions


def test_a_review_of_a_draft_goes_on_with_the_new_facts(page, english):
    editor = factories.person("編輯")
    revision = draft(english, title="A better title")
    state = page.get_workflow().start(EventPage.objects.get(pk=english.pk), editor)
    assert state.current_task_state.revision == revision

    publish(page, starts_at=APRIL, status="rescheduled")

    state.refresh_from_db()
    assert state.status == WorkflowState.STATUS_IN_PROGRESS
    reviewed = state.current_task_state.revision.as_object()
    assert (reviewed.title, reviewed.starts_at) == ("A better title", APRIL)


def test_a_translation_scheduled_to_be_published_goes_live_with_the_new_facts(page, english, frozen_time):
    later = NOW + timedelta(hours=1)
    draft(english, title="A better title", go_live_at=later).publish()
    draft(english, title="Better still")
    publish(page, starts_at=APRIL, status="rescheduled")
    assert latest(english).title == "Better still"

    frozen_time.move_to(later + timedelta(seconds=1))
    publish_due(later + timedelta(seconds=1))

    assert (told(page, "en")["title"], facts(page, "en")) == ("A better title", facts(page, "zh-Hant"))
    assert told(page, "zh-Hant")["starts_at"] == "2026-04-02T14:00:00+08:00"


def test_a_translation_not_yet_public_takes_the_facts_and_stays_unpublished(page):
    english = translate(page, live=False, title="March gathering")
    publish(page, starts_at=APRIL, status="rescheduled")

    assert EventPage.objects.get(pk=english.pk).live is False
    assert (latest(english).title, latest(english).starts_at) == ("March gathering", APRIL)
    english = publish(english)
    assert facts(page, "en") == facts(page, "zh-Hant")
    revisions = english.revisions.count()
    publish(page, title="三月的小聚")
    assert english.revisions.count() == revisions


def test_a_translation_scheduled_for_the_first_time_stays_scheduled_once(page, frozen_time):
    later = NOW + timedelta(hours=1)
    english = translate(page, live=False, go_live_at=later, title="March gathering")
    english.latest_revision.publish()
    publish(page, starts_at=APRIL, status="rescheduled")
    assert Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1

    frozen_time.move_to(later + timedelta(seconds=1))
    publish_due(later + timedelta(seconds=1))
    assert facts(page, "en") == facts(page, "zh-Hant")


def test_an_alias_shows_its_original_and_leaves_translations_to_it(page, english):
    alias = page.create_alias(parent=factories.index(EventIndexPage), update_slug="again")
    publish(page, starts_at=APRIL, status="rescheduled")
    assert Page.objects.get(pk=alias.pk).specific.starts_at == APRIL
    assert history(english) == [(MARCH, "scheduled"), (APRIL, "rescheduled")]
