"""The second step: what is shown, who made it, whether the people in it agree."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from home.models import Clock
from showcase.flows import drafting
from showcase.forms import AnswersForm, LinkForm
from showcase.models import DraftAsset, StoryDraft
from showcase.vocabularies import AssetKind

from .door import of_draft, screen, wants_json
from .steps import Saved, address, answer, facts, following, refusal, store
from .uploads import take_all


@of_draft
def media(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Ask about everything shown; add, take out and order. Everything a page was sent with is saved first."""
    shown = list(draft.assets.select_related("photo", "file"))
    if request.method != "POST":
        return _screen(request, draft, AnswersForm(assets=shown), LinkForm())
    form = AnswersForm(request.POST, assets=_asked(request, shown))
    link = LinkForm(request.POST) if request.POST.get("url", "").strip() else LinkForm()
    take_all(request, draft)
    saved = _saved(request, draft, form, link)
    if isinstance(saved, HttpResponse):
        return saved
    if link.is_bound and not _linked(draft, link):
        return _screen(request, draft, _anew(draft), link, status=422)
    _act(request, draft)
    return HttpResponseRedirect(following(draft, "media") if "next" in request.POST else address(draft, "media"))


def _asked(request: HttpRequest, shown: list[DraftAsset]) -> list[DraftAsset]:
    """What the page that was sent asked about."""
    numbers = set(request.POST.get("assets", "").split(","))
    return [one for one in shown if str(one.pk) in numbers]


def _saved(request: HttpRequest, draft: StoryDraft, form: AnswersForm, link: LinkForm) -> Saved | HttpResponse:
    """Save the answers; a response where that is all there is to do, or where it could not be done.

    A link that was typed beside them stands in the page that comes back.
    """
    if not form.is_valid():
        return refusal(form) if wants_json(request) else _screen(request, draft, form, link)
    numbers = [one.pk for one in form.assets]
    saved = store(request, draft, form, drafting.save_answers, lambda stored: drafting.answers_of(stored, numbers))
    if told := answer(request, saved):
        return told
    return _screen(request, draft, form, link, saved, status=409) if saved.theirs else saved


def _anew(draft: StoryDraft) -> AnswersForm:
    return AnswersForm(assets=list(draft.assets.select_related("photo", "file")))


def _linked(draft: StoryDraft, link: LinkForm) -> bool:
    """Add a link; False when it is none, or one too many."""
    if not link.is_valid():
        return False
    try:
        drafting.add_link(draft, AssetKind(link.cleaned_data["link_kind"]), link.cleaned_data["url"], Clock.now())
    except drafting.FullError:
        link.add_error("url", _("The story shows as much as one may. Take something else out first."))
        return False
    return True


def _act(request: HttpRequest, draft: StoryDraft) -> None:
    """Take something out or move it up, as the button pressed says."""
    if asset := _named(draft, request.POST.get("remove")):
        drafting.remove_asset(draft, asset, Clock.now())
    if asset := _named(draft, request.POST.get("up")):
        drafting.move_up(draft, asset, Clock.now())


def _named(draft: StoryDraft, uid: str | None) -> DraftAsset | None:
    """One of the draft's assets; None for none, and for another draft's."""
    try:
        return draft.assets.filter(uid=UUID(uid or "")).first()
    except ValueError:
        return None


def _screen(
    request: HttpRequest,
    draft: StoryDraft,
    form: AnswersForm,
    link: LinkForm,
    saved: Saved | None = None,
    **more: Any,
) -> HttpResponse:
    numbers = [one.pk for one in form.assets]
    base = saved.base if saved else drafting.digest(drafting.answers_of(draft, numbers))
    theirs = saved.theirs if saved else ()
    asked = ",".join(map(str, numbers))
    more |= facts(draft, "media") | {"base": base, "theirs": theirs, "asked": asked, "link": link}
    return screen(request, "media", _("Who made it, and do the people shown agree?"), form=form, **more)
