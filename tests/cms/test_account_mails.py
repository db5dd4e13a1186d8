"""The mails of the login are written in the hub's words and signed with its name."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    user = factories.person("編輯", email="editor@example.org")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


@pytest.mark.parametrize(
    ("prefix", "email", "said"),
    [
        (
            "",
            "editor@example.org",
            "您好：\n\n這是您的登入驗證碼。請在要求驗證碼的那個瀏覽器視窗輸入，十分鐘內有效。\n\n",
        ),
        ("/en", "editor@example.org", "Hello,\n\nThis is your login code."),
        ("", "nobody@example.org", "您好：\n\n有人想用 nobody@example.org 登入，但沒有帳號使用這個地址。"),
    ],
)
def test_mails_are_signed_by_the_hub(client, editor, prefix, email, said):
    client.post(f"{prefix}/accounts/login/code/", {"email": email}, headers={"host": "127.0.0.1:8720"})
    body = mail.outbox[-1].body

    assert body.startswith(said)
    name = "Northern Youth Hub" if prefix else "北區青聚點"
    assert body.endswith(f"\n\n{name}\nhttps://hub.example.org")
    assert "8720" not in body
