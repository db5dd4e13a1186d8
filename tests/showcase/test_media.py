"""Photos and files of stories are read only while the rule, or a right of one's own, says so at that instant."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel
from showcase.byte_ranges import UnsatisfiableError, asked_range
from showcase.flows import handing_in, holds
from showcase.flows.media import take_file, take_photo
from showcase.links import token_of
from showcase.models import DraftAsset
from showcase.vocabularies import AssetKind, HoldKind
from tests import factories
from tests.conftest import NOW
from tests.showcase import uploads
from tests.showcase.stories import Story, agree, coauthor, draft, member, team, withdraw
from tests.showcase.uploads import clip, upload

pytestmark = pytest.mark.django_db
FIVE_YEARS = timedelta(days=5 * 366)
DECLARED = {"alt": "示範", "rights": "own", "people": "nobody", "music": "none"}
PRIVATE, PUBLIC = "private, no-store", "no-cache"


@pytest.fixture
def told(client):
    """A draft with a photo, a video and a zine; ``hand_in`` and ``publish`` take it further."""
    at = draft(people=[coauthor(1)])
    photo = take_photo(upload(uploads.photographed()), at.author)
    video = take_file(clip("camera.mp4"), AssetKind.VIDEO, at.author)
    zine = take_file(upload(uploads.zine(), "王小明.pdf"), AssetKind.PRINT, at.author)
    for position, (kind, media) in enumerate(
        [("photo", {"photo": photo}), ("video", {"file": video}), ("print", {"file": zine})]
    ):
        DraftAsset.objects.create(draft=at, kind=kind, position=position, **media, **DECLARED)
    return SimpleNamespace(draft=at, photo=photo, video=video, zine=zine, story=None)


def hand_in(at):
    revision = handing_in.hand_in(at, at.author, Clock.now())
    return Story(at, revision, list(revision.parties.order_by("pk")))


def publish(told, channels=ALL_CHANNELS):
    told.story = hand_in(told.draft)
    for party in told.story.parties:
        agree(party, channels)
    told.story.revision.refresh_from_db()
    told.story.revision.revision.publish()


def addresses(told):
    return [*(told.photo.url_of(width) for width in (480, 1600)), told.video.url, told.zine.url]


def read(client, address, method="get", **headers):
    """Status, headers and bytes of an answer."""
    answer = getattr(client, method)(address, headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return SimpleNamespace(status=answer.status_code, headers=answer.headers, body=body)


def statuses(client, told):
    return {read(client, address).status for address in addresses(told)}


def test_what_a_public_story_shows_is_read_by_everybody_and_asked_for_each_time(told, client):
    publish(told)

    for address, kind, disposition in (
        (told.photo.url_of(480), "image/jpeg", None),
        (told.video.url, "video/mp4", None),
        (told.zine.url, "application/pdf", f'attachment; filename="{told.zine.uid.hex[:8]}.pdf"'),
    ):
        answer = read(client, address)
        assert (answer.status, len(answer.body)) == (200, int(answer.headers["Content-Length"]))
        shown = {name: answer.headers.get(name) for name in ("Content-Type", "Content-Disposition", "Cache-Control")}
        assert shown == {"Content-Type": kind, "Content-Disposition": disposition, "Cache-Control": PUBLIC}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'self'"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert [name for name in ("Vary", "Set-Cookie", "Content-Language") if name in answer.headers] == []
    assert read(client, told.photo.url_of(480)).body == told.photo.renditions.get(width=480).file.read()


@pytest.mark.parametrize(
    "channels", [Channel.SITE, Channel.SITE | Channel.PARTNER_SITES, Channel.SITE | Channel.FACEBOOK]
)
def test_it_answers_while_any_channel_it_is_used_on_stands(told, client, channels):
    publish(told, channels)

    assert statuses(client, told) == {200}


def nothing(_told, _time):
    """Still a draft."""


def uncleared(told, _time):
    story = hand_in(told.draft)
    agree(story.author)


def unpublished(told, _time):
    story = hand_in(told.draft)
    for party in story.parties:
        agree(party)


def taken_down(told, _time):
    publish(told)
    told.story.page.unpublish()


def withdrawn(told, _time):
    publish(told)
    withdraw(told.story.parties[1])


def held(told, _time):
    publish(told)
    holds.hold(told.story.page, HoldKind.CHECK, "示範", factories.person("編輯"), Clock.now())


def ended(told, time):
    publish(told)
    time.move_to(NOW + FIVE_YEARS)


def cleared_by_nobody(told, _time):
    hand_in(told.draft).revision.revision.publish()


def replaced(told, _time):
    """The live story no longer shows them, though an older revision did."""
    publish(told)
    told.draft.assets.all().delete()
    publish(told)


HIDDEN = (nothing, uncleared, unpublished, taken_down, withdrawn, held, ended, cleared_by_nobody, replaced)


@pytest.mark.parametrize("state", HIDDEN, ids=lambda state: state.__name__)
def test_r54_nothing_of_a_hidden_story_is_read_by_any_method_or_header(told, client, frozen_time, state):
    publish(told)
    known = {address: read(client, address).headers["ETag"] for address in addresses(told)[1:]}
    told.story.page.unpublish()
    told.story.page.delete()
    told.draft.refresh_from_db()
    state(told, frozen_time)

    for address, etag in known.items():
        never = read(client, reverse("story-file", args=[uuid4()]))
        for method, headers in (
            ("get", {}),
            ("head", {}),
            ("get", {"range": "bytes=0-9"}),
            ("get", {"range": "bytes=999999999-"}),
            ("get", {"if-none-match": etag}),
            ("head", {"if-none-match": "*"}),
            ("get", {"if-match": '"other"'}),
            ("get", {"if-range": etag, "range": "bytes=0-9"}),
        ):
            answer = read(client, address, method, **headers)
            assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
            assert sorted(answer.headers) == sorted(never.headers)
            assert len(answer.body) in {0, len(never.body)}


def test_originals_have_no_address(told, client):
    publish(told)
    name = told.photo.file.name

    for address in (
        f"/stories/media/{told.photo.uid}",
        f"/stories/media/{told.photo.uid}/640",
        f"/stories/media/{told.photo.uid}/0",
        f"/media/{name}",
        f"/private/{name}",
        f"/media/renditions/{name}",
        f"/media/renditions/..%2F..%2Fprivate%2F{name.replace('/', '%2F')}",
    ):
        assert read(client, address).status == 404
    with pytest.raises(ValueError, match="has no address"):
        told.photo.file.url  # noqa: B018 - asking is the act


def test_members_of_the_team_see_what_nobody_else_does(told, client):
    at_desk = member(told.draft.team)
    for user in (at_desk, told.draft.author):
        client.force_login(user)
        for address in addresses(told):
            answer = read(client, address)
            assert (answer.status, answer.headers["Cache-Control"]) == (200, PRIVATE)
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"

    for user in (factories.person(), member(team()), factories.person("編輯")):
        client.force_login(user)
        assert statuses(client, told) == {404}


def test_staff_see_what_is_handed_in_and_only_those_with_rights_on_stories(told, client):
    told.story = hand_in(told.draft)
    editor, elsewhere = factories.person("編輯"), factories.person_with_rights_on_announcements()

    client.force_login(elsewhere)
    assert statuses(client, told) == {404}
    client.force_login(editor)
    assert statuses(client, told) == {200}
    answer = read(client, addresses(told)[0])
    assert (answer.headers["Cache-Control"], answer.headers["Cross-Origin-Resource-Policy"]) == (PRIVATE, "same-origin")


def test_members_see_a_story_that_is_handed_in_and_hidden(told, client):
    told.story = hand_in(told.draft)
    told.draft.delete()
    client.force_login(told.draft.author)

    assert statuses(client, told) == {200}


def test_staff_need_their_second_factor_here_too(told, client, settings):
    hand_in(told.draft)
    settings.STAFF_MFA = True
    client.force_login(factories.person("編輯"))

    assert statuses(client, told) == {404}


def test_who_left_the_team_sees_no_more(told, client):
    client.force_login(told.draft.author)
    told.draft.author.memberships.all().delete()

    assert statuses(client, told) == {404}


def through(party, told):
    token = token_of(party)
    return [
        reverse("consent-media", args=[token, told.photo.uid, 480]),
        reverse("consent-file", args=[token, told.video.uid]),
    ]


def test_a_party_sees_what_it_is_asked_about_and_nothing_else(told, client, frozen_time):
    story = hand_in(told.draft)
    other = take_photo(upload(uploads.written()), told.draft.author)

    for address in through(story.parties[1], told):
        answer = read(client, address)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, PRIVATE)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert read(client, address, **{"if-none-match": answer.headers["ETag"]}).status == 304
    token = token_of(story.parties[1])
    for address in (
        reverse("consent-media", args=[token, other.uid, 480]),
        reverse("consent-media", args=[token[:-1] + "_", told.photo.uid, 480]),
        reverse("consent-file", args=["x", told.video.uid]),
        reverse("consent-file", args=[token, uuid4()]),
    ):
        assert read(client, address).status == 404

    frozen_time.move_to(NOW + timedelta(days=15))
    assert {read(client, address).status for address in through(story.parties[1], told)} == {404}


def test_unchanged_is_said_only_while_it_may_be_seen(told, client):
    publish(told)
    address = told.photo.url_of(480)
    etag = read(client, address).headers["ETag"]

    unchanged = read(client, address, **{"if-none-match": etag})
    assert (unchanged.status, unchanged.body, unchanged.headers["Cache-Control"]) == (304, b"", PUBLIC)
    assert read(client, address, **{"if-none-match": '"other"'}).status == 200
    assert not etag.startswith("W/")
    withdraw(told.story.author)
    assert read(client, address, **{"if-none-match": etag}).status == 404


def test_a_video_is_read_in_parts(told, client):
    publish(told)
    whole = read(client, told.video.url)
    size, etag = len(whole.body), whole.headers["ETag"]
    assert whole.headers["Accept-Ranges"] == "bytes"

    part = read(client, told.video.url, range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert (part.headers["Content-Range"], part.headers["Content-Length"]) == (f"bytes 100-199/{size}", "100")
    assert read(client, told.video.url, range="bytes=-7").body == whole.body[-7:]
    assert read(client, told.video.url, range=f"bytes={size - 3}-").body == whole.body[-3:]
    beyond = read(client, told.video.url, range=f"bytes={size}-")
    assert (beyond.status, beyond.headers["Content-Range"], beyond.body) == (416, f"bytes */{size}", b"")
    assert read(client, told.video.url, range="bytes=0-9", **{"if-range": '"other"'}).status == 200
    assert read(client, told.video.url, range="bytes=0-9", **{"if-range": etag}).status == 206
    head = read(client, told.video.url, "head", range="bytes=0-9")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(size))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", (0, 10)),
        ("bytes=2-4", (2, 5)),
        ("bytes=2-99", (2, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-99", (0, 10)),
        ("Bytes = 1 - 1", (1, 2)),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=٣-", None),
        ("items=0-1", None),
        ("", None),
    ],
)
def test_one_range_is_a_part_and_anything_else_the_whole(header, expected):
    assert asked_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_met(header):
    with pytest.raises(UnsatisfiableError):
        asked_range(header, 10)


def test_a_file_that_is_lost_is_not_found(told, client):
    publish(told)
    storages["private"].delete(told.video.file.name)

    assert read(client, told.video.url).status == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_is_only_ever_read(told, client, method):
    assert read(client, told.video.url, method).status == 405


def test_a_public_photo_costs_few_queries(told, client, django_assert_num_queries):
    publish(told)

    with django_assert_num_queries(9):  # the clock, the story, two of the page's terms, four of consent, the photo
        read(client, told.photo.url_of(480))
