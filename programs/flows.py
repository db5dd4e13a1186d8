"""What the programme does: keep the history of published dates."""

from datetime import datetime

from .models import EventPage, EventSchedule

SCHEDULE_FIELDS = ("starts_at", "ends_at", "date_precision", "status", "venue_id", "place", "online_url")


def record_schedule(event: EventPage, now: datetime) -> None:
    """Add a row when what is published about date, place or status differs from the last row (R26).

    The rows are the iCalendar SEQUENCE: an event moved twice has two rows after its first.
    """
    told = event.schedule.last()
    published = {field: getattr(event, field) for field in SCHEDULE_FIELDS}
    if told is None or any(getattr(told, field) != value for field, value in published.items()):
        EventSchedule.objects.create(event=event, recorded_at=now, **published)
