"""What happens to staff in a browser on a bad day: a date in words, a session that ends while somebody types."""

import pytest

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_staff import FIRST, LAST, enter, write

pytestmark = pytest.mark.browser


def test_nothing_typed_is_lost_or_guessed(browser, address, announcements):
    editor = enter(browser, address, "editor@example.org", f"/cms/pages/add/home/announcementpage/{announcements}/")
    write(editor, FIRST)
    day = editor.locator("[name=effective_on]")
    day.fill("下週五")
    day.press("Tab")
    editor.wait_for_timeout(500)
    assert day.input_value() == "下週五"
    day.fill("2026-03-27")
    day.press("Escape")

    editor.context.clear_cookies()
    write(editor, LAST)
    with editor.expect_navigation():
        editor.locator("#page-edit-form").evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    assert editor.get_by_role("heading", level=1).inner_text() == "這次沒有存進去"

    other = enter_again(editor, address)
    with editor.context.expect_page() as opened:
        editor.get_by_role("button", name="再儲存一次").click()
    opened.value.wait_for_url("**/edit/")
    assert opened.value.locator("[name=title]").input_value() == LAST
    assert opened.value.locator("[name=effective_on]").input_value() == "2026-03-27"
    other.close()


def enter_again(page, address):
    """Log in in another tab, by the link on the page that kept the text."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在另一個分頁登入").click()
    login = opened.value
    login.get_by_label("電子郵件").fill("editor@example.org")
    login.get_by_label("密碼", exact=True).fill(PASSWORD)
    login.get_by_role("main").get_by_role("button", name="登入", exact=True).click()
    login.wait_for_url(f"{address}/cms/")
    return login
