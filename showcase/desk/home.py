"""The desk's first screen: what there is to do, where each story stands, one big button."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from home.models import Clock
from programs import team_flows
from programs.desk.door import desk
from programs.team_reading import teams_of
from showcase.models import StoryDraft
from showcase.reading import stories_now
from showcase.vocabularies import Stage

from . import progress
from .door import screen
from .renewing import renewable

MOST_SHOWN = 100


@desk
def home(request: HttpRequest) -> HttpResponse:
    """Somebody's teams and stories; who is in no team is led to found one."""
    now = Clock.now()
    user: Any = request.user
    teams = teams_of(user)
    drafts = StoryDraft.objects.filter(team__memberships__user=user).select_related("story", "team")
    shown = list(drafts.prefetch_related("assets").order_by("-updated_at", "-pk")[:MOST_SHOWN])
    found = {one.story.pk: one for one in stories_now([one.story for one in shown if one.story], now)}
    stories = []
    for draft in shown:
        standing = found.get(draft.story_id)
        words = progress.STAGES[standing.stage] if standing else progress.STAGES[Stage.DRAFT]
        stories.append((draft, words, progress.todos(draft, standing, user), progress.bar(standing)))
    return screen(request, "home", _("Story desk"), teams=teams, stories=stories, renewable=len(renewable(user, now)))


@require_POST
@desk
def alone(request: HttpRequest) -> HttpResponse:
    """Take part alone: a team of one, in one step; who has no name yet is asked for it."""
    user: Any = request.user
    name = user.get_full_name()
    if not name:
        return HttpResponseRedirect(reverse("desk_found"))
    try:
        team_flows.alone(user, name, Clock.now())
    except team_flows.RefusedError as refused:
        messages.warning(request, str(refused.why))
        return HttpResponseRedirect(reverse("desk"))
    return HttpResponseRedirect(reverse("desk_new"))
