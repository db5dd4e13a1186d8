"""App configuration of the way out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """Connects the ledger's ears once models are loaded."""

    name = "api"
    verbose_name = _("Ways out")

    def ready(self) -> None:
        """Listen to everything that may change what is public."""
        from . import receivers  # noqa: F401, PLC0415 - receivers import models, which are ready only now
