"""Mails about what partners have to take down, through the outbox: sent when what caused them is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from home.languages import DEFAULT_LANG, LANGUAGE_CODES
from home.models import User
from home.taiwan import roc_instant

from .models import Change, Partner, Purge

# Who looks after partners.
KEEPS_PARTNERS = ("api", "change_partner")


def remind_partner(partner: Partner, purges: Sequence[Purge], now: datetime) -> None:
    """Tell a partner what it has not taken down in time."""
    address = f"{settings.PUBLIC_URL}/api/v1/docs"
    _send("purge_overdue_partner", partner.email, partner, rows=_rows(purges, now), address=address)


def remind_staff(partner: Partner, purges: Sequence[Purge], now: datetime) -> None:
    """Tell everyone who looks after partners, each by himself."""
    app, codename = KEEPS_PARTNERS
    given = Q(groups__permissions__content_type__app_label=app, groups__permissions__codename=codename)
    rows, address = _rows(purges, now), f"{settings.PUBLIC_URL}{reverse('partner_purges')}"
    for keeper in User.objects.filter(given, is_active=True).distinct().order_by("pk"):
        _send("purge_overdue_staff", keeper.email, partner, rows=rows, address=address)


def _rows(purges: Sequence[Purge], now: datetime) -> list[dict[str, Any]]:
    """What is told of each: where it stood on our site, its id, until when it was due, and how it stands."""
    stood = dict(Change.objects.filter(seq__in=[one.seq for one in purges]).values_list("seq", "former_url"))
    return [
        {
            "url": f"{settings.PUBLIC_URL}{stood[one.seq]}" if stood.get(one.seq) else "",
            "purge": one,
            "due": roc_instant(one.purge_by),
            "state": one.state(now).label,
            "addresses": [seen["url"] for seen in one.observed if "status" in seen] or one.urls,
        }
        for one in purges
    ]


def _send(name: str, to: str, partner: Partner, **facts: Any) -> None:
    """One mail from the template of a name; its first line is the subject."""
    told = {"partner": " ".join(partner.name.split()), **facts}
    with translation.override(LANGUAGE_CODES[DEFAULT_LANG]):
        subject, _blank, text = render_to_string(f"api/letters/{name}.txt", told).partition("\n")
    headers = {"Auto-Submitted": "auto-generated"}
    EmailMessage(subject.strip(), text.strip() + "\n", None, [to], headers=headers).send()
