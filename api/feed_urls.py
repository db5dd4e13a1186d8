"""Addresses of the API's own outside of /api/: pull feeds, and the pictures of share cards."""

from django.urls import re_path

from .urls import UUID
from .views.facebook_feeds import FacebookJsonView, FacebookRssView
from .views.share import SharePictureView

urlpatterns = [
    re_path(r"^feeds/facebook\.json\Z", FacebookJsonView.as_view(), name="facebook-json"),
    re_path(r"^feeds/facebook\.rss\Z", FacebookRssView.as_view(), name="facebook-rss"),
    re_path(rf"^share/(?P<uid>{UUID})\.(?P<lang>zh-Hant|en)\.jpg\Z", SharePictureView.as_view(), name="share-picture"),
]
