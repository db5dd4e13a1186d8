"""The last step: the license in six lines and in full; the author agrees himself, and the story is handed in."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from home.models import Clock
from home.taiwan import local
from showcase.consent_reading import pairs
from showcase.flows import drafting
from showcase.flows.answers import ContradictionError, StaleError
from showcase.flows.asking import OwnAddressError, TooManyMailsError
from showcase.flows.handing_in import NoTextError, NotReadyError, Ticks
from showcase.flows.signing import (
    ChangedError,
    GuardianMissingError,
    NotAuthorError,
    Signing,
    hand_in_and_agree,
)
from showcase.forms import LicenseForm
from showcase.models import ConsentText, Party, StoryDraft
from showcase.readiness import lacking
from showcase.vocabularies import PartyRole

from .door import draft_of, how, of_draft, screen
from .steps import address, facts

CHANGED: Final = gettext_lazy(
    "Something was changed while you were reading. Please look through it once more and send again."
)
# Why a story is not handed in: the field to go to, and the words.
REFUSALS: Final[dict[type[Exception], tuple[str | None, Any]]] = {
    NotReadyError: (None, gettext_lazy("Something is still missing; it stands above.")),
    NotAuthorError: (None, gettext_lazy("Only the author can hand the story in, because he agrees at the same time.")),
    ChangedError: (None, CHANGED),
    StaleError: (None, CHANGED),
    ContradictionError: ("birth", gettext_lazy("Another date of birth was given for this story before.")),
    GuardianMissingError: (
        "guardian_name",
        gettext_lazy("You are not of age yet: please name a legal representative, who is asked as well."),
    ),
    TooManyMailsError: (None, gettext_lazy("So many mails went out today that the next can be sent tomorrow.")),
    OwnAddressError: (
        "guardian_email",
        gettext_lazy("This is your own address. Your legal representative needs one of their own."),
    ),
    NoTextError: (
        None,
        gettext_lazy("There is no license text in force just now. Please tell us; your draft is kept."),
    ),
}


@of_draft
def license_(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Show what is agreed to; hand in and agree by one POST."""
    now = Clock.now()
    form = LicenseForm(request.POST or None, draft=draft, today=local(now).date())
    if request.method == "POST" and form.is_valid() and _handed_in(request, draft, form):
        return HttpResponseRedirect(reverse("desk_story", args=[draft.uid]))
    # Read anew: what is shown now is what the next attempt agrees to.
    draft, text = draft_of(request.user, draft.uid), ConsentText.current(now)
    more = facts(draft, "license") | {
        "text": text,
        "notice": pairs(text.notice) if text else [],
        "lacks": [(lack, address(draft, lack.step)) for lack in lacking(draft)],
        "people": list(draft.people.all()),
        "assets": list(draft.assets.select_related("photo")),
        "is_author": draft.author == request.user,
        "known": _known(draft),
    }
    return screen(request, "license", _("Agree and hand in"), form=form, **more)


def _known(draft: StoryDraft) -> Party | None:
    """The author as a party, where the story was handed in before."""
    if draft.story is None:
        return None
    return draft.story.parties.filter(role=PartyRole.AUTHOR, user=draft.author).first()


def _handed_in(request: HttpRequest, draft: StoryDraft, form: LicenseForm) -> bool:
    """Hand in and agree; False with the reason in the form."""
    data: dict[str, Any] = form.cleaned_data
    user: Any = request.user
    signing = Signing(
        version=data["version"],
        text_sha256=data["text_sha256"],
        channels=form.granted,
        adaptation=data["adaptation"],
        born_on=data["birth"],
        how=how(request, data["name_typed"]),
        ticks=Ticks(data["declared"], data["disputes"]),
        guardian=form.guardian,
    )
    try:
        hand_in_and_agree(draft, user, signing, Clock.now())
    except tuple(REFUSALS) as refused:
        field, words = REFUSALS[type(refused)]
        form.add_error(field, words)
        return False
    return True


@require_POST
@of_draft
def take_over(request: HttpRequest, draft: StoryDraft) -> HttpResponse:
    """Become the author: the one until now is a co-author, who is asked by mail."""
    user: Any = request.user
    drafting.take_over(draft, user, Clock.now())
    messages.success(request, _("You are the author now, and can hand the story in."))
    return HttpResponseRedirect(address(draft, "license"))
