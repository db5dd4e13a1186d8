"""Pages of ours in the admin by which staff act on one page of the tree, beside its editor."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from .models import User


class PageActView(WagtailAdminTemplateMixin):
    """A page about one page, for whoever may edit it; with the way back to its editor."""

    # Of which kind the page is.
    of: ClassVar[Any]
    request: HttpRequest
    page: Any
    by: User
    header_icon = "doc-full"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the page.

        Raises:
            Http404: there is none.
            PermissionDenied: it is none of this person's business.
        """
        super().setup(request, *args, **kwargs)
        self.page = get_object_or_404(self.of, pk=kwargs["pk"])
        if not isinstance(request.user, User) or not self.page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        self.by = request.user

    def get_page_subtitle(self) -> str:
        """The page's title."""
        return str(self.page.draft_title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the page's editor."""
        back = {"url": self.editor_address, "label": self.page.draft_title}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.get_page_title()}]

    @property
    def editor_address(self) -> str:
        """The page's editor."""
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    def done(self, words: Any) -> HttpResponse:
        """Back to the editor, saying what was done."""
        messages.success(self.request, words)
        return redirect(self.editor_address)
