"""What happens when a picture or document is stored or removed."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Image
from .models.files import SOURCE_SPECS


@receiver(post_save, sender=Image, dispatch_uid="home.render_sources")
def render_sources(instance: Image, raw: bool = False, **_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's name
    """Make the sizes partners get now, on upload, so that no publishing transaction ever decodes a picture."""
    if not raw and instance.file:
        instance.get_renditions(*SOURCE_SPECS)
