"""The settings of ``make run`` with folders of the test's own: a hub over another database must not tidy var/."""

from pathlib import Path

from cms.settings.base import STORAGES, env
from cms.settings.development import *  # noqa: F403

VAR_DIR = Path(env.str("HUB_FOLDER"))
MEDIA_ROOT = VAR_DIR / "media"
STORAGES["private"]["OPTIONS"]["location"] = VAR_DIR / "private"
LETTERS_FOLDER = VAR_DIR / "mail"
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
