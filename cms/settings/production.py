"""Production: refuses to start without its secrets."""

from environ import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import PUBLIC_URL, env

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured("PUBLIC_URL must be the https address of this hub.")

STAFF_MFA = env.bool("STAFF_MFA", default=True)

LETTERS_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.email("MAIL_URL"))
EMAIL_BACKEND = "home.letters.OutboxBackend"

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
