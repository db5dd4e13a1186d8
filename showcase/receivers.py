"""The showcase listens to deleted photos: Wagtail removes the files of its own image model only."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from .models import StoryFile, StoryPhoto, StoryRendition


@receiver(post_delete, sender=StoryPhoto, dispatch_uid="showcase.photo_gone")
@receiver(post_delete, sender=StoryRendition, dispatch_uid="showcase.rendition_gone")
@receiver(post_delete, sender=StoryFile, dispatch_uid="showcase.file_gone")
def remove_file(instance: Any, **_kwargs: Any) -> None:
    """Remove the file with its row."""
    instance.file.delete(save=False)
