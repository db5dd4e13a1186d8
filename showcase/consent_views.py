"""The pages a party's link leads to: GET shows, POST decides. Neither asks for a login, and none leaves a cookie."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from allauth.account.adapter import get_adapter
from csp.decorators import csp_replace
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from home.models import Clock

from .consent_forms import GrantForm, GuardianForm
from .consent_reading import Asked
from .flows import answers, asking
from .flows.acts import How
from .links import party_of, token_of
from .vocabularies import PartyState

# The library's types know no views with arguments.
_FRAMED_BY_NOBODY: Final[Any] = csp_replace({"frame-ancestors": ["'none'"]})

View = Callable[[HttpRequest, Asked], HttpResponse]


def by_link(view: View) -> Callable[..., HttpResponse]:
    """Let a view answer to whoever holds a party's link, on a page that nobody keeps, frames or is told of.

    The link is all that identifies anybody here and no cookie is read, so another site has nothing to ride on: a
    token against that would only add a cookie, and fail in mail programs' own browsers.
    A link that is guessed, altered, replaced or lapsed opens one and the same page, with the status 404.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        now = Clock.now()
        party = party_of(token, now)
        if party is None:
            response = render(request, "showcase/consent/gone.html", status=HTTPStatus.NOT_FOUND)
        else:
            response = view(request, Asked(party, now))
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    framed_by_nobody: Callable[..., HttpResponse] = _FRAMED_BY_NOBODY(answer)
    return framed_by_nobody


@by_link
def consent(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What a party is asked, and where it stands; whatever is sent here decides nothing."""
    return _page(request, asked)


@by_link
def seen(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Note that a person looks at the page, as its script tells once it was in view and somebody touched it."""
    if request.method != "POST":
        return _back(asked)
    answers.open_page(asked.party, asked.now)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@by_link
def agree(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Agree to what was shown, or agree once more before the end."""
    if request.method != "POST" or not asked.can_answer:
        return _back(asked)
    answers.open_page(asked.party, asked.now)
    answered = _answered(request, asked)
    if answered.is_kept and answered.state == PartyState.GRANTED and not answered.is_renewable:
        # It was renewed since, perhaps by this very button.
        return _back(asked)
    if _is_stale(request, answered):
        return _page(request, asked, stale=True)
    form = _grant_form(answered, request.POST)
    if form.is_valid() and _agreed(request, answered, form):
        return _back(asked)
    return _page(request, asked, **{"kept_form" if answered.is_kept else "form": form})


def _answered(request: HttpRequest, asked: Asked) -> Asked:
    """Which of the two a page may show was answered: what is asked, or the version whose license is renewed."""
    kept = asked.kept
    is_kept = kept and kept.revision and request.POST.get("content_hash") == kept.revision.content_hash
    return kept if kept and is_kept else asked


def _is_stale(request: HttpRequest, asked: Asked) -> bool:
    """Whether the page somebody answered showed something else than what is asked now."""
    current = (asked.revision and asked.revision.content_hash, asked.text and asked.text.sha256)
    return (request.POST.get("content_hash"), request.POST.get("text_sha256")) != current


def _agreed(request: HttpRequest, asked: Asked, form: GrantForm) -> bool:
    """Agree as typed and ticked; False when that failed, with the reason at its field."""
    given = form.cleaned_data
    try:
        if form.asks_age:
            answers.check_age(asked.party, given["birth"], asked.now)
        answers.grant(
            asked.party,
            content_hash=given["content_hash"],
            text_sha256=given["text_sha256"],
            channels=given["channels"],
            adaptation=given.get("adaptation", False),
            now=asked.now,
            how=_how(request, given["name_typed"]),
            renewing=asked.is_kept or asked.is_renewable or asked.has_renewed,
        )
    except answers.ContradictionError:
        form.add_error("birth", _("Another date of birth was given before. If that was wrong, please contact us."))
    except (answers.StaleError, answers.NothingToRenewError):
        form.add_error(None, _("What is asked has just changed. Please read it again."))
    else:
        return True
    return False


@by_link
def refuse(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Whom to ask, and the button that says no."""
    if request.method == "POST":
        answers.open_page(asked.party, asked.now)
        answers.refuse(asked.party, asked.now, _how(request))
        return _back(asked)
    return _shown(request, "showcase/consent/refuse.html", asked)


@by_link
def withdraw(request: HttpRequest, asked: Asked) -> HttpResponse:
    """What withdrawing does, and the button that does it: in every state in which a consent stands."""
    if request.method == "POST":
        answers.open_page(asked.party, asked.now)
        answers.withdraw(asked.party, asked.now, _how(request))
        return _back(asked)
    return _shown(request, "showcase/consent/withdraw.html", asked) if asked.stands else _back(asked)


@by_link
def guardian(request: HttpRequest, asked: Asked) -> HttpResponse:
    """A minor names a legal representative, or corrects the address of one who has not answered."""
    if request.method != "POST" or not asked.may_name_guardian:
        return _back(asked)
    answers.open_page(asked.party, asked.now)
    form = GuardianForm(asked.party, request.POST)
    if form.is_valid() and _named(asked, form):
        return _back(asked)
    return _page(request, asked, guardian_form=form)


def _named(asked: Asked, form: GuardianForm) -> bool:
    """Ask the one named; False when that failed, with the reason at its field."""
    name, email, known = form.cleaned_data["name"], form.cleaned_data["email"], asked.guardian
    try:
        if known is None:
            asking.name_guardian(asked.party, name, email, asked.now)
        elif known.email != email:
            asking.correct_address(known, email, asked.now, name)
    except asking.AlreadyAnsweredError:
        form.add_error("email", _("Your legal representative has answered already."))
    except asking.TooManyMailsError:
        form.add_error("email", _("So many mails went out today that the next can be sent tomorrow."))
    else:
        return True
    return False


def _page(request: HttpRequest, asked: Asked, **more: Any) -> HttpResponse:
    """The page as it stands now, with what was typed where that could not be taken.

    Always with the status 200: any other would be logged with its address, which is the link itself.
    """
    forms = {
        "form": _grant_form(asked) if asked.can_answer else None,
        "kept_form": _grant_form(asked.kept) if asked.kept and asked.kept.can_renew else None,
        "guardian_form": GuardianForm(asked.party),
    }
    return _shown(request, "showcase/consent/page.html", asked, **forms | more)


def _shown(request: HttpRequest, template: str, asked: Asked, **more: Any) -> HttpResponse:
    context = {"asked": asked, "party": asked.party, "token": token_of(asked.party), "now": asked.now, **more}
    return render(request, template, context)


def _grant_form(asked: Asked, data: Any = None) -> GrantForm:
    """The form of what is asked now.

    Raises:
        ValueError: nothing is asked.
    """
    if asked.revision is None or asked.text is None:
        raise ValueError(asked.party.pk)
    shown = {"content_hash": asked.revision.content_hash, "text_sha256": asked.text.sha256}
    mark = "kept-" if asked.is_kept else ""
    return GrantForm(asked.party, asked.revision, asked.now, data, last=asked.last, initial=shown, mark=mark)


def _back(asked: Asked) -> HttpResponse:
    """To the party's page, which says how things stand now."""
    return redirect("consent", token=token_of(asked.party))


def _how(request: HttpRequest, name_typed: str = "") -> How:
    """How somebody acted. A withdrawal must not fail because of an address that cannot be told."""
    try:
        address = get_adapter().get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):
        address = None
    return How(name_typed, "link", address, request.headers.get("User-Agent", ""))
