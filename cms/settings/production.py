"""Production: refuses to start without its secrets."""

from environ import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import CACHES, DATABASES, PUBLIC_URL, STORAGES, env

REQUIRED = ("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "MAIL_URL")
if missing := [name for name in REQUIRED if not env.str(name, default="")]:
    names = ", ".join(missing)
    msg = f"Production needs these in its environment: {names}. README.md says what they are."
    raise ImproperlyConfigured(msg)
if not PUBLIC_URL.startswith("https://"):
    raise ImproperlyConfigured("PUBLIC_URL must be the https address of this hub.")

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
STAFF_MFA = env.bool("STAFF_MFA", default=True)

LETTERS_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.email("MAIL_URL"))
EMAIL_BACKEND = "home.letters.OutboxBackend"
EMAIL_TIMEOUT = 10

# Behind a proxy that ends TLS and sets X-Forwarded-Proto itself.
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# Outgrown: each of these needs the lock of the same name in requirements/.
if size := env.int("DATABASE_POOL", default=0):
    DATABASES["default"] |= {"CONN_MAX_AGE": 0, "OPTIONS": {"pool": {"min_size": 1, "max_size": size, "timeout": 10}}}
if redis := env.str("REDIS_URL", default=""):
    for name in ("default", "quota"):
        CACHES[name] = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis,
            "KEY_PREFIX": name,
        }
if bucket := env.str("S3_BUCKET", default=""):
    in_bucket = {
        "bucket_name": bucket,
        "endpoint_url": env.str("S3_ENDPOINT", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "default_acl": "private",
        "file_overwrite": False,
    }
    # Story media under a prefix of their own: no code asks their storage for an address.
    for name, prefix in (("default", ""), ("private", "private")):
        STORAGES[name] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": in_bucket | {"location": prefix}}
if dsn := env.str("SENTRY_DSN", default=""):
    import sentry_sdk

    # No names, addresses or bodies: what fails is told, not to whom.
    sentry_sdk.init(dsn=dsn, send_default_pii=False, max_request_body_size="never")
