"""A browser for the journeys: apt's Chromium, driven by Playwright."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


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
