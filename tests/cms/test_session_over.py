"""A session that ended while somebody was typing: nothing is stored, and nothing typed is lost."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from tests import factories
from tests.api.editor import Editor, served

pytestmark = pytest.mark.django_db

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def world():
    """An editor's form of a draft, and a browser that has lost its cookies."""
    page = factories.announcement(live=False, title="草稿")
    writer = factories.person("編輯")
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = dict(Editor(writer).form(url, id="page-edit-form").lists())
    data |= nested_form_data({"body": streamfield([("quote", "第一行\n<第二行>")])}) | {"title": "打了一小時的字"}
    return page, writer, url, data, Client(enforce_csrf_checks=True)


def test_an_editor_saves_what_was_typed_after_logging_in_again(world):
    page, writer, url, data, browser = world
    answer = browser.post(url, data, headers=SAME_ORIGIN)
    soup = BeautifulSoup(answer.content, "html.parser")
    page.refresh_from_db()

    assert (answer.status_code, soup.h1.get_text(strip=True)) == (403, "這次沒有存進去")
    assert page.get_latest_revision_as_object().title == "草稿"

    form = soup.find("form", id="save-again")
    browser.force_login(writer)
    kept = dict(served(form).lists()) | {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post(form["action"], kept).status_code == 302

    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    assert (draft.title, [block.value for block in draft.body]) == ("打了一小時的字", ["第一行\n<第二行>"])


@pytest.mark.parametrize("headers", [{"Origin": "http://testserver"}, {"Referer": "http://testserver/cms/"}])
def test_a_browser_that_names_only_the_origin_loses_nothing_either(world, headers):
    _page, _writer, url, data, browser = world
    answer = browser.post(url, data, headers=headers)

    assert answer.status_code == 403
    assert "打了一小時的字" in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://testserver"},
        {"Origin": "null"},
        {"Referer": "http://testserver.example.org/"},
        {},
    ],
)
def test_what_another_site_sends_is_not_handed_on(world, headers):
    _page, _writer, url, data, browser = world
    answer = browser.post(url, data, headers=headers)

    assert answer.status_code == 403
    assert "打了一小時的字" not in answer.content.decode()
    assert "送出這份資料的頁面已經失效" in answer.content.decode()


def test_a_password_is_never_handed_back():
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(
        "/accounts/login/", {"login": "a@example.org", "password": "correct horse"}, headers=SAME_ORIGIN
    )

    assert answer.status_code == 403
    assert "correct horse" not in answer.content.decode()


def test_the_page_speaks_the_readers_language():
    answer = Client(enforce_csrf_checks=True).post("/en/accounts/login/", {"login": "a@example.org"})

    assert "This was not stored" in answer.content.decode()
