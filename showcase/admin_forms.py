"""What the admin's forms of stories and license texts let staff change. Imports no model."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from home.admin_forms import PageForm

_ALT_LENGTH = 255


class AltTextsForm(forms.Form):
    """What each medium of a story shows, for those who cannot see it: no part of what people agree to."""

    def __init__(self, rows: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, row in enumerate(rows):
            self.fields[f"{number}"] = forms.CharField(
                label=_("What it shows"), required=False, max_length=_ALT_LENGTH, initial=row.alt
            )


class StoryForm(PageForm):
    """A story's form: its words and media are the team's; staff describe the media and file the story."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.shown = list(self.instance.media.all())
        self.alts = AltTextsForm(self.shown, data, prefix="alt")

    def is_valid(self) -> bool:
        """Whether the descriptions are, too."""
        return bool(super().is_valid() and self.alts.is_valid())

    def has_changed(self) -> bool:
        """Whether a description was changed, too."""
        return bool(super().has_changed() or self.alts.has_changed())

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Save with the descriptions; nothing else of the media is taken from the form."""
        for number, row in enumerate(self.shown):
            row.alt = self.alts.cleaned_data[f"{number}"]
        if self.shown:
            self.instance.media = self.shown
        return super().save(commit=commit)


class ConsentTextForm(WagtailAdminModelForm):
    """A license text's form: once somebody has been asked by it, its words never change again."""

    WORDS = ("code", "lang", "label", "summary", "body", "notice", "effective_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.is_used:
            for name in self.WORDS:
                self.fields[name].disabled = True
            self.fields["code"].help_text = _(
                "People have been asked by this text, so its words never change again. "
                "Write a new one under another code, and give this one the day from which it is no longer used."
            )
