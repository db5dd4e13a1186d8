"""The service and the empty view."""

from django.urls import path

from cms.urls import handler404, handler500
from cms.urls import urlpatterns as service

from .bare import empty

__all__ = ["handler404", "handler500"]

urlpatterns = [path("empty", empty), *service]
