"""What apps above this one show in the editor of a page or snippet: Wagtail has no hook for it.

An app registers a function when it is ready; `home.panels.EditorPanels` shows what the functions answer.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

# Given the item as it is being edited and the request; an empty answer shows nothing.
EditorPanel = Callable[[Any, HttpRequest], SafeString | str]

_registered: list[EditorPanel] = []


def register(panel: EditorPanel) -> None:
    """Show a panel in every editor, in the order registered; registered twice it is shown once."""
    if panel not in _registered:
        _registered.append(panel)


def shown(item: Any, request: HttpRequest) -> list[SafeString | str]:
    """What the registered panels have to say of an item."""
    return [html for html in (panel(item, request) for panel in _registered) if html]
