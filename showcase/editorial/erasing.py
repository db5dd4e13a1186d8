"""Erasing a story for good, at a person's request; what is kept long enough is erased by itself."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from home.models import Clock
from showcase.flows import purging
from showcase.staff_forms import EraseForm

from .door import StoryView

# Whoever keeps the license texts keeps house here too.
KEEPS_HOUSE = "showcase.change_consenttext"


class EraseView(StoryView, FormView[EraseForm]):
    """Erases a story's words, media and all that is known of its people; the record of consent stays."""

    form_class = EraseForm
    template_name = "showcase/admin/erase.html"
    page_title = _("Erase")
    header_icon = "bin"

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Let in whoever keeps house.

        Raises:
            PermissionDenied: for everybody else.
        """
        super().setup(request, *args, **kwargs)
        if not self.by.has_perm(KEEPS_HOUSE):
            raise PermissionDenied

    def form_valid(self, form: EraseForm) -> HttpResponse:
        """Erase it, or say why not."""
        try:
            purging.purge_story(self.story, Clock.now(), self.by)
        except purging.HeldError:
            form.add_error(None, _("The story is held: what a dispute is about is kept until it is settled."))
            return self.form_invalid(form)
        return self.done(_("Erased. The record of consent stays; it names nobody."))
