"""What staff fill in about partners."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from api.models import Partner, Scope
from home.visibility import Channel
from showcase.models import ConsentText
from showcase.vocabularies import CHANNEL_WORDS

# The channels on which a door serves partners.
OFFERED: Final = (Channel.PARTNER_SITES, Channel.FACEBOOK)
HOST: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\Z")


class PartnerForm(WagtailAdminModelForm):
    """A partner: channels as ticks, hosts one a line and nothing but hosts."""

    channels = forms.TypedMultipleChoiceField(
        label=_("Channels"),
        coerce=int,
        required=False,
        choices=[(int(one), CHANNEL_WORDS[one][0]) for one in OFFERED],
        initial=[int(Channel.PARTNER_SITES)],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = self.instance.channels & ~sum(map(int, OFFERED)) if self.instance.pk else 0
        self.initial["channels"] = [int(one) for one in OFFERED if one & self.instance.channels]

    def clean_channels(self) -> int:
        """The ticks as bits, beside those not offered here."""
        return int(self.others | sum(self.cleaned_data["channels"]))

    def clean_hosts(self) -> str:
        """One host a line, in lower case, each once."""
        hosts = list(dict.fromkeys(self.cleaned_data["hosts"].lower().split()))
        for host in hosts:
            if not HOST.match(host):
                told = _("“%(host)s” is not a host: leave out https:// and whatever follows the name.")
                raise ValidationError(told, params={"host": host})
        return "\n".join(hosts)


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(
        label=_("Name of the key"), max_length=60, required=False, help_text=_("What it is for, as in: website, test.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        required=False,
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what the partner needs; reading what is public needs none."),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Its last day; empty for a key without an end."),
    )
    # The newest key there was when the form was opened: a form sent twice, as by reloading, issues no second key.
    newest = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, partner: Partner, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = partner.keys.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.fields["newest"].initial = self.last

    def clean_until(self) -> Any:
        """A day that is not over."""
        day = self.cleaned_data["until"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day is over."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a form that has been used."""
        data = super().clean() or {}
        if data.get("newest") != self.last:
            raise ValidationError(_("This form has been used: a key was issued since it was opened. See the list."))
        return data


class AcceptanceForm(forms.Form):
    """A license text that a partner has accepted."""

    text = forms.ModelChoiceField(label=_("License"), queryset=ConsentText.objects.none(), empty_label=None)

    def __init__(self, partner: Partner, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accepted = partner.acceptances.values("license_id")
        choice: Any = self.fields["text"]
        choice.queryset = ConsentText.objects.exclude(code__in=accepted).order_by("-effective_from", "code")
        choice.label_from_instance = lambda text: f"{text.label}（{text.code}）"


class RangeForm(forms.Form):
    """Which deliveries of an endpoint are sent again."""

    first = forms.IntegerField(label=_("From number"), min_value=1, help_text=_("As in the list of deliveries."))
    last = forms.IntegerField(label=_("To number"), min_value=1)

    def clean(self) -> dict[str, Any]:
        """A range that does not run backwards."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            raise ValidationError(_("The end is before the beginning."))
        return data
