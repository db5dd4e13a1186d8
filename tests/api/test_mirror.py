"""A copy kept from `/changes` alone is what the hub shows, whatever editors do and however long it takes."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from home.flows import publish_due
from home.models import AnnouncementIndexPage, Clock
from home.visibility import Channel
from tests import factories
from tests.api.test_changes import HUB, stand_on
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

COLLECTIONS = ("announcements", "events", "venues")
ACTS = st.sampled_from(["edit", "unpublish", "republish", "delete", "hide", "expire", "wait", "lose", "follow"])


class Mirror:
    """A partner's copy: it knows nothing but the answers of `/changes`."""

    def __init__(self, client):
        self.client, self.address = client, f"{HUB}/api/v1/changes?limit=2&include=resource"
        self.versions, self.items = {}, {}

    def follow(self):
        while True:
            answer = self.client.get(self.address).json()
            for row in answer["data"]:
                self.apply(row)
            self.address = answer["page"]["next"]
            if answer["page"]["caught_up"]:
                return

    def apply(self, row):
        key = (row["type"], row["id"], row["lang"])
        if row["version"] <= self.versions.get(key, 0):
            return
        self.versions[key] = row["version"]
        self.items.pop(key, None)
        if row["op"] == "upsert" and row["resource"]:
            self.items[key] = row["resource"]


def shown(client):
    """Every item the hub shows, by list and detail."""
    listed = [
        row
        for name in COLLECTIONS
        for lang in ("zh-Hant", "en")
        for row in client.get(f"/api/v1/{name}?limit=100&lang={lang}").json()["data"]
    ]
    return {(row["type"], row["id"], row["lang"]): client.get(row["url"]).json()["data"] for row in listed}


class World:
    """Three pages that show one another, one of them in English."""

    def __init__(self, frozen_time):
        frozen_time.move_to(NOW)
        self.time = frozen_time
        venue = factories.venue(title="空間")
        event = factories.event(title="活動", venue=venue)
        english = factories.announcement(title="Notice", parent=factories.index(AnnouncementIndexPage, "en"))
        self.pages = [venue, event, english]
        self.gone = set()

    def do(self, act, which):
        page = self.pages[which]
        if act == "wait":
            self.time.shift(timedelta(hours=1))
        elif which not in self.gone:
            page.refresh_from_db()
            getattr(self, act)(page, which)

    def edit(self, page, _which):
        page.summary = f"{page.summary}改"[-20:]
        page.save_revision().publish()

    def unpublish(self, page, _which):
        page.unpublish()

    def republish(self, page, _which):
        page.expire_at = None
        page.save_revision().publish()

    def expire(self, page, _which):
        page.expire_at = Clock.now() + timedelta(minutes=30)
        page.save_revision().publish()

    def hide(self, page, _which):
        found = PageViewRestriction.objects.filter(page=page)
        if not found.delete()[0]:
            PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    def delete(self, page, which):
        page.delete()
        self.gone.add(which)

    def lose(self, page, _which):
        if not page.hidden_because(Channel.PARTNER_SITES, Clock.now()):
            stand_on(page, Channel.SITE)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@example([("lose", 1)])
@example([("delete", 0)])
@example([("expire", 0), ("follow", 0), ("wait", 0)])
@example([("unpublish", 1), ("follow", 0), ("republish", 1), ("hide", 2)])
@given(st.lists(st.tuples(ACTS, st.integers(0, 2)), min_size=4, max_size=12))
def test_a_mirror_that_follows_the_changes_is_what_the_hub_shows(client, frozen_time, acts):
    with transaction.atomic():
        mirror, world = Mirror(client), World(frozen_time)
        mirror.follow()
        for act, which in acts:
            if act == "follow":
                mirror.follow()
            else:
                world.do(act, which)
        # The worker's turn: what has expired by the clock is told.
        publish_due(Clock.now())
        mirror.follow()

        assert mirror.items == shown(client)
        late = Mirror(client)
        late.follow()
        assert late.items == mirror.items
        transaction.set_rollback(True)
