"""Partners in the admin: their list, their form, and the page of one."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from api.models import Partner, Scope
from api.outlet_reading import USAGE_DAYS, endpoints_now, lag_of, partners_at
from home.models import Clock
from showcase.models import ConsentText
from showcase.vocabularies import channel_labels

from .forms import AcceptanceForm, PartnerForm

# Newest first; the rest stands in the report.
PURGES_SHOWN = 10


def lag_words(partner: Any) -> str:
    """How far a partner of ``partners_at`` is behind, and since when."""
    lag = lag_of(partner)
    if lag is None:
        return _("has never read the changes")
    if not lag:
        return _("up to date")
    behind = ngettext("%(count)s change behind", "%(count)s changes behind", lag) % {"count": lag}
    if partner.behind_since is None:
        return behind
    since = date_format(timezone.localtime(partner.behind_since), "Y-m-d H:i")
    return _("%(behind)s, since %(since)s") % {"behind": behind, "since": since}


def endpoint_words(partner: Any) -> str:
    """How many endpoints of a partner are in which state; empty without any."""
    counts = (
        (partner.endpoints_enabled, _("in use")),
        (partner.endpoints_failing, _("of these failing")),
        (partner.endpoints_pending, _("waiting for the challenge")),
        (partner.endpoints_disabled, _("switched off")),
    )
    return "、".join(f"{words} {number}" for number, words in counts if number)


def purge_words(partner: Any) -> str:
    """How many withdrawals a partner has still to prove, and how many of them are late."""
    if partner.purges_overdue:
        return _("overdue %(late)s, open %(open)s") % {"late": partner.purges_overdue, "open": partner.purges_open}
    return _("open %(open)s") % {"open": partner.purges_open} if partner.purges_open else ""


class PartnerIndexView(IndexView):
    """The list of partners, in as many queries for one as for many; a name leads to the partner's page."""

    def get_base_queryset(self) -> QuerySet[Partner]:
        """The partners with what the columns show."""
        return partners_at(Clock.now())

    def _get_title_column(self, field_name: str, column_class: Any = TitleColumn, **kwargs: Any) -> Any:
        kwargs["get_url"] = self.get_inspect_url
        return self._get_custom_column(field_name, self._get_title_column_class(column_class), **kwargs)


class PartnerPageView(InspectView):
    """One partner: keys, licenses, endpoints, and what it has to take down."""

    template_name = "api/admin/partner.html"
    page_title = ""

    def get_object(self, queryset: Any = None) -> Any:
        """The partner with its figures."""
        del queryset
        return partners_at(Clock.now()).filter(pk=self.pk).first() or super().get_object()

    def get_page_title(self) -> str:
        """Its name stands beside it."""
        return str(Partner._meta.verbose_name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also everything that belongs to the partner."""
        partner, now = self.object, Clock.now()
        accepted = list(partner.acceptances.all())
        texts = dict(ConsentText.objects.values_list("code", "label"))
        first = timezone.localdate(now) - timedelta(days=USAGE_DAYS - 1)
        used = dict(partner.keys.filter(uses__day__gte=first).annotate(n=Sum("uses__requests")).values_list("pk", "n"))
        return super().get_context_data(**kwargs) | {
            "partner": partner,
            "facts": self.facts(partner),
            "may_change": self.user_has_permission("change"),
            "keys": [_key_row(one, used.get(one.pk, 0), now) for one in partner.keys.all()],
            "usage_days": USAGE_DAYS,
            "accepted": [(one, texts.get(one.license_id, one.license_id)) for one in accepted],
            "acceptance_form": AcceptanceForm(partner),
            "endpoints": list(endpoints_now().filter(partner=partner).order_by("url")),
            "purges": [(one, one.state(now)) for one in partner.purges.order_by("-seq")[:PURGES_SHOWN]],
        }

    def facts(self, partner: Any) -> list[tuple[Any, Any]]:
        """What is known of it, as rows of a name and a value."""
        return [
            (_("E-mail address"), partner.email),
            (_("Channels"), "、".join(channel_labels(partner.channels))),
            (_("Stories"), _("whole, under the licenses accepted") if partner.gets_stories else _("none")),
            (_("Hosts"), "、".join(sorted(partner.host_names))),
            (_("Last read"), partner.synced_at),
            (_("Lag"), lag_words(partner)),
            (_("Requests in %(days)s days") % {"days": USAGE_DAYS}, partner.requests),
            (_("To take down"), purge_words(partner) or _("nothing open")),
            (_("Note"), partner.note),
        ]

    @property
    def header_more_buttons(self) -> list[Button]:
        """Also its history, which says who issued and revoked which key."""
        buttons: list[Button] = [*super().header_more_buttons]
        if self.user_has_permission("change"):
            url = reverse("partner:history", args=[self.object.pk])
            buttons.append(Button(_("History"), url=url, icon_name="history", priority=30))
        return buttons


def _key_row(key: Any, requests: int, now: Any) -> dict[str, Any]:
    labels = {scope.value: scope.label for scope in Scope}
    ended = _("revoked") if key.revoked_at else _("ended")
    return {
        "key": key,
        "scopes": [labels[one] for one in key.scopes if one in labels],
        "requests": requests,
        "live": key.is_live(now),
        "state": _("valid") if key.is_live(now) else ended,
    }


class PartnerViewSet(ModelViewSet):
    """Partner sites."""

    model = Partner
    name = "partner"
    url_prefix = "partners"
    icon = "globe"
    menu_label = gettext_lazy("Partner sites")
    menu_order = 220
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = PartnerIndexView
    inspect_view_class = PartnerPageView
    list_display: ClassVar[Any] = [
        "name",
        Column("requests", label=gettext_lazy("Requests in 30 days"), sort_key="requests"),
        DateColumn("synced_at", label=gettext_lazy("Last read"), sort_key="synced_at"),
        Column("lag", label=gettext_lazy("Lag"), accessor=lag_words, sort_key="behind_since"),
        Column("endpoints", label=gettext_lazy("Webhook addresses"), accessor=endpoint_words),
        Column("purges", label=gettext_lazy("To take down"), accessor=purge_words, sort_key="purges_overdue"),
    ]
    search_fields: ClassVar[Any] = ["name", "email", "hosts"]
    search_backend_name = None
    ordering: ClassVar[Any] = ["name"]

    def get_edit_handler(self) -> Any:
        """The form; channels as ticks."""
        panels = [FieldPanel(name) for name in ("name", "email", "channels", "commercial", "hosts", "note")]
        return ObjectList(panels, base_form_class=PartnerForm).bind_to_model(self.model)
