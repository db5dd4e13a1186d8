"""The demo's accounts: one for each role, their passwords written where only the owner of this machine reads them."""

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.users.models import UserProfile

from home.models import User

# Role → group of staff or None, family name, given name.
ROLES: Final = {
    "admin": ("管理", "示範", "管理者"),
    "editor": ("編輯", "示範", "編輯"),
    "reviewer": ("審核", "示範", "審核者"),
    "team_leader": (None, "示範", "隊長"),
    "team_member": (None, "示範", "隊員"),
}

NOTIFICATIONS: Final = ("submitted_notifications", "approved_notifications", "rejected_notifications")


def path() -> Path:
    """Where the logins are written: {"accounts": {role: {email, password}}}."""
    return Path(settings.VAR_DIR) / "demo.json"


def cast() -> dict[str, User]:
    """The users by role, created where missing; the logins file gains whatever it lacks."""
    told = json.loads(path().read_text(encoding="utf-8")) if path().exists() else {}
    accounts: dict[str, dict[str, str]] = told.setdefault("accounts", {})
    users = {role: _user(role, accounts) for role in ROLES}
    write(told)
    return users


@contextmanager
def quiet(users: Iterable[User]) -> Iterator[None]:
    """While the demo plays, its reviews send these people no mail; afterwards they are told as they were before."""
    profiles = [UserProfile.get_for_user(user) for user in users]
    before = [{name: getattr(profile, name) for name in NOTIFICATIONS} for profile in profiles]
    try:
        for profile in profiles:
            _set(profile, dict.fromkeys(NOTIFICATIONS, False))
        yield
    finally:
        for profile, wishes in zip(profiles, before, strict=True):
            _set(profile, wishes)


def _set(profile: UserProfile, wishes: dict[str, bool]) -> None:
    for name, wish in wishes.items():
        setattr(profile, name, wish)
    profile.save()


def _user(role: str, accounts: dict[str, dict[str, str]]) -> User:
    group, last_name, first_name = ROLES[role]
    email = f"{role}@example.org"
    user = User.objects.filter(email=email).first()
    if user is not None and accounts.get(role, {}).get("email") == email:
        return user
    password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(12)
    with transaction.atomic():
        if user is None:
            user = User.objects.create_user(email, last_name=last_name, first_name=first_name)
            user.groups.set(Group.objects.filter(name=group))
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        user.set_password(password)
        user.save()
    accounts[role] = {"email": email, "password": password}
    return user


def write(told: dict[str, Any]) -> None:
    """Write the logins, readable by their owner only from the first byte on."""
    path().parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(told, ensure_ascii=False, indent=2)
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
