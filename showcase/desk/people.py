"""The third step: who takes part beside the author. Each of them is asked by mail and answers for himself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from programs.models import Membership
from showcase.flows import drafting
from showcase.forms import PeopleForm
from showcase.models import StoryDraft

from .door import of_draft, screen, wants_json
from .steps import Saved, address, answer, facts, following, refusal, store


@of_draft
def people(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Name co-authors, people shown and rights holders."""
    stored = drafting.people_of(draft)
    form = PeopleForm(request.POST or None, members=_others(draft), stored=stored)
    if request.method != "POST":
        return _screen(request, draft, form, drafting.digest(stored))
    if not form.is_valid():
        return refusal(form) if wants_json(request) else _screen(request, draft, form, request.POST.get("base", ""))
    saved = store(request, draft, form, drafting.save_people, drafting.people_of)
    if told := answer(request, saved):
        return told
    if saved.theirs:
        return _screen(request, draft, form, saved.base, saved)
    return HttpResponseRedirect(following(draft, "people") if "next" in request.POST else address(draft, "people"))


def _others(draft: StoryDraft) -> list[Membership]:
    """The members of the team beside the author, and whoever is named though no longer a member."""
    members = Membership.objects.filter(team=draft.team_id).exclude(user=draft.author_id)
    return list(members.select_related("user").order_by("joined_at", "pk"))


def _screen(
    request: HttpRequest, draft: StoryDraft, form: PeopleForm, base: str, saved: Saved | None = None
) -> HttpResponse:
    more = facts(draft, "people") | {"base": base, "theirs": saved.theirs if saved else ()}
    return screen(request, "people", _("Who takes part?"), status=409 if saved else 200, form=form, **more)
