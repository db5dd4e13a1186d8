"""The settings people run with, plus the address of the empty view."""

from cms.settings.development import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
