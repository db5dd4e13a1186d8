"""Addresses under /api/."""

from django.urls import re_path

from .serializers import COLLECTIONS
from .views.changes import ChangesView
from .views.collections import detail_view, list_view

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

urlpatterns = [
    re_path(r"^v1/changes$", ChangesView.as_view(), name="changes"),
    *(re_path(rf"^v1/{name}$", list_view(name), name=f"{name}-list") for name in COLLECTIONS),
    *(re_path(rf"^v1/{name}/(?P<uid>{UUID})$", detail_view(name), name=f"{name}-detail") for name in COLLECTIONS),
]
