"""What staff type about the Facebook page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from api.models import Post, PostForm
from api.models.facebook import LEAD_IN_LENGTH
from api.outlets.facebook_desk import PERMALINK


class ChoiceForm(forms.Form):
    """Whether an item stands on the page, what the bureau says before it, and how it is shown."""

    prefix = "facebook"

    wanted = forms.BooleanField(label=_("Post this on the Facebook page"), required=False)
    lead_in = forms.CharField(
        label=_("Lead-in"),
        required=False,
        max_length=LEAD_IN_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=Post._meta.get_field("lead_in").help_text,
    )
    form = forms.ChoiceField(label=_("Shown as"), choices=PostForm.choices, initial=PostForm.LINK)

    @classmethod
    def of(cls, post: Post) -> "ChoiceForm":
        """The form as a post has it."""
        return cls(initial={"wanted": post.wanted, "lead_in": post.lead_in, "form": post.form})


class PermalinkForm(forms.Form):
    """Where something posted by hand stands."""

    permalink = forms.URLField(
        label=_("Address of the post"),
        max_length=500,
        assume_scheme="https",
        help_text=_("On Facebook, open the time below the page's name and copy the address."),
        widget=forms.URLInput({"placeholder": "https://www.facebook.com/…"}),
    )

    def clean_permalink(self) -> Any:
        """An address on Facebook."""
        permalink = self.cleaned_data["permalink"]
        if not PERMALINK.fullmatch(permalink):
            raise ValidationError(_("This is not the address of a post on Facebook."))
        return permalink
