"""One story on its way: who has answered, who can act, and what can be done about it."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from home.models import Clock
from home.visibility import Channel
from showcase.flows import answers, asking, drafting, reminding
from showcase.forms import AddressForm
from showcase.models import Party, StoryDraft
from showcase.readiness import lacking
from showcase.reading import StoryNow, story_now
from showcase.vocabularies import PartyRole, Stage

from . import progress
from .door import how, of_draft, screen
from .steps import address

# A button pressed twice sends one mail.
JUST_SENT: Final = timedelta(minutes=1)


@of_draft
def story(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Where a story stands, handed in or not."""
    return _screen(request, draft)


def _screen(request: HttpRequest, draft: StoryDraft, wrong: dict[int, AddressForm] | None = None) -> HttpResponse:
    now, wrong = Clock.now(), wrong or {}
    found = story_now(draft.story, now) if draft.story else None
    revision = found.revision if found else None
    return screen(
        request,
        "story",
        str(draft),
        status=422 if wrong else 200,
        draft=draft,
        found=found,
        revision=revision,
        words=progress.STAGES[found.stage if found else Stage.DRAFT],
        bar=progress.bar(found),
        rows=_rows(draft, found, request.user, wrong, now),
        lacks=[] if revision else [(lack, address(draft, lack.step)) for lack in lacking(draft)],
        changed=bool(revision and draft.updated_at > revision.submitted_at),
        live=_live(found),
        own=_standing(draft, request.user),
    )


def _rows(
    draft: StoryDraft, found: StoryNow | None, user: Any, wrong: dict[int, AddressForm], now: datetime
) -> list[tuple[progress.Row, AddressForm | None, str]]:
    """Everyone who is asked, with the form for another address where one was mistyped, and the day of a reminder."""
    if found is None:
        return []
    reminders = reminding.next_reminders(found.story, now)
    return [
        (row, wrong.get(row.party.pk), progress.day(reminders.get(row.party.pk)))
        for row in progress.rows(found, user, progress.left_out(draft, found))
    ]


def _live(found: StoryNow | None) -> str | None:
    """The address of the story on the site, while it may be read there."""
    if found is None or found.story.hidden_because(Channel.SITE, Clock.now()):
        return None
    path: str | None = found.story.web_path
    return path


def _standing(draft: StoryDraft, user: Any) -> list[Party]:
    """Somebody's own parties in a story that have a consent to withdraw."""
    if draft.story is None:
        return []
    now = Clock.now()
    return [one for one in draft.story.parties.filter(user=user, purged_at=None) if answers.unended(one, now)]


def _asked(draft: StoryDraft, pk: int) -> Party:
    """A party of this story that can be asked.

    Raises:
        Http404: for any other.
    """
    if draft.story is None:
        raise Http404
    # The author is asked at the desk.
    found = draft.story.parties.filter(pk=pk, purged_at=None).exclude(role=PartyRole.AUTHOR).first()
    if found is None:
        raise Http404
    return found


def _back(draft: StoryDraft) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk_story", args=[draft.uid]))


@require_POST
@of_draft
def again(request: HttpRequest, draft: StoryDraft, pk: int) -> HttpResponse:
    """Ask somebody once more, by a new link."""
    party, now = _asked(draft, pk), Clock.now()
    if party.invited_at and now - party.invited_at < JUST_SENT:
        messages.warning(request, _("A mail has just gone to %(name)s.") % {"name": party.name})
        return _back(draft)
    try:
        asking.ask_again(party, now)
    except asking.AlreadyAnsweredError:
        messages.warning(request, _("%(name)s has agreed already.") % {"name": party.name})
    except asking.TooManyMailsError:
        messages.warning(request, _("So many mails went out today that the next can be sent tomorrow."))
    else:
        messages.success(request, _("A mail with a new link is on its way to %(name)s.") % {"name": party.name})
    return _back(draft)


@require_POST
@of_draft
def correct(request: HttpRequest, draft: StoryDraft, pk: int) -> HttpResponse:
    """Ask somebody at another address; the link in the first mail is dead."""
    party, form = _asked(draft, pk), AddressForm(request.POST)
    if not form.is_valid():
        return _screen(request, draft, {party.pk: form})
    if form.cleaned_data["email"].strip().lower() == party.email:
        return again(request, uid=draft.uid, pk=pk)
    try:
        asking.correct_address(party, form.cleaned_data["email"], Clock.now())
    except asking.AlreadyAnsweredError:
        messages.warning(request, _("%(name)s has answered already: the address is right.") % {"name": party.name})
    except asking.OwnAddressError:
        messages.warning(request, _("A minor and the legal representative need an address each."))
    except asking.TooManyMailsError:
        messages.warning(request, _("So many mails went out today that the next can be sent tomorrow."))
    else:
        messages.success(request, _("A mail with a new link is on its way to %(name)s.") % {"name": party.name})
    return _back(draft)


@require_POST
@of_draft
def take_out(request: HttpRequest, draft: StoryDraft, pk: int) -> HttpResponse:
    """Take somebody's part out; the words and pictures are changed by hand, and the story is handed in again."""
    party = _asked(draft, pk)
    if party.role == PartyRole.GUARDIAN:
        return _let_go(request, draft, party)
    drafting.take_out(draft, party.name, party.email, Clock.now())
    messages.success(
        request,
        _("%(name)s is no longer named. Take out of the text and pictures what is theirs, then hand it in again.")
        % {"name": party.name},
    )
    return HttpResponseRedirect(address(draft, "words"))


def _let_go(request: HttpRequest, draft: StoryDraft, party: Party) -> HttpResponse:
    """No longer ask one of several legal representatives: the story says nothing of them, so it stays as it is."""
    try:
        asking.let_go(party, Clock.now())
    except asking.AlreadyAnsweredError:
        messages.warning(request, _("%(name)s has answered already, and stays.") % {"name": party.name})
    except asking.OnlyGuardianError:
        messages.warning(request, _("A minor needs a legal representative. Please name another one first."))
    else:
        messages.success(request, _("%(name)s is no longer asked.") % {"name": party.name})
    return _back(draft)


@of_draft
def withdraw(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Take one's own consent back, after asking once; hidden at once."""
    own, user = _standing(draft, request.user), request.user
    if request.method == "POST":
        typed = str(getattr(user, "get_full_name", str)() or user)
        for party in own:
            answers.withdraw(party, Clock.now(), how(request, typed))
        messages.success(request, _("Your consent is withdrawn. The story is hidden everywhere at once."))
        return _back(draft)
    if not own:
        return _back(draft)
    return screen(request, "withdraw", _("Withdraw your consent?"), draft=draft)


@of_draft
def throw_away(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Throw away a draft that was never handed in, after asking once."""
    if draft.story is not None:
        return _back(draft)
    if request.method == "POST" and drafting.throw_away(draft):
        messages.success(request, _("The draft is gone."))
        return HttpResponseRedirect(reverse("desk"))
    return screen(request, "throw_away", _("Throw this draft away?"), draft=draft)
