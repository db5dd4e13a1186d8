"""What the ground floor does: publish what is due, take down what has expired, write to people, place the site."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.models import DraftStateMixin, Page, Revision, Site

from .models import Clock, User

logger = logging.getLogger(__name__)


def _draftable_models() -> list[type[DraftStateMixin]]:
    """Page and every publishable snippet model."""
    snippets = [
        model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *snippets]


def publish_due(now: datetime) -> int:
    """Unpublish what has expired and publish what was scheduled, each act in its own transaction; returns how many.

    Wagtail's own ``publish_scheduled`` does the same without transactions, so a crash could leave a page changed
    and nobody told; and from rows read earlier, so that a page whose expiry was just put off would be taken down.
    An act that fails is logged, undone and tried again at the next call; it holds up no other.
    """
    acts: list[Callable[[], bool]] = []
    for model in _draftable_models():
        expired = model.objects.filter(live=True, expire_at__lte=now).order_by("expire_at")
        acts += [partial(_expire, model, pk, now) for pk in expired.values_list("pk", flat=True)]
    due = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    acts += [partial(_go_live, pk, now) for pk in due.values_list("pk", flat=True)]
    return sum(_tried(act) for act in acts)


def _tried(act: Callable[[], bool]) -> bool:
    """Whether the act was done; False, and a line in the log, when it failed."""
    try:
        return act()
    except Exception:
        logger.exception("Scheduled publishing failed: %r.", act)
        return False


def _expire(model: type[DraftStateMixin], pk: int, now: datetime) -> bool:
    """Unpublish one item, if it still has expired now that no other act can come between."""
    with transaction.atomic():
        Clock.locked()
        item = model.objects.filter(pk=pk, live=True, expire_at__lte=now).first()
        if item:
            item.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        return item is not None


def _go_live(pk: int, now: datetime) -> bool:
    """Publish one revision, if it still is scheduled now that no other act can come between."""
    with transaction.atomic():
        Clock.locked()
        revision = Revision.objects.filter(pk=pk, approved_go_live_at__lte=now).first()
        if revision:
            revision.publish(log_action="wagtail.publish.scheduled")
        return revision is not None


def account_made(user: User) -> None:
    """Write to the owner of a new account how to enter: by a code sent to this address, so the letter holds no key."""
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    facts = {"user": user, "address": f"{settings.PUBLIC_URL}{reverse('account_request_login_code')}"}
    subject = render_to_string("home/letters/account_made_subject.txt", facts).strip()
    send_mail(subject, render_to_string("home/letters/account_made.txt", facts), None, [user.email])


def address_changed(user: User) -> None:
    """Forget the addresses an account had: only the new one leads to it, and has to be verified first."""
    with transaction.atomic():
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)


def place_site(url: str) -> None:
    """Let Wagtail know the site by its public address: its mails link to pages by what its own row says."""
    parts = urlsplit(url)
    place = {"hostname": parts.hostname, "port": parts.port or (443 if parts.scheme == "https" else 80)}
    for site in Site.objects.filter(is_default_site=True).exclude(**place):
        site.hostname, site.port = place["hostname"], place["port"]
        site.save()
