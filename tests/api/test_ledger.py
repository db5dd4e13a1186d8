"""The ledger tells what is public now minus what was last told."""

import json
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from api import ledger
from api.ledger import Telling
from api.models import Change, Entry
from home.models import AnnouncementIndexPage, AnnouncementPage, CalendarDay, Clock, Image
from home.visibility import Channel, Reason
from programs.models import EventIndexPage, VenueIndexPage
from tests import factories
from tests.api.test_editor_acts import picture
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def changes():
    return list(Change.objects.values_list("seq", "op", "type", "version", "reason"))


def test_publishing_tells_an_upsert_and_the_api_answers_with_the_item(client):
    page = factories.announcement(title="說明會", slug="briefing", summary="歡迎參加")

    assert changes() == [(1, "upsert", "announcement", 1, "")]
    answer = client.get(f"/api/v1/announcements/{page.translation_key}")
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["id"], data["type"], data["lang"], data["version"]) == (
        str(page.translation_key),
        "announcement",
        "zh-Hant",
        1,
    )
    assert (data["title"], data["summary"]) == ("說明會", "歡迎參加")
    assert data["web_url"] == "https://hub.example.org/announcements/briefing/"


def test_a_draft_is_told_to_nobody(client):
    page = factories.announcement(live=False)

    assert changes() == []
    assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 404


def test_unpublishing_tells_a_withdrawal_and_the_api_answers_410(client):
    page = factories.announcement()
    page.unpublish()

    assert changes() == [(1, "upsert", "announcement", 1, ""), (2, "withdraw", "announcement", 2, "unpublished")]
    answer = client.get(f"/api/v1/announcements/{page.translation_key}")
    assert answer.status_code == 410
    assert answer["Content-Type"] == "application/problem+json"
    assert Entry.objects.get().full == b""


def test_deleting_tells_a_withdrawal():
    factories.announcement().delete()

    assert changes() == [(1, "upsert", "announcement", 1, ""), (2, "withdraw", "announcement", 2, "deleted")]


def test_a_tombstone_is_visible_on_no_channel_and_says_why():
    factories.announcement().unpublish()
    # Were its channels ever left behind, it would still be gone.
    Entry.objects.update(channels=Channel.SITE)

    assert Entry.objects.get().hidden_because(Channel.SITE, NOW) == Reason.UNPUBLISHED
    assert not Entry.objects.visible(Channel.SITE, NOW).exists()


def test_publishing_again_without_a_difference_tells_nothing():
    page = factories.announcement()
    page.save_revision().publish()

    assert changes() == [(1, "upsert", "announcement", 1, "")]


def test_a_venue_that_goes_takes_its_name_out_of_the_events_that_show_it(client):
    venue = factories.venue(title="共學空間")
    event = factories.event(venue=venue)
    address = f"/api/v1/events/{event.translation_key}"
    assert client.get(address).json()["data"]["venue"]["title"] == "共學空間"

    venue.unpublish()

    assert client.get(address).json()["data"]["venue"] is None
    assert [(op, kind) for _seq, op, kind, _version, _reason in changes()] == [
        ("upsert", "venue"),
        ("upsert", "event"),
        ("withdraw", "venue"),
        ("upsert", "event"),
    ]


def add_untold(count):
    """Pages set live without a signal, as a script might."""
    parent = factories.index(AnnouncementIndexPage)
    for number in range(count):
        parent.add_child(instance=AnnouncementPage(title=f"公告 {number}", live=False, locale=parent.locale))
    AnnouncementPage.objects.update(live=True)


def spell(page):
    """What the ledger does when it is shown a page that stands on no channel any more."""
    with transaction.atomic():
        telling = Telling(Clock.locked())
        telling.tell(page, Entry.objects.get(source_pk=page.pk), None)
        telling.clock.save()


def test_what_stood_at_a_chinese_address_is_gone_there_and_in_the_changes(client):
    page = factories.announcement(slug="說明會")
    path = page.web_path
    assert client.get(path).status_code == 200

    page.unpublish()

    assert client.get("/announcements/說明會/").status_code == 410
    assert Change.objects.last().former_url == "/announcements/說明會/"
    rows = client.get("/api/v1/changes?types=announcement").json()["data"]
    assert rows == []


def test_what_was_never_public_is_not_found_and_what_is_public_is_not_gone():
    draft = factories.announcement(live=False, slug="draft")
    page = factories.announcement(slug="briefing")

    assert ledger.former(draft.web_path, Clock.now()) is None
    assert ledger.former(page.web_path, Clock.now()) is None


def test_an_address_may_be_longer_than_five_hundred_characters(client):
    event = factories.event(slug="年" * 250)
    session = factories.event(parent=event, slug="月" * 250)

    session.unpublish()

    assert len(Change.objects.get(op="withdraw").former_url) == len("/events///") + 500
    assert client.get(f"/api/v1/events/{session.translation_key}").status_code == 410


def test_a_row_that_becomes_another_item_leaves_a_tombstone_and_is_told_as_new(client):
    page = factories.announcement()
    old, new = page.translation_key, uuid4()
    AnnouncementPage.objects.filter(pk=page.pk).update(translation_key=new)

    assert ledger.drift() == 1
    ledger.reconcile()

    assert list(Change.objects.values_list("op", "uid", "version", "reason")) == [
        ("upsert", old, 1, ""),
        ("withdraw", old, 2, "deleted"),
        ("upsert", new, 1, ""),
    ]
    assert client.get(f"/api/v1/announcements/{old}").status_code == 410
    assert client.get(f"/api/v1/announcements/{new}").status_code == 200
    AnnouncementPage.objects.filter(pk=page.pk).update(translation_key=old)
    ledger.reconcile()
    assert client.get(f"/api/v1/announcements/{old}").json()["data"]["version"] == 3
    assert client.get(f"/api/v1/announcements/{new}").status_code == 410


def test_two_rows_that_swap_what_they_are_swap_their_entries():
    pages = [factories.announcement(title="甲"), factories.announcement(title="乙")]
    keys = [page.translation_key for page in pages]
    for page, key in zip(pages, (uuid4(), keys[0]), strict=True):
        AnnouncementPage.objects.filter(pk=page.pk).update(translation_key=key)
    AnnouncementPage.objects.filter(pk=pages[0].pk).update(translation_key=keys[1])

    ledger.reconcile()

    assert ledger.drift() == 0
    told = Entry.objects.filter(withdrawn_at=None).values_list("uid", "source_pk")
    assert dict(told) == {keys[1]: pages[0].pk, keys[0]: pages[1].pk}


def test_an_item_that_was_unpublished_before_its_row_became_another_is_not_withdrawn_twice():
    page = factories.announcement()
    page.unpublish()
    AnnouncementPage.objects.filter(pk=page.pk).update(translation_key=uuid4(), live=True)

    ledger.reconcile()

    assert [(op, version) for _seq, op, _type, version, _reason in changes()] == [
        ("upsert", 1),
        ("withdraw", 2),
        ("upsert", 1),
    ]


def test_an_item_on_no_channel_is_withdrawn_and_its_documents_are_emptied(client):
    page = factories.announcement()

    spell(page)

    assert changes()[1:] == [(2, "withdraw", "announcement", 2, "channel_removed")]
    entry = Entry.objects.get()
    assert (entry.card, entry.full, entry.channels, entry.digest) == (b"", b"", 0, "")
    assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 410


def test_an_end_put_off_after_it_has_passed_is_told_because_readers_had_lost_the_item(client, frozen_time):
    page = factories.announcement(expire_at=NOW + timedelta(hours=1))
    frozen_time.move_to(NOW + timedelta(hours=2))
    assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 410

    page.expire_at = NOW + timedelta(hours=3)
    page.save_revision().publish()

    assert changes() == [(1, "upsert", "announcement", 1, ""), (2, "upsert", "announcement", 2, "")]


def test_an_end_put_off_in_time_is_told_to_nobody_and_holds():
    page = factories.announcement(expire_at=NOW + timedelta(hours=1))

    page.expire_at = NOW + timedelta(hours=3)
    page.save_revision().publish()

    assert changes() == [(1, "upsert", "announcement", 1, "")]
    assert Entry.objects.get().valid_until == NOW + timedelta(hours=3)


def test_reconcile_takes_the_lock_for_a_batch_at_a_time_and_drift_only_looks():
    add_untold(ledger.BATCH + 3)

    with CaptureQueriesContext(connection) as dry:
        assert ledger.drift() == ledger.BATCH + 3
    assert changes() == []
    assert ledger.reconcile() == ledger.BATCH + 3
    assert ledger.drift() == 0

    locks = [query for query in dry.captured_queries if query["sql"].startswith('SELECT "home_clock"')]
    assert len(locks) == 2
    assert Entry.objects.visible(Channel.PARTNER_SITES, NOW).count() == ledger.BATCH + 3


def test_a_page_that_cannot_be_rendered_holds_up_no_other_page(client):
    image = Image.objects.create(title="照片", file=picture(), description="海邊")
    broken, sound = factories.announcement(title="壞"), factories.announcement(title="好")
    image.renditions.all().delete()
    image.file.storage.delete(image.file.name)
    AnnouncementPage.objects.filter(pk=broken.pk).update(image=image)
    AnnouncementPage.objects.filter(pk=sound.pk).update(title="更好")

    with pytest.raises(ExceptionGroup) as caught:
        ledger.reconcile()

    assert len(caught.value.exceptions) == 1
    assert client.get(f"/api/v1/announcements/{sound.translation_key}").json()["data"]["title"] == "更好"
    assert client.get(f"/api/v1/announcements/{broken.translation_key}").json()["data"]["title"] == "壞"


def test_an_event_is_found_by_its_programmes_new_year_though_its_document_does_not_say_it():
    program = factories.program(edition_roc=111, title="計畫")
    event = factories.event(program=program)

    program.edition_roc = 112
    program.save_revision().publish()

    entry = Entry.objects.get(uid=event.translation_key)
    assert set(entry.facets.filter(name="program").values_list("value", flat=True)) == {
        str(program.translation_key),
        "112",
    }


def test_an_english_event_shows_the_venue_in_english_from_the_moment_the_translation_is_published(client):
    venue = factories.venue(title="共學空間")
    english = factories.index(VenueIndexPage, "en")
    event = factories.event(parent=factories.index(EventIndexPage, "en"), title="Gathering", venue=venue)

    def shown():
        return json.loads(bytes(Entry.objects.get(uid=event.translation_key).full))["venue"]["title"]

    assert shown() == "共學空間"
    translation = factories.venue(
        parent=english, title="Learning room", translation_key=venue.translation_key, live=False
    )
    assert shown() == "共學空間"
    translation.save_revision().publish()
    assert shown() == "Learning room"
    translation.refresh_from_db()
    translation.unpublish()
    assert shown() == "共學空間"


def test_a_change_of_the_official_calendar_is_told_for_every_venue_whose_hours_it_changes():
    venue = factories.venue()
    venue.opening_hours.create(day_type="weekday", days=[1, 2, 3, 4, 5, 6], opens=time(9), closes=time(17))
    venue.save_revision().publish()
    before = Clock.objects.get().seq

    CalendarDay.objects.create(date=date(2026, 3, 7), day_type="weekday", name="補行上班")

    assert list(Change.objects.filter(seq__gt=before).values_list("op", "uid")) == [("upsert", venue.translation_key)]
