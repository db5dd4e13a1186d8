"""Addresses under /api/."""

from django.urls import re_path

from .serializers import COLLECTIONS
from .views.changes import ChangesView
from .views.collections import detail_view, list_view
from .views.hours import HoursView
from .views.licenses import LicenseView
from .views.root import RootView

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

urlpatterns = [
    re_path(r"^v1/?$", RootView.as_view(), name="root"),
    re_path(r"^v1/licenses/(?P<license_id>[-.a-z0-9]+)$", LicenseView.as_view(), name="license"),
    re_path(rf"^v1/venues/(?P<uid>{UUID})/hours$", HoursView.as_view(), name="venue-hours"),
    re_path(r"^v1/changes$", ChangesView.as_view(), name="changes"),
    *(re_path(rf"^v1/{name}$", list_view(name), name=f"{name}-list") for name in COLLECTIONS),
    *(re_path(rf"^v1/{name}/(?P<uid>{UUID})$", detail_view(name), name=f"{name}-detail") for name in COLLECTIONS),
]
