"""One login for everyone: by password, mailed code or passkey, with a second factor for staff."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import hashers
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from home.models import Letter, User
from tests import factories
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXP"
WRONG = {"login": "editor@example.org", "password": "wrong"}


@pytest.fixture(autouse=True)
def no_tries_yet():
    cache.clear()


@pytest.fixture
def editor():
    user = factories.person("編輯", email="editor@example.org", password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def app(editor):
    """The editor's authenticator app."""
    return TOTP.activate(editor, SECRET)


def code_now():
    return format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))


def log_in(client, **fields):
    return client.post("/accounts/login/", {"login": "editor@example.org", "password": PASSWORD} | fields)


def ask_for_code(client, email="editor@example.org"):
    return client.post("/accounts/login/code/", {"email": email})


def mailed_code():
    return re.search(r"^[A-Z0-9]{4}-?[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)[0]


def confirm(client, code):
    return client.post("/accounts/login/code/confirm/", {"code": code})


def who(client):
    user_id = client.session.get("_auth_user_id")
    return User.objects.get(pk=user_id).email if user_id else None


def test_by_password_staff_come_to_the_admin(client, editor):
    response = log_in(client)

    assert (response.status_code, response["Location"], who(client)) == (302, "/cms/", "editor@example.org")


def test_by_a_mailed_code(client, editor):
    assert ask_for_code(client)["Location"] == "/accounts/login/code/confirm/"
    assert who(client) is None

    assert confirm(client, mailed_code())["Location"] == "/cms/"
    assert who(client) == "editor@example.org"


def test_a_code_works_once_in_one_browser_and_for_ten_minutes(client, editor, frozen_time):
    ask_for_code(client)
    frozen_time.shift(601)
    confirm(client, mailed_code())

    assert who(client) is None


def test_three_wrong_codes_end_the_try(client, editor):
    ask_for_code(client)
    for _ in range(3):
        confirm(client, "ZZZZ-ZZZZ")
    confirm(client, mailed_code())

    assert who(client) is None


def test_an_address_must_be_shown_to_be_ones_own_first(client, editor):
    EmailAddress.objects.update(verified=False)

    assert log_in(client)["Location"] == "/accounts/confirm-email/"
    assert who(client) is None


def test_a_second_factor_is_asked_after_a_password(client, app):
    assert log_in(client)["Location"] == "/accounts/2fa/authenticate/"
    assert who(client) is None

    assert client.post("/accounts/2fa/authenticate/", {"code": code_now()})["Location"] == "/cms/"
    assert who(client) == "editor@example.org"


def test_a_mailed_code_is_no_way_round_the_second_factor(client, app):
    ask_for_code(client)

    assert confirm(client, mailed_code())["Location"] == "/accounts/2fa/authenticate/"
    assert who(client) is None


def test_a_wrong_second_factor_is_refused(client, app):
    log_in(client)

    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert who(client) is None


def test_a_recovery_code_works_once(client, editor, app):
    code = RecoveryCodes.activate(editor).get_unused_codes()[0]
    for expected in ("editor@example.org", None):
        log_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert who(client) == expected
        client.post("/accounts/logout/")
        client.cookies.clear()


@pytest.mark.parametrize("known", [True, False])
def test_asking_for_a_code_answers_alike_for_every_address(client, editor, known):
    email = "editor@example.org" if known else "nobody@example.org"
    response = ask_for_code(client, email)
    page = client.get(response["Location"]).content.decode()

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/code/confirm/")
    assert page.count(email) >= 1
    assert [letter.to for letter in mail.outbox] == [[email]]


def answer_to(client, path, email, **fields):
    response = client.post(path, fields | {"login": email, "email": email})
    text = response.content.decode().replace(email, "")
    return (
        response.status_code,
        response.headers.get("Location"),
        re.sub(r'"csrfmiddlewaretoken" value="\w+"|nonce-\S+', "", text),
    )


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_refusals_are_the_same_page_for_every_address(client, editor, path):
    known = answer_to(client, path, "editor@example.org", password="wrong")
    unknown = answer_to(client, path, "nobody12@example.org", password="wrong")

    assert known == unknown


def test_a_refusal_takes_as_long_for_an_unknown_address(client, editor, settings):
    """Both hash one password: counted, not timed, so that the test never depends on the machine."""
    counted = []
    hasher = hashers.get_hasher()
    real = type(hasher).encode
    type(hasher).encode = lambda self, *args, **kwargs: counted.append(1) or real(self, *args, **kwargs)
    try:
        for email in ("editor@example.org", "nobody@example.org"):
            client.post("/accounts/login/", {"login": email, "password": "wrong"})
            counted.append(0)
    finally:
        type(hasher).encode = real

    assert counted == [1, 0, 1, 0]


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, editor, frozen_time):
    for _ in range(5):
        client.post("/accounts/login/", WRONG)
    assert log_in(client).status_code == 200
    assert who(client) is None

    frozen_time.shift(301)
    log_in(client)
    assert who(client) == "editor@example.org"


def test_codes_are_mailed_three_times_a_minute_at_most(client, editor):
    for _ in range(5):
        client.cookies.clear()
        ask_for_code(client)

    assert len(mail.outbox) == 3


def test_wrong_second_factors_are_limited(client, app):
    log_in(client)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert who(client) is None


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/cms/login/", "/accounts/login/"),
        ("/cms/login/?next=/cms/pages/", "/accounts/login/?next=/cms/pages/"),
        ("/_util/login/", "/accounts/login/"),
        ("/cms/password_reset/", "/accounts/password/reset/"),
        ("/cms/password_reset/confirm/MQ/abc-def/", "/accounts/password/reset/"),
        ("/cms/", "/accounts/login/?next=/cms/"),
        ("/cms/account/", "/accounts/login/?next=/cms/account/"),
    ],
)
def test_every_other_door_leads_to_the_one_login(client, path, target):
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, target)


def test_wagtails_login_takes_no_password(client, editor):
    client.post("/cms/login/", {"username": "editor@example.org", "password": PASSWORD})
    client.post("/cms/login/", {"email": "editor@example.org", "password": PASSWORD})

    assert who(client) is None


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
@pytest.mark.parametrize("door", ["/accounts/login/", "/cms/login/"])
def test_no_login_leads_off_the_hub(client, editor, door, target):
    answer = client.get(door, {"next": target}, follow=True)
    assert "evil.example" not in answer.redirect_chain[-1][0].split("?")[0] if answer.redirect_chain else True

    response = client.post(
        f"/accounts/login/?next={target}", {"login": "editor@example.org", "password": PASSWORD, "next": target}
    )
    assert response["Location"] == "/cms/"


def test_a_login_leads_where_one_was_going(client, editor):
    assert log_in(client, next="/cms/reports/")["Location"] == "/cms/reports/"


def test_nobody_makes_an_account_for_himself(client):
    data = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", data)

    assert not User.objects.filter(email="new@example.org").exists()


def test_where_sign_up_is_open_a_new_account_has_no_rights(client, settings):
    settings.SIGNUP_OPEN = True
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD})
    user = User.objects.get(email="new@example.org")
    client.force_login(user)

    assert (user.is_staff, user.is_superuser, user.get_all_permissions()) == (False, False, set())
    assert client.get("/cms/").status_code == 403


def test_signing_up_with_a_known_address_tells_nothing(client, editor, settings):
    settings.SIGNUP_OPEN = True
    data = {"password1": PASSWORD, "password2": PASSWORD}
    known = client.post("/accounts/signup/", data | {"email": "editor@example.org"})
    client.cookies.clear()
    unknown = client.post("/accounts/signup/", data | {"email": "new@example.org"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_an_account_without_rights_is_told_so(client):
    client.force_login(factories.person())

    assert client.get("/cms/pages/").status_code == 403


def test_staff_set_up_a_second_factor_before_the_admin_answers(client, editor, settings, monkeypatch):
    settings.STAFF_MFA = True
    log_in(client)
    assert client.get("/cms/pages/")["Location"] == "/accounts/2fa/"
    assert client.get("/cms/pages/", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    assert client.post("/cms/pages/1/add_subpage/")["Location"] == "/accounts/2fa/"

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    # The test's own transaction never commits; allauth tells of a new factor when its view's does.
    monkeypatch.setattr(transaction, "on_commit", lambda tell: tell())
    response = client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/cms/").status_code == 200


def test_a_session_older_than_the_second_factor_has_to_show_it(client, editor, settings):
    settings.STAFF_MFA = True
    log_in(client)
    TOTP.activate(editor, SECRET)
    assert client.get("/cms/reports/")["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fcms%2Freports%2F"

    response = client.post("/accounts/2fa/reauthenticate/?next=/cms/", {"code": code_now(), "next": "/cms/"})
    assert response["Location"] == "/cms/"
    assert client.get("/cms/").status_code == 200


def test_a_session_without_the_second_factor_cannot_add_another(client, editor, settings):
    settings.STAFF_MFA = True
    client.force_login(editor)
    TOTP.activate(editor, SECRET)

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    response = client.get("/accounts/2fa/webauthn/add/")
    assert response["Location"] == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2F2fa%2Fwebauthn%2Fadd%2F"


def test_who_takes_the_second_factor_off_is_led_to_set_one_up(client, editor, app, settings):
    settings.STAFF_MFA = True
    log_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert client.get("/cms/").status_code == 200

    Authenticator.objects.filter(user=editor).delete()
    assert client.get("/cms/")["Location"] == "/accounts/2fa/"


def test_recovery_codes_alone_are_no_second_factor(client, editor, settings):
    settings.STAFF_MFA = True
    RecoveryCodes.activate(editor)
    log_in(client)

    assert client.get("/cms/")["Location"] == "/accounts/2fa/"


def test_production_asks_staff_for_a_second_factor():
    text = (ROOT / "cms/settings/production.py").read_text(encoding="utf-8")
    assert 'STAFF_MFA = env.bool("STAFF_MFA", default=True)' in text


@pytest.mark.parametrize(
    "name",
    ["mfa_login_webauthn", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_reauthenticate_webauthn", "mfa_activate_totp"],
)
def test_passkeys_and_apps_have_their_pages(client, editor, name):
    log_in(client)

    assert client.get(reverse(name)).status_code in {200, 302}


def test_a_passkey_login_offers_a_challenge(client):
    answer = client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()

    assert len(answer["request_options"]["publicKey"]["challenge"]) >= 22


def test_mail_waits_in_the_outbox(client, editor, settings):
    settings.EMAIL_BACKEND = "home.letters.OutboxBackend"
    ask_for_code(client)
    letter = Letter.objects.get()

    assert letter.to == ["editor@example.org"]
    assert letter.subject == "登入驗證碼"


@pytest.mark.parametrize(("path", "heading"), [("/accounts/login/", "登入"), ("/en/accounts/login/", "Log in")])
def test_the_login_speaks_both_languages(client, path, heading):
    response = client.get(path)

    assert f"<h1>{heading}</h1>" in re.sub(r">\s+|\s+<", lambda match: match[0].strip(), response.content.decode())
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/announcements/", "/en/", "/nothing/", "/api/v1/announcements", "/healthz"])
def test_readers_get_no_cookie(client, path):
    response = client.get(path)

    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
