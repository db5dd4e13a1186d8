"""What the admin shows of a story. Imports no model."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel

# What everyone agreed to is the team's and read-only here; what stands beside it staff may change at any time.
STORY_PANELS: Final[list[Any]] = [
    FieldPanel("title", read_only=True),
    FieldPanel("summary"),
    FieldPanel("body", read_only=True),
    MultiFieldPanel(
        [PageChooserPanel("program"), PageChooserPanel("event"), FieldPanel("themes")], heading=_("Belongs to")
    ),
    MultiFieldPanel([FieldPanel("counties"), FieldPanel("tags")], heading=_("Filed under")),
]
