"""What the pages of stories and appearances say: photographs first, who made them, until when, and why one is gone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel
from programs.models import Theme
from showcase.flows import holds
from showcase.models import Grant
from showcase.vocabularies import HoldKind
from tests import factories
from tests.api.full import appearance
from tests.conftest import NOW
from tests.pages import facts, main, publish, read, text, titles
from tests.showcase.stories import coauthor, published, team, with_photo, withdraw

pytestmark = pytest.mark.django_db


def cards(soup):
    """The titles of the stories on a page, in order."""
    return [text(heading) for heading in soup.select("main .stories h3")]


def test_r51_a_story_shows_its_photo_words_and_who_made_them(client):
    story = with_photo(of=team(title="大溪團隊"), people=[coauthor(1)])

    soup = read(client, story.page.web_path)

    photo = soup.select_one(".story-photo img")
    uid = story.draft.assets.get().photo.uid
    assert (photo["alt"], photo["src"], photo["width"], photo["height"]) == (
        "河岸上的垃圾袋",
        f"/stories/media/{uid}/1600",
        "1200",
        "800",
    )
    assert photo["srcset"] == ", ".join(
        f"/stories/media/{uid}/{width} {shown}w" for width, shown in ((480, 480), (960, 960), (1600, 1200))
    )
    assert text(soup.select_one(".story-photo figcaption")) == "攝影：示範甲"
    assert text(soup.select_one(".over a")) == "大溪團隊"
    assert facts(soup)["作者"] == [str(story.draft.author)]
    assert facts(soup)["共同作者"] == ["共同作者1"]
    assert "我們清了一段河岸。" in main(soup)
    assert "@" not in main(soup)


def test_r58_a_story_says_until_when_it_is_licensed_and_where_the_terms_are(client):
    story = published(of=team(title="大溪團隊"))

    license_line = read(client, story.page.web_path).select_one(".license")

    assert "大溪團隊以「公益非營利使用（五年）」授權刊登這則故事，到120年3月2日為止。" in text(license_line).replace(
        " ", ""
    )
    assert license_line.select_one("time")["datetime"] == "2031-03-02"
    assert license_line.select_one("a[rel=license]")["href"] == "/api/v1/licenses/tyc-pi-5y-v1"


def test_a_story_for_the_site_only_asks_for_links_instead_of_copies(client):
    story = published(Channel.SITE)

    assert "想分享請附上本頁連結" in text(read(client, story.page.web_path).select_one(".license"))


def test_a_page_of_a_story_is_never_kept_and_sets_no_cookie(client):
    answer = client.get(published().page.web_path)

    assert answer["Cache-Control"] == "no-cache"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda story: withdraw(story.author), "公開它的同意已經收回"),
        (
            lambda story: holds.hold(story.page, HoldKind.CHECK, "查證", factories.person(), Clock.now()),
            "有些地方需要確認",
        ),
        (lambda story: story.page.unpublish(), "它已經下架"),
    ],
)
def test_a_story_that_is_gone_says_why_and_what_to_do(client, act, words):
    story = published()
    path = story.page.web_path
    act(story)

    soup = read(client, path, 410)

    assert words in main(soup)
    assert "請一併刪除" in main(soup)
    assert soup.select_one("main a.button")["href"] == "/stories/"
    assert "河邊的一天" not in soup.get_text()


def test_r58_a_story_is_gone_from_every_page_in_the_second_its_license_ends(client, frozen_time):
    of, event = team(title="團隊", slug="of"), factories.event(slug="e")
    story = published(of=of, event=event)
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    paths = ["/", "/stories/", of.web_path, event.web_path]

    frozen_time.move_to(ends_at - timedelta(seconds=1))
    assert [cards(read(client, path)) for path in paths] == [["河邊的一天"]] * 4
    frozen_time.move_to(ends_at)
    assert [cards(read(client, path)) for path in paths] == [[]] * 4
    assert "授權期限已經到了" in main(read(client, story.page.web_path, 410))


def test_a_story_nobody_agreed_to_is_not_found_even_behind_a_password(client):
    story = published()
    PageViewRestriction.objects.create(page=story.page, restriction_type="password", password="x")
    withdraw(story.author)
    client.post(story.page.web_path, {"password": "x"})

    assert "河岸" not in client.get(story.page.web_path).content.decode()


def test_stories_are_listed_newest_first_and_by_county_and_theme(client, frozen_time):
    older = published(of=team(counties=["TW-TAO"]), title="舊的")
    page = older.page
    page.themes = [Theme.objects.get(code="culture")]
    publish(page)
    frozen_time.move_to(NOW + timedelta(days=1))
    published(title="新的")

    assert cards(read(client, "/stories/")) == ["新的", "舊的"]
    assert cards(read(client, "/stories/?county=TW-TAO")) == ["舊的"]
    assert cards(read(client, "/stories/?theme=culture")) == ["舊的"]
    nothing = read(client, "/stories/?county=TW-LIE")
    assert "沒有符合的故事" in main(nothing)
    assert cards(read(client, "/stories/?county=nowhere")) == ["新的", "舊的"]


def test_the_english_list_is_empty_and_leads_to_the_chinese_one(client):
    published()

    soup = read(client, "/en/stories/")

    assert cards(soup) == []
    assert soup.select_one(".empty a")["href"] == "/stories/"


def test_the_list_takes_as_many_queries_for_three_stories_with_photos_as_for_one(client):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/stories/").status_code == 200
        return len(caught)

    with_photo()
    client.get("/stories/")
    assert queries() == 25
    with_photo(color="coral")
    with_photo(color="olive")
    assert queries() == 25
    assert len(read(client, "/stories/").select(".stories img")) == 3


def test_the_front_page_shows_the_latest_three(client, frozen_time):
    for number in range(4):
        frozen_time.move_to(NOW + timedelta(hours=number))
        published(ALL_CHANNELS, title=f"故事{number}")

    assert cards(read(client, "/")) == ["故事3", "故事2", "故事1"]


def test_r53_an_appearance_stands_in_the_list_on_its_page_and_with_its_team(client):
    of = team(title="大溪團隊", slug="daxi")
    page = appearance(team=of, title="走進茶寮", link="https://video.example.org/7")
    appearance(title="沒有團隊的", kind="radio")

    assert titles(read(client, "/appearances/")) == ["沒有團隊的", "走進茶寮"]
    soup = read(client, page.web_path)
    assert facts(soup) == {
        "節目或主辦單位": ["示範電視《北部青年》"],
        "團隊": ["大溪團隊"],
        "影音或報導": ["前往觀看、收聽或閱讀"],
    }
    assert soup.select_one("main .facts a[rel=noopener]")["href"] == "https://video.example.org/7"
    assert titles(read(client, of.web_path)) == ["走進茶寮"]
    assert "行動推廣" in [one.get_text(strip=True) for one in read(client, of.web_path).select("main h2")]
