"""What the admin shows of stories and license texts. Imports no model."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel, Panel

from home.panels import EditorPanels


class MediaPanel(Panel):
    """What a story shows and who is named under it: to look at, with the descriptions to write."""

    class BoundPanel(Panel.BoundPanel):
        """The media in one form."""

        template_name = "showcase/admin/media_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Also each medium with the field of its description, and who is named."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            rows = list(zip(self.form.shown, self.form.alts, strict=True))
            return context | {"rows": rows, "credits": list(self.instance.credits.all())}


# What everyone agreed to is the team's and read-only here; what stands beside it staff may change at any time.
STORY_PANELS: Final[list[Any]] = [
    EditorPanels(),
    FieldPanel("title", read_only=True),
    FieldPanel("summary"),
    FieldPanel("body", read_only=True),
    MediaPanel(heading=_("Photos, files and names")),
    MultiFieldPanel(
        [PageChooserPanel("program"), PageChooserPanel("event"), FieldPanel("themes")], heading=_("Belongs to")
    ),
    MultiFieldPanel([FieldPanel("counties"), FieldPanel("tags")], heading=_("Filed under")),
]
# Another title for search engines would be another title.
STORY_PROMOTE_PANELS: Final[list[Any]] = [MultiFieldPanel([FieldPanel("slug")], heading=_("Web address"))]

CONSENT_TEXT_PANELS: Final[list[Any]] = [
    FieldRowPanel([FieldPanel("code"), FieldPanel("lang")]),
    FieldPanel("label"),
    FieldPanel("summary"),
    FieldPanel("body"),
    FieldPanel("notice"),
    FieldRowPanel([FieldPanel("effective_from"), FieldPanel("retired_at")]),
]
