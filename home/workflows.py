"""What follows an approved review.

Named by WAGTAIL_FINISH_WORKFLOW_ACTION, which Wagtail reads while models load: so this module imports no model.
"""

from typing import Any


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Publish (or schedule) the revision that was approved.

    Approval is the right to publish here: an approver needs no direct publish right on the page, and what may be
    shown is decided at read time by the rule.
    """
    workflow_state.current_task_state.revision.publish(user=user, skip_permission_checks=True)
