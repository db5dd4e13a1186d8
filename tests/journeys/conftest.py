"""What the journeys start with: apt's Chromium, driven by Playwright, and a running hub with staff."""

import os
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import sync_playwright

from tests.conftest import ROOT
from tests.processes import running

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PASSWORD = "correct horse battery staple"
PATIENCE = 60_000
STAFF = f"""
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from home.models import AnnouncementIndexPage, User

for email, group in (("editor@example.org", "編輯"), ("reviewer@example.org", "審核")):
    user = User.objects.create_user(email, {PASSWORD!r}, last_name="示範", first_name=group)
    user.groups.add(Group.objects.get(name=group))
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
print(AnnouncementIndexPage.objects.get(locale__language_code="zh-hant").pk)
"""


@pytest.fixture
def announcements(database_copy):
    """The number of the list of announcements in a database with an editor and a reviewer."""
    environment = os.environ | {"DATABASE_URL": database_copy, "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", STAFF]
    return int(subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True).stdout)


@pytest.fixture
def address(announcements, database_copy, tmp_path):
    with running(database_copy, tmp_path) as hub:
        yield f"http://127.0.0.1:{hub.port}"


@pytest.fixture
def browser(database_copy):
    """A browser, opened after the database is copied and closed before: Playwright's loop lets Django touch none."""
    del database_copy
    path = shutil.which("chromium")
    if path is None:
        message = "needs Chromium (apt install chromium fonts-noto-cjk)"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()
