"""What Wagtail's signals hint at, told right: the traps of acts that say too little, too early or too much."""

import json
from datetime import timedelta

import pytest
from django.core import serializers as fixtures
from django.core.management import call_command
from wagtail.models import Locale, Page, PageViewRestriction

from api import ledger
from api.models import Change, Entry
from home.models import AnnouncementIndexPage, AnnouncementPage, Clock, Contact
from programs.models import EventPage
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_drifts():
    """After every act the ledger agrees with what is public."""
    yield
    assert ledger.drift() == 0


def told(since=0):
    """(op, type, version, reason) of every change after a number."""
    return list(Change.objects.filter(seq__gt=since).values_list("op", "type", "version", "reason"))


def hide(page):
    return PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def document(client, page):
    return client.get(f"/api/v1/{page.item_type}s/{page.translation_key}").json()["data"]


def test_deleting_a_private_page_does_not_tell_it_on_its_way_out():
    event = factories.event()
    factories.event(parent=event)
    hide(event)
    before = Clock.objects.get().seq

    EventPage.objects.get(pk=event.pk).delete()

    assert told(before) == []


def test_lifting_privacy_through_a_queryset_tells_the_page_again():
    page = factories.announcement()
    hide(page)

    PageViewRestriction.objects.filter(page=page).delete()

    assert told() == [
        ("upsert", "announcement", 1, ""),
        ("withdraw", "announcement", 2, "unpublished"),
        ("upsert", "announcement", 3, ""),
    ]


def test_what_shows_a_venue_learns_that_the_venue_will_expire(client, frozen_time):
    venue = factories.venue(title="共學空間")
    event = factories.event(venue=venue)
    venue.expire_at = NOW + timedelta(hours=1)
    venue.save_revision().publish()

    assert Entry.objects.get(uid=event.translation_key).shows_until == NOW + timedelta(hours=1)


def test_an_expiry_set_behind_the_signals_is_drift_until_it_is_reconciled():
    page = factories.announcement()
    AnnouncementPage.objects.filter(pk=page.pk).update(expire_at=NOW + timedelta(hours=1))

    assert ledger.drift() == 1
    ledger.reconcile()
    assert Entry.objects.get().valid_until == NOW + timedelta(hours=1)


def test_a_translation_that_is_deleted_and_made_again_is_the_same_item():
    english = Locale.objects.get(language_code="en")
    page = factories.announcement()
    first = page.copy_for_translation(english)
    first.save_revision().publish()
    first.delete()
    second = AnnouncementPage.objects.get(pk=page.pk).copy_for_translation(english)
    second.save_revision().publish()

    entry = Entry.objects.get(lang="en")
    assert (entry.uid, entry.source_pk, entry.version) == (page.translation_key, second.pk, 3)
    assert told(1) == [
        ("upsert", "announcement", 1, ""),
        ("withdraw", "announcement", 2, "deleted"),
        ("upsert", "announcement", 3, ""),
    ]


def test_a_page_added_live_was_first_published_when_it_was_first_told(frozen_time):
    index = factories.index(AnnouncementIndexPage)
    page = index.add_child(instance=AnnouncementPage(title="直接上線", live=True, locale=index.locale))
    assert page.first_published_at is None

    frozen_time.move_to(NOW + timedelta(days=1))
    ledger.reconcile()
    assert Entry.objects.get(uid=page.translation_key).published_at == NOW


def test_one_pass_heals_what_a_fixture_loaded(tmp_path, client):
    page = factories.announcement(title="原題")
    rows = [Page.objects.get(pk=page.pk), AnnouncementPage.objects.get(pk=page.pk)]
    rows[0].title = "改題"
    file = tmp_path / "pages.json"
    file.write_text(fixtures.serialize("json", rows), encoding="utf-8")

    call_command("loaddata", str(file), verbosity=0)

    assert document(client, page)["title"] == "原題"
    assert ledger.drift() == 1
    ledger.reconcile()
    assert document(client, page)["title"] == "改題"


def test_changing_the_slug_of_a_list_tells_the_new_addresses_in_the_same_transaction(client):
    page = factories.announcement(slug="one")
    index = page.get_parent().specific
    index.slug = "bulletins"
    index.save_revision().publish()

    assert document(client, page)["web_url"] == "https://hub.example.org/bulletins/one/"


def test_an_item_that_shows_an_alias_shows_the_original(client):
    venue = factories.venue(title="共學空間")
    alias = venue.create_alias(update_slug="second-door")
    event = factories.event(venue=alias)

    assert document(client, event)["venue"]["id"] == str(venue.translation_key)
    assert not Entry.objects.filter(uid=alias.translation_key).exists()


def test_an_alias_of_a_session_is_no_second_session(client):
    event = factories.event()
    session = factories.event(parent=event, title="分場")
    session.create_alias(update_slug="again")

    assert [one["id"] for one in document(client, event)["sub_events"]] == [str(session.translation_key)]


def test_a_translated_amendment_amends_once_in_each_language(client):
    english = Locale.objects.get(language_code="en")
    page = factories.announcement(title="公告")
    page.copy_for_translation(english).save_revision().publish()
    amendment = factories.announcement(title="修正", amends=page)
    translated = amendment.copy_for_translation(english)
    translated.title = "Amendment"
    translated.save_revision().publish()

    for lang, title in (("zh-Hant", "修正"), ("en", "Amendment")):
        full = json.loads(Entry.objects.get(uid=page.translation_key, lang=lang).full)
        assert [(one["id"], one["title"]) for one in full["amended_by"]] == [(str(amendment.translation_key), title)]


def test_deleting_a_contact_takes_it_out_of_the_venue(client):
    contact = Contact.objects.create(unit="窗口", services=["venues"], phone="03-4225205")
    venue = factories.venue(contact=contact)
    assert document(client, venue)["contact"]["unit"] == "窗口"

    contact.delete()

    assert document(client, venue)["contact"] is None


def test_a_slug_saved_by_a_script_is_told_of_all_that_stands_below(client, django_capture_on_commit_callbacks):
    page = factories.announcement(slug="one")
    index = page.get_parent().specific

    with django_capture_on_commit_callbacks(execute=True):
        index.slug = "bulletins"
        index.save()

    assert document(client, page)["web_url"] == "https://hub.example.org/bulletins/one/"


def test_moving_a_list_tells_the_new_addresses_of_what_stands_below(client):
    page = factories.announcement(slug="one")
    index = page.get_parent().specific
    factories.index(AnnouncementIndexPage, "en").delete()

    index.move(factories.home("en"), pos="last-child")

    assert document(client, page)["web_url"] == "https://hub.example.org/en/announcements/one/"
