"""What the editor's forms check beyond single fields."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

from programs.vocabularies import EventStatus


class EventForm(WagtailAdminPageForm):
    """An event's form: moving a published date makes the event rescheduled, so that nobody has to remember to."""

    def clean(self) -> dict[str, Any]:
        """Turn ``scheduled`` into ``rescheduled`` when the published date moves."""
        data: dict[str, Any] = super().clean()
        was, starts_at = self.instance, data.get("starts_at")
        moved = was.pk and was.live and starts_at and self._published_start() not in {None, starts_at}
        if moved and data.get("status") == EventStatus.SCHEDULED:
            data["status"] = EventStatus.RESCHEDULED
        somewhere = data.get("venue") or data.get("place") or data.get("online_url")
        if data.get("status") == EventStatus.SCHEDULED and not somewhere:
            self.add_error("place", _("Say where a scheduled event takes place, or give its online address."))
        return data

    def _published_start(self) -> Any:
        """The date last published with certainty, None when it never was."""
        told = self.instance.schedule.exclude(status=EventStatus.TENTATIVE).last()
        return told.starts_at if told else None
