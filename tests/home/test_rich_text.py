"""Texts show readers what the rule allows, on the site and in the API alike."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from wagtail.models import Locale, PageViewRestriction

from api.models import Entry
from home.models import Image
from tests import factories
from tests.conftest import NOW
from tests.home.test_images import written

pytestmark = pytest.mark.django_db


def text(html):
    return {"type": "text", "value": html}


def link_to(page, words="看這裡"):
    return text(f'<p>前文 <a linktype="page" id="{page.pk}">{words}</a> 後文</p>')


def in_api(client, page):
    if page.lang == "en":
        return json.loads(bytes(Entry.objects.get(source_pk=page.pk).full))
    return client.get(f"/api/v1/announcements/{page.translation_key}").json()["data"]


def on_site(client, page):
    return client.get(page.web_path).content.decode()


def test_a_link_to_a_public_page_leads_there(client):
    target = factories.announcement(title="目標", slug="target")
    page = factories.announcement(slug="page", body=[link_to(target)])

    assert '<a href="/announcements/target/" rel="noopener">看這裡</a>' in on_site(client, page)
    assert in_api(client, page)["body_html"].strip() == (
        '<p>前文 <a href="https://hub.example.org/announcements/target/" rel="noopener">看這裡</a> 後文</p>'
    )


@pytest.mark.parametrize("how", ["draft", "unpublished", "expired", "private", "deleted", "never there"])
def test_a_link_to_a_hidden_page_is_its_text_without_a_trace_of_the_address(client, how):
    target = factories.announcement(slug="canary", live=how != "draft")
    page = factories.announcement(slug="page", body=[link_to(target)])
    if how == "unpublished":
        target.unpublish()
    elif how == "expired":
        target.expire_at = NOW
        target.save_revision().publish()
    elif how == "private":
        PageViewRestriction.objects.create(page=target, restriction_type="login")
    elif how == "deleted":
        target.delete()
    elif how == "never there":
        page.body = [text('<p>前文 <a linktype="page" id="99999">看這裡</a> 後文</p>')]
        page.save_revision().publish()

    for html in (on_site(client, page), in_api(client, page)["body_html"]):
        assert "<p>前文 看這裡 後文</p>" in html
        assert "canary" not in html


def test_a_link_loses_its_address_when_its_page_expires_without_any_act(client, frozen_time):
    target = factories.announcement(slug="canary", expire_at=NOW + timedelta(hours=1))
    page = factories.announcement(slug="page", body=[link_to(target)])
    assert "canary" in on_site(client, page)

    frozen_time.move_to(NOW + timedelta(hours=1))
    assert "canary" not in on_site(client, page)


def test_a_link_leads_to_the_page_in_the_language_of_the_text(client):
    target = factories.announcement(slug="target")
    english = target.copy_for_translation(Locale.objects.get(language_code="en"))
    english.slug = "english-target"
    english.save_revision().publish()
    chinese_page = factories.announcement(slug="page", body=[link_to(target)])
    english_page = factories.announcement(
        slug="page", body=[link_to(target)], parent=factories.index(type(target.get_parent().specific), "en")
    )

    assert 'href="https://hub.example.org/announcements/target/"' in in_api(client, chinese_page)["body_html"]
    assert (
        'href="https://hub.example.org/en/announcements/english-target/"' in in_api(client, english_page)["body_html"]
    )
    assert 'href="/en/announcements/english-target/"' in on_site(client, english_page)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java&#115;cript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox",
    ],
)
def test_an_address_that_acts_is_never_a_link(client, address):
    page = factories.announcement(slug="page", body=[text(f'<p><a href="{address}">按我</a></p>')])
    for html in (on_site(client, page), in_api(client, page)["body_html"]):
        assert "<p>按我</p>" in html
        assert "alert(1)" not in html


@pytest.mark.parametrize("address", ["https://example.org/", "mailto:hub@example.org", "tel:+88634225205"])
def test_links_elsewhere_lead_there_and_give_the_other_side_no_handle(client, address):
    page = factories.announcement(slug="page", body=[text(f'<p><a href="{address}">那裡</a></p>')])
    expected = f'<a href="{address}" rel="noopener">那裡</a>'
    assert expected in on_site(client, page)
    assert expected in in_api(client, page)["body_html"]


def test_tags_that_act_or_load_never_reach_readers(client):
    bad = '<p onclick="alert(1)">文</p><script>alert(1)</script><img src="https://evil.example/x"><iframe></iframe>'
    page = factories.announcement(slug="page", body=[text(bad)])
    assert in_api(client, page)["body_html"].strip() == "<p>文</p>"
    site = on_site(client, page)
    assert ("alert(1)" in site, "evil.example" in site, "<iframe" in site) == (False, False, False)


def test_headings_tables_and_pictures_are_real_ones_with_absolute_addresses_for_partners(client):
    image = Image.objects.create(
        title="圖",
        file=ContentFile(written(), "a.jpg"),
        description="紅藍兩色",
        description_en="Red and blue",
        credit="青年局",
    )
    body = [
        {"type": "heading", "value": "預訂期程"},
        {
            "type": "table",
            "value": {
                "caption": "活動一覽",
                "header": ["項目", "月份"],
                "rows": [{"cells": ["月推", "3、5、6"]}, {"cells": ["季聚", "4、7"]}],
            },
        },
        {"type": "figure", "value": {"image": image.pk, "caption": "去年的活動"}},
        {"type": "quote", "value": "一起來"},
    ]
    data = in_api(client, factories.announcement(slug="page", body=body))

    flat = "".join(line.strip() for line in data["body_html"].splitlines())
    table = (
        "<h2>預訂期程</h2><table><caption>活動一覽</caption>"
        '<thead><tr><th scope="col">項目</th><th scope="col">月份</th></tr></thead>'
        '<tbody><tr><th scope="row">月推</th><td>3、5、6</td></tr>'
        '<tr><th scope="row">季聚</th><td>4、7</td></tr></tbody>'
        "</table>"
    )
    assert flat.startswith(table)
    (picture,) = BeautifulSoup(flat, "html.parser").find_all("img")
    addresses = {f"https://hub.example.org{size.url}" for size in image.renditions.all()}
    assert {picture["src"], *(part.split()[0] for part in picture["srcset"].split(", "))} <= addresses
    assert [part.split()[1] for part in picture["srcset"].split(", ")] == ["480w", "640w"]
    assert (picture["alt"], picture["width"], picture["height"]) == ("紅藍兩色", "640", "480")
    assert data["body_text"].splitlines() == [
        "預訂期程",
        "活動一覽",
        "項目 月份",
        "月推 3、5、6",
        "季聚 4、7",
        "去年的活動 青年局",
        "一起來",
    ]

    english = factories.announcement(
        slug="page", body=body, parent=factories.index(type(factories.announcement().get_parent().specific), "en")
    )
    assert 'alt="Red and blue"' in in_api(client, english)["body_html"]
