"""A co-author's telephone: the link in a mail, one tap after typing, and two to take it back."""

import email
import email.policy
import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.journeys.conftest import PATIENCE
from tests.processes import running

pytestmark = pytest.mark.browser

STORY = """
from home.models import Letter
from tests.showcase.stories import coauthor, handed_in
handed_in(people=[coauthor(1)])
print(Letter.objects.get().message)
"""


@pytest.fixture
def link(database_copy):
    """The path of the link in a co-author's invitation."""
    environment = os.environ | {"DATABASE_URL": database_copy, "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", STORY]
    written = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout
    parsed = email.message_from_bytes(written, policy=email.policy.default)
    return re.search(r"/consent/[\w-]+/", parsed.get_body(("plain",)).get_content())[0]


@pytest.fixture
def hub(link, database_copy, tmp_path):
    with running(database_copy, tmp_path) as started:
        yield f"http://127.0.0.1:{started.port}"


def test_a_coauthor_agrees_in_one_tap_and_withdraws_in_two(browser, hub, link):
    telephone = browser.new_context(viewport={"width": 375, "height": 800}, locale="zh-TW", has_touch=True)
    page = telephone.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{hub}{link}")
    assert page.get_by_role("heading", level=1).inner_text() == "「河邊的一天」要刊登，你同意嗎？"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("年", exact=True).fill("84")
    page.get_by_label("月", exact=True).fill("5")
    page.get_by_label("日", exact=True).fill("5")
    page.get_by_label("請輸入你的姓名").fill("共同作者1")
    page.get_by_role("button", name="同意授權").tap()
    page.get_by_role("heading", name="你已經同意").wait_for()

    page.get_by_role("link", name="撤回我的同意").tap()
    page.get_by_role("button", name="確定撤回").tap()
    page.get_by_role("heading", name="你已經撤回同意").wait_for()
    assert telephone.cookies() == []
