"""What the way out adds to the admin."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from .editorial import acts, endpoints
from .editorial.door import KeepersItem
from .editorial.health import HealthView, ReplayDeadView
from .editorial.history import ACTS
from .editorial.partners import PartnerViewSet
from .editorial.reports import PurgeReport
from .facebook_admin.reading import may_post
from .facebook_admin.views import ChoiceView, FacebookView, PostView

PARTNER = "partners/<int:pk>/"
ENDPOINT = f"{PARTNER}endpoints/<int:endpoint>/"


class FacebookMenuItem(MenuItem):
    """The way to the Facebook page's queue."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For whoever publishes."""
        return may_post(request.user, None)


def addresses() -> list[URLPattern]:
    """Our pages about partners, Facebook and what goes out."""
    return [
        path(f"{PARTNER}keys/issue/", acts.IssueKeyView.as_view(), name="partner_issue_key"),
        path(f"{PARTNER}keys/<int:key_row>/revoke/", acts.RevokeKeyView.as_view(), name="partner_revoke_key"),
        path(f"{PARTNER}licenses/", acts.AcceptLicenseView.as_view(), name="partner_accept_license"),
        path(ENDPOINT, endpoints.EndpointPageView.as_view(), name="partner_endpoint"),
        path(f"{ENDPOINT}disable/", endpoints.DisableView.as_view(), name="partner_endpoint_disable"),
        path(f"{ENDPOINT}enable/", endpoints.EnableView.as_view(), name="partner_endpoint_enable"),
        path(f"{ENDPOINT}replay/", endpoints.ReplayRangeView.as_view(), name="partner_endpoint_replay"),
        path("outlets/", HealthView.as_view(), name="outlets_health"),
        path("outlets/replay/", ReplayDeadView.as_view(), name="outlet_replay_dead"),
        path("outlets/deliveries/<int:pk>/", endpoints.DeliveryView.as_view(), name="outlet_delivery"),
        path("outlets/deliveries/<int:pk>/replay/", endpoints.ReplayView.as_view(), name="outlet_replay"),
        path("reports/purges/", PurgeReport.as_view(), name="partner_purges"),
        path("reports/purges/results/", PurgeReport.as_view(results_only=True), name="partner_purges_results"),
        path("facebook/", FacebookView.as_view(), name="facebook"),
        path("facebook/posts/<int:post>/", PostView.as_view(), name="facebook_post"),
        path("facebook/pages/<int:pk>/", ChoiceView.as_view(), name="facebook_choice"),
    ]


def partners() -> PartnerViewSet:
    """The partners."""
    return PartnerViewSet()


def health_in_menu() -> MenuItem:
    """The way to what goes out."""
    return KeepersItem(HealthView.page_title, reverse("outlets_health"), icon_name="upload", order=225)


def facebook_in_menu() -> MenuItem:
    """The way to the Facebook page's queue."""
    return FacebookMenuItem(_("Facebook"), reverse("facebook"), name="facebook", icon_name="site", order=180)


def purges_in_menu() -> MenuItem:
    """The way to what partners had to take down."""
    return KeepersItem(PurgeReport.page_title, reverse("partner_purges"), icon_name="bin", order=640)


def acts_in_history(actions: LogActionRegistry) -> None:
    """How the history of a partner names what staff did; a key stands in it by its first letters only."""
    for action, formatter in ACTS.items():
        actions.register_action(f"partner.{action}")(formatter)


def scripts() -> SafeString:
    """What the Facebook panel and the compose kit do in the browser."""
    return format_html('<script type="module" src="{}"></script>', static("api/facebook.js"))


hooks.register("register_admin_urls", addresses)
hooks.register("register_admin_viewset", partners)
hooks.register("register_admin_menu_item", health_in_menu)
hooks.register("register_admin_menu_item", facebook_in_menu)
hooks.register("register_reports_menu_item", purges_in_menu)
hooks.register("register_log_actions", acts_in_history)
hooks.register("insert_global_admin_js", scripts)
