"""Our pages about Facebook in the admin: the queue, one post with its compose kit, and what the panel sends."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from api.models import FacebookPage, Post, PostState
from api.outlets import facebook_desk as desk
from home.models import BasePage, Clock

from . import reading
from .forms import ChoiceForm, PermalinkForm
from .panel import shown_panel


class FacebookView(WagtailAdminTemplateMixin, TemplateView):
    """What stands on the page and what is to be done about it, the most urgent first."""

    template_name = "api/admin/facebook.html"
    page_title = gettext_lazy("Facebook")
    header_icon = "site"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """For whoever publishes.

        Raises:
            PermissionDenied: for anybody else.
        """
        if not reading.may_post(request.user, None):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The lists, and how the queue is."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        now = Clock.now()
        page = FacebookPage.now()
        waits = page.waits_until is not None and page.waits_until > now
        return context | {
            "lists": reading.listed(),
            "page": page,
            "waits": waits,
            "automatic": reading.is_automatic(),
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the admin's front page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Let a paused queue go on."""
        desk.resume(Clock.now())
        messages.success(request, _("The queue goes on."))
        return redirect("facebook")


class PostView(WagtailAdminTemplateMixin, TemplateView):
    """One post: its words, picture, description and link to copy; where it stands; what was tried."""

    template_name = "api/admin/facebook_post.html"
    page_title = gettext_lazy("Facebook post")
    header_icon = "site"
    permalink_form: PermalinkForm | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find it.

        Raises:
            Http404: there is none.
            PermissionDenied: this person may not publish its item.
        """
        super().setup(request, *args, **kwargs)
        # Before anything is told of it: who may not publish at all learns not even whether there is one.
        if not reading.may_post(request.user, None):
            raise PermissionDenied
        self.record = get_object_or_404(Post, pk=kwargs["post"])
        self.page = reading.page_of(self.record)
        if not reading.may_post(request.user, self.page):
            raise PermissionDenied

    def get_page_subtitle(self) -> str:
        """The item's title."""
        return str(self.page.draft_title) if self.page else str(self.record.uid)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the queue."""
        queue = {"url": reverse("facebook"), "label": _("Facebook")}
        return [*self.breadcrumbs_items, queue, {"url": "", "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The kit, as the item is public now."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        post, now = self.record, Clock.now()
        entry = desk.public_entry(post, now) if post.wanted else None
        words = reading.words_shown(None, post, now) if entry else None
        picture, width, height = reading.picture_link(post)
        return context | {
            "post": post,
            "item": self.page,
            "words": words,
            "link": reading.link_by_hand(words, self.page) if words else "",
            "picture": picture,
            "width": width,
            "height": height,
            "tries": reading.tries(post),
            "automatic": reading.is_automatic(),
            "permalink_form": self.permalink_form or PermalinkForm(initial={"permalink": post.permalink}),
            "by_hand": words is not None and (not reading.is_automatic() or post.state == PostState.PERSON),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what a person did: posted it, took it down, or wants it tried again."""
        act, now = request.POST.get("act"), Clock.now()
        if act == "posted":
            self.permalink_form = PermalinkForm(request.POST)
            if not self.permalink_form.is_valid():
                return self.get(request, *args, **kwargs)
            desk.record_posted(self.record, self.permalink_form.cleaned_data["permalink"], request.user, now)
            if self.record.state == PostState.TAKE_DOWN:
                messages.warning(request, _("It has been withdrawn meanwhile: please take the post down at once."))
                return redirect("facebook_post", self.record.pk)
            messages.success(request, _("Kept: it is on the page."))
        elif act == "taken_down":
            desk.record_taken_down(self.record, request.user, now)
            messages.success(request, _("Kept: it is taken down."))
        elif act == "again":
            desk.try_again(self.record, now)
            messages.success(request, _("It is tried again within seconds."))
        return redirect("facebook")


class ChoiceView(View):
    """What the panel sends: whether an item stands on the page, and the bureau's lead-in."""

    http_method_names = ("get", "post")
    item: BasePage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the item.

        Raises:
            Http404: there is none, or it is on the site only.
            PermissionDenied: this person may not publish it.
        """
        super().setup(request, *args, **kwargs)
        page = get_object_or_404(Page, pk=kwargs["pk"], alias_of=None)
        if not reading.may_post(request.user, page):
            raise PermissionDenied
        self.item = page.specific

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """The panel stands in the editor."""
        return redirect("wagtailadmin_pages:edit", self.item.pk)

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Keep the choice, and show the panel as it is now."""
        if getattr(self.item, "item_type", None) is None:
            raise PermissionDenied
        form = ChoiceForm(request.POST)
        if form.is_valid():
            post = desk.post_of(self.item.translation_key, self.item.lang)
            desk.choose(post, request.user, Clock.now(), **form.cleaned_data)
            form = ChoiceForm.of(post)
        # As the editor has it: its draft, which may differ from what is public.
        item = self.item.get_latest_revision_as_object()
        return HttpResponse(shown_panel(item, request, form))
