"""What readers may narrow a list by, in the address."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from home.counties import COUNTIES
from programs.vocabularies import EventKind


class MonthField(forms.CharField):
    """A month as in 2026-03; the value is its first day."""

    def to_python(self, value: Any) -> Any:
        """Read the month.

        Raises:
            ValidationError: when it is none.
        """
        text = super().to_python(value)
        if not text:
            return None
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            raise ValidationError(_("Not a month.")) from None


class TeamFilter(forms.Form):
    """Which teams to list. What is not understood is left out of the question, and the page says so."""

    county = forms.ChoiceField(label=_("County"), required=False, choices=[("", _("All counties")), *COUNTIES])

    use_required_attribute = False

    @property
    def chosen(self) -> str:
        """The county asked for, in words; empty without one."""
        code = self.cleaned_data.get("county", "")
        return str(dict(COUNTIES)[code]) if code else ""


class EventFilter(forms.Form):
    """Which events to list. What is not understood is left out of the question, and the page says so."""

    COMING, PAST = "upcoming", "past"

    when = forms.ChoiceField(
        label=_("When"), required=False, choices=[(COMING, _("Coming events")), (PAST, _("Past events"))]
    )
    county = forms.ChoiceField(label=_("County"), required=False, choices=[("", _("All counties")), *COUNTIES])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *EventKind.choices])
    month = MonthField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    @property
    def chosen(self) -> list[str]:
        """What was asked for beside the month, in words."""
        asked = [(name, self.cleaned_data.get(name)) for name in ("when", "county", "kind")]
        words = {name: dict(self.fields[name].choices) for name, _value in asked}  # type: ignore[attr-defined]  # a ChoiceField's
        return [str(words[name][value]) for name, value in asked if value]
