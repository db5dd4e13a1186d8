"""The test suite: a database and folders of its own, tasks at once, no network."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import DATABASES

DEBUG = False
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "for tests only"  # noqa: S105 - signs nothing that outlives a test run
PUBLIC_URL = WAGTAILADMIN_BASE_URL = "https://hub.example.org"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
VAR_DIR = Path(tempfile.mkdtemp(prefix="qingju-test-"))
MEDIA_ROOT = VAR_DIR / "media"
LETTERS_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
API_QUOTA = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
