"""App configuration of the roof."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Carries the service-wide templates, static files and commands."""

    name = "cms"
