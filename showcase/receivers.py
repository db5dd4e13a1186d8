"""The showcase listens to deleted and replaced media: Wagtail removes the files of its own image model only."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, pre_save
from django.dispatch import receiver

from .models import StoryFile, StoryPhoto, StoryRendition


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
