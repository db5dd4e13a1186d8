"""`/venues/{id}/hours`: when a venue is open in the next days, and why."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from api.parameters import Asked, Parameter
from api.reading import Answer, Epoch
from api.schema import Refer
from api.serializers.json import dump
from api.serializers.venues import HoursSerializer, hours_document
from home.taiwan import local, midnight
from home.visibility import Reason
from programs.models import VenuePage

from .collections import DetailView, gone

DAYS: Final = 14


class HoursView(DetailView):
    """The next fourteen days, today first, in Taipei.

    Not stored: the days move on. The calendar's part in the hours is told with the venue, so its tag holds.
    """

    collection = "venues"

    def summary(self) -> str | Promise:
        """One line for the documentation."""
        return _("When a venue is open in the next 14 days, and why")

    def parameters(self) -> Iterable[Parameter]:
        """The language, as in the venue's detail."""
        return [one for one in super().parameters() if one.name in {"lang", "lang_fallback"}]

    def answer_schema(self, refer: Refer) -> dict[str, Any]:
        """A row a day."""
        rows = {"type": "array", "items": refer(HoursSerializer), "minItems": DAYS, "maxItems": DAYS}
        return {
            "type": "object",
            "properties": {"data": rows},
            "required": ["data"],
            "additionalProperties": False,
        }

    def epoch(self) -> Epoch:
        """Midnight in Taipei is a time boundary here."""
        epoch = super().epoch()
        today = local(epoch.now).date()
        begun, ends = midnight(today), midnight(today + timedelta(days=1))
        return replace(
            epoch,
            boundary=max(epoch.boundary or begun, begun),
            coming=min(epoch.coming or ends, ends),
        )

    def read(self, asked: Asked, epoch: Epoch, **kwargs: Any) -> Answer:
        """The hours; 404 and 410 as the venue's detail."""
        entry = self.pick(UUID(kwargs["uid"]), asked, epoch)
        venue = VenuePage.objects.visible(self.channel, epoch.now).filter(pk=entry.source_pk).first()
        if venue is None:
            # Taken down without a hint, and not yet told.
            raise gone(Reason.UNPUBLISHED, epoch.now)
        hours = venue.hours_on(next_days(local(epoch.now).date()))
        body = dump({"data": [hours_document(day) for day in hours]})
        return Answer(body, entry.seq, [str(entry.uid)], lang=entry.lang)


def next_days(today: date) -> list[date]:
    """Today and the thirteen days after."""
    return [today + timedelta(days=number) for number in range(DAYS)]
