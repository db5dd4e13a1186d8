"""Whatever ends a story ends it on every door at the very next request: the doors are those of the classed table."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from home.taiwan import TAIPEI
from showcase.models import Grant
from tests import factories, story_world
from tests.demo import savepoint
from tests.doors import LISTS, heard, public_addresses
from tests.showcase import stories
from tests.showcase.editorial import staff
from tests.story_world import Told

pytestmark = pytest.mark.django_db
# Five calendar years later there is no such day.
AGREED = datetime(2028, 2, 29, 10, 0, tzinfo=TAIPEI)
ENDS = datetime(2033, 2, 28, 10, 0, tzinfo=TAIPEI)
SECOND = timedelta(seconds=1)


@dataclass
class Ground:
    """The one story, told on every channel, and what it is about."""

    told: Told
    around: list
    former: str
    canaries: dict = field(default_factory=dict)

    @property
    def detail(self):
        return f"/api/v1/stories/{self.told.page.translation_key}"

    @property
    def files(self):
        return [f"/stories/media/{uid}/{width}" for uid, width in self.told.media[:3]] + [
            f"/stories/media/{self.told.media[3][0]}"
        ]


def make(_clock):
    of = stories.team(title="甲團隊")
    program = factories.program(title="公開計畫", slug="public")
    event = factories.event(title="公開活動", slug="public", program=program)
    told = story_world.written("everywhere", of, zine=True, program=program, event=event)
    story_world.published(told, minor=True)
    page = told.page
    former, page.slug, page.counties = page.web_path, "renamed", ["TW-TAO"]
    page.save_revision().publish()
    shown = {kind: told.canaries[kind] for kind in ("title", "text", "alt", "names", "bytes", "original")}
    return Ground(told, [of, program, event, told.page], former, shown)


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker, tmp_path_factory):
    with story_world.told(tmp_path_factory.mktemp("stories"), django_db_blocker, make, AGREED) as made:
        yield made


@pytest.fixture
def _django_db_helper(ground):
    """Stands in for pytest-django's: its transaction a test would close the connection the story lives on."""
    with savepoint():
        yield


@pytest.fixture(autouse=True)
def that_day(frozen_time):
    frozen_time.move_to(AGREED)


def addresses(ground):
    """Every public address that has to do with the story: each door filled with it, and every list."""
    return public_addresses(
        {"uid": page.translation_key, "path": path, "media_uid": uid, "width": width}
        for page in ground.around
        for path in (page.web_path.lstrip("/"), ground.former.lstrip("/"))
        for uid, width in ground.told.media
    )


def read(address, **headers):
    """Status, headers and all that an answer says, for somebody who comes for the first time."""
    answer = Client().get(address, headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return answer.status_code, answer.headers, said.encode() + body


def showing(ground):
    """The doors that show something of the story, with what a cache would ask by again."""
    found = {}
    for address in addresses(ground):
        _status, headers, said = read(address)
        if heard(said, ground.canaries):
            again = {"If-None-Match": headers.get("ETag"), "If-Modified-Since": headers.get("Last-Modified")}
            found[address] = {name: value for name, value in again.items() if value}
    return found


def every_door(ground):
    """The doors that must have shown it, or the test would be blind."""
    team, program, event, page = ground.around
    pages = {one.web_path for one in (team, program, event, page)} - {program.web_path}
    told = ("stories", "changes?include", "/feeds/")
    lists = {one for one in LISTS if any(part in one for part in told) or one == "/"}
    return pages | lists | {ground.detail, *ground.files}


def gone_everywhere(ground, before, reason):
    """After what ended it: nothing anywhere, also for whoever asks whether his copy is still good."""
    for address, again in before.items():
        for headers in ({}, *({name: value} for name, value in again.items()), {"Range": "bytes=0-99"}):
            status, _headers, said = read(address, **headers)
            assert (address, headers, status in {200, 404, 410}) == (address, headers, True)
            assert (address, headers, heard(said, ground.canaries)) == (address, headers, set())
    page, detail = read(ground.told.page.web_path), Client().get(ground.detail)
    assert (page[0], detail.status_code, detail.json()["reason"]) == (410, 410, reason)
    assert {read(address)[0] for address in ground.files} == {404}
    assert showing(ground) == {}


def by_link(ground, who, act):
    """What somebody decides on his consent page."""
    return Client().post(reverse(f"consent-{act}", args=[ground.told.links[who]])).status_code


def at_the_desk(ground):
    """The author withdraws where he is logged in."""
    client = Client()
    client.force_login(ground.told.draft.author)
    return client.post(reverse("desk_withdraw", args=[ground.told.draft.uid])).status_code


def held(ground, kind):
    """Staff hold it."""
    url = reverse("story_hold", args=[ground.told.page.pk])
    return staff("編輯").client.post(url, {"kind": kind, "reason": "查一下"}).status_code


ENDINGS = {
    "a co-author withdraws": (lambda ground: by_link(ground, "coauthor", "withdraw"), "consent_withdrawn"),
    "a co-author refuses after publication": (
        lambda ground: by_link(ground, "coauthor", "refuse"),
        "consent_withdrawn",
    ),
    "a legal representative withdraws": (lambda ground: by_link(ground, "guardian", "withdraw"), "consent_withdrawn"),
    "the author withdraws at the desk": (at_the_desk, "consent_withdrawn"),
    "staff hold it to check": (lambda ground: held(ground, "check"), "held"),
    "staff hold it for a dispute": (lambda ground: held(ground, "dispute"), "legal"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_r57_r60_the_very_next_request_shows_nothing_on_any_door(ground, name):
    before = showing(ground)
    assert set(before) >= every_door(ground)
    print(f"{len(before)} doors of {len(addresses(ground))} showed it")  # noqa: T201 - the figure
    following = Client().get("/api/v1/changes").json()["page"]["next"].removeprefix("https://hub.example.org")
    act, reason = ENDINGS[name]

    assert act(ground) == 302

    gone_everywhere(ground, before, reason)
    _status, _headers, told = read(following)
    assert heard(told, ground.canaries) == set()
    assert [row["reason"] for row in Client().get(following).json()["data"] if row["op"] == "withdraw"] == [reason]


def test_r58_the_last_second_is_valid_the_next_is_not_on_any_door_and_a_clock_set_back_revives_nothing(
    ground, frozen_time
):
    assert set(Grant.objects.values_list("ends_at", flat=True)) == {ENDS}
    first = set(showing(ground))
    assert first >= every_door(ground)
    for before_the_end in (SECOND, timedelta(microseconds=1)):
        frozen_time.move_to(ENDS - before_the_end)
        before = showing(ground)
        assert set(before) == first

    frozen_time.move_to(ENDS)
    gone_everywhere(ground, before, "license_expired")

    factories.announcement(title="記下此刻")
    for back in (ENDS - SECOND, AGREED):
        frozen_time.move_to(back)
        gone_everywhere(ground, before, "license_expired")
