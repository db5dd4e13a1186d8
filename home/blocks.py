"""The blocks a body may be built from: each renders to plain, safe, semantic HTML, and none fetches from elsewhere."""

from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

# No document links and no embeds: attachments have their own field, where the rule can see them.
RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link"]


class FigureBlock(blocks.StructBlock):
    """A picture with a caption; its alt text and credit come from the library."""

    image = ImageChooserBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "home/blocks/figure.html"


class TableRowBlock(blocks.StructBlock):
    """One row of a table."""

    cells = blocks.ListBlock(blocks.CharBlock(label=_("cell"), required=False, max_length=500), label=_("cells"))


class TableBlock(blocks.StructBlock):
    """A real table with a caption and header cells (R68), so that it can be read aloud and reflowed."""

    caption = blocks.CharBlock(label=_("caption"), max_length=120)
    header = blocks.ListBlock(blocks.CharBlock(label=_("column heading"), max_length=80), label=_("column headings"))
    rows = blocks.ListBlock(TableRowBlock(), label=_("rows"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "home/blocks/table.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add each row's cells beside their columns' headings: on a phone a cell stands below its heading."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["rows"] = [list(zip_longest(row["cells"], value["header"], fillvalue="")) for row in value["rows"]]
        return context


class BodyBlock(blocks.StreamBlock):
    """The body of every page."""

    heading = blocks.CharBlock(label=_("Heading"), icon="title", max_length=120, template="home/blocks/heading.html")
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT_FEATURES)
    figure = FigureBlock()
    table = TableBlock()
    quote = blocks.BlockQuoteBlock(label=_("Quote"))

    class Meta:
        required = False
