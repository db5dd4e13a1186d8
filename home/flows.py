"""What the ground floor does on its own: publish what is due, and take down what has expired."""

from datetime import datetime

from django.apps import apps
from django.db import transaction
from wagtail.models import DraftStateMixin, Page, Revision


def _draftable_models() -> list[type[DraftStateMixin]]:
    """Page and every publishable snippet model."""
    snippets = [
        model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *snippets]


def publish_due(now: datetime) -> int:
    """Unpublish what has expired and publish what was scheduled, each act in its own transaction; returns how many.

    Wagtail's own ``publish_scheduled`` does the same without transactions, so a crash could leave a page changed
    and nobody told.
    """
    acts = 0
    for model in _draftable_models():
        for item in list(model.objects.filter(live=True, expire_at__lte=now).order_by("expire_at")):
            with transaction.atomic():
                item.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
            acts += 1
    for revision in list(Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")):
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
        acts += 1
    return acts
