"""Events as documents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.values import Choice, Edition, Id, Slug
from home.counties import CODES, code_for
from home.models.snippets import Role
from programs.models import EventPage
from programs.vocabularies import (
    Audience,
    Competence,
    DatePrecision,
    EventKind,
    EventStatus,
    Format,
    Mechanism,
)

from .documents import (
    NEWEST_FIRST,
    Filter,
    InstantField,
    ItemSerializer,
    RelationField,
    RelationsField,
)


class OrganizationRoleSerializer(serializers.Serializer[Any]):
    """An organisation and what it does."""

    role = serializers.ChoiceField(choices=Role.values)
    name = serializers.CharField()
    url = serializers.CharField()


class RegistrationSerializer(serializers.Serializer[Any]):
    """Where and when to register."""

    url = serializers.CharField()
    opens_at = InstantField(allow_null=True)
    closes_at = InstantField(allow_null=True)


def organization_documents(rows: Any, rendering: Any) -> list[dict[str, str]]:
    """Organisations in their roles, in the editor's order, through the rule."""
    picked = ((row.role, rendering.pick(row.organization)) for row in rows)
    return [{"role": role, "name": one.name, "url": one.url} for role, one in picked if one]


def words(vocabulary: Any) -> serializers.ListField:
    """A list of codes."""
    return serializers.ListField(child=serializers.ChoiceField(choices=vocabulary.values))


class EventSerializer(ItemSerializer):
    """An event or one session of it. Costs are internal and have no field here."""

    type_name = "event"
    model = EventPage
    filters = {  # noqa: RUF012 - declared a ClassVar by the base
        "county": Filter("counties", Choice(CODES, code_for)),
        "venue": Filter("venue.id", Id()),
        "kind": Filter("kind", Choice(tuple(EventKind.values))),
        "theme": Filter("themes", Slug()),
        "status": Filter("status", Choice(tuple(EventStatus.values))),
        "team": Filter("co_hosts.id", Id()),
        "program": Filter("program.id", Edition()),
    }
    span_filters = ("starts_after", "starts_before", "ends_after", "when")
    sorts = ("starts_at", "-starts_at", NEWEST_FIRST)

    kind = serializers.ChoiceField(choices=EventKind.values, source="effective_kind")
    formats = words(Format)
    themes = serializers.SerializerMethodField()
    competences = words(Competence)
    mechanisms = words(Mechanism)
    audiences = words(Audience)
    starts_at = InstantField()
    ends_at = InstantField(allow_null=True)
    date_precision = serializers.ChoiceField(choices=DatePrecision.values)
    timezone = serializers.CharField(default="Asia/Taipei", read_only=True)
    status = serializers.ChoiceField(choices=EventStatus.values)
    previous_starts_at = serializers.SerializerMethodField()
    sequence = serializers.SerializerMethodField()
    venue = RelationField("venue")
    place = serializers.CharField()
    online_url = serializers.CharField()
    co_hosts = RelationsField("team", source="effective_hosts")
    organizations = serializers.SerializerMethodField()
    costs_note = serializers.CharField()
    registration = serializers.SerializerMethodField()
    program = RelationField("program", source="effective_program")
    parent = RelationField("event", source="parent_event", mutual=True)  # type: ignore[assignment]  # the contract's name
    sub_events = RelationsField("event", source="sessions")

    def get_themes(self, item: EventPage) -> list[str]:
        """Theme codes."""
        for theme in item.themes.all():
            self.rendering.saw(theme)
        return [theme.code for theme in item.themes.all()]

    @extend_schema_field(InstantField(allow_null=True))
    def get_previous_starts_at(self, item: EventPage) -> str | None:
        """The date told before the present one."""
        return InstantField().to_representation(item.previous_starts_at)

    def get_sequence(self, item: EventPage) -> int:
        """ICalendar SEQUENCE: how often date, place or status changed after they were first told."""
        return item.sequence

    @extend_schema_field(OrganizationRoleSerializer(many=True))
    def get_organizations(self, item: EventPage) -> list[dict[str, str]]:
        """The event's own organisations, else its programme's."""
        rows = list(item.organizations.select_related("organization"))
        program = item.effective_program
        if not rows and program and self.rendering.pick(program):
            rows = list(program.organizations.select_related("organization"))
        return organization_documents(rows, self.rendering)

    @extend_schema_field(RegistrationSerializer(allow_null=True))
    def get_registration(self, item: EventPage) -> dict[str, Any] | None:
        """Registration, or None where none is needed."""
        if not item.registration_url:
            return None
        return {
            "url": item.registration_url,
            "opens_at": InstantField().to_representation(item.registration_opens_at),
            "closes_at": InstantField().to_representation(item.registration_closes_at),
        }

    def facet_values(self, item: EventPage, document: Mapping[str, Any]) -> set[tuple[str, str]]:
        """Also the programme's ROC year, which partners may name instead of its id."""
        found = super().facet_values(item, document)
        if document["program"] and item.effective_program:
            found.add(("program", str(item.effective_program.edition_roc)))
        return found

    def span(self, item: EventPage) -> tuple[datetime | None, datetime | None]:
        """From its start to its end, or the end of its day."""
        return item.starts_at, item.last_instant
