"""What the ground floor adds to the admin: its menu, its lists, and how links in texts are written."""

from typing import Any

from wagtail import hooks

from .rich_text import VisiblePageLink


def link_through_the_rule(features: Any) -> None:
    """Replace Wagtail's own page links, which show the address of any page."""
    features.register_link_type(VisiblePageLink)


hooks.register("register_rich_text_features", link_through_the_rule, order=100)
