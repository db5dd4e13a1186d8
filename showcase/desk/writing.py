"""The first step: title, photos, what happened, on one screen."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from home.models import Clock
from home.visibility import Channel
from programs.desk.door import desk
from programs.models import EventPage, Membership
from showcase.flows import drafting
from showcase.forms import TeamForm, WordsForm
from showcase.models import StoryDraft

from .door import draft_of, of_draft, screen, still_there, wants_json
from .steps import Saved, answer, facts, following, refusal, store
from .uploads import take_all

RECENT_EVENTS = 24
NOTHING = drafting.digest({"title": "", "text": "", "event": None})


@desk
def new(request: HttpRequest) -> HttpResponse:
    """A story not yet begun: its form carries the number the draft will have. Looking at it begins nothing."""
    user: Any = request.user
    seats = list(Membership.objects.filter(user=user).select_related("team").order_by("joined_at", "pk"))
    if not seats:
        return HttpResponseRedirect(reverse("desk"))
    if request.method == "POST":
        with still_there():
            return _words(request, _begun(request, seats))
    team = TeamForm(seats=seats) if len(seats) > 1 else None
    facts_of_step: dict[str, Any] = {
        "action": reverse("desk_new"),
        "uid": uuid4(),
        "number": 1,
        "step": "words",
        "base": NOTHING,
    }
    return screen(request, "words", _("A new story"), form=_form(None), team=team, seats=seats, **facts_of_step)


def _begun(request: HttpRequest, seats: list[Membership]) -> StoryDraft:
    """The draft whose number the form carries, begun for the team chosen.

    Raises:
        Http404: for a number that is none or another team's, and for a team that is not one's own.
    """
    user: Any = request.user
    teams = {str(one.team.translation_key): one.team for one in seats}
    chosen = request.POST.get("team") or next(iter(teams))
    try:
        draft = drafting.begin(UUID(request.POST.get("uid", "")), teams[chosen], user, Clock.now())
    except (ValueError, KeyError, StoryDraft.DoesNotExist) as error:
        raise Http404 from error
    return draft_of(user, draft.uid)


@of_draft
def words(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """The words of a story, and its photos."""
    if request.method == "POST":
        return _words(request, draft)
    return _screen(request, draft, _form(None, draft), drafting.digest(drafting.words_of(draft)))


def _words(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Take the files, save the words, go on; whatever is wrong with the one, the other stays."""
    form = _form(request.POST, draft)
    take_all(request, draft)
    if not form.is_valid():
        return refusal(form) if wants_json(request) else _screen(request, draft, form, request.POST.get("base", ""))
    saved = store(request, draft, form, drafting.save_words, drafting.words_of)
    if told := answer(request, saved):
        return told
    if saved.theirs:
        return _screen(request, draft, form, saved.base, saved)
    onward = "next" in request.POST
    return HttpResponseRedirect(following(draft, "words") if onward else reverse("desk_words", args=[draft.uid]))


def _form(data: Any, draft: StoryDraft | None = None) -> WordsForm:
    events = EventPage.objects.visible(Channel.SITE, Clock.now()).filter(
        locale__language_code="zh-hant", alias_of__isnull=True
    )
    recent = events.order_by("-starts_at", "-pk")
    numbers = [*recent.values_list("pk", flat=True)[:RECENT_EVENTS], draft.event_id if draft else None]
    shown = EventPage.objects.filter(pk__in=[one for one in numbers if one]).order_by("-starts_at", "-pk")
    return WordsForm(data, events=shown, initial=drafting.words_of(draft) if draft else None)


def _screen(
    request: HttpRequest, draft: StoryDraft, form: WordsForm, base: str, saved: Saved | None = None
) -> HttpResponse:
    shown = list(draft.assets.select_related("photo"))
    facts_of_step = facts(draft, "words") | {"base": base, "assets": shown, "theirs": saved.theirs if saved else ()}
    status = 409 if saved else 200
    return screen(request, "words", _("What happened?"), status=status, form=form, **facts_of_step)
