"""What follows when the database is migrated, a picture stored, a draft saved, or a second factor shown."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from django.apps import AppConfig
from django.apps.registry import Apps
from django.conf import settings
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from wagtail.models import Revision, TaskState

from .flows import place_site
from .login import SECOND_FACTORS, remember_second_factor
from .models import Image, User


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


@receiver(post_migrate, dispatch_uid="home.place_site")
def keep_address(sender: AppConfig, apps: Apps, **_kwargs: Any) -> None:
    """Once all is migrated, the site stands at PUBLIC_URL."""
    if sender.name == "home" and "site" in apps.all_models["wagtailcore"]:
        place_site(settings.PUBLIC_URL)


@receiver(authenticator_used, dispatch_uid="home.second_factor_shown")
def second_factor_shown(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever used one has shown it."""
    remember_second_factor(request, user)


@receiver(authenticator_added, dispatch_uid="home.second_factor_set_up")
def second_factor_set_up(request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Setting up the first one shows it; a further one could be a stranger's, so it has to be used first."""
    factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
    if list(factors) == [authenticator]:
        remember_second_factor(request, user)
