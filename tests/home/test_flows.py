"""Scheduled publishing: each act from what stands in the database at its own instant."""

from datetime import timedelta

import pytest
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from home.flows import publish_due
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
