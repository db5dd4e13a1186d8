"""The panel 「臉書」 in the editor of every item."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from api.outlets.facebook_desk import post_of
from home.models import BasePage, Clock

from .forms import ChoiceForm
from .reading import card_of, is_automatic, may_post, obstacle, words_shown


def facebook_panel(item: Any, request: HttpRequest) -> SafeString | str:
    """What stands or will stand on Facebook; nothing on pages that are on the site only."""
    if not isinstance(item, BasePage) or item.item_type is None or item.alias_of_id is not None:
        return ""
    return shown_panel(item, request)


def shown_panel(item: BasePage, request: HttpRequest, form: ChoiceForm | None = None) -> SafeString:
    """The panel; with ``form`` as it was sent."""
    now = Clock.now()
    post = post_of(item.translation_key, item.lang)
    context = {
        "item": item,
        "post": post,
        # Not "form": that is the page's own in this template.
        "choice": form or ChoiceForm.of(post),
        "words": words_shown(item, post, now),
        "card": card_of(item),
        "obstacle": obstacle(item, post, now),
        "may_post": may_post(request.user, item),
        "automatic": is_automatic(),
    }
    return render_to_string("api/admin/facebook_panel.html", context, request)
