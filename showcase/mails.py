"""Mails about a story: only to its parties and the people who look after it, through the outbox, as text and HTML."""

from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from home.models import User

from .links import address_of
from .models import Party, StoryPage

STAFF_GROUPS: Final = ("審核", "管理")


def write_to_party(name: str, party: Party, **facts: Any) -> None:
    """Write one of the mails in templates/showcase/mails/ to a party; who has no address or is erased gets none."""
    if party.email and party.purged_at is None:
        facts = {"party": party, "story": party.story, "address": address_of(party), **facts}
        write(name, party.email, facts)


def write(name: str, email: str, facts: dict[str, Any]) -> None:
    """Write a mail in Chinese: its subject on one line, its text, and the same as HTML."""
    with translation.override("zh-hant"):
        subject = " ".join(render_to_string(f"showcase/mails/{name}_subject.txt", facts).split())
        mail = EmailMultiAlternatives(subject, render_to_string(f"showcase/mails/{name}.txt", facts), None, [email])
        mail.attach_alternative(render_to_string(f"showcase/mails/{name}.html", facts), "text/html")
    mail.send()


def tell_staff(name: str, story: StoryPage, **facts: Any) -> None:
    """Write to everyone who may approve stories, each by himself, without names of the parties."""
    reviewers = User.objects.filter(is_active=True, groups__name__in=STAFF_GROUPS).distinct()
    address = f"{settings.PUBLIC_URL}{reverse('wagtailadmin_pages:edit', args=[story.pk])}"
    for reviewer in reviewers:
        write(name, reviewer.email, {"story": story, "address": address, **facts})
