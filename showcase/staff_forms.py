"""What staff fill in about a story, beside its page: holds, releases, addresses, representatives and mandates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Hold, Party, StoryPage
from .vocabularies import SPOKEN_FOR, HoldKind, PartyRole


class HoldForm(forms.Form):
    """Why a story is taken off at once."""

    kind = forms.ChoiceField(label=_("Why"), choices=HoldKind.choices, initial=HoldKind.CHECK, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the record and your colleagues; partners are told only that the story is held."),
        widget=forms.Textarea({"rows": 3}),
    )


class ReleaseForm(forms.Form):
    """Why a story is let go again."""

    hold = forms.ModelChoiceField(label=_("Hold"), queryset=Hold.objects.none(), empty_label=None)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}))

    def __init__(self, story: StoryPage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["hold"]
        choice.queryset = story.holds.filter(released_at=None).select_related("held_by")
        choice.label_from_instance = _told


def _told(hold: Hold) -> str:
    return f"{hold.get_kind_display()}：{hold.reason}（{hold.held_by or ''}）"


class AddressForm(forms.Form):
    """Where somebody is asked again."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("Change it where it was wrong: the link sent before is dead then.")
    )


class GuardianForm(forms.Form):
    """Who answers beside a minor."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    email = forms.EmailField(label=_("E-mail address"))


class EraseForm(forms.Form):
    """That erasing is meant."""

    sure = forms.BooleanField(label=_("Yes, erase this story for good. It cannot be brought back."))


class ErasePersonForm(forms.Form):
    """That erasing somebody is meant."""

    sure = forms.BooleanField(label=_("Yes, erase what is known of this person for good. It cannot be brought back."))


class RevokeForm(forms.Form):
    """Why a mandate counts no longer."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the record and your colleagues, as in: withdrawn by the person represented."),
        widget=forms.Textarea({"rows": 3}),
    )


class MandateForm(forms.Form):
    """A mandate that names all it speaks for."""

    representative = forms.ModelChoiceField(label=_("Representative"), queryset=Party.objects.none(), empty_label=None)
    parties = forms.ModelMultipleChoiceField(
        label=_("Speaks for"), queryset=Party.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(label=_("Signed mandate"), help_text=_("As PDF. It must name everyone ticked above."))

    def __init__(self, story: StoryPage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = story.parties.filter(purged_at=None)
        for name, some in (
            ("representative", people.filter(role=PartyRole.REPRESENTATIVE)),
            ("parties", people.filter(role__in=SPOKEN_FOR)),
        ):
            field: Any = self.fields[name]
            field.queryset = some
