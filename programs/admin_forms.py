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
        """A scheduled event needs a place, unless its sessions have theirs; and a team that holds it too (R28)."""
        data: dict[str, Any] = super().clean()
        somewhere = data.get("venue") or data.get("place") or data.get("online_url") or self.instance.sessions
        if data.get("status") in _CERTAIN and not somewhere:
            self.add_error("place", _("Say where a scheduled event takes place, or give its online address."))
        if self._goes_out and data.get("status") in _CERTAIN:
            self._ask_for_host(data)
        return data

    def _ask_for_host(self, data: dict[str, Any]) -> None:
        """A team, or the reason why there is none."""
        if not str(data.get("co_host_waiver") or "").strip() and not self._has_host:
            self.add_error("co_host_waiver", _("Name a team it is held together with, or say why there is none."))

    @property
    def _goes_out(self) -> bool:
        """Whether the editor publishes or hands in; a draft may lack what it needs later."""
        return any(name in self.data for name in ("action-publish", "action-submit"))

    @property
    def _has_host(self) -> bool:
        """Whether a team is named here, at the event this is a session of, or at one of its sessions."""
        event = self.instance
        rows = self.formsets.get("co_hosts", ())
        here = any(_names_a_team(row) for row in rows)
        parent = self.parent_page.specific if self.parent_page else None
        above = isinstance(parent, type(event)) and bool(parent.hosts)
        return here or above or any(one.hosts for one in event.sessions)

    def _post_clean(self) -> None:
        """Once dates are rounded: an event told for certain on another date is ``rescheduled``, not ``scheduled``."""
        super()._post_clean()
        event = self.instance
        if event.pk and event.status == EventStatus.SCHEDULED and not self.errors:
            told = event.schedule.exclude(status=EventStatus.TENTATIVE).last()
            if told and told.starts_at != event.starts_at:
                event.status = EventStatus.RESCHEDULED


def _names_a_team(row: Any) -> bool:
    """Whether a row of the form names a team and is kept."""
    return row.is_valid() and bool(row.cleaned_data.get("team")) and not row.cleaned_data.get("DELETE")
