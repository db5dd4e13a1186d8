"""What the editor's forms check beyond single fields."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from home.admin_forms import PageForm
from programs.vocabularies import EventStatus

_CERTAIN = (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)


class EventForm(PageForm):
    """An event's form: what a session takes from its event is not asked, what a moved date means need not be told."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.parent_page.specific if self.parent_page else None
        if isinstance(parent, type(self.instance)):
            self.instance.kind, self.instance.program = parent.effective_kind, parent.effective_program
            for name in ("kind", "program"):
                self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """A scheduled event needs a place, unless its sessions have theirs."""
        data: dict[str, Any] = super().clean()
        somewhere = data.get("venue") or data.get("place") or data.get("online_url") or self.instance.sessions
        if data.get("status") in _CERTAIN and not somewhere:
            self.add_error("place", _("Say where a scheduled event takes place, or give its online address."))
        return data

    def _post_clean(self) -> None:
        """Once dates are rounded: an event told for certain on another date is ``rescheduled``, not ``scheduled``."""
        super()._post_clean()
        event = self.instance
        if event.pk and event.status == EventStatus.SCHEDULED and not self.errors:
            told = event.schedule.exclude(status=EventStatus.TENTATIVE).last()
            if told and told.starts_at != event.starts_at:
                event.status = EventStatus.RESCHEDULED
