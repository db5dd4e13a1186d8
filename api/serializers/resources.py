"""Resources as documents."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from home.taiwan import midnight
from programs.models import ResourcePage
from programs.vocabularies import Audience, Mechanism, ResourceKind

from .documents import InstantField, ItemSerializer
from .events import words


class ResourceSerializer(ItemSerializer):
    """Something teams can apply for."""

    type_name = "resource"
    model = ResourcePage
    facets = {"kind": "kind"}  # noqa: RUF012 - declared a ClassVar by the base

    kind = serializers.ChoiceField(choices=ResourceKind.values)
    provider = serializers.CharField()
    amount = serializers.CharField()
    opens_on = serializers.DateField(allow_null=True)
    closes_at = InstantField(allow_null=True)
    audiences = words(Audience)
    mechanisms = words(Mechanism)
    apply_url = serializers.CharField()

    def span(self, item: Any) -> tuple[datetime | None, datetime | None]:
        """From the midnight it opens to the instant it closes; open-ended where a date is missing."""
        return (midnight(item.opens_on) if item.opens_on else None), item.closes_at
