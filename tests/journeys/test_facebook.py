"""A reviewer and the Facebook page, with the whole hub running and the fake Graph API at the other end."""

import os
import subprocess
import sys
import time

import pytest

from tests import fake_graph
from tests.conftest import ROOT
from tests.journeys.conftest import PATIENCE
from tests.journeys.test_staff import enter
from tests.processes import running

pytestmark = pytest.mark.browser

PUBLISHED = """
from tests import factories
print(factories.announcement(title="春季工作坊開放報名", slug="spring").pk)
"""


@pytest.fixture
def graph(monkeypatch):
    with fake_graph.FakeGraph() as graph:
        monkeypatch.setenv("FACEBOOK_GRAPH_URL", graph.url)
        monkeypatch.setenv("FACEBOOK_PAGE_ID", fake_graph.PAGE)
        monkeypatch.setenv("FACEBOOK_PAGE_TOKEN", "a-token")
        graph.token = "a-token"
        yield graph


@pytest.fixture
def announcement(announcements, database_copy):
    del announcements
    environment = os.environ | {"DATABASE_URL": database_copy, "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", PUBLISHED]
    return int(subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)


@pytest.fixture
def address(graph, announcement, database_copy, tmp_path):
    del graph, announcement
    with running(database_copy, tmp_path) as hub:
        yield f"http://127.0.0.1:{hub.port}"


def seconds_until(happened):
    """How long it took until something is so, at most two minutes."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < 120
        time.sleep(0.1)
    return time.monotonic() - began


def test_an_announcement_is_posted_from_its_editor_and_deleted_when_it_is_unpublished(
    browser, address, announcement, graph
):
    page = enter(browser, address, "reviewer@example.org", f"/cms/pages/{announcement}/edit/")
    panel = page.locator("[data-facebook]")
    page.wait_for_load_state("networkidle")
    page.locator("[name=title]").fill("還沒存的標題")
    panel.get_by_label("張貼到臉書粉絲專頁").check()
    panel.get_by_label("導言").fill("名額有限！")
    panel.get_by_role("button", name="儲存臉書設定").click()
    panel.get_by_text("待張貼").wait_for(timeout=PATIENCE)

    posted = seconds_until(lambda: graph.posts)

    [post] = graph.posts.values()
    assert post.message == "名額有限！\n\n春季工作坊開放報名"
    # What was typed into the page's own form is still there, and unsaved.
    assert page.locator("[name=title]").input_value() == "還沒存的標題"
    assert panel.get_by_label("導言").input_value() == "名額有限！"

    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/cms/pages/{announcement}/unpublish/")
    with page.expect_navigation():
        page.get_by_role("button", name="取消發布").last.click()
    deleted = seconds_until(lambda: not graph.posts)

    print(f"posted after {posted:.1f} s, deleted after {deleted:.1f} s")  # noqa: T201 - the figures
    assert deleted < 60
    page.goto(f"{address}/cms/facebook/")
    assert page.get_by_role("heading", level=2).count() == 0
