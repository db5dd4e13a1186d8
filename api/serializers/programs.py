"""Programmes as documents."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.values import Edition
from home.models.snippets import Service
from programs.models import ProgramPage, ProgramService
from programs.vocabularies import EventKind

from .documents import Filter, ItemSerializer, absolute
from .events import OrganizationRoleSerializer, organization_documents


class PlanSerializer(serializers.Serializer[Any]):
    """How many events of a kind a month is planned to have."""

    kind = serializers.ChoiceField(choices=EventKind.values)
    month = serializers.IntegerField(min_value=1, max_value=12)
    count = serializers.IntegerField(min_value=1)


class ServiceSerializer(serializers.Serializer[Any]):
    """What the programme offers."""

    title = serializers.CharField()
    summary = serializers.CharField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, service: ProgramService) -> str | None:
        """Where to read more, or None."""
        return absolute(service.url) if service.url else None


class ContactSerializer(serializers.Serializer[Any]):
    """Whom to ask about a service; never a person's name."""

    service = serializers.ChoiceField(choices=Service.values)
    unit = serializers.CharField()
    phone = serializers.CharField()
    extension = serializers.CharField()
    hours = serializers.CharField()


class ProgramSerializer(ItemSerializer):
    """One edition of the programme."""

    type_name = "program"
    model = ProgramPage
    filters = {"program": Filter("id", Edition())}  # noqa: RUF012 - declared a ClassVar by the base

    edition_roc = serializers.IntegerField()
    year = serializers.IntegerField()
    plan = PlanSerializer(many=True)
    eligibility = serializers.CharField()
    organizations = serializers.SerializerMethodField()
    services = ServiceSerializer(many=True)
    rewards_note = serializers.CharField()
    contacts = serializers.SerializerMethodField()

    @extend_schema_field(OrganizationRoleSerializer(many=True))
    def get_organizations(self, item: ProgramPage) -> list[dict[str, str]]:
        """Organisations in their roles, in order."""
        return organization_documents(item.organizations.select_related("organization"), self.rendering)

    @extend_schema_field(ContactSerializer(many=True))
    def get_contacts(self, item: ProgramPage) -> list[dict[str, str]]:
        """One row a service and contact."""
        picked = [self.rendering.pick(row.contact) for row in item.contacts.select_related("contact")]
        return [
            {
                "service": service,
                "unit": contact.unit,
                "phone": contact.phone,
                "extension": contact.extension,
                "hours": contact.hours,
            }
            for contact in picked
            if contact
            for service in contact.services
        ]

    def facet_values(self, item: ProgramPage, document: Mapping[str, Any]) -> set[tuple[str, str]]:
        """A programme is found by its own id or ROC year."""
        return {*super().facet_values(item, document), ("program", str(item.edition_roc))}
