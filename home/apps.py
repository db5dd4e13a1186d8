"""App configuration of the ground floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class HomeConfig(AppConfig):
    """Connects the receivers once models are loaded."""

    name = "home"
    default = True
    verbose_name = _("Site")

    def ready(self) -> None:
        """Listen to image and document signals."""
        from . import receivers  # noqa: F401, PLC0415 - receivers import models, which are ready only now


class StaffConfig(WagtailUsersAppConfig):
    """Wagtail's accounts in the admin, with our forms."""

    user_viewset = "home.viewsets.UserViewSet"
