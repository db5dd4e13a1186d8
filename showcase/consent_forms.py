"""What a party types and ticks on its consent page."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from home.birth_dates import BirthDateField
from home.taiwan import local
from home.visibility import Channel

from .flows.answers import needs_age
from .models import Grant, Party, StoryRevision
from .vocabularies import AGE_KEPT, CHANNEL_WORDS, PartyRole


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
        self._ask_what_is_needed()
        self.fields["name_typed"].widget.attrs |= {"autocomplete": "name"}
        self._describe()

    def _ask_what_is_needed(self) -> None:
        """Ask a party for its age where that is not known, and for nothing it need not answer."""
        if self.asks_age:
            self.fields["birth"] = BirthDateField(today=local(self.now).date(), help_text=AGE_KEPT)
        if not self.asked.adaptation:
            del self.fields["adaptation"]
        if label := _declaration(self.party):
            self.fields["of_age"].label = label
            self.fields["of_age"].required = True
        else:
            del self.fields["of_age"]

    def _describe(self) -> None:
        """Let screen readers say a field's mistakes with the field; a date of birth sees to its own."""
        for name in self.errors if self.is_bound else ():
            if name in self.fields and name != "birth":
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

    def clean_channels(self) -> Channel:
        """What is ticked, which must hold the site."""
        ticked = sum(self.cleaned_data["channels"])
        if not ticked & Channel.SITE:
            raise forms.ValidationError(
                _("Without this website the story is published nowhere. If you do not want that, please choose “no”.")
            )
        return Channel(ticked)


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
