"""What the admin asks beyond what models say by themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
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
