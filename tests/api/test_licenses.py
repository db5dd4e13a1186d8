"""`/licenses/{id}`: what may be done with an item, for people and for programs."""

import pytest

from home.models import Contact
from showcase.models import ConsentText
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/licenses/tw-ogdl-1.0"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_every_item_names_a_license_that_can_be_read(client):
    page = factories.announcement()
    told = client.get(f"/api/v1/announcements/{page.translation_key}").json()["data"]["license"]

    answer = client.get(told["url"])

    assert answer.status_code == 200
    data = answer.json()["data"]
    assert {name: data[name] for name in ("id", "url", "label", "noncommercial", "uses")} == {
        name: told[name] for name in ("id", "url", "label", "noncommercial", "uses")
    }


def test_a_program_reads_the_license_as_json_in_both_languages(client):
    chinese, english = client.get(ADDRESS), client.get(f"{ADDRESS}?lang=en")

    assert chinese["Content-Type"] == "application/json; charset=utf-8"
    assert (chinese["Content-Language"], english["Content-Language"]) == ("zh-Hant", "en")
    data = english.json()["data"]
    assert len(data["meaning"]) == 6
    assert data["meaning"][2] == "Trademarks and patents are not part of the permission."
    assert {**data, "meaning": []} == {
        "id": "tw-ogdl-1.0",
        "url": f"https://hub.example.org{ADDRESS}",
        "lang": "en",
        "label": "Open Government Data License, version 1.0",
        "meaning": [],
        "noncommercial": False,
        "uses": ["site", "partner_sites", "facebook", "broadcast", "print"],
        "terms_url": "https://data.gov.tw/license",
        "text": None,
    }
    assert chinese.json()["data"]["label"] == "政府資料開放授權條款－第 1 版"
    assert chinese.json()["data"]["meaning"][2] == "商標與專利不在授權範圍內。"


def test_a_browser_reads_the_license_as_a_page_of_the_site_in_both_languages(client):
    chinese, english = (client.get(f"{ADDRESS}{query}", headers={"accept": BROWSER}) for query in ("", "?lang=en"))

    assert chinese["Content-Type"] == "text/html; charset=utf-8"
    assert chinese["Vary"] == "Accept"
    assert "Set-Cookie" not in chinese
    text = chinese.content.decode()
    assert '<html lang="zh-Hant">' in text
    assert "商標與專利不在授權範圍內。" in text
    assert 'href="https://data.gov.tw/license" rel="license"' in text
    assert '<html lang="en">' in english.content.decode()
    assert "Trademarks and patents are not part of the permission." in english.content.decode()


def test_it_may_be_kept_for_a_minute_and_is_known_again_by_its_content(client, django_assert_num_queries):
    answer = client.get(ADDRESS)
    page = client.get(ADDRESS, headers={"accept": "text/html"})
    assert answer["Cache-Control"] == page["Cache-Control"] == "public, max-age=60"
    assert answer["ETag"] != page["ETag"]
    assert "Last-Modified" not in answer
    with django_assert_num_queries(1):
        assert client.get(ADDRESS, headers={"if-none-match": answer["ETag"]}).status_code == 304

    # What surrounds the page is part of it, though it is not told.
    Contact.objects.create(unit="活動窗口", services=["events"], phone="03-4225205")

    again = client.get(ADDRESS, headers={"accept": "text/html", "if-none-match": page["ETag"]})
    assert again.status_code == 200
    assert "活動窗口" in again.content.decode()


def test_an_unknown_license_is_not_found_and_parameters_are_strict(client):
    assert client.get("/api/v1/licenses/cc0").status_code == 404
    refused = client.get(f"{ADDRESS}?lang=fr")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (400, "lang")


OF_STORIES = "/api/v1/licenses/tyc-pi-5y-v1"


def test_r59_the_license_of_stories_stands_here_word_for_word(client):
    text = ConsentText.objects.get(code="tyc-pi-5y-v1")

    answer = client.get(OF_STORIES)

    assert answer.json()["data"] == {
        "id": "tyc-pi-5y-v1",
        "url": f"https://hub.example.org{OF_STORIES}",
        "lang": "zh-Hant",
        "label": "公益非營利使用（五年）",
        "meaning": text.summary.splitlines(),
        "noncommercial": True,
        "uses": ["site", "partner_sites", "facebook", "broadcast", "print"],
        "terms_url": f"https://hub.example.org{OF_STORIES}",
        "text": text.body,
    }
    page = client.get(OF_STORIES, headers={"accept": BROWSER}).content.decode()
    assert "著作財產權與著作人格權都仍屬於著作人" in page


def test_where_it_is_written_in_chinese_only_an_english_reader_gets_that_marked_as_such(client):
    answer = client.get(f"{OF_STORIES}?lang=en")
    page = client.get(f"{OF_STORIES}?lang=en", headers={"accept": BROWSER}).content.decode()

    assert (answer["Content-Language"], answer.json()["data"]["lang"]) == ("zh-Hant", "zh-Hant")
    assert '<html lang="en">' in page
    assert '<h1 lang="zh-Hant">公益非營利使用（五年）</h1>' in page


def test_a_text_that_is_no_longer_asked_by_can_still_be_read(client):
    ConsentText.objects.update(retired_at=NOW)
    ConsentText.objects.create(code="tyc-pi-5y-v2", label="新的條款", summary="一", body="二", effective_from=NOW)

    assert [client.get(f"/api/v1/licenses/tyc-pi-5y-v{one}").status_code for one in (1, 2)] == [200, 200]
    assert list(client.get("/api/v1").json()["data"]["licenses"]) == ["tw-ogdl-1.0", "tyc-pi-5y-v2", "tyc-pi-5y-v1"]
