"""What a party's consent page writes its own way."""

from datetime import datetime

from django import template

from home.taiwan import roc_instant

register = template.Library()


@register.filter
def instant(at: datetime) -> str:
    """When something happened, to the minute."""
    return roc_instant(at)
