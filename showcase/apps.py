"""App configuration of the showcase."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from home import editor_panels


class ShowcaseConfig(AppConfig):
    """Connects the receivers once models are loaded."""

    name = "showcase"
    verbose_name = _("Stories")

    def ready(self) -> None:
        """Listen to reviews and to deleted files; show in a story's editor what is missing."""
        from . import receivers  # noqa: F401, PLC0415 - receivers import models, which are ready only now
        from .editorial.checklist_panel import checklist_panel  # noqa: PLC0415 - likewise

        editor_panels.register(checklist_panel)
