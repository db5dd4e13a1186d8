"""The pull feeds of the Facebook channel, the pictures of share cards, and what pages say to whoever shares them."""

import io
import json
from datetime import timedelta

import feedparser
import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.models import PageViewRestriction

from api.models.facebook import LEAD_IN_LENGTH
from home.models import Image, StandardPage
from home.visibility import ALL_CHANNELS, Channel
from tests import factories
from tests.api.facebook import wanted
from tests.conftest import NOW
from tests.showcase.stories import agree, coauthor, draft, handed_in, published, with_photo, withdraw

pytestmark = pytest.mark.django_db

JSON, RSS = "/feeds/facebook.json", "/feeds/facebook.rss"


def items(client, address=JSON):
    return client.get(address).json()["items"]


def told(client):
    """The titles in both feeds, which are the same."""
    found = [one["title"] for one in items(client)]
    assert [one.title for one in feedparser.parse(client.get(RSS).content).entries] == found
    return found


def test_an_item_has_words_link_picture_and_description(client):
    image = factories.image(description="河邊的人")
    event = factories.event(title="返鄉座談", summary="一起聊聊。", image=image, slug="talk")
    wanted(event, lead_in="快來！")

    [item] = items(client)

    picture = f"https://hub.example.org/share/{event.translation_key}.zh-Hant.jpg"
    assert item == {
        "id": f"urn:uuid:{event.translation_key}",
        "url": "https://hub.example.org/events/talk/",
        "title": "返鄉座談",
        "content_text": "快來！\n\n返鄉座談\n\n115年3月9日（一）10:00\n\n一起聊聊。",
        "image": picture,
        "date_published": "2026-03-02T10:00:00+08:00",
        "date_modified": "2026-03-02T10:00:00+08:00",
        "tags": [],
        "language": "zh-Hant",
        "_qingju": item["_qingju"],
    }
    assert (item["_qingju"]["alt"], item["_qingju"]["type"], item["_qingju"]["license"]["id"]) == (
        *("河邊的人", "event"),
        "tw-ogdl-1.0",
    )
    [entry] = feedparser.parse(client.get(RSS).content).entries
    assert (entry.id, entry.link, entry.summary) == (item["id"], item["url"], item["content_text"])
    assert (entry.media_content[0]["url"], entry.media_content[0]["type"]) == (picture, "image/jpeg")
    assert "河邊的人" in client.get(RSS).content.decode()


def test_the_feeds_say_what_they_are(client):
    feed, rss = client.get(JSON), client.get(RSS)
    document = feed.json()

    assert (feed["Content-Type"], rss["Content-Type"]) == (
        "application/feed+json; charset=utf-8",
        "application/rss+xml; charset=utf-8",
    )
    assert (document["version"], document["feed_url"], document["items"]) == (
        *("https://jsonfeed.org/version/1.1", "https://hub.example.org/feeds/facebook.json"),
        [],
    )
    parsed = feedparser.parse(rss.content)
    assert (parsed.bozo, parsed.version, parsed.feed.language) == (False, "rss20", "zh-Hant")


@pytest.mark.parametrize("address", [JSON, RSS])
def test_caches_ask_each_time_and_hear_when_nothing_changed(client, address):
    event = factories.event()
    first = client.get(address)
    assert (first["Cache-Control"], first.has_header("ETag")) == ("no-cache", True)
    again = {"If-None-Match": first["ETag"]}
    assert client.get(address, headers=again).status_code == 304

    wanted(event, lead_in="新的導言")

    changed = client.get(address, headers=again)
    assert (changed.status_code, "新的導言" in changed.content.decode()) == (200, True)


def test_a_story_is_there_while_everyone_allows_it_on_facebook(client):
    story = published(title="河邊的一天", people=[coauthor(1)])
    assert told(client) == ["河邊的一天"]

    agree(story.parties[1], ALL_CHANNELS ^ Channel.FACEBOOK)
    assert told(client) == []
    agree(story.parties[1], ALL_CHANNELS ^ Channel.PARTNER_SITES)
    assert told(client) == ["河邊的一天"]
    withdraw(story.author)
    assert told(client) == []


def test_a_story_is_told_as_its_card_with_whose_it_is(client):
    story = published(made=draft(title="河邊的一天", text="只給接受授權的人讀。"))
    story.page.summary = "一句話"

    [item] = items(client)

    assert item["content_text"] == "河邊的一天\n\n圖文／示範團隊"
    assert "只給接受授權的人讀" not in client.get(JSON).content.decode()


@pytest.mark.parametrize("act", ["expire", "unpublish", "delete", "private"])
def test_what_is_withdrawn_is_gone_at_once(client, frozen_time, act):
    event = factories.event(title="返鄉座談", expire_at=NOW + timedelta(hours=1))
    before = client.get(JSON)
    assert told(client) == ["返鄉座談"]

    if act == "expire":
        frozen_time.shift(timedelta(hours=1))
    elif act == "private":
        PageViewRestriction.objects.create(page=event, restriction_type="login")
    else:
        getattr(event, act)()

    assert told(client) == []
    assert client.get(JSON, headers={"If-None-Match": before["ETag"]}).status_code == 200
    assert client.get(f"/share/{event.translation_key}.zh-Hant.jpg").status_code == 404


def test_messages_are_at_most_500_characters_and_nothing_is_cut(client):
    long = factories.event(title="長" * 255, summary="摘" * 300, status="cancelled")
    short = factories.announcement(title="短", summary="要" * 300)
    wanted(long, lead_in="導" * LEAD_IN_LENGTH)
    wanted(short, lead_in="導" * LEAD_IN_LENGTH)

    by_title = {one["title"][0]: one["content_text"] for one in items(client)}

    assert max(len(one) for one in by_title.values()) <= 500
    assert by_title["長"] == f"{'導' * LEAD_IN_LENGTH}\n\n【取消】{'長' * 255}"
    assert by_title["短"] == f"{'導' * LEAD_IN_LENGTH}\n\n短"


def test_only_news_unless_asked_for_and_in_the_language_asked_for(client):
    factories.venue(title="空間")
    event = factories.event(title="活動")
    english = event.copy_for_translation(factories.home("en").locale, copy_parents=True)
    english.title = "An event"
    english.save_revision().publish()

    assert told(client) == ["活動"]
    assert len(items(client, f"{JSON}?types=venue,event&limit=1")) == 1
    assert {one["title"] for one in items(client, f"{JSON}?types=venue,event")} == {"活動", "空間"}
    assert [one["title"] for one in items(client, f"{JSON}?lang=en")] == ["An event"]
    assert client.get(f"{JSON}?page=2").json()["errors"][0]["parameter"] == "page"


def test_the_feeds_take_as_many_queries_for_three_as_for_one(client, django_assert_num_queries):
    factories.event()
    client.get(JSON)
    for address in (JSON, RSS):
        with django_assert_num_queries(4):
            client.get(address)
    for number in range(2):
        wanted(factories.event(title=f"活動{number}"), lead_in="快來")
    for address in (JSON, RSS):
        with django_assert_num_queries(4):
            client.get(address)


def test_text_that_xml_cannot_carry_is_left_out(client):
    factories.event(title="響\x07鈴 <b>&")

    [entry] = feedparser.parse(client.get(RSS).content).entries

    assert entry.title == "響鈴 <b>&"


def opened(client, page):
    answer = client.get(f"/share/{page.translation_key}.{page.lang}.jpg")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/jpeg", "no-cache")
    return Picture.open(io.BytesIO(answer.content)).convert("RGB")


def test_the_picture_is_cut_from_the_items_own_around_the_point_to_be_seen(client):
    seen = {"focal_point_x": 300, "focal_point_y": 950, "focal_point_width": 50, "focal_point_height": 50}
    image = Image.objects.create(title="兩半", file=picture_of_halves(), **seen)
    made = opened(client, factories.event(image=image))

    assert made.size == (1200, 630)
    assert near(made.getpixel((600, 600)), (0, 0, 255))


def picture_of_halves():
    picture = Picture.new("RGB", (600, 1000), "red")
    picture.paste((0, 0, 255), (0, 500, 600, 1000))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return ContentFile(file.getvalue(), name="halves.png")


def near(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 20


def test_without_a_picture_the_sites_own_is_shown(client):
    made = opened(client, factories.event())

    assert made.size == (1200, 630)
    assert near(made.getpixel((2, 2)), (250, 246, 238))


@pytest.mark.parametrize(("adaptation", "corner"), [(True, (0, 128, 128)), (False, (250, 246, 238))])
def test_a_storys_photo_is_cut_only_where_everyone_lets_it_be_adapted(client, adaptation, corner):
    story = with_photo(color="teal")
    for party in story.parties:
        agree(party, adaptation=adaptation)

    made = opened(client, story.page)

    assert made.size == (1200, 630)
    assert near(made.getpixel((2, 300)), corner)
    assert near(made.getpixel((600, 300)), (0, 128, 128))


def test_a_storys_picture_ends_with_its_consent(client):
    story = with_photo()
    address = f"/share/{story.page.translation_key}.zh-Hant.jpg"
    first = client.get(address)
    assert first.status_code == 200

    withdraw(story.author)

    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 404
    assert client.get(f"/share/{handed_in().page.translation_key}.zh-Hant.jpg").status_code == 404


def head(client, address):
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return {one["property"]: one["content"] for one in page.head.find_all("meta", property=True)}


def test_pages_say_what_a_share_card_shows(client):
    event = factories.event(title="返鄉座談 <&>", summary='一起"聊聊"。', slug="talk", image=factories.image())

    found = head(client, "/events/talk/")

    assert {name: found[name] for name in ("og:title", "og:description", "og:url", "og:image", "og:type")} == {
        "og:title": "返鄉座談 <&>",
        "og:description": '一起"聊聊"。',
        "og:url": "https://hub.example.org/events/talk/",
        "og:image": f"https://hub.example.org/share/{event.translation_key}.zh-Hant.jpg",
        "og:type": "article",
    }
    assert client.get(found["og:image"].removeprefix("https://hub.example.org")).status_code == 200


def test_plain_pages_show_the_sites_own_picture_and_error_pages_no_card(client):
    factories._add(StandardPage(title="關於我們", slug="about"), factories.home(), live=True)

    found = head(client, "/about/")

    assert (found["og:title"], found["og:image"]) == ("關於我們", "https://hub.example.org/static/api/share.jpg")
    assert client.get("/static/api/share.jpg").status_code == 200
    assert head(client, "/nowhere/") == {}


def test_an_alias_is_shared_as_what_it_shows(client):
    event = factories.event(title="活動", slug="talk")
    event.create_alias(parent=factories.home(), update_slug="second")

    assert head(client, "/second/")["og:url"] == "https://hub.example.org/events/talk/"


def test_a_draft_has_no_picture_and_no_place_in_the_feeds(client):
    event = factories.event(live=False, image=factories.image())
    wanted(event, lead_in="還沒公開")

    assert client.get(f"/share/{event.translation_key}.zh-Hant.jpg").status_code == 404
    assert json.loads(client.get(JSON).content)["items"] == []
