"""The buttons of a story's editor: approval greyed while something stands in its way, with the reason in words."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.action_menu import ActionMenuItem

from showcase.models import StoryPage
from showcase.models.review import obstacle
from showcase.vocabularies import Obstacle


class ObstructedItem(ActionMenuItem):
    """Approval, greyed, with the sentence that the checklist says too."""

    name = "action-approve-obstructed"
    order = 5
    template_name = "showcase/admin/obstructed.html"

    def __init__(self, stands: Obstacle) -> None:
        super().__init__()
        self.stands = stands

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Also the sentence."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        return context | {"obstacle": self.stands}


def grey_approval(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Show what a reviewer cannot do yet, rather than nothing."""
    page = context.get("page")
    state = page.current_workflow_task_state if isinstance(page, StoryPage) else None
    if state is None or not state.task.specific.get_actions(page, request.user):
        return
    if stands := obstacle(state.revision, request.user):
        # Last, so that it never becomes the button that is pressed first.
        items.append(ObstructedItem(stands))
