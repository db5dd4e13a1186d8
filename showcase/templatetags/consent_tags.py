"""What a party's consent page writes its own way."""

from collections.abc import Iterable
from datetime import datetime

from django import template

from home.taiwan import roc_instant
from showcase.comparing import Line

register = template.Library()


@register.filter
def instant(at: datetime) -> str:
    """When something happened, to the minute."""
    return roc_instant(at)


@register.filter
def changed(lines: Iterable[Line]) -> list[Line]:
    """The lines that differ."""
    return [line for line in lines if line.change != "same"]
