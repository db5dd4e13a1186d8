"""Production starts only with what it needs."""

import os
import subprocess
import sys

import pytest
from django.core.checks import Tags, run_checks

from home.models import User
from tests.conftest import ROOT

COMPLETE = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "hub.example.org",
    "PUBLIC_URL": "https://hub.example.org",
    "MAIL_URL": "smtp+tls://hub:pass@mail.example.org:587",
}
SHOW = "from django.conf import settings as s; print({expression})"


def production(expression, **environment):
    """What an expression of the settings `s` says under production settings, and what was said to standard error."""
    inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(expression=expression)],
        cwd=ROOT,
        env=inherited | {"DJANGO_SETTINGS_MODULE": "cms.settings.production"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip(), done.stderr.strip().rpartition("\n")[2]


def test_production_names_what_is_missing():
    assert production("s.DEBUG") == (
        "",
        (
            "django.core.exceptions.ImproperlyConfigured: Production needs these in its environment: "
            "SECRET_KEY, ALLOWED_HOSTS, PUBLIC_URL, MAIL_URL. README.md says what they are."
        ),
    )


def test_production_wants_an_https_address():
    assert production("s.DEBUG", **COMPLETE | {"PUBLIC_URL": "http://hub.example.org"}) == (
        "",
        "django.core.exceptions.ImproperlyConfigured: PUBLIC_URL must be the https address of this hub.",
    )


def test_production_with_its_secrets_is_closed_where_development_is_open():
    expression = "(s.DEBUG, s.ALLOWED_HOSTS, s.DEMO_ALLOWED, s.STAFF_MFA, s.EMAIL_HOST, s.EMAIL_USE_TLS)"
    assert production(expression, **COMPLETE) == (
        "(False, ['hub.example.org'], False, True, 'mail.example.org', True)",
        "",
    )


@pytest.mark.parametrize(
    ("environment", "expression", "expected"),
    [
        (
            {"DATABASE_URL": "postgres://hub@db/hub", "DATABASE_POOL": "8"},
            "s.DATABASES['default']['OPTIONS']",
            "{'pool': {'min_size': 1, 'max_size': 8, 'timeout': 10}}",
        ),
        (
            {"REDIS_URL": "redis://cache:6379/1"},
            "[(s.CACHES[name]['LOCATION'], s.CACHES[name]['KEY_PREFIX']) for name in ('default', 'quota')]",
            "[('redis://cache:6379/1', 'default'), ('redis://cache:6379/1', 'quota')]",
        ),
        (
            {"S3_BUCKET": "hub-media", "S3_REGION": "ap-northeast-1"},
            "[s.STORAGES['default']['OPTIONS'][name] for name in ('bucket_name', 'region_name', 'endpoint_url')]",
            "['hub-media', 'ap-northeast-1', None]",
        ),
        (
            {"S3_BUCKET": "hub-media"},
            "[(s.STORAGES[name]['OPTIONS']['location']) for name in ('default', 'private')]",
            "['', 'private']",
        ),
    ],
    ids=["pool", "redis", "s3", "s3 in private"],
)
def test_a_hub_that_outgrows_its_defaults_is_told_so_by_its_environment(environment, expression, expected):
    assert production(expression, **COMPLETE, **environment) == (expected, "")


@pytest.mark.django_db
def test_demo_accounts_are_refused_where_the_demo_is_not_allowed(settings):
    User.objects.create_user("editor@example.org")
    User.objects.create_user("someone@hub.example.net")
    assert run_checks(tags=[Tags.database], databases=["default"]) == []

    settings.DEMO_ALLOWED = False

    (error,) = run_checks(tags=[Tags.database], databases=["default"])
    assert (error.id, error.msg) == ("cms.E001", "This database holds demo accounts: editor@example.org.")
