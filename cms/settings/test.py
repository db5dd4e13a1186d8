"""The test suite: a database and folders of its own, tasks at once, no network."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import DATABASES, STORAGES
from .base import VAR_DIR as BASE_VAR_DIR

DEBUG = False
DEMO_ALLOWED = True
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "for tests only"  # noqa: S105 - signs nothing that outlives a test run
PUBLIC_URL = WAGTAILADMIN_BASE_URL = "https://hub.example.org"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
VAR_DIR = Path(tempfile.mkdtemp(prefix="qingju-test-"))
MEDIA_ROOT = VAR_DIR / "media"
STORAGES["private"]["OPTIONS"]["location"] = VAR_DIR / "private"
LETTERS_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
API_QUOTA = False
FACEBOOK_PAGE_ID = FACEBOOK_PAGE_TOKEN = ""
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A stable name, so that `pytest --reuse-db` can skip the migrations; no fsync, because nothing here must last.
    BASE_VAR_DIR.mkdir(exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
