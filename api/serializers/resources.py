"""Resources as documents."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from api.values import Choice
from home.taiwan import midnight
from programs.models import ResourcePage
from programs.vocabularies import Audience, Mechanism, ResourceKind

from .documents import Filter, InstantField, ItemSerializer
from .events import words


class ResourceSerializer(ItemSerializer):
    """Something teams can apply for."""

    type_name = "resource"
    model = ResourcePage
    filters = {"kind": Filter("kind", Choice(tuple(ResourceKind.values)))}  # noqa: RUF012 - declared a ClassVar by the base
    span_filters = ("open",)

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
