"""App configuration of the ground floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Connects the receivers once models are loaded."""

    name = "home"
    verbose_name = _("Site")

    def ready(self) -> None:
        """Listen to image and document signals."""
        from . import receivers  # noqa: F401, PLC0415 - receivers import models, which are ready only now
