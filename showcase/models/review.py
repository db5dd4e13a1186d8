"""The review of stories: what is approved is what everyone agreed to, and nobody approves his own."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, TaskState

from home.models import Clock, ReviewTask
from showcase import rules
from showcase.vocabularies import Obstacle

from .consent import StoryRevision, signatories
from .stories import StoryPage


class StoryReviewTask(ReviewTask):
    """Approval by the members of a group, of a revision whose consents are complete."""

    class Meta(ReviewTask.Meta):
        verbose_name = _("review of stories")
        verbose_name_plural = _("reviews of stories")

    def get_actions(self, obj: Any, user: Any) -> list[Any]:
        """Sending back is offered always, approving only where nothing stands in its way."""
        actions: list[Any] = super().get_actions(obj, user)
        state = obj.current_workflow_task_state
        if actions and (state is None or obstacle(state.revision, user)):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Act, once more asking the rule of the very revision that would go live: doors differ in what they ask.

        Raises:
            PermissionDenied: for who may not approve or what may not be approved, and for a rejection without a reason.
        """
        if action_name == "approve":
            # A draft saved in this request has moved the review to itself.
            task_state.refresh_from_db(fields=["revision"])
            if not self.user_can_access_editor(None, user) or obstacle(task_state.revision, user):
                raise PermissionDenied
        return super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> Any:
        """What the list of task types says."""
        return _("Members of the chosen groups approve what everyone in a story has agreed to, or send it back.")


def obstacle(revision: Revision | None, user: Any) -> Obstacle | None:
    """Why a user may not approve a draft of a story now, or None."""
    found = under_review(revision)
    if found is None:
        return Obstacle.NEVER_HANDED_IN
    return rules.obstacle(
        found.state,
        signatories(found.story_id, found.content_hash),
        Clock.now(),
        held=bool(found.story.holds_in_force()),
        own=found.submitted_by_id == user.pk,
    )


def under_review(revision: Revision | None) -> StoryRevision | None:
    """The handed-in revision with the content of a draft; staff may have filed the draft anew meanwhile."""
    if revision is None or revision.content_type.model_class() is not StoryPage:
        return None
    draft = revision.as_object()
    found = StoryRevision.objects.filter(story=draft.pk, content_hash=draft.computed_hash())
    return found.select_related("story").first()
