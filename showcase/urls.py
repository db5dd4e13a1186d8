"""Addresses of the showcase that are no pages."""

from django.urls import path

from . import media_views

urlpatterns = [
    path("stories/media/<uuid:uid>/<int:width>", media_views.story_photo, name="story-media"),
    path("stories/media/<uuid:uid>", media_views.story_file, name="story-file"),
    path("consent/<str:token>/media/<uuid:uid>/<int:width>", media_views.consent_photo, name="consent-media"),
    path("consent/<str:token>/media/<uuid:uid>", media_views.consent_file, name="consent-file"),
]
