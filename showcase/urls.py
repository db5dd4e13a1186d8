"""Addresses of the showcase beside the pages of the tree."""

from django.urls import path

from .consent_views import agree, consent, guardian, refuse, seen, withdraw
from .media_views import consent_file, consent_photo, story_file, story_photo

urlpatterns = [
    path("stories/media/<uuid:uid>", story_file, name="story-file"),
    path("stories/media/<uuid:uid>/<int:width>", story_photo, name="story-media"),
    path("consent/<str:token>/", consent, name="consent"),
    path("consent/<str:token>/agree/", agree, name="consent-agree"),
    path("consent/<str:token>/seen/", seen, name="consent-seen"),
    path("consent/<str:token>/refuse/", refuse, name="consent-refuse"),
    path("consent/<str:token>/withdraw/", withdraw, name="consent-withdraw"),
    path("consent/<str:token>/guardian/", guardian, name="consent-guardian"),
    path("consent/<str:token>/media/<uuid:uid>", consent_file, name="consent-file"),
    path("consent/<str:token>/media/<uuid:uid>/<int:width>", consent_photo, name="consent-media"),
]
