"""Teams as documents: the public profile, and nothing of the people in it."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from api.values import Choice, Edition
from home.counties import CODES, code_for
from programs.models import ProgramPage, TeamPage

from .documents import Filter, ItemSerializer


class TeamLinkSerializer(serializers.Serializer[Any]):
    """Where else a team can be found."""

    label = serializers.CharField()  # type: ignore[assignment]  # the contract's name
    url = serializers.URLField()


class TeamSerializer(ItemSerializer):
    """A team's public profile. Members, invitations, ages and what the team told the bureau have no field here."""

    type_name = "team"
    model = TeamPage
    filters = {  # noqa: RUF012 - declared a ClassVar by the base
        "county": Filter("county", Choice(CODES, code_for)),
        "program": Filter("program_editions", Edition()),
    }
    carries_stories = True

    county = serializers.ChoiceField(choices=CODES, allow_null=True)
    program_editions = serializers.ListField(child=serializers.IntegerField(), source="selected_editions")
    links = TeamLinkSerializer(many=True)

    def to_representation(self, instance: TeamPage) -> dict[str, Any]:
        """The document; a team that acts elsewhere has no county here."""
        document: dict[str, Any] = super().to_representation(instance)
        # Looked at while rendering, so that the team is looked at again when one of them changes.
        found = ProgramPage.objects.filter(edition_roc__in=instance.selected_editions, alias_of__isnull=True)
        picked = [self.rendering.pick(program) for program in found]
        self.program_ids = {str(program.translation_key) for program in picked if program}
        return document | {"county": document["county"] or None}

    def facet_values(self, item: TeamPage, document: Mapping[str, Any]) -> set[tuple[str, str]]:
        """Also the ids of the editions that are public, which partners may name instead of the ROC year."""
        return {*super().facet_values(item, document), *(("program", one) for one in self.program_ids)}
