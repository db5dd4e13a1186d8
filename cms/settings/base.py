"""What every way of running the hub shares; each value an operator may set is read from the environment."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

# Where `manage.py serve` listens, and the address readers know the hub by.
HOST: str = env.str("HOST", default="127.0.0.1")
PORT: int = env.int("PORT", default=8000)
WEB_WORKERS: int = env.int("WEB_WORKERS", default=2)
WORKERS: int = env.int("WORKERS", default=1)
PUBLIC_URL: str = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")

INSTALLED_APPS = [
    "home",
    "programs",
    "showcase",
    "cms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "home.apps.StaffConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.locales",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Last, so that its receivers hear a signal after the app that owns the item has acted on it.
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.middleware.PageLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.middleware.PolicyMiddleware",
    "cms.middleware.StaffMiddleware",
    "cms.middleware.EditorTransactionMiddleware",
    "cms.middleware.MovedPageMiddleware",
]

CSRF_FAILURE_VIEW = "cms.views.session_over"
ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Database. SQLite takes its write lock at BEGIN (IMMEDIATE), so a reader that turns writer cannot fail half way;
# synchronous=FULL because an acknowledged consent or outbox row must survive a power cut.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'hub.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-2000; "
        "PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening SQLite and setting its pragmas costs more than a read.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Who asked how often this minute.
    "quota": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "quota",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Documents made anew because something they show has ended, until that is told: seconds, as a rule.
    "anew": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "anew",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
    # Wagtail would remember the sizes of a picture in each process, also after another process replaced them.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# People
AUTH_USER_MODEL = "home.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Only development and tests may hold the demo's accounts: their passwords stand in a file.
DEMO_ALLOWED = False

# Login: everyone enters through allauth, by a mailed code, a password or a passkey, and answers tell nobody whether an
# address has an account. Whoever signs up has no rights until staff put the account into a group.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
SIGNUP_OPEN: bool = env.bool("SIGNUP_OPEN", default=False)
ACCOUNT_ADAPTER = "home.login.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT: int = env.int("PROXIES", default=0)

# Who may take part: the age range, both ends included; the share of a team's members that has to be exceeded in it; the
# day ages are counted on, as in 12-31, or the day somebody is asked when it is empty.
ELIGIBLE_AGE_MIN: int = env.int("ELIGIBLE_AGE_MIN", default=15)
ELIGIBLE_AGE_MAX: int = env.int("ELIGIBLE_AGE_MAX", default=45)
ELIGIBLE_SHARE: float = env.float("ELIGIBLE_SHARE", default=0.5)
ELIGIBLE_ON: str = env.str("ELIGIBLE_ON", default="")

# The second factor. STAFF_MFA: nothing under /cms/ answers to a session that has not shown one.
STAFF_MFA: bool = env.bool("STAFF_MFA", default=False)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "北區青聚點"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http://")

# Login with Google, once its keys are set; an account is connected by its owner, logged in, at /accounts/3rdparty/.
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if env.str("GOOGLE_CLIENT_ID", default=""):
    INSTALLED_APPS.append("allauth.socialaccount.providers.google")
    SOCIALACCOUNT_PROVIDERS["google"] = {
        "APPS": [{"client_id": env.str("GOOGLE_CLIENT_ID"), "secret": env.str("GOOGLE_CLIENT_SECRET")}],
        "SCOPE": ["profile", "email"],
        "OAUTH_PKCE_ENABLED": True,
    }

# Languages and time
LANGUAGE_CODE = "zh-hant"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = [
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
# The second completes Wagtail's own catalog, of which two strings in five are missing.
LOCALE_PATHS = [BASE_DIR / "cms" / name for name in ("locale", "borrowed_locale", "wagtail_locale")]
TIME_ZONE = "Asia/Taipei"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = True
# Every date of the hub is a Taiwanese one; some of the other zones' names are unknown to browsers.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]

# Files. WhiteNoise serves static files from where the apps keep them: no collectstatic on the way to a first page.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Files of stories: without an address of their own, so that nothing but the rule opens them.
    "private": {
        "BACKEND": "showcase.storage.PrivateStorage",
        "OPTIONS": {"location": VAR_DIR / "private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# What teams may hand in with a story, in megabytes.
# How many photos a team's story may show, and how many things in all.
STORY_PHOTOS: int = env.int("STORY_PHOTOS", default=20)
STORY_ASSETS: int = env.int("STORY_ASSETS", default=30)
STORY_PHOTO_MB: int = env.int("STORY_PHOTO_MB", default=30)
STORY_VIDEO_MB: int = env.int("STORY_VIDEO_MB", default=200)
STORY_PDF_MB: int = env.int("STORY_PDF_MB", default=50)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Mail: everything is written to home.Letter in the sender's transaction; the worker hands it to LETTERS_BACKEND.
EMAIL_BACKEND = "home.letters.OutboxBackend"
LETTERS_BACKEND = "home.letters.FolderBackend"
LETTERS_FOLDER = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="北區青聚點 <hub@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Stories: how often in 24 hours people may be asked again about one story, and how long what is known of its parties
# is kept after the last consent has ended or the last act.
STORY_MAILS_A_DAY: int = env.int("STORY_MAILS_A_DAY", default=10)
STORY_KEPT_DAYS: int = env.int("STORY_KEPT_DAYS", default=730)
# How long a draft that was never handed in is kept after the last change; its writers are told 30 days before.
STORY_DRAFT_KEPT_MONTHS: int = env.int("STORY_DRAFT_KEPT_MONTHS", default=12)

# Wagtail
WAGTAIL_SITE_NAME = "北區青聚點"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_APPEND_SLASH = True
# Chinese in an address turns into %E5%85%AC%E5%91%8A wherever it is shared.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "home.workflows.publish_approved"
WAGTAILIMAGES_IMAGE_MODEL = "home.Image"
WAGTAILIMAGES_IMAGE_FORM_BASE = "home.forms.ImageForm"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["gif", "heic", "jpeg", "jpg", "png", "webp"]
WAGTAILDOCS_DOCUMENT_MODEL = "home.Document"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "home.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
# Always through our own door and always as a download: the storage's own address would outlive the announcement.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_EXTENSIONS = ["csv", "ods", "odt", "odp", "pdf", "txt", "zip"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# What a page may load: its own files and one nonce; the admin's pages still carry inline scripts.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
if "google" in SOCIALACCOUNT_PROVIDERS:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("https://accounts.google.com")
ADMIN_CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}

# API
LICENSE_HOLDER = {
    "zh-Hant": env.str("LICENSE_HOLDER", default="桃園市政府青年事務局"),
    "en": env.str("LICENSE_HOLDER_EN", default="Department of Youth Affairs, Taoyuan City Government"),
}
API_QUOTA: bool = env.bool("API_QUOTA", default=True)

# The Facebook page. Without a page and its token the queue waits for people, who post by hand and paste the address.
FACEBOOK_GRAPH_URL: str = env.str("FACEBOOK_GRAPH_URL", default="https://graph.facebook.com").rstrip("/")
FACEBOOK_GRAPH_VERSION = "v24.0"
FACEBOOK_PAGE_ID: str = env.str("FACEBOOK_PAGE_ID", default="").strip()
FACEBOOK_PAGE_TOKEN: str = env.str("FACEBOOK_PAGE_TOKEN", default="").strip()

# Webhooks go to public addresses by https on 443 alone; development may send to a receiver on its own machine.
WEBHOOKS_ALLOW_LOOPBACK = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "api.schema.ViewSchema",
    "EXCEPTION_HANDLER": "api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    # How many proxies of our own stand in front and add X-Forwarded-For; 0: the reader is whoever connects.
    "NUM_PROXIES": env.int("PROXIES", default=0),
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Northern Youth Hub content API (北區青聚點)",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Announcements, events, venues, programmes and resources of the northern youth hub.",
    "SERVERS": [{"url": PUBLIC_URL}],
    "PREPROCESSING_HOOKS": ["api.schema.only_ours"],
    "POSTPROCESSING_HOOKS": ["api.schema.loosen_items"],
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"unlinked": {"()": "cms.logs.UnlinkedFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["unlinked"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
