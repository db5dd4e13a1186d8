"""The checklist 「還差什麼」 above a story's form."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from home.models import Clock
from showcase.checklist import checklist
from showcase.models import StoryPage


def checklist_panel(item: Any, request: HttpRequest) -> SafeString | str:
    """What a story still lacks; nothing above what is no story."""
    if not isinstance(item, StoryPage):
        return ""
    now = Clock.now()
    # The draft in the form may have another content than what is live.
    found = checklist(StoryPage.objects.get(pk=item.pk), item.media.all(), request.user, now)
    return render_to_string("showcase/admin/checklist.html", {"list": found, "story": item, "now": now}, request)
