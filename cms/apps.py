"""App configuration of the roof."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Carries the service-wide templates, static files and commands."""

    name = "cms"

    def ready(self) -> None:
        """Register the checks."""
        from . import checks  # noqa: F401, PLC0415 - importing is registering
