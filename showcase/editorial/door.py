"""The way into every page about a story in the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from home.models import User
from showcase.models import StoryPage


class StoryView(WagtailAdminTemplateMixin):
    """A page about one story, for whoever may edit it; with the way back to its editor."""

    request: HttpRequest
    story: StoryPage
    by: User
    header_icon = "doc-full"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the story.

        Raises:
            Http404: there is none.
            PermissionDenied: it is none of this person's business.
        """
        super().setup(request, *args, **kwargs)
        self.story = get_object_or_404(StoryPage, pk=kwargs["pk"])
        if not isinstance(request.user, User) or not self.story.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        self.by = request.user

    def get_page_subtitle(self) -> str:
        """The story's title."""
        return str(self.story.draft_title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the story's editor."""
        back = {"url": self.editor_address, "label": self.story.draft_title}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the story."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"story": self.story}

    @property
    def editor_address(self) -> str:
        """The story's editor."""
        return reverse("wagtailadmin_pages:edit", args=[self.story.pk])

    def done(self, words: Any) -> HttpResponse:
        """Back to the editor, saying what was done."""
        messages.success(self.request, words)
        return redirect(self.editor_address)
