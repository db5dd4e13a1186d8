"""Mails about teams, in Chinese, as text and HTML, through the outbox: sent when the act that caused them is kept.

Names and titles are what people typed: each stands on one line of the text and escaped in the HTML.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from home.languages import DEFAULT_LANG, LANGUAGE_CODES

from .models import Invitation, TeamPage


def one_line(text: str) -> str:
    """A text without line breaks and control characters, so that it can forge no line and no header."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def invitation(asked: Invitation, title: str, by: str, token: str) -> None:
    """Ask somebody by mail to join a team; the link in it is the only place where its token stands."""
    address = settings.PUBLIC_URL + reverse("desk_invitation", args=[token])
    _send("invitation", asked.email, team=title, by=by, address=address, until=asked.lapses_at)


def joined(team: TeamPage, title: str, to: str, who: str) -> None:
    """Tell the head of a team who has joined."""
    address = settings.PUBLIC_URL + reverse("desk_team", args=[team.translation_key])
    _send("joined", to, team=title, who=who, address=address)


def handed_over(team: TeamPage, title: str, to: str, by: str) -> None:
    """Tell the new head of a team who has handed it over."""
    address = settings.PUBLIC_URL + reverse("desk_team", args=[team.translation_key])
    _send("handed_over", to, team=title, by=by, address=address)


def _send(name: str, to: str, **facts: Any) -> None:
    """One mail from the templates of a name."""
    told = {key: one_line(value) if isinstance(value, str) else value for key, value in facts.items()}
    with translation.override(LANGUAGE_CODES[DEFAULT_LANG]):
        subject = render_to_string(f"programs/letters/{name}_subject.txt", told)
        message = EmailMultiAlternatives(one_line(subject), render_to_string(f"programs/letters/{name}.txt", told))
        message.attach_alternative(render_to_string(f"programs/letters/{name}.html", told), "text/html")
    message.to = [to]
    message.send()
