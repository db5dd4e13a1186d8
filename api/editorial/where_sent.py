"""The panel 「送到哪裡了」 in the editor of every item."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from api.rendering import is_told
from api.sent_reading import places
from home.models import Clock


def where_sent(item: Any, request: HttpRequest) -> SafeString | str:
    """Where the item in the form has been sent; nothing for what is no item of its own."""
    if not is_told(item):
        return ""
    return render_to_string("api/admin/where_sent.html", {"places": places(item, Clock.now())}, request)
