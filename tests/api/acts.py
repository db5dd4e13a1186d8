"""What editors, parties and time do to a few announcements and stories, each act at random or by name.

An act looks its rows up anew, so it may be done by any process. Some go through the hub's own doors over HTTP: of those
nobody knows, when the hub dies, whether they were done.
"""

import random
from datetime import timedelta
from typing import Final

import requests
from django.db import transaction

from home.models import AnnouncementPage, Clock
from showcase.flows import holds
from showcase.flows.acts import act_on
from showcase.links import token_of
from showcase.models import Grant, Hold, Party, StoryPage
from showcase.vocabularies import HoldKind, PartyRole
from tests import factories
from tests.api.mirrors import PATIENCE
from tests.cms.outages import Browser
from tests.showcase import stories

ANNOUNCEMENTS: Final = 4
STORIES: Final = 3
OVER_HTTP: Final = ("edit in the admin", "withdraw")


def end_license(story: StoryPage, within: timedelta) -> None:
    """A license ends in a moment, and nobody does anything then but the worker's look at what has ended."""
    with act_on(story):
        running = Grant.objects.filter(party__story=story, withdrawn_at=None, ends_at__gt=Clock.now())
        running.update(ends_at=Clock.now() + within)


class World:
    """Some announcements, stories of one team, an event at a venue, and the people who act."""

    def __init__(self, draw: random.Random, hub: str) -> None:
        self.draw, self.hub = draw, hub
        self.made = ANNOUNCEMENTS
        self.keeper, self.other = factories.person("審核"), factories.person("審核")
        venue = factories.venue(title="空間", slug="room")
        factories.event(title="活動", slug="meeting", venue=venue)
        for number in range(ANNOUNCEMENTS):
            factories.announcement(title=f"公告{number}", slug=f"notice-{number}")
        team = stories.team()
        self.stories = [stories.published(of=team, title=f"故事{number}").page.pk for number in range(STORIES)]
        page = AnnouncementPage.objects.get(slug="notice-0")
        self.browser = Browser(factories.person("審核"), page)
        # Which act over HTTP is under way.
        self.asked = ""
        self.cut_off = 0
        self.done: dict[str, int] = {}
        self.acts = {
            "publish": self.publish,
            "edit": self.edit,
            "edit in the admin": self.edit_in_the_admin,
            "unpublish": self.unpublish,
            "republish": self.republish,
            "delete": self.delete,
            "withdraw": self.withdraw,
            "agree": self.agree,
            "end": self.end,
            "hold": self.hold,
            "release": self.release,
        }

    def act(self, name: str = "") -> None:
        """Do one act, at random unless it is named."""
        name = name or self.draw.choice(list(self.acts))
        try:
            self.acts[name]()
        except requests.RequestException:
            self.cut_off += 1
        finally:
            self.asked = ""
        self.done[name] = self.done.get(name, 0) + 1

    def page(self, *, live: bool) -> AnnouncementPage | None:
        """One of the announcements; the first belongs to who edits in the admin."""
        found = list(AnnouncementPage.objects.filter(live=live, slug__startswith="notice-").exclude(slug="notice-0"))
        return self.draw.choice(found) if found else None

    def story(self) -> StoryPage:
        return StoryPage.objects.get(pk=self.draw.choice(self.stories))

    def author(self, story: StoryPage) -> Party:
        return Party.objects.get(story=story, role=PartyRole.AUTHOR)

    def publish(self) -> None:
        with transaction.atomic():
            Clock.locked()
            factories.announcement(title=f"公告{self.made}", slug=f"notice-{self.made}")
        self.made += 1

    def edit(self) -> None:
        if page := self.page(live=True):
            self.save(page)

    def save(self, page: AnnouncementPage) -> None:
        with transaction.atomic():
            Clock.locked()
            page.title = f"公告 {self.draw.random()}"
            page.save_revision().publish()

    def edit_in_the_admin(self) -> None:
        self.asked = "edit"
        self.browser.edit(self.browser.page, title=f"公告 {self.draw.random()}")

    def unpublish(self) -> None:
        if page := self.page(live=True):
            with transaction.atomic():
                Clock.locked()
                page.unpublish()

    def republish(self) -> None:
        if page := self.page(live=False):
            self.save(page)

    def delete(self) -> None:
        if page := self.page(live=self.draw.random() < 0.5):
            with transaction.atomic():
                Clock.locked()
                page.delete()

    def withdraw(self, story: StoryPage | None = None) -> None:
        """A party withdraws on the page that its link leads to."""
        address = f"{self.hub}/consent/{token_of(self.author(story or self.story()))}/withdraw/"
        self.asked = "withdraw"
        answer = requests.post(address, timeout=PATIENCE, allow_redirects=False)
        assert answer.status_code < 400, answer.text

    def agree(self, story: StoryPage | None = None) -> None:
        stories.agree(self.author(story or self.story()))

    def end(self) -> None:
        end_license(self.story(), timedelta(seconds=1))

    def hold(self) -> None:
        story = self.story()
        if not Hold.objects.filter(story=story, released_at=None).exists():
            holds.hold(story, HoldKind.CHECK, "再看一次", self.keeper, Clock.now())

    def release(self) -> None:
        held = Hold.objects.filter(released_at=None).first()
        if held:
            holds.release(held, "沒有問題", self.other, Clock.now())
