"""What the admin asks beyond what models say by themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm


class ReasonForm(TaskStateCommentForm):
    """Why something is sent back: whoever wrote it must be able to act on the answer."""

    comment = forms.CharField(
        label=_("Reason"),
        help_text=_("What has to change? The author is sent these words."),
        widget=forms.Textarea({"rows": 3}),
    )
