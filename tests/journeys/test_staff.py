"""What staff do with a browser: an announcement from a first draft through review to the public."""

import time
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import PASSWORD, PATIENCE

pytestmark = pytest.mark.browser

FIRST, LAST = "春季工作坊開放報名", "春季工作坊開放報名（三月底截止）"


def enter(browser, address, email, path):
    """A page of somebody who has logged in on the way to a path."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-TW").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}{path}")
    page.get_by_label("電子郵件").fill(email)
    page.get_by_label("密碼", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登入", exact=True).click()
    page.wait_for_url(f"**{path}")
    return page


def choose(page, selector):
    """Choose an act from the menu beside the save button."""
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="更多操作").last.click()
    page.locator(selector).first.click()


def write(page, title):
    """Give a draft its title, once the editor's scripts have settled."""
    page.wait_for_load_state("networkidle")
    page.locator("[name=title]").fill(title)


def open_draft(page, address):
    page.goto(f"{address}/cms/")
    page.get_by_role("link", name=FIRST).first.click()
    page.wait_for_url("**/edit/")


def public(reader, address):
    answer = reader.request.get(f"{address}/api/v1/announcements")
    return [(row["title"], urlsplit(row["web_url"]).path) for row in answer.json()["data"]]


def test_an_announcement_is_written_sent_back_corrected_and_approved(browser, address, announcements):
    reader = browser.new_context(viewport={"width": 375, "height": 800})
    editor = enter(browser, address, "editor@example.org", f"/cms/pages/add/home/announcementpage/{announcements}/")
    write(editor, FIRST)
    choose(editor, "[name=action-submit]")
    editor.wait_for_url(f"**/cms/pages/{announcements}/")
    assert public(reader, address) == []

    reviewer = enter(browser, address, "reviewer@example.org", "/cms/")
    open_draft(reviewer, address)
    choose(reviewer, "[data-workflow-action-name=reject]")
    dialog = reviewer.locator("form:has([name=comment])")
    dialog.get_by_label("理由").fill("請寫明報名截止日")
    with reviewer.expect_navigation():
        dialog.get_by_role("button", name="退回修改").click()
    assert public(reader, address) == []

    open_draft(editor, address)
    editor.goto(editor.url.replace("/edit/", "/history/"))
    editor.get_by_text("請寫明報名截止日").wait_for()
    editor.go_back()
    write(editor, LAST)
    choose(editor, "[name=action-submit]")
    editor.wait_for_url(f"**/cms/pages/{announcements}/")
    assert public(reader, address) == []

    open_draft(reviewer, address)
    reviewer.get_by_role("button", name="更多操作").last.click()
    with reviewer.expect_navigation(wait_until="commit"):
        reviewer.locator("[data-workflow-action-name=approve]").first.click()
    approved = time.monotonic()
    ((title, path),) = public(reader, address)
    status = reader.request.get(f"{address}{path}").status
    within = time.monotonic() - approved

    assert (title, status) == (LAST, 200)
    assert within < 1

    page = reader.new_page()
    page.goto(f"{address}/announcements/")
    page.get_by_role("link", name=LAST).click()
    assert page.get_by_role("heading", level=1).inner_text() == LAST
    assert reader.cookies() == []
