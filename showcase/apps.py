"""App configuration of the showcase."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShowcaseConfig(AppConfig):
    """Connects the receivers once models are loaded."""

    name = "showcase"
    verbose_name = _("Stories")

    def ready(self) -> None:
        """Listen to reviews and to deleted files."""
        from . import receivers  # noqa: F401, PLC0415 - receivers import models, which are ready only now
