"""The showcase listens to reviews, and to deleted photos: Wagtail removes the files of its own image model only."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import TaskState
from wagtail.signals import task_approved, task_rejected

from home.models import Clock, User

from .flows import reviewing
from .models import StoryFile, StoryPhoto, StoryRendition
from .models.review import under_review


@receiver(post_delete, sender=StoryPhoto, dispatch_uid="showcase.photo_gone")
@receiver(post_delete, sender=StoryRendition, dispatch_uid="showcase.rendition_gone")
@receiver(post_delete, sender=StoryFile, dispatch_uid="showcase.file_gone")
def remove_file(instance: Any, **_kwargs: Any) -> None:
    """Remove the file with its row."""
    instance.file.delete(save=False)


@receiver(task_approved, sender=TaskState, dispatch_uid="showcase.approved")
def keep_approval(instance: TaskState, user: User, **_kwargs: Any) -> None:
    """A story's review has ended well."""
    if reviewed := under_review(instance.revision):
        reviewing.approve(reviewed, user, Clock.now())


@receiver(task_rejected, sender=TaskState, dispatch_uid="showcase.returned")
def keep_return(instance: TaskState, user: User, **_kwargs: Any) -> None:
    """A story was sent back."""
    if reviewed := under_review(instance.revision):
        reviewing.send_back(reviewed, instance.comment, user, Clock.now())
