"""The ledger's ears, on one screen: every signal that may change what is public, as a hint of where to look.

A hint says where, never what: ``observe()`` reads the database. What gives no signal at all (``queryset.update()``,
``loaddata``, ``add_child(live=True)``) is found by reconcile.
"""

from typing import Any
from urllib.parse import unquote

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageLogEntry, PageViewRestriction, get_page_models
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from home.models import Contact, Document, Image, Organization
from home.signals import changed
from programs.models import Theme
from showcase.models import ConsentText

from .ledger import observe, reference
from .models import Entry
from .serializers.documents import PAGE_SOURCE

# Rows that documents show and that are no pages.
SHOWN_MODELS: tuple[type[models.Model], ...] = (Image, Document, Contact, Organization, Theme, ConsentText)
# Log rows without news: talk, drafts, and acts that have sent their signal.
NO_NEWS = (
    *("wagtail.workflow.", "wagtail.comments."),
    *("wagtail.edit", "wagtail.rename"),
    *("wagtail.publish", "wagtail.unpublish"),
)


def _subtree(page: Page) -> list[Any]:
    """A page and everything below it or below an alias of that, whose addresses and privacy follow its own."""
    below = Q(path__startswith=page.path)
    for path in Page.objects.filter(alias_of__path__startswith=page.path).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return [reference(Page, pk) for pk in Page.objects.filter(below).values_list("pk", flat=True)]


def _below(page: Page) -> QuerySet[Entry]:
    """The entries of what is told below a page."""
    pks = Page.objects.filter(path__startswith=page.path).exclude(pk=page.pk).values("pk")
    return Entry.objects.filter(source=PAGE_SOURCE, source_pk__in=pks, withdrawn_at__isnull=True)


def on_page(instance: Page, **_kwargs: Any) -> None:
    """A page was published, unpublished or deleted; with a new slug, what stands below it has moved too.

    Wagtail tells of a new slug only after the transaction: too late to be told together with the page.
    """
    moved = (
        _below(instance).exclude(path__startswith=unquote(instance.specific.web_path or "-"))
        if instance.numchild
        else ()
    )
    observe([reference(Page, instance.pk), *((entry.source, entry.source_pk) for entry in moved)])


def on_deleted(instance: Page, **_kwargs: Any) -> None:
    """A page's row is gone."""
    observe([reference(Page, instance.pk)])


def on_subtree(instance: Page, **_kwargs: Any) -> None:
    """A page moved or changed its slug: so did every address below it."""
    observe(_subtree(instance))


def on_restriction(instance: PageViewRestriction, raw: bool = False, **_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's name
    """Privacy was set or lifted on a page, and so on everything below it."""
    page = Page.objects.filter(pk=instance.page_id).first()
    if page and not raw:
        observe(_subtree(page))


def on_log_entry(instance: PageLogEntry, raw: bool = False, **_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's name
    """Wagtail logged an act on a page: a second hint, for acts that send no signal."""
    if not raw and not instance.action.startswith(NO_NEWS):
        observe([reference(Page, instance.page_id)])


def on_shown(sender: type[models.Model], instance: models.Model, raw: bool = False, **_kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's name
    """Something that documents show was saved or deleted."""
    if not raw:
        observe([reference(sender, instance.pk)])


def on_changed(refs: list[tuple[type[models.Model], int]], **_kwargs: Any) -> None:
    """A flow of a lower app changed something without a Wagtail signal."""
    observe([reference(model, pk) for model, pk in refs])


page_published.connect(on_page, dispatch_uid="api.page_published")
page_unpublished.connect(on_page, dispatch_uid="api.page_unpublished")
page_slug_changed.connect(on_subtree, dispatch_uid="api.page_slug_changed")
post_page_move.connect(on_subtree, dispatch_uid="api.post_page_move")
post_save.connect(on_log_entry, sender=PageLogEntry, dispatch_uid="api.page_log_entry")
post_save.connect(on_restriction, sender=PageViewRestriction, dispatch_uid="api.restriction_saved")
post_delete.connect(on_restriction, sender=PageViewRestriction, dispatch_uid="api.restriction_deleted")
for page_model in get_page_models():
    post_delete.connect(on_deleted, sender=page_model, dispatch_uid=f"api.deleted.{page_model._meta.label}")
for shown_model in SHOWN_MODELS:
    post_save.connect(on_shown, sender=shown_model, dispatch_uid=f"api.saved.{shown_model._meta.label}")
    post_delete.connect(on_shown, sender=shown_model, dispatch_uid=f"api.gone.{shown_model._meta.label}")
changed.connect(on_changed, dispatch_uid="api.changed")
