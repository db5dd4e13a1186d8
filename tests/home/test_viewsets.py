"""Accounts in the admin: made by staff, entered by their owners alone."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from home.models import User
from tests import factories

pytestmark = pytest.mark.django_db

NEW = {"email": "Lin@Example.org", "last_name": "林", "first_name": "示範"}


@pytest.fixture
def keeper(client):
    user = factories.person("管理", email="keeper@example.org")
    client.force_login(user)
    return user


def add(client, **fields):
    return client.post(reverse("wagtailusers_users:add"), NEW | fields)


def edit(client, user, **fields):
    data = {"email": user.email, "last_name": "林", "first_name": "示範", "is_active": "on"}
    return client.post(reverse("wagtailusers_users:edit", args=(user.pk,)), data | fields)


def test_a_new_account_has_no_password_and_its_owner_is_told_how_to_enter(client, keeper):
    group = keeper.groups.get()
    add(client, groups=[group.pk])
    user = User.objects.get(email="lin@example.org")

    assert (str(user), user.has_usable_password(), user.is_superuser, list(user.groups.all())) == (
        "林示範",
        False,
        False,
        [group],
    )
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [(["lin@example.org"], "您的北區青聚點帳號")]
    assert "林示範 您好" in mail.outbox[0].body
    assert "https://hub.example.org/accounts/login/code/" in mail.outbox[0].body


def test_the_owner_enters_by_a_mailed_code(client, keeper):
    add(client)
    client.logout()
    client.post("/accounts/login/code/", {"email": "lin@example.org"})
    code = next(line for line in mail.outbox[-1].body.splitlines() if len(line) == 9 and line[4] == "-")
    client.post("/accounts/login/code/confirm/", {"code": code})

    assert client.session["_auth_user_id"] == str(User.objects.get(email="lin@example.org").pk)
    assert EmailAddress.objects.get(email="lin@example.org").verified


def test_an_address_is_taken_once_however_it_is_written(client, keeper):
    add(client)
    add(client, email="LIN@example.org")

    assert User.objects.filter(email__iexact="lin@example.org").count() == 1


def test_the_list_names_people_as_taiwan_does(client, keeper):
    factories.person(email="lin@example.org", last_name="林", first_name="示範")
    html = client.get(reverse("wagtailusers_users:index")).content.decode()

    assert "林示範" in html
    assert "lin@example.org" in html


@pytest.mark.parametrize("name", ["add", "edit"])
def test_the_family_name_is_asked_first(client, keeper, name):
    args = (keeper.pk,) if name == "edit" else ()
    html = client.get(reverse(f"wagtailusers_users:{name}", args=args)).content.decode()

    assert html.index('name="email"') < html.index('name="last_name"') < html.index('name="first_name"')
    assert 'type="password"' not in html


def test_whoever_keeps_accounts_makes_nobody_superuser(client, keeper):
    add(client, is_superuser="on")
    user = User.objects.get(email="lin@example.org")
    edit(client, user, is_superuser="on")
    user.refresh_from_db()

    assert user.is_superuser is False


def test_a_superusers_account_is_out_of_reach(client, keeper):
    root = User.objects.create_superuser("root@example.org")
    edit(client, root, email="mine@example.org")
    root.refresh_from_db()

    assert root.email == "root@example.org"


def test_a_superuser_makes_another(client):
    client.force_login(User.objects.create_superuser("root@example.org"))
    add(client, is_superuser="on")

    assert User.objects.get(email="lin@example.org").is_superuser is True


def test_a_changed_address_is_the_only_way_in_and_not_yet_verified(client, keeper):
    user = factories.person(email="old@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    edit(client, user, email="new@example.org")

    rows = EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")
    assert list(rows) == [("new@example.org", False, True)]


def test_an_edit_without_a_new_address_keeps_it_verified(client, keeper):
    user = factories.person(email="old@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    edit(client, user, first_name="測試")

    assert EmailAddress.objects.get(user=user).verified
    assert str(User.objects.get(pk=user.pk)) == "林測試"


@pytest.mark.parametrize("role", ["編輯", "審核"])
def test_others_do_not_see_accounts(client, role):
    client.force_login(factories.person(role))

    assert client.get(reverse("wagtailusers_users:index")).status_code == 302
    add(client)
    assert not User.objects.filter(email="lin@example.org").exists()
