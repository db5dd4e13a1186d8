"""`make run`: everything local lives in var/; DEBUG stays off so that 404 and 410 pages are the real ones."""

from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import VAR_DIR, env

DEBUG: bool = env.bool("DEBUG", default=False)
DEMO_ALLOWED = True
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=True)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
WEBHOOKS_ALLOW_LOOPBACK = env.bool("WEBHOOKS_ALLOW_LOOPBACK", default=False)


def _secret_key() -> str:
    """One key per checkout, kept in var/ so that logins survive a restart."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        path.write_text(get_random_secret_key(), encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8")


SECRET_KEY = env.str("SECRET_KEY", default="") or _secret_key()
