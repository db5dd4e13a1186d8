"""What the desk asks of a story, a form a step. Each knows what it was told, as the flows compare and save it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from home.birth_dates import BirthDateField
from home.visibility import Channel
from programs.models import EventPage, Membership
from programs.team_forms import DeskForm

from .flows.drafting import ANSWERS
from .models import DraftAsset, StoryDraft
from .vocabularies import AGE_KEPT, AssetKind, AssetRights, Music, PartyRole, PeopleShown

SPARE_ROWS: Final = 2
MOST_ROWS: Final = 30
CHANNELS: Final = (
    (Channel.PARTNER_SITES, _("Partner sites, non-profit and under the same terms")),
    (Channel.FACEBOOK, _("The bureau's Facebook page")),
    (Channel.BROADCAST, _("Television and radio")),
    (Channel.PRINT, _("Printed publications")),
)
ROLES: Final = (
    (PartyRole.COAUTHOR, _("Co-author: wrote or made part of it")),
    (PartyRole.PORTRAYED, _("Person shown: is asked about the picture")),
    (PartyRole.RIGHTSHOLDER, _("Rights holder: photo, music or other work is theirs")),
    (PartyRole.REPRESENTATIVE, _("Representative of several, with a written mandate")),
)


class WordsForm(DeskForm):
    """Title, what happened, and at which event."""

    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    text = forms.CharField(
        label=_("What happened?"),
        max_length=20_000,
        required=False,
        help_text=_("In your own words; you may speak it with your keyboard's microphone."),
        widget=forms.Textarea({"rows": 9}),
    )
    event = forms.ModelChoiceField(
        label=_("At one of our events?"), queryset=EventPage.objects.none(), required=False, empty_label=_("No")
    )

    def __init__(self, *args: Any, events: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = events  # type: ignore[attr-defined]  # a ModelChoiceField's

    @property
    def told(self) -> dict[str, Any]:
        """As `drafting.words_of`."""
        event = self.cleaned_data["event"]
        return {
            "title": self.cleaned_data["title"],
            "text": self.cleaned_data["text"].replace("\r\n", "\n"),
            "event": event and event.pk,
        }


class AnswersForm(DeskForm):
    """What is said of each thing shown: only of those the page had when it was sent."""

    all_ours = forms.BooleanField(
        label=_("We made all of it ourselves, and everyone shown agrees."),
        required=False,
    )

    def __init__(self, *args: Any, assets: Sequence[DraftAsset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assets = assets
        for asset in assets:
            for name, field in _asked_of(asset):
                self.fields[f"{name}-{asset.pk}"] = field
                self.initial[f"{name}-{asset.pk}"] = getattr(asset, name)

    @property
    def told(self) -> dict[str, Any]:
        """As `drafting.answers_of`; what is not asked of a kind of thing stays empty."""
        told = {
            f"{name}-{asset.pk}": self.cleaned_data.get(f"{name}-{asset.pk}", "")
            for asset in self.assets
            for name in ANSWERS
        }
        return told | self._shortcut(told)

    def _shortcut(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What the one tick answers: only questions that are asked and not answered."""
        if not self.cleaned_data["all_ours"]:
            return {}
        meant = {"rights": AssetRights.OWN.value, "people": PeopleShown.AGREED.value}
        open_ones = [name for name, value in told.items() if not value and name in self.fields]
        return {name: meant[kind] for name in open_ones if (kind := name.rpartition("-")[0]) in meant}

    def cards(self) -> Iterator[tuple[DraftAsset, list[Any]]]:
        """Each thing shown with its questions."""
        for asset in self.assets:
            yield asset, [self[f"{name}-{asset.pk}"] for name, _field in _asked_of(asset)]


def _asked_of(asset: DraftAsset) -> Iterator[tuple[str, forms.Field]]:
    """The questions about one thing: who made it, whether people agree, whose music, what it shows, who is named."""
    yield "rights", _choice(_("Who made it?"), AssetRights.choices)
    yield (
        "rights_note",
        forms.CharField(
            label=_("From whom do you have the permission, and on what terms?"), max_length=200, required=False
        ),
    )
    if asset.kind in {AssetKind.PHOTO, AssetKind.VIDEO}:
        yield "people", _choice(_("Do the people shown agree?"), PeopleShown.choices)
    if asset.kind == AssetKind.VIDEO:
        yield "music", _choice(_("Whose music is heard?"), Music.choices)
    yield (
        "alt",
        forms.CharField(
            label=_("What it shows"),
            max_length=255,
            required=False,
            help_text=_("For those who cannot see it, as in: three people plant rice"),
        ),
    )
    yield "credit", forms.CharField(label=_("Name to be shown"), max_length=80, required=False)


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", _("Please choose")), *choices])


class LinkForm(DeskForm):
    """A video or a post that lies elsewhere."""

    url = forms.URLField(
        label=_("Address of a video or post"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput({"inputmode": "url", "placeholder": "https://"}),
    )
    link_kind = forms.ChoiceField(
        label=_("It is"), choices=[(one.value, one.label) for one in (AssetKind.VIDEO, AssetKind.SOCIAL)]
    )


class PeopleForm(DeskForm):
    """Who takes part beside the author: members by a tick, others by name and address."""

    def __init__(self, *args: Any, members: Sequence[Membership], stored: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored
        self.fields["members"] = forms.TypedMultipleChoiceField(
            label=_("From the team"),
            coerce=int,
            required=False,
            choices=[(one.user_id, str(one.user)) for one in members],
            widget=forms.CheckboxSelectMultiple,
            initial=stored["members"],
        )
        self.count = self._count()
        for number in range(self.count):
            self._add_row(number)

    def _count(self) -> int:
        """How many rows were sent; on a fresh page those filled and some to spare."""
        sent = sum(name.startswith("email-") for name in self.data)
        return min(sent or len(self.stored["others"]) + SPARE_ROWS, MOST_ROWS)

    def _add_row(self, number: int) -> None:
        others = self.stored["others"]
        name, email, role = others[number] if number < len(others) else ("", "", PartyRole.COAUTHOR)
        self.fields[f"name-{number}"] = forms.CharField(
            label=_("Full name"), max_length=80, required=False, initial=name
        )
        self.fields[f"email-{number}"] = forms.EmailField(
            label=_("E-mail address"),
            required=False,
            initial=email,
            widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"}),
        )
        self.fields[f"role-{number}"] = forms.ChoiceField(label=_("Takes part as"), choices=ROLES, initial=role)

    def rows(self) -> Iterator[list[Any]]:
        """The rows for people who are not in the team."""
        for number in range(self.count):
            yield [self[f"{name}-{number}"] for name in ("name", "email", "role")]

    def clean(self) -> dict[str, Any]:
        """A row is empty or has a name and an address."""
        data: dict[str, Any] = super().clean() or {}
        for number in range(self.count):
            name, email = data.get(f"name-{number}"), data.get(f"email-{number}")
            if name and not email and f"email-{number}" not in self.errors:
                self.add_error(f"email-{number}", _("Without an address nobody can be asked."))
            if email and not name:
                self.add_error(f"name-{number}", _("Please say who it is."))
        return data

    @property
    def told(self) -> dict[str, Any]:
        """As `drafting.people_of`; the same person in the same role once."""
        data = self.cleaned_data
        rows = [[data[f"name-{n}"], data[f"email-{n}"].lower(), data[f"role-{n}"]] for n in range(self.count)]
        others = [row for number, row in enumerate(rows) if row[1] and row not in rows[:number]]
        return {"members": sorted(data["members"]), "others": others}


class LicenseForm(DeskForm):
    """What the author agrees to as the story is handed in."""

    channels = forms.TypedMultipleChoiceField(
        label=_("Where may it be shown?"),
        coerce=int,
        required=False,
        choices=[(int(channel), words) for channel, words in CHANNELS],
        widget=forms.CheckboxSelectMultiple,
    )
    adaptation = forms.BooleanField(
        label=_("It may be translated, shortened or cropped; each such version is shown to us first."), required=False
    )
    declared = forms.BooleanField(
        label=_("What we hand in is our own or we have permission; whoever can be recognized knows and agrees."),
        error_messages={"required": _("Without this declaration the story cannot be handed in.")},
    )
    disputes = forms.BooleanField(
        label=_("If somebody disputes the rights, we settle it ourselves; meanwhile the bureau may hide the story."),
        error_messages={"required": _("Without this the story cannot be handed in.")},
    )
    name_typed = forms.CharField(
        label=_("Your name, as your signature"), max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )
    guardian_name = forms.CharField(label=_("Name of your legal representative"), max_length=80, required=False)
    guardian_email = forms.EmailField(
        label=_("Their e-mail address"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    text_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, draft: StoryDraft, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(
            channels=[int(one) for one, _words in CHANNELS if draft.channels & one], adaptation=draft.adaptation
        )
        super().__init__(*args, **kwargs)
        self.fields["birth"] = BirthDateField(today=today, help_text=AGE_KEPT)

    @property
    def granted(self) -> Channel:
        """The channels ticked, and the site: without it nothing is shown."""
        return Channel(sum(self.cleaned_data["channels"])) | Channel.SITE

    @property
    def guardian(self) -> tuple[str, str] | None:
        """The legal representative named, if both name and address are there."""
        name, email = self.cleaned_data["guardian_name"], self.cleaned_data["guardian_email"]
        return (name, email) if name and email else None


class AddressForm(DeskForm):
    """Another address for somebody who was asked."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"})
    )


class TeamForm(DeskForm):
    """For which of somebody's teams a story is told."""

    team = forms.ChoiceField(label=_("Team"))

    def __init__(self, *args: Any, seats: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.team.translation_key), one.team.draft_title) for one in seats]
        self.fields["team"] = forms.ChoiceField(label=_("Team"), choices=choices)
