"""How people enter: what allauth asks the hub, and what counts as having shown a second factor."""

from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from .models import User

ADMIN_ACCESS: Final = "wagtailadmin.access_admin"
SECOND_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SESSION_KEY: Final = "second_factor_of"


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up unless a setting opens it; sends staff to the admin. A new account is in no group: no rights."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether people may make accounts for themselves."""
        del request
        return settings.SIGNUP_OPEN

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail in the hub's name; allauth would sign with the host that somebody happened to type."""
        site = {"name": _("Northern Youth Hub"), "domain": settings.PUBLIC_URL}
        super().send_mail(template_prefix, email, {"current_site": site, **context})

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a login leads that came from nowhere in particular."""
        if request.user.has_perm(ADMIN_ACCESS):
            return reverse("wagtailadmin_home")
        return super().get_login_redirect_url(request)


def has_second_factor(user: User) -> bool:
    """Whether the account has an authenticator app or a passkey; recovery codes alone are none."""
    return is_mfa_enabled(user, SECOND_FACTORS)


def remember_second_factor(request: HttpRequest, user: User) -> None:
    """Note in the session that its owner has shown a second factor."""
    request.session[_SESSION_KEY] = user.pk


def showed_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session has shown one that the account still has."""
    return request.session.get(_SESSION_KEY) == user.pk and has_second_factor(user)


def second_factor_address(request: HttpRequest, user: User) -> str:
    """Where to show the second factor, or to set one up when there is none."""
    types: set[Any] = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if Authenticator.Type.TOTP in types:
        name = "mfa_reauthenticate"
    elif Authenticator.Type.WEBAUTHN in types:
        name = "mfa_reauthenticate_webauthn"
    else:
        return reverse("mfa_index")
    return f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}"
