"""Holding a story and letting it go again, from the admin."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages

from home.models import Clock
from showcase.flows import holds
from showcase.staff_forms import HoldForm, ReleaseForm
from showcase.vocabularies import HoldKind

from .door import StoryView


class HoldView(StoryView, FormView[HoldForm]):
    """Takes a story off every channel at once; a dispute leads to the evidence, as it stands at that moment."""

    form_class = HoldForm
    template_name = "showcase/admin/hold.html"
    page_title = _("Hold")
    header_icon = "warning"

    def form_valid(self, form: HoldForm) -> HttpResponse:
        """Hold it."""
        kind = HoldKind(form.cleaned_data["kind"])
        holds.hold(self.story, kind, form.cleaned_data["reason"], self.by, Clock.now())
        if kind != HoldKind.DISPUTE:
            return self.done(_("The story is held: nobody can read it any more."))
        messages.success(
            self.request, _("The story is held: nobody can read it any more. Print or save this evidence now.")
        )
        return redirect("story_evidence", self.story.pk)


class ReleaseView(StoryView, FormView[ReleaseForm]):
    """Lets a held story go, by somebody else than who held it."""

    form_class = ReleaseForm
    template_name = "showcase/admin/release.html"
    page_title = _("Release")
    header_icon = "lock-open"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form of this story's holds."""
        return super().get_form_kwargs() | {"story": self.story}

    def form_valid(self, form: ReleaseForm) -> HttpResponse:
        """Release it, or say why not."""
        try:
            holds.release(form.cleaned_data["hold"], form.cleaned_data["reason"], self.by, Clock.now())
        except holds.SamePersonError:
            form.add_error("hold", _("You held the story yourself: somebody else has to release it."))
            return self.form_invalid(form)
        if self.story.holds_in_force():
            return self.done(_("Released. Another hold is still in force."))
        return self.done(_("Released: the story is shown again where consent allows it."))
