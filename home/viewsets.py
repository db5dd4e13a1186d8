"""Accounts in the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.users.views import users

from .account_forms import AccountEditForm, AccountForm


class _RightsView:
    """Only a superuser makes or touches a superuser: whoever keeps accounts could otherwise take all rights."""

    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """The form, with the superuser's tick out of reach of everybody else."""
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]  # Wagtail's view comes after this mixin
        if "is_superuser" in form.fields and not self.request.user.is_superuser:
            form.fields["is_superuser"].disabled = True
        return form


class AddView(_RightsView, users.CreateView):
    """A new account."""


class EditView(_RightsView, users.EditView):
    """An account."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Refuse a superuser's account to anybody else: its address is a way in.

        Raises:
            PermissionDenied: the account is a superuser's, the asker none.
        """
        super().setup(request, *args, **kwargs)
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied


class UserViewSet(users.UserViewSet):
    """Accounts without passwords and without a user name beside the address."""

    add_view_class = AddView
    edit_view_class = EditView

    def get_form_class(self, for_update: bool = False) -> Any:  # noqa: FBT001, FBT002 - Wagtail's signature
        """The form for a new or an existing account."""
        return AccountEditForm if for_update else AccountForm
