"""Scheduled publishing: each act from what stands in the database at its own instant."""

from datetime import timedelta

import pytest
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from api.models import Change
from home.flows import place_site, publish_due
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(hours=1)


def test_an_expiry_put_off_while_the_worker_is_busy_with_another_page_keeps_its_page_up(frozen_time):
    first = factories.announcement(title="先", expire_at=SOON)
    second = factories.announcement(title="後", expire_at=SOON + timedelta(seconds=1))
    frozen_time.move_to(SOON + timedelta(minutes=1))

    def put_off(instance, **_kwargs):
        Page.objects.filter(pk=second.pk).update(expire_at=SOON + timedelta(days=1))

    page_unpublished.connect(put_off)
    try:
        acts = publish_due(SOON + timedelta(minutes=1))
    finally:
        page_unpublished.disconnect(put_off)

    assert (acts, Page.objects.get(pk=first.pk).live, Page.objects.get(pk=second.pk).live) == (1, False, True)


def test_a_schedule_called_off_while_the_worker_is_busy_with_another_page_publishes_nothing(frozen_time):
    first = factories.announcement(live=False, title="先", go_live_at=SOON)
    second = factories.announcement(live=False, title="後", go_live_at=SOON + timedelta(seconds=1))
    for page in (first, second):
        page.save_revision().publish()
    frozen_time.move_to(SOON + timedelta(minutes=1))

    def call_off(instance, **_kwargs):
        second.revisions.update(approved_go_live_at=None)

    page_published.connect(call_off)
    try:
        acts = publish_due(SOON + timedelta(minutes=1))
    finally:
        page_published.disconnect(call_off)

    assert (acts, Page.objects.get(pk=first.pk).live, Page.objects.get(pk=second.pk).live) == (1, True, False)


def test_a_scheduled_page_goes_live_at_its_instant_and_is_told(client, frozen_time):
    page = factories.announcement(live=False, go_live_at=SOON)
    page.save_revision().publish()
    address = f"/api/v1/announcements/{page.translation_key}"

    assert publish_due(SOON - timedelta(seconds=1)) == 0
    assert client.get(address).status_code == 404

    frozen_time.move_to(SOON)
    assert publish_due(SOON) == 1
    assert client.get(address).status_code == 200
    assert publish_due(SOON) == 0
    assert list(Change.objects.values_list("op", "uid")) == [("upsert", page.translation_key)]


def test_an_expired_page_is_taken_down_and_its_withdrawal_told(client, frozen_time):
    page = factories.announcement(expire_at=SOON)
    frozen_time.move_to(SOON)

    assert publish_due(SOON) == 1

    page.refresh_from_db()
    assert (page.live, page.expired) == (False, True)
    assert list(Change.objects.values_list("op", "reason")) == [("upsert", ""), ("withdraw", "unpublished")]
    assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 410


def test_an_act_that_fails_is_undone_and_holds_up_no_other(caplog, frozen_time):
    broken = factories.announcement(live=False, title="壞", go_live_at=SOON)
    sound = factories.announcement(live=False, title="好", go_live_at=SOON + timedelta(seconds=1))
    for page in (broken, sound):
        page.save_revision().publish()
    revision = broken.revisions.get()
    revision.content["locale"] = 999_999
    revision.save(update_fields=["content"])
    frozen_time.move_to(SOON + timedelta(minutes=1))

    assert publish_due(SOON + timedelta(minutes=1)) == 1

    assert list(Page.objects.filter(pk__in=[broken.pk, sound.pk], live=True).values_list("title", flat=True)) == ["好"]
    assert [record.levelname for record in caplog.records if record.name == "home.flows"] == ["ERROR"]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://youth.example.org", "https://youth.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_the_site_stands_where_the_hub_is_known(url, address):
    place_site(url)

    assert factories.announcement(slug="spring").full_url == f"{address}/announcements/spring/"
