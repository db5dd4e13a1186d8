"""The one step of review between an editor's draft and the public."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from home.admin_forms import ReasonForm


class ReviewTask(AbstractGroupApprovalTask):
    """Approval by the members of a group; sending back needs a reason, whichever door it comes through."""

    class Meta(AbstractGroupApprovalTask.Meta):
        abstract = False
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def get_form_for_action(self, action: str) -> Any:
        """Sending back asks for the reason; approving may carry a comment."""
        return ReasonForm if action == "reject" else super().get_form_for_action(action)

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Act, once more checking the reason: the page editor posts its data past the form.

        Raises:
            PermissionDenied: a rejection without a reason.
        """
        if action_name == "reject" and not str(kwargs.get("comment") or "").strip():
            raise PermissionDenied
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> Any:
        """What the list of task types says."""
        return _("Members of the chosen groups approve, or send back with a reason.")
