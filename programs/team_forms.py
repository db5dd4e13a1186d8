"""What the desk asks about teams and their people."""

import re
from datetime import date
from html import unescape
from typing import Any, Final

from django import forms
from django.core.validators import URLValidator
from django.forms import formset_factory
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from home.birth_dates import BirthDateField
from home.counties import COUNTIES

from .models import Membership, TeamKind

LINKS: Final = 4
_PARAGRAPH: Final = re.compile(r'<p(?: data-block-key="\w*")?>(.*?)</p>', re.DOTALL)


class DeskForm(forms.Form):
    """A form whose fields point at their help and errors, for those who hear them."""

    use_required_attribute = False
    error_css_class = "wrong"


class NamedForm(DeskForm):
    """Also asks for a name where the account has none."""

    def __init__(self, *args: Any, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not named:
            self.fields["name"] = forms.CharField(
                label=_("Your name"),
                max_length=60,
                help_text=_("Your team and the bureau see it; it never stands on the public site."),
                widget=forms.TextInput({"autocomplete": "name"}),
            )


class FoundingForm(NamedForm):
    """What a new team has to say: who it is, where it acts or why it is interested (R11–R13)."""

    title = forms.CharField(label=_("Name of the team"), max_length=60, help_text=_("Alone? Then your own label."))
    kind = forms.ChoiceField(
        label=_("We take part"), choices=TeamKind.choices, initial=TeamKind.GROUP, widget=forms.RadioSelect
    )
    county = forms.ChoiceField(
        label=_("Where you act"),
        required=False,
        choices=[("", _("None of these, or not yet")), *COUNTIES],
        help_text=_("Not in the north? You can take part all the same if you are interested: say so below."),
    )
    interest = forms.CharField(
        label=_("Why you want to take part"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One or two sentences. Only the bureau reads them."),
    )


class InvitingForm(DeskForm):
    """Whom to ask."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send a link that works for 14 days."),
        widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"}),
    )


class BirthDateForm(DeskForm):
    """A birth date; checked and not kept (R16)."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth"] = BirthDateField(today=today)


class HandOverForm(DeskForm):
    """Who is to be the next head."""

    to: forms.ModelChoiceField[Membership] = forms.ModelChoiceField(
        label=_("The next head"), queryset=None, empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = members  # type: ignore[attr-defined]  # a ModelChoiceField's


class ProfileForm(DeskForm):
    """The public profile, and with it what staff need to know."""

    title = forms.CharField(label=_("Name of the team"), max_length=60)
    summary = forms.CharField(
        label=_("In one or two sentences"), required=False, max_length=300, widget=forms.Textarea({"rows": 3})
    )
    text = forms.CharField(
        label=_("What you do"),
        required=False,
        max_length=6000,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("An empty line begins a new paragraph; a line that begins with ## is a heading."),
    )
    kind = forms.ChoiceField(label=_("We take part"), choices=TeamKind.choices, widget=forms.RadioSelect)
    county = FoundingForm.base_fields["county"]
    interest = FoundingForm.base_fields["interest"]

    def __init__(self, *args: Any, has_text: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_text:
            del self.fields["text"]

    @property
    def told(self) -> dict[str, Any]:
        """What was told, the text as a body."""
        data = dict(self.cleaned_data)
        return data | {"body": body_of(data.pop("text"))} if "text" in data else data


class LinkForm(DeskForm):
    """Where else the team can be found."""

    label = forms.CharField(label=_("What it is"), required=False, max_length=40)
    url = forms.URLField(
        label=_("Web address"),
        required=False,
        max_length=200,
        assume_scheme="https",
        validators=[URLValidator(["https", "http"])],
        widget=forms.URLInput({"inputmode": "url"}),
    )

    def clean(self) -> dict[str, Any]:
        """An address needs no name: its own host does."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("label") and not data.get("url") and "url" not in self.errors:
            self.add_error("url", _("The address is missing."))
        return data


LinkForms: Any = formset_factory(LinkForm, extra=LINKS, max_num=LINKS, validate_max=True)


def links_of(forms_of_links: Any) -> list[tuple[str, str]]:
    """The links told, as (label, address)."""
    told = [form.cleaned_data for form in forms_of_links if form.cleaned_data.get("url")]
    return [(one["label"] or one["url"].split("/")[2][:40], one["url"]) for one in told]


def body_of(text: str) -> list[tuple[str, str]]:
    """A body from plain text: paragraphs and headings, with nothing in them that is markup."""
    blocks: list[tuple[str, str]] = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        for piece in filter(None, re.split(r"^(##[^\n]*)\n?", part, flags=re.MULTILINE)):
            if piece.startswith("##"):
                blocks.append(("heading", piece.lstrip("#").strip()[:120]))
            elif piece.strip():
                blocks.append(("text", f"<p>{escape(piece.strip()).replace(chr(10), '<br/>')}</p>"))
    return [block for block in blocks if block[1]]


def text_of(body: Any) -> str | None:
    """A body as the plain text it could have been written as; None where staff have laid out more than that."""
    parts = []
    for block in body:
        if block.block_type == "heading":
            parts.append(f"## {block.value}")
        elif block.block_type == "text" and (found := _plain(block.value.source)) is not None:
            parts.append(found)
        else:
            return None
    return "\n\n".join(parts)


def _plain(source: str) -> str | None:
    """Rich text without markup as plain text, else None."""
    if _PARAGRAPH.sub("", source).strip():
        return None
    text = "\n\n".join(re.sub(r"<br ?/?>", "\n", one) for one in _PARAGRAPH.findall(source))
    return None if "<" in text else unescape(text)
