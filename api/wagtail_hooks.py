"""What the way out adds to the admin."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .facebook_admin.reading import may_post
from .facebook_admin.views import ChoiceView, FacebookView, PostView


class FacebookMenuItem(MenuItem):
    """The way to the Facebook page's queue."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For whoever publishes."""
        return may_post(request.user, None)


def addresses() -> list[URLPattern]:
    """Our pages about Facebook."""
    return [
        path("facebook/", FacebookView.as_view(), name="facebook"),
        path("facebook/posts/<int:post>/", PostView.as_view(), name="facebook_post"),
        path("facebook/pages/<int:pk>/", ChoiceView.as_view(), name="facebook_choice"),
    ]


def facebook_in_menu() -> MenuItem:
    """The way to the queue."""
    return FacebookMenuItem(_("Facebook"), reverse("facebook"), name="facebook", icon_name="site", order=180)


def scripts() -> SafeString:
    """What the panel and the compose kit do in the browser."""
    return format_html('<script type="module" src="{}"></script>', static("api/facebook.js"))


hooks.register("register_admin_urls", addresses)
hooks.register("register_admin_menu_item", facebook_in_menu)
hooks.register("insert_global_admin_js", scripts)
