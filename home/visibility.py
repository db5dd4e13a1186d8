"""The one rule of what is public, in its two faces: SQL for querysets, a function for one item.

Every reader asks it at read time. Apps that add terms of their own (a story's grants and holds) add them beside
these in their model's ``visible()`` and ``hidden_because()``; nothing else decides.
"""

from datetime import datetime
from enum import IntFlag, StrEnum
from typing import Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left, Length
from wagtail.models import Page, PageViewRestriction


class Channel(IntFlag):
    """The ways out. The bureau's own items stand on all; a story only where every required party agreed."""

    SITE = 1
    PARTNER_SITES = 2
    FACEBOOK = 4
    BROADCAST = 8
    PRINT = 16


ALL_CHANNELS = Channel.SITE | Channel.PARTNER_SITES | Channel.FACEBOOK | Channel.BROADCAST | Channel.PRINT


class Reason(StrEnum):
    """Why an item is not, or no longer, public: a class, never a person."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    LICENSE_EXPIRED = "license_expired"
    CHANNEL_REMOVED = "channel_removed"
    HELD = "held"
    UNPUBLISHED = "unpublished"
    DELETED = "deleted"
    LEGAL = "legal"


class Draftable(Protocol):
    """What the rule reads of a page or a publishable snippet."""

    live: bool
    expire_at: datetime | None


def unexpired(now: datetime) -> Q:
    """Live and before its expiry: the terms that pages and publishable snippets share."""
    return Q(live=True) & (Q(expire_at__isnull=True) | Q(expire_at__gt=now))


def public_pages(now: datetime) -> Q:
    """The rule for pages as SQL: live, before expiry, and no view restriction on the page or an ancestor.

    An alias shows its original, so it is private wherever the original is, and so is what stands below the alias.
    An alias of an alias, or of a page below one, would have to be followed on and on: it is private.
    """
    # Written as the beginning of the path, because an annotated OuterRef cannot stand in a subquery of a subquery.
    # What is restricted, and which aliases show it, is found once for all pages: asked page by page, a database would
    # go through the whole tree for each.
    restricted = PageViewRestriction.objects.values("page")
    here = Left(OuterRef("path"), Length("path"))
    private = Page.objects.filter(pk__in=restricted, path=here)
    of_original = Left(OuterRef("alias_of__path"), Length("path"))
    private_original = Page.objects.filter(pk__in=restricted, path=of_original)
    every_alias = Page.objects.filter(alias_of__isnull=False)
    followed_on = Page.objects.filter(pk__in=every_alias.values("pk"), path=of_original)
    private_aliases = every_alias.filter(Exists(private_original) | Exists(followed_on))
    aliases = Page.objects.filter(pk__in=private_aliases.values("pk"), path=here)
    return unexpired(now) & Q(~Exists(private)) & Q(~Exists(aliases))


def hidden_because(item: Draftable, now: datetime) -> Reason | None:
    """The rule for one publishable item as it stands in the database, or None when it is public."""
    if not item.live or (item.expire_at is not None and item.expire_at <= now):
        return Reason.UNPUBLISHED
    return None


def page_hidden_because(page: Page, now: datetime) -> Reason | None:
    """The rule for one page; privacy counts as unpublished, as partners are told no more than that."""
    if reason := hidden_because(page, now):
        return reason
    originals = _originals(page)
    followed_on = Page.objects.filter(path__in=originals, alias_of__isnull=False)
    private = _restrictions(page, originals).exists() or (bool(originals) and followed_on.exists())
    return Reason.UNPUBLISHED if private else None


def restrictions(page: Page) -> QuerySet[PageViewRestriction]:
    """The view restrictions that a reader of a page must meet: its own, its ancestors', and those of what they show."""
    return _restrictions(page, _originals(page))


def _restrictions(page: Page, originals: set[str]) -> QuerySet[PageViewRestriction]:
    return PageViewRestriction.objects.filter(page__path__in=_paths_down_to(page.path) | originals)


def _originals(page: Page) -> set[str]:
    """The tree paths down to each original that the page or an ancestor is an alias of."""
    aliases = Page.objects.filter(path__in=_paths_down_to(page.path), alias_of__isnull=False)
    found = set[str]()
    return found.union(*map(_paths_down_to, aliases.values_list("alias_of__path", flat=True)))


def _paths_down_to(path: str) -> set[str]:
    """The tree paths of a page's ancestors and its own."""
    return {path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)}
