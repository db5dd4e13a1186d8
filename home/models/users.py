"""People: logged in by e-mail address, named as Taiwan writes names."""

from typing import Any, ClassVar, Final

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST_CJK: Final = "\u2e80"


class UserManager(BaseUserManager["User"]):
    """Creates users from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and save a user; without a password none can be used to log in."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and save a user who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person with a login: staff, or (with the stories work) a team member."""

    username = None  # type: ignore[assignment]  # the address is the name to log in with
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        """Family name first and unspaced when written in Chinese, else given name first."""
        if any(char >= FIRST_CJK for char in self.last_name):
            return f"{self.last_name}{self.first_name}"
        return super().get_full_name()
