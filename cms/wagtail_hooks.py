"""The admin in the hub's colours."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


def hub_colours() -> SafeString:
    """Our sheet, after Wagtail's."""
    return format_html('<link rel="stylesheet" href="{}">', static("admin/hub.css"))


hooks.register("insert_global_admin_css", hub_colours)
