"""What staff do about the people of a team, beside its page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from home.birth_dates import AskAnewForm
from home.page_acts import PageActView

from . import profile_flows
from .models import Membership, TeamPage


class AskAgeAgainView(PageActView, FormView[AskAnewForm]):
    """Forgets what is known of a member's age, so that it is asked for anew."""

    of = TeamPage
    form_class = AskAnewForm
    template_name = "programs/admin/ask_age_again.html"
    page_title = _("Ask for the date of birth again")
    header_icon = "calendar"
    member: Membership

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Find the member.

        Raises:
            Http404: for nobody, for another team's, and where nothing is known.
        """
        super().setup(request, *args, **kwargs)
        known = self.page.memberships.filter(in_range__isnull=False).select_related("user")
        self.member = get_object_or_404(known, pk=kwargs["member"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the member, and the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"member": self.member, "back": self.editor_address}

    def form_valid(self, form: AskAnewForm) -> HttpResponse:
        """Forget it."""
        profile_flows.ask_age_again(self.member, self.by, form.cleaned_data["reason"])
        return self.done(_("Forgotten. The desk asks %(name)s for the date of birth again.") % {"name": self.member})
