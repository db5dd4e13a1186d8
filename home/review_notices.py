"""What staff are told of a review on the screen, beside the mails."""

from typing import Final

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Page, WorkflowState

_DONE: Final = {
    "reject": gettext_lazy("“%(title)s” has been sent back."),
    "approve": gettext_lazy("“%(title)s” has been approved."),
}


def tell_reason(request: HttpRequest, page: Page) -> None:
    """Say above a page that was sent back who did it and why; Wagtail keeps the words in the history alone."""
    state = page.current_workflow_state
    if request.method != "GET" or state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    task = state.current_task_state
    facts = {"who": task.finished_by or _("A reviewer"), "reason": task.get_comment()}
    messages.warning(request, _("%(who)s sent this back. Reason: %(reason)s") % facts)


def tell_outcome(request: HttpRequest, page: Page) -> None:
    """Say what a reviewer has done, in place of Wagtail's word that the page was saved."""
    done = _DONE.get(request.POST.get("workflow-action-name", ""))
    if done and "action-workflow-action" in request.POST:
        list(get_messages(request))  # reading them is taking them
        messages.success(request, done % {"title": page.get_admin_display_title()})
