"""What the admin asks beyond what models say by themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.forms import TaskStateCommentForm


class ReasonForm(TaskStateCommentForm):
    """Why something is sent back: whoever wrote it must be able to act on the answer."""

    comment = forms.CharField(
        label=_("Reason"),
        help_text=_("What has to change? The author is sent these words."),
        widget=forms.Textarea({"rows": 3}),
    )


class CalendarDayForm(WagtailAdminModelForm):
    """A calendar day that a person has touched is that person's word: no file and no forecast changes it again."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Save as entered by staff."""
        self.instance.source = "staff"
        return super().save(commit=commit)


class PageForm(WagtailAdminPageForm):
    """The form of every page: who has no short address in mind gets one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "The last part of the address, in English letters and digits, as in: spring-meeting. "
                "Leave empty and the page gets one of its own."
            )

    def clean_slug(self) -> str:
        """Refuse what would be unreadable once shared.

        Raises:
            ValidationError: for any letter outside ASCII.
        """
        slug: str = self.cleaned_data["slug"]
        if not slug.isascii():
            raise forms.ValidationError(_("Use English letters, digits and hyphens only."), code="not_ascii")
        return slug
