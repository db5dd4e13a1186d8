"""What a party types and ticks on its consent page."""

import unicodedata
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from home.taiwan import ROC_EPOCH, local
from home.visibility import Channel

from .flows.answers import needs_age
from .models import Grant, Party, StoryRevision
from .vocabularies import CHANNEL_WORDS, PartyRole

BIRTH: Final = ("birth_year", "birth_month", "birth_day")
_EARLIEST_YEAR: Final = 1900
_ROC_YEARS: Final = range(1, 1000)


class WholeNumberField(forms.CharField):
    """A number in digits, full-width ones too; cleaned to int."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=8, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def clean(self, value: Any) -> int | None:
        """The number; None where it is empty and need not be given."""
        text = unicodedata.normalize("NFKC", super().clean(value))
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise forms.ValidationError(_("Digits only, please."))
        return int(text)


class GrantForm(forms.Form):
    """Agreeing: to what was shown, on which channels, typed and ticked by the party itself."""

    content_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    text_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    channels = forms.TypedMultipleChoiceField(
        label=_("Where may it be shown?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    adaptation = forms.BooleanField(
        label=_("It may be adapted: translated, shortened, or cropped"),
        help_text=_("Each adaptation is a new version, and you are asked about it again."),
        required=False,
    )
    birth_year = WholeNumberField(label=_("Year"), required=False)
    birth_month = WholeNumberField(label=_("Month"), required=False)
    birth_day = WholeNumberField(label=_("Day"), required=False)
    of_age = forms.BooleanField(required=False)
    name_typed = forms.CharField(label=_("Type your name"), max_length=80)

    def __init__(
        self,
        party: Party,
        asked: StoryRevision,
        now: datetime,
        *args: Any,
        last: Grant | None = None,
        mark: str = "",
        **kwargs: Any,
    ) -> None:
        preset = last.channels if last else int(Channel.SITE)
        kwargs["initial"] = {
            "channels": [int(one) for one in Channel if preset & one],
            "adaptation": bool(last and last.adaptation),
        } | kwargs.pop("initial", {})
        super().__init__(*args, **kwargs)
        # A page may show two of these: one's ids are marked.
        self.mark, self.auto_id = mark, f"{mark}%s"
        self.party, self.asked, self.now = party, asked, now
        offered = [one for one in Channel if asked.channels & one]
        self.fields["channels"].choices = [(int(one), CHANNEL_WORDS[one][0]) for one in offered]  # type: ignore[attr-defined]  # a choice field
        self.asks_age = needs_age(party, now)
        self._drop_what_is_not_asked()
        self.fields["name_typed"].widget.attrs |= {"autocomplete": "name"}
        self._describe()

    def _drop_what_is_not_asked(self) -> None:
        """Ask a party nothing it need not answer."""
        if not self.asks_age:
            for name in BIRTH:
                del self.fields[name]
        if not self.asked.adaptation:
            del self.fields["adaptation"]
        if label := _declaration(self.party):
            self.fields["of_age"].label = label
            self.fields["of_age"].required = True
        else:
            del self.fields["of_age"]

    def _describe(self) -> None:
        """Let screen readers say a field's mistakes with the field."""
        for name in self.errors if self.is_bound else ():
            if name in self.fields:
                self.fields[name].widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"{self.mark}{name}-errors",
                }

    @property
    def channel_rows(self) -> list[tuple[Any, str]]:
        """Each channel offered: its tick, and what agreeing to it means."""
        ticks = list(self["channels"].subwidgets)
        offered = [one for one in Channel if self.asked.channels & one]
        return [(tick, str(CHANNEL_WORDS[one][1])) for tick, one in zip(ticks, offered, strict=True)]

    @property
    def birth_errors(self) -> list[tuple[str, str]]:
        """What is wrong with the date of birth, by field."""
        return [(name, " ".join(map(str, words))) for name, words in self.errors.items() if name in BIRTH]

    def clean_channels(self) -> Channel:
        """What is ticked, which must hold the site."""
        ticked = sum(self.cleaned_data["channels"])
        if not ticked & Channel.SITE:
            raise forms.ValidationError(
                _("Without this website the story is published nowhere. If you do not want that, please choose “no”.")
            )
        return Channel(ticked)

    def clean(self) -> dict[str, Any]:
        """Make one date of the three numbers."""
        given: dict[str, Any] = super().clean() or {}
        if self.asks_age and not self.errors:
            given["born_on"] = self._born_on(given)
        return given

    def _born_on(self, given: dict[str, Any]) -> date | None:
        year, month, day = (given.get(name) for name in BIRTH)
        if year and year in _ROC_YEARS:
            year += ROC_EPOCH
        try:
            born_on = date(year or 0, month or 0, day or 0)
        except ValueError:
            self.add_error("birth_year", _("Please type your date of birth as in 95, 3, 14 or 2006, 3, 14."))
            return None
        if born_on.year < _EARLIEST_YEAR or born_on > local(self.now).date():
            self.add_error("birth_year", _("This cannot be a date of birth."))
        return born_on


class GuardianForm(forms.Form):
    """A minor names a legal representative."""

    name = forms.CharField(label=_("Name of your legal representative"), max_length=80)
    email = forms.EmailField(label=_("E-mail address of your legal representative"), max_length=254)

    def __init__(self, ward: Party, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "guardian-%s"
        self.ward = ward
        self.fields["name"].widget.attrs |= {"autocomplete": "off"}
        self.fields["email"].widget.attrs |= {"autocomplete": "off"}

    def clean_email(self) -> str:
        """Another address than the minor's own: nobody answers for himself as his own representative."""
        email: str = self.cleaned_data["email"].strip().lower()
        if email == self.ward.email:
            raise forms.ValidationError(
                _("This is your own address. Your legal representative needs one of their own.")
            )
        return email


def _declaration(party: Party) -> Any:
    """What somebody who is not asked for a date of birth declares; empty for the others."""
    if party.role == PartyRole.GUARDIAN and party.guardian_of:
        name = party.guardian_of.name
        return _("I am of age and the legal representative of %(name)s.") % {"name": name}
    if party.role in {PartyRole.REPRESENTATIVE, PartyRole.RIGHTSHOLDER}:
        return _("I am of age.")
    return ""
