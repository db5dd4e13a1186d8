"""A partner's endpoints in the admin: what was sent there, what came of it, and sending it again."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin import messages

from api.models import Delivery, DeliveryState, Endpoint, EndpointState
from api.outlets.endpoints import disable_endpoint, enable_endpoint
from api.outlets.queue import replay, replay_range
from home.models import Clock

from .acts import PartnerView
from .door import KeepersView, step_to
from .forms import RangeForm

DELIVERIES_A_PAGE = 50


def address_of(endpoint: Endpoint) -> str:
    """The page of an endpoint."""
    return reverse("partner_endpoint", args=[endpoint.partner_id, endpoint.pk])


def told_again(number: int) -> str:
    """What was set to be sent again, in words."""
    if not number:
        return _("Nothing to send again: what waits is sent anyway.")
    words = ngettext("%(count)s delivery is sent again.", "%(count)s deliveries are sent again.", number)
    return words % {"count": number}


class EndpointView(PartnerView):
    """A page or an act about one endpoint of a partner."""

    endpoint: Endpoint

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the endpoint among the partner's.

        Raises:
            Http404: for none, and for another partner's.
        """
        super().setup(request, *args, **kwargs)
        self.endpoint = get_object_or_404(self.partner.endpoints.select_related("partner"), pk=kwargs["endpoint"])

    def back(self) -> HttpResponse:
        """To the endpoint's page."""
        return redirect(address_of(self.endpoint))


class EndpointPageView(EndpointView, TemplateView):
    """One endpoint: how it stands, and its deliveries, the newest first."""

    template_name = "api/admin/endpoint.html"
    page_title = gettext_lazy("Webhook address")
    header_icon = "link-external"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page."""
        return TemplateView.get(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also its deliveries."""
        one = self.endpoint
        return super().get_context_data(**kwargs) | {
            "endpoint": one,
            "facts": [
                (_("Endpoint address"), one.url),
                (_("State"), one.get_state_display()),
                (_("Switched off because"), one.disabled_because),
                (_("Subscribed to"), "、".join(one.events) or _("all")),
                (_("Registered at"), one.created_at),
                (_("Failing since"), one.failing_since),
                (_("Failures in a row"), one.failures),
                (_("Not tried before"), one.closed_until),
            ],
            "deliveries": self.deliveries(),
            "range_form": RangeForm(),
        }

    def deliveries(self) -> Page[Delivery]:
        """The page of deliveries asked for."""
        found = Delivery.objects.filter(endpoint=self.endpoint).order_by("-pk")
        return Paginator(found, DELIVERIES_A_PAGE).get_page(self.request.GET.get("p"))


class DisableView(EndpointView, View):
    """Switches an endpoint off: nothing is sent there until it is switched on again."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Switch it off; one that is off stays so."""
        if self.endpoint.state == EndpointState.ENABLED:
            disable_endpoint(self.endpoint, _("switched off by staff"), Clock.now())
            self.note(self.partner, "endpoint_disabled", url=self.endpoint.url)
        messages.success(request, _("Switched off: nothing is sent there any more."))
        return self.back()


class EnableView(EndpointView, View):
    """Switches an endpoint on again. One that never answered its challenge is the partner's to prove."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Switch it on, or say why not."""
        if self.endpoint.state == EndpointState.PENDING:
            messages.error(request, _("The partner has not answered the challenge yet; only it can."))
            return self.back()
        if self.endpoint.state == EndpointState.DISABLED:
            enable_endpoint(self.endpoint, Clock.now())
            self.note(self.partner, "endpoint_enabled", url=self.endpoint.url)
        messages.success(request, _("Switched on: what waits is sent now."))
        return self.back()


class ReplayRangeView(EndpointView, View):
    """Sends a range of deliveries again."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Set them to be sent again, or say what is wrong with the range."""
        form = RangeForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            number = replay_range(self.endpoint, data["first"], data["last"], Clock.now())
            self.note(self.partner, "replayed", url=self.endpoint.url, count=number)
            messages.success(request, told_again(number))
        else:
            wrong = [error for errors in form.errors.values() for error in errors]
            messages.error(request, " ".join(map(str, wrong)))
        return self.back()


class DeliveryView(KeepersView, TemplateView):
    """One delivery with its tries: what was sent, what came back, how long it took."""

    template_name = "api/admin/delivery.html"
    page_title = gettext_lazy("Delivery")
    header_icon = "mail"
    delivery: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the delivery.

        Raises:
            Http404: there is none.
        """
        super().setup(request, *args, **kwargs)
        found = Delivery.objects.select_related("endpoint__partner")
        self.delivery = get_object_or_404(found, pk=kwargs["pk"])

    def below(self) -> list[dict[str, Any]]:
        """Below its endpoint."""
        one = self.delivery.endpoint
        return [step_to(one.partner), {"url": address_of(one), "label": one.url}] if one else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also its tries."""
        one = self.delivery
        return super().get_context_data(**kwargs) | {
            "delivery": one,
            "facts": [
                (_("Sent to"), one.endpoint.url if one.endpoint else _("Facebook page")),
                (_("Type of event"), one.event),
                (_("Identifier"), one.key),
                (_("Number"), one.seq),
                (_("Item"), f"{one.uid}（{one.lang}）" if one.uid else ""),
                (_("State"), one.get_state_display()),
                (_("Written at"), one.written_at),
                (_("Next try at"), one.due_at if one.state == DeliveryState.WAITING else None),
                (_("Ended at"), one.ended_at),
            ],
            "tries": list(one.log.order_by("-pk")),
        }


class ReplayView(DeliveryView):
    """Sends one delivery again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A link decides nothing: back to the delivery."""
        del request, args, kwargs
        return redirect("outlet_delivery", self.delivery.pk)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Set it to be sent again."""
        one = self.delivery
        number = replay(Delivery.objects.filter(pk=one.pk, endpoint__isnull=False), Clock.now())
        if number:
            self.note(one.endpoint.partner, "replayed", url=one.endpoint.url, count=number)
        messages.success(request, told_again(number))
        return redirect("outlet_delivery", one.pk)
