"""The showcase listens to reviews, and to deleted and replaced media, whose files Wagtail leaves behind."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, pre_save
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
    """Remove the file with its row: once that is certain, for a deletion may still be undone."""
    _remove(instance.file.storage, instance.file.name)


@receiver(pre_save, sender=StoryPhoto, dispatch_uid="showcase.photo_replaced")
@receiver(pre_save, sender=StoryRendition, dispatch_uid="showcase.rendition_replaced")
@receiver(pre_save, sender=StoryFile, dispatch_uid="showcase.file_replaced")
def remove_replaced_file(sender: Any, instance: Any, raw: bool = False, **_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's name
    """Remove the file that another takes the place of."""
    before = None if raw or not instance.pk else sender.objects.filter(pk=instance.pk).values_list("file", flat=True)
    for name in before or ():
        if name != instance.file.name:
            _remove(instance.file.storage, name)


def _remove(storage: Any, name: str) -> None:
    if name:
        transaction.on_commit(partial(storage.delete, name))


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
