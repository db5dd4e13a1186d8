"""What follows when a picture is stored or a draft is saved."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import Revision, TaskState

from .models import Image


@receiver(post_save, sender=Image, dispatch_uid="home.keep_sizes")
def keep_sizes(instance: Image, raw: bool = False, **_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's name
    """Store the sizes partners get on upload, so that no publishing transaction ever decodes a picture."""
    if not raw and instance.file:
        instance.keep_sizes()


@receiver(post_save, sender=Revision, dispatch_uid="home.review_the_latest")
def review_the_latest(instance: Revision, created: bool, **_kwargs: Any) -> None:  # noqa: FBT001 - Django's name
    """A reviewer who corrects a draft reviews the corrected one: what is approved is what was last saved."""
    if created:
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__base_content_type=instance.base_content_type_id,
            workflow_state__object_id=instance.object_id,
        ).update(revision=instance)
