"""Appearances as documents: where teams were seen and heard."""

from rest_framework import serializers

from api.values import Choice, Id
from showcase.models import AppearanceKind, AppearancePage

from .documents import Filter, ItemSerializer, RelationField


class AppearanceSerializer(ItemSerializer):
    """A team on television, on the radio or at a charity event.

    The recording or report elsewhere is ``link``, as ``url`` is every item's own address.
    """

    type_name = "appearance"
    model = AppearancePage
    filters = {  # noqa: RUF012 - declared a ClassVar by the base
        "kind": Filter("kind", Choice(tuple(AppearanceKind.values))),
        "team": Filter("team.id", Id()),
    }
    carries_stories = True

    kind = serializers.ChoiceField(choices=AppearanceKind.values)
    outlet = serializers.CharField()
    on = serializers.DateField()
    team = RelationField("team")
    link = serializers.CharField()
