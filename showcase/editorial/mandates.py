"""Mandates of representatives: one member of staff takes them in, a second confirms them, anybody revokes them."""

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
from showcase.staff_forms import MandateForm, RevokeForm
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
        found = found.select_related("representative", "file", "uploaded_by", "confirmed_by", "revoked_by")
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


class RevokeView(StoryView, FormView[RevokeForm]):
    """Lets a confirmed mandate count no longer, for a reason; nobody second is needed to hide something."""

    form_class = RevokeForm
    template_name = "showcase/admin/revoke.html"
    page_title = _("Revoke the mandate")
    header_icon = "cross"
    mandate: Mandate

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Find the mandate among the story's confirmed ones.

        Raises:
            Http404: for none, for another story's, and for one nobody has confirmed.
        """
        super().setup(request, *args, **kwargs)
        confirmed = Mandate.objects.filter(representative__story=self.story, confirmed_at__isnull=False)
        self.mandate = get_object_or_404(confirmed.select_related("representative"), pk=kwargs["mandate"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the mandate."""
        return super().get_context_data(**kwargs) | {"mandate": self.mandate}

    def form_valid(self, form: RevokeForm) -> HttpResponse:
        """Revoke it."""
        mandates.revoke_mandate(self.mandate, form.cleaned_data["reason"], self.by, Clock.now())
        messages.success(self.request, _("Revoked: everyone it named has to answer for themselves."))
        return redirect("story_mandates", self.story.pk)
