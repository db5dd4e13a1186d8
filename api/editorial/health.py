"""One page of everything that goes out: each partner's lag, each endpoint, the Facebook page, what was given up."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin import messages

from api.models import Delivery, DeliveryState
from api.outlet_reading import health
from api.outlets.queue import replay
from home.models import Clock

from .door import KeepersView
from .endpoints import told_again
from .partners import lag_words, purge_words


class HealthView(KeepersView, TemplateView):
    """How everything that goes out stands now."""

    template_name = "api/admin/health.html"
    page_title = _("What goes out")
    header_icon = "upload"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the figures."""
        found = health(Clock.now())
        partners = [(one, lag_words(one), purge_words(one)) for one in found.partners]
        more = {"health": found, "partners": partners, "endpoints": found.endpoints}
        return super().get_context_data(**kwargs) | more


class ReplayDeadView(KeepersView, View):
    """Sends again everything to partners that was given up."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        """A link decides nothing: back to the page."""
        return redirect("outlets_health")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set it to be sent again."""
        dead = Delivery.objects.filter(state=DeliveryState.DEAD, endpoint__isnull=False)
        messages.success(request, told_again(replay(dead, Clock.now())))
        return redirect("outlets_health")
