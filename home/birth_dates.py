"""The one question for a date of birth: as three numbers that can be typed on a phone; checked and never kept (R16)."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from .taiwan import western_year

LONGEST_LIFE: Final = 120
_LAST_ROC_YEAR: Final = 999
_PARTS: Final = (("year", _("Year")), ("month", _("Month")), ("day", _("Day")))


class BirthDateInput(forms.MultiWidget):
    """Three short inputs, each under its own name."""

    template_name = "home/birth_date.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        inputs: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput({"inputmode": "numeric", "autocomplete": f"bday-{name}"}) for name, _label in _PARTS
        }
        super().__init__(inputs, attrs)

    def decompress(self, value: date | None) -> list[Any]:
        """The numbers of a date."""
        return [value.year, value.month, value.day] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Also what each number is."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for part, (_name, label) in zip(context["widget"]["subwidgets"], _PARTS, strict=True):
            part["label"] = label
        return context


class BirthDateField(forms.MultiValueField):
    """A date of birth as of ``today``; cleaned to a date. A year below 1000 is an ROC year."""

    widget = BirthDateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Please type your date of birth as in 95, 3, 14 or 2006, 3, 14."),
        "digits": _("Digits only, please."),
        "no_day": _("There is no such day."),
        "impossible": _("Nobody alive was born on that day. Is the year right?"),
    }

    def __init__(self, *, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Date of birth"))
        kwargs.setdefault("help_text", _("The year may be a western or an ROC year."))
        super().__init__([forms.CharField() for _part in _PARTS], **kwargs)
        self.today = today

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """The field in a form; each of its inputs is described by its help and its errors."""
        return _Described(form, self, field_name)

    def compress(self, data_list: Sequence[str]) -> date | None:
        """One date of the three numbers, full-width digits too.

        Raises:
            ValidationError: saying what is wrong.
        """
        if not data_list:
            return None
        typed = [unicodedata.normalize("NFKC", one).strip() for one in data_list]
        if not all(one.isascii() and one.isdigit() for one in typed):
            raise self._wrong("digits")
        try:
            year, month, day = map(int, typed)
            born_on = date(western_year(year) if 0 < year <= _LAST_ROC_YEAR else year, month, day)
        except (ValueError, OverflowError):
            raise self._wrong("no_day") from None
        if not self.today.year - LONGEST_LIFE <= born_on.year or born_on > self.today:
            raise self._wrong("impossible")
        return born_on

    def _wrong(self, code: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code)


class _Described(forms.BoundField):
    """Django describes what it lays out in a fieldset at that fieldset; here the inputs themselves carry it."""

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> dict[str, Any]:
        """With what describes the question."""
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if described_by := self.aria_describedby:
            built.setdefault("aria-describedby", described_by)
        return built


class AskAnewForm(forms.Form):
    """Why staff have a date of birth that was mistyped asked for anew."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For the page’s history, which your colleagues read. Please write no date of birth here."),
        widget=forms.Textarea({"rows": 3}),
    )
