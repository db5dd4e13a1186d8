"""What a consent page shows of the story: who made it, whom it shows, its photos by the link's own door."""

from io import BytesIO

import pytest
from PIL import Image

from showcase.models import Requirement, StoryRevision
from showcase.vocabularies import AssetKind, PartyRole
from tests.showcase.consent_page import path, soup, words
from tests.showcase.stories import agree, coauthor, draft, handed_in, photo

pytestmark = pytest.mark.django_db


def test_who_made_what_is_told_apart(client):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    [line] = soup(client.get(path(story.parties[1]))).select(".asked-story .quiet")

    assert line.get_text(strip=True) == f"作者：{story.author.name}；共同作者：共同作者1；共同作者：共同作者2"


def test_whoever_is_shown_reads_that_the_picture_shows_them(client):
    story = handed_in(people=[("示範丙", "shown@example.org", PartyRole.PORTRAYED)])

    assert "畫面裡認得出你" in words(client.get(path(story.parties[1])))


def test_a_photo_is_shown_through_the_links_own_door(client):
    made = draft(people=[coauthor(1)])
    stored = photo(made.author, "teal")
    made.assets.create(kind=AssetKind.PHOTO, photo=stored, alt="河岸", rights="own", people="nobody")
    party = handed_in(made=made).parties[1]
    elsewhere = handed_in(people=[coauthor(2)]).parties[1]
    [shown] = soup(client.get(path(party))).select(".asked-story img")
    answer = client.get(shown["src"])

    assert shown["src"] == path(party, f"media/{stored.uid}/960")
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        *(200, "image/jpeg"),
        "private, no-store",
    )
    with Image.open(BytesIO(b"".join(answer.streaming_content))) as picture:
        red, green, blue = picture.convert("RGB").getpixel((480, 320))
        assert picture.size == (960, 640)
    assert (red < 20, 110 < green < 146, 110 < blue < 146) == (True, True, True)
    assert client.get(path(elsewhere, f"media/{stored.uid}/960")).status_code == 404
    assert client.get(f"/consent/AAAAAAAAAAAAAAAAAAAAAA/media/{stored.uid}/960").status_code == 404
    assert client.get(stored.url_of(960)).status_code == 404


def test_a_representative_reads_for_whom_it_speaks(client):
    story = handed_in(people=[coauthor(1), ("示範代表", "speaker@example.org", PartyRole.REPRESENTATIVE)])

    assert "青年局確認委任書之後" in words(client.get(path(story.parties[2])))


def test_an_erased_story_says_so(client):
    party = handed_in(people=[coauthor(1)]).parties[1]
    agree(party)
    StoryRevision.objects.update(revision=None)
    Requirement.objects.count()
    shown = client.get(path(party))

    assert "這則故事已經刪除" in words(shown)
    assert not soup(shown).select('form[action$="/agree/"]')
