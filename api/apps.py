"""App configuration of the way out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from home import editor_panels


class ApiConfig(AppConfig):
    """Connects the ledger's ears once models are loaded."""

    name = "api"
    verbose_name = _("Ways out")

    def ready(self) -> None:
        """Listen to everything that may change what is public; show in an item's editor where it was sent."""
        from . import receivers  # noqa: F401, PLC0415 - receivers import models, which are ready only now
        from .editorial.where_sent import where_sent  # noqa: PLC0415 - likewise
        from .facebook_admin.panel import facebook_panel  # noqa: PLC0415 - likewise

        editor_panels.register(where_sent)
        editor_panels.register(facebook_panel)
