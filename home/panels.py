"""Panels of the editor that Wagtail does not bring along. Imports no model."""

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.panels import Panel

from home import editor_panels


class EditorPanels(Panel):
    """The place of what other apps have to say of an item that is stored; nothing where they say nothing."""

    class BoundPanel(Panel.BoundPanel):
        """The place in one form."""

        template_name = "home/admin/editor_panels.html"

        @cached_property
        def shown(self) -> list[Any]:
            """What the registered panels say."""
            return editor_panels.shown(self.instance, self.request) if self.instance.pk and self.request else []

        def is_shown(self) -> bool:
            """Only where there is something to say."""
            return bool(self.shown)
