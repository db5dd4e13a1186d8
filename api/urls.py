"""Addresses under /api/; what matches none of them is a problem document, not a page."""

from django.urls import re_path

from .serializers import COLLECTIONS
from .views.acks import AcksView
from .views.changes import ChangesView
from .views.collections import detail_view, list_view
from .views.documentation import DocsView, OpenApiView
from .views.endpoints import EndpointsView, EndpointTestView, EndpointView, SecretView
from .views.hours import HoursView
from .views.licenses import LicenseView
from .views.me import MeView
from .views.nowhere import NowhereView
from .views.root import RootView

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

urlpatterns = [
    re_path(r"^v1/?\Z", RootView.as_view(), name="root"),
    re_path(r"^v1/licenses/(?P<license_id>[-.a-z0-9]+)\Z", LicenseView.as_view(), name="license"),
    re_path(rf"^v1/venues/(?P<uid>{UUID})/hours\Z", HoursView.as_view(), name="venue-hours"),
    re_path(r"^v1/changes\Z", ChangesView.as_view(), name="changes"),
    re_path(r"^v1/openapi\.json\Z", OpenApiView.as_view(), name="openapi"),
    re_path(r"^v1/me\Z", MeView.as_view(), name="me"),
    re_path(r"^v1/acks\Z", AcksView.as_view(), name="acks"),
    re_path(r"^v1/endpoints\Z", EndpointsView.as_view(), name="endpoints"),
    re_path(rf"^v1/endpoints/(?P<uid>{UUID})\Z", EndpointView.as_view(), name="endpoint"),
    re_path(rf"^v1/endpoints/(?P<uid>{UUID})/rotate\Z", SecretView.as_view(), name="endpoint-rotate"),
    re_path(rf"^v1/endpoints/(?P<uid>{UUID})/test\Z", EndpointTestView.as_view(), name="endpoint-test"),
    re_path(r"^v1/docs\Z", DocsView.as_view(), name="docs"),
    *(re_path(rf"^v1/{name}\Z", list_view(name), name=f"{name}-list") for name in COLLECTIONS),
    *(re_path(rf"^v1/{name}/(?P<uid>{UUID})\Z", detail_view(name), name=f"{name}-detail") for name in COLLECTIONS),
    re_path(r"", NowhereView.as_view(), name="nowhere"),
]
