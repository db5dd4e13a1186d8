"""Mandates of representatives: one member of staff takes them in, a second confirms them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View
from wagtail.admin import messages

from home.models import Clock
from showcase.flows import mandates
from showcase.flows.holds import SamePersonError
from showcase.flows.media import take_file
from showcase.models import Mandate
from showcase.staff_forms import MandateForm
from showcase.vocabularies import AssetKind

from .door import StoryView


class MandatesView(StoryView, FormView[MandateForm]):
    """A story's mandates, and the form for another. Its file is read outside any transaction."""

    form_class = MandateForm
    template_name = "showcase/admin/mandates.html"
    page_title = _("Mandates")
    header_icon = "doc-full"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form of this story's people."""
        return super().get_form_kwargs() | {"story": self.story}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the mandates there are."""
        found = Mandate.objects.filter(representative__story=self.story).prefetch_related("parties")
        found = found.select_related("representative", "file", "uploaded_by", "confirmed_by")
        return super().get_context_data(**kwargs) | {"mandates": found}

    def form_valid(self, form: MandateForm) -> HttpResponse:
        """Keep it, or say what is wrong with the file."""
        data = form.cleaned_data
        try:
            file = take_file(data["file"], AssetKind.PRINT, self.by)
        except ValidationError as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        mandates.upload_mandate(data["representative"], data["parties"], file, self.by, Clock.now())
        messages.success(self.request, _("Kept. It counts once a second person has confirmed it."))
        return redirect("story_mandates", self.story.pk)


class ConfirmView(StoryView, View):
    """Confirms a mandate, by somebody else than who took it in."""

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """A link decides nothing: back to the mandates."""
        return redirect("story_mandates", self.story.pk)

    def post(self, request: HttpRequest, *, mandate: int, **_kwargs: Any) -> HttpResponse:
        """Confirm it, or say why not."""
        found = get_object_or_404(Mandate, pk=mandate, representative__story=self.story)
        try:
            mandates.confirm_mandate(found, self.by, Clock.now())
            messages.success(request, _("Confirmed: the representative’s answer counts for everyone named."))
        except SamePersonError:
            messages.error(request, _("You took this mandate in yourself: somebody else has to confirm it."))
        return redirect("story_mandates", self.story.pk)
