"""The way into every page about a story in the admin."""

from typing import Any

from home.page_acts import PageActView
from showcase.models import StoryPage


class StoryView(PageActView):
    """A page about one story, for whoever may edit it; with the way back to its editor."""

    of = StoryPage

    @property
    def story(self) -> StoryPage:
        """The story."""
        found: StoryPage = self.page
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the story."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"story": self.story}
