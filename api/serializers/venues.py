"""Venues as documents."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.values import Choice
from home.counties import CODES, code_for
from home.models import CalendarDay, DayType
from programs import opening_hours
from programs.models import VenuePage
from programs.models.venues import calendar_entry
from programs.vocabularies import RuleDay

from .documents import Filter, ItemSerializer
from .programs import ContactSerializer


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"})
class ClockField(serializers.TimeField):
    """A time of day as HH:MM, without seconds or offset, which OpenAPI's own format would ask for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class IntervalSerializer(serializers.Serializer[Any]):
    """From opening to closing; closing time is exclusive."""

    opens = ClockField()
    closes = ClockField()


class HoursSerializer(serializers.Serializer[Any]):
    """When a venue is open on one day, and what decided it; no interval means closed."""

    date = serializers.DateField()
    day_type = serializers.ChoiceField(choices=DayType.values)
    intervals = IntervalSerializer(many=True)
    why = serializers.ChoiceField(choices=[why.value for why in opening_hours.Why])
    note = serializers.CharField()


def hours_document(hours: opening_hours.DayHours) -> dict[str, Any]:
    """One day's hours as partners read them."""
    rows = [{"opens": opens, "closes": closes} for opens, closes in hours.intervals]
    return dict(HoursSerializer({**vars(hours), "intervals": rows}).data)


class GeoSerializer(serializers.Serializer[Any]):
    """A point, WGS 84."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class OpeningHoursSerializer(serializers.Serializer[Any]):
    """Open on days of a kind and of some ISO weekdays; closing time is exclusive."""

    day_type = serializers.ChoiceField(choices=RuleDay.values)
    days = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7))
    opens = ClockField()
    closes = ClockField()


class ExceptionSerializer(serializers.Serializer[Any]):
    """A date on which the rules do not hold; closed when it has no times."""

    date = serializers.DateField()
    opens = ClockField(allow_null=True)
    closes = ClockField(allow_null=True)
    reason = serializers.CharField()


class VenueContactSerializer(ContactSerializer):
    """Whom to ask about the venue."""

    service = None  # type: ignore[assignment]  # DRF's way to drop an inherited field


class VenueSerializer(ItemSerializer):
    """A room teams can borrow."""

    type_name = "venue"
    model = VenuePage
    filters = {"county": Filter("county", Choice(CODES, code_for))}  # noqa: RUF012 - declared a ClassVar by the base

    functions = serializers.ListField(child=serializers.CharField())
    uses = serializers.ListField(child=serializers.CharField())
    capacity = serializers.IntegerField(allow_null=True)
    equipment = serializers.ListField(child=serializers.CharField())
    accessibility = serializers.ListField(child=serializers.CharField())
    address = serializers.CharField()
    county = serializers.ChoiceField(choices=CODES)
    geo = serializers.SerializerMethodField()
    opening_hours = OpeningHoursSerializer(many=True)
    exceptions = serializers.SerializerMethodField()
    hours_note = serializers.CharField()
    procedure = serializers.CharField()
    contact = serializers.SerializerMethodField()

    @extend_schema_field(GeoSerializer(allow_null=True))
    def get_geo(self, item: VenuePage) -> dict[str, float] | None:
        """Where it is, when known."""
        if item.latitude is None or item.longitude is None:
            return None
        return {"latitude": float(item.latitude), "longitude": float(item.longitude)}

    @extend_schema_field(ExceptionSerializer(many=True))
    def get_exceptions(self, item: VenuePage) -> list[dict[str, Any]]:
        """The editor's exceptions, and the national holidays on which the venue closes against its rule."""
        told = [dict(row) for row in ExceptionSerializer(item.exceptions.all(), many=True).data]
        if item.closes_on_national_holidays:
            entries = [calendar_entry(row, item.lang) for row in CalendarDay.objects.filter(national=True)]
            closed = opening_hours.closed_by_holiday(item.rules(), item.exceptional_days(), entries)
            told += [
                {"date": entry.date.isoformat(), "opens": None, "closes": None, "reason": entry.name}
                for entry in closed
            ]
        return sorted(told, key=lambda row: (row["date"], row["opens"] or ""))

    def beside(self, item: VenuePage) -> Any:
        """The hours on every day of the official calendar, which the rules alone do not give."""
        days = [row.date for row in CalendarDay.objects.all()]
        return [hours_document(hours) for hours in item.hours_on(days)]

    @extend_schema_field(VenueContactSerializer(allow_null=True))
    def get_contact(self, item: VenuePage) -> dict[str, Any] | None:
        """Whom to ask, through the rule."""
        contact = self.rendering.pick(item.contact)
        return dict(VenueContactSerializer(contact).data) if contact else None
