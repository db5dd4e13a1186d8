"""App configuration of the programme year."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """Connects the receivers once models are loaded."""

    name = "programs"
    verbose_name = _("Programme")

    def ready(self) -> None:
        """Listen to publishing and to the official calendar."""
        from . import receivers  # noqa: F401, PLC0415 - receivers import models, which are ready only now
