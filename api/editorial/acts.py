"""What staff do with a partner: issue and revoke keys, keep which licenses it has accepted."""

from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View
from wagtail.admin import messages

from api import partner_flows
from api.models import Partner, Scope
from home.models import Clock

from .door import KeepersView, page_of, step_to
from .forms import AcceptanceForm, KeyForm


class PartnerView(KeepersView):
    """A page about one partner."""

    partner: Partner

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the partner.

        Raises:
            Http404: there is none.
        """
        super().setup(request, *args, **kwargs)
        self.partner = get_object_or_404(Partner, pk=kwargs["pk"])

    def get_page_subtitle(self) -> str:
        """Its name."""
        return str(self.partner)

    def below(self) -> list[dict[str, Any]]:
        """Below the partner's page."""
        return [step_to(self.partner)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the partner."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"partner": self.partner, "back": page_of(self.partner)}

    def back(self) -> HttpResponse:
        """To the partner's page."""
        return redirect(page_of(self.partner))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A link decides nothing: back to the partner, except where there is a form."""
        if isinstance(self, FormView):
            return FormView.get(self, request, *args, **kwargs)
        return self.back()


class IssueKeyView(PartnerView, FormView[KeyForm]):
    """Issues a key and shows it: in this one answer, and nowhere else."""

    form_class = KeyForm
    template_name = "api/admin/issue_key.html"
    page_title = _("Issue a key")
    header_icon = "key"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form of this partner's keys."""
        return super().get_form_kwargs() | {"partner": self.partner}

    def get_initial(self) -> dict[str, Any]:
        """Everything but what only some need."""
        return {"scopes": [Scope.STORIES, Scope.ACKS]}

    def form_valid(self, form: KeyForm) -> HttpResponse:
        """Issue it, or say why not. No redirect: an address or a session would keep the key."""
        data = form.cleaned_data
        scopes = [Scope(one) for one in data["scopes"]]
        try:
            key, text = partner_flows.issue_key(
                self.partner, scopes, Clock.now(), name=data["name"], expires_at=_end_of(data["until"])
            )
        except partner_flows.TooManyKeysError:
            form.add_error(None, _("This partner has two valid keys already: revoke one first."))
            return self.form_invalid(form)
        self.note(self.partner, "key_issued", prefix=key.prefix)
        context = self.get_context_data(form=form) | {"key": key, "text": text}
        answer = self.response_class(self.request, "api/admin/key.html", context, status=HTTPStatus.CREATED)
        add_never_cache_headers(answer)
        return answer


class RevokeKeyView(PartnerView, View):
    """Revokes a key: it opens nothing from the next request on."""

    def post(self, request: HttpRequest, *, key_row: int, **_kwargs: Any) -> HttpResponse:
        """Revoke it; one revoked before stays so."""
        found = get_object_or_404(self.partner.keys, pk=key_row)
        if found.revoked_at is None:
            partner_flows.revoke_key(found, Clock.now())
            self.note(self.partner, "key_revoked", prefix=found.prefix)
        messages.success(request, _("The key %(key)s is revoked: it opens nothing any more.") % {"key": found})
        return self.back()


class AcceptLicenseView(PartnerView, View):
    """Keeps that a partner has accepted a license text, word for word."""

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Keep it; accepted before, nothing changes."""
        form = AcceptanceForm(self.partner, request.POST)
        if form.is_valid():
            text = form.cleaned_data["text"]
            partner_flows.accept_license(self.partner, text, Clock.now())
            self.note(self.partner, "license_accepted", license=text.code)
            told = _("Kept: stories under %(license)s are read whole by this partner from now on.")
            messages.success(request, told % {"license": text.code})
        else:
            messages.error(request, _("This license text is accepted already, or there is none."))
        return self.back()


def _end_of(day: Any) -> datetime | None:
    """The first instant after a day in Taipei; None for no day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
