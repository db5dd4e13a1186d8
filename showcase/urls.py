"""Addresses of the showcase beside the pages of the tree."""

from django.urls import path

from .consent_views import consent

urlpatterns = [
    path("consent/<str:token>/", consent, name="consent"),
]
