"""Forms by which staff make and keep accounts. Passwords are their owners' business: none is typed here."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from wagtail.users.forms import UserCreationForm, UserEditForm

from .flows import account_made, address_changed

if TYPE_CHECKING:
    from .models import User


class LowerCaseAddress:
    """Keeps addresses in lower case, as logins look them up, so that none is taken twice."""

    def clean_email(self) -> str:
        """The address in lower case."""
        address: str = self.cleaned_data["email"].lower()  # type: ignore[attr-defined]  # mixed into forms
        return address


class AccountForm(LowerCaseAddress, UserCreationForm):
    """A new account; its owner is told by letter how to enter."""

    def save(self, commit: bool = True) -> AbstractBaseUser:  # noqa: FBT001, FBT002 - Django's signature
        """Save the account with no password, and write the letter."""
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        account_made(user)
        return user


class AccountEditForm(LowerCaseAddress, UserEditForm):
    """An account as staff see it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whoever opens an account for himself types his whole name in one field.
        self.fields["first_name"].required = False

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Save the account; a new address has to be shown to be its owner's before anything else."""
        user: User = super().save(commit)
        if "email" in self.changed_data:
            address_changed(user)
        return user
