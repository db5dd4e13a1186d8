"""The whole service on one screen."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from api import feed_urls
from api import urls as api_urls
from home.views import document, rendition
from programs.desk import urls as team_urls
from showcase import urls as showcase_urls
from showcase.desk import urls as desk_urls

from . import views

login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("api/", include(api_urls)),
    path("", include(feed_urls)),
    # Wagtail's own logins would pass by the second factor: everyone enters through allauth.
    path("cms/login/", login),
    path("_util/login/", login),
    re_path(r"^cms/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("cms/", include(wagtailadmin_urls)),
    path("desk/", include(desk_urls)),
    path("desk/", include(team_urls)),
    # Before Wagtail's own, which would serve every document to everybody.
    re_path(r"^documents/([0-9]+)/(.*)$", document, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    path(f"{settings.MEDIA_URL.strip('/')}/renditions/<str:name>", rendition, name="rendition"),
    path("", include(showcase_urls)),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]

handler404 = "cms.views.not_found"
handler500 = "cms.views.server_error"
