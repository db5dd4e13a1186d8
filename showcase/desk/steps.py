"""What the steps of the desk share: where they lead, how one is saved, and what its writer sees when overtaken."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.models import Clock
from showcase.flows.drafting import OvertakenError, digest
from showcase.models import StoryDraft

from .door import wants_json

STEPS: Final = {
    "words": gettext_lazy("Words and photos"),
    "media": gettext_lazy("Rights"),
    "people": gettext_lazy("Who takes part"),
    "license": gettext_lazy("Agree and hand in"),
}

Save = Callable[[StoryDraft, str, Mapping[str, Any], datetime], StoryDraft]
Read = Callable[[StoryDraft], Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """What somebody else has stored in a field meanwhile, in words."""

    name: str
    label: str
    value: str
    # What the field would have to hold.
    raw: Any


@dataclass(frozen=True)
class Saved:
    """How saving a step went: what the form is based on now, and what others wrote where they were first."""

    draft: StoryDraft
    base: str
    theirs: tuple[Difference, ...] = ()


def facts(draft: StoryDraft, step: str) -> dict[str, Any]:
    """What every step's screen needs."""
    names = list(STEPS)
    return {
        "draft": draft,
        "step": step,
        "steps": [(name, label, address(draft, name)) for name, label in STEPS.items()],
        "number": names.index(step) + 1,
        "action": address(draft, step),
    }


def address(draft: StoryDraft, step: str) -> str:
    """Where a step of a draft is."""
    return reverse(f"desk_{step}", args=[draft.uid])


def following(draft: StoryDraft, step: str) -> str:
    """Where the next step is."""
    names = list(STEPS)
    return address(draft, names[names.index(step) + 1])


def store(request: HttpRequest, draft: StoryDraft, form: Any, save: Save, read: Read) -> Saved:
    """Save what a valid form was told, or learn what somebody else has stored first."""
    try:
        draft = save(draft, request.POST.get("base", ""), form.told, Clock.now())
    except OvertakenError as overtaken:
        return Saved(draft, digest(overtaken.stored), differences(form, overtaken.stored))
    return Saved(draft, digest(read(draft)))


def differences(form: Any, stored: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Where what was told differs from what is stored."""
    told = form.told
    return tuple(
        Difference(name, _label(form, name), _shown(form, name, stored.get(name)), stored.get(name))
        for name in told
        if told[name] != stored.get(name)
    )


def _label(form: Any, name: str) -> str:
    return str(form.fields[name].label) if name in form.fields else _("Others")


def _shown(form: Any, name: str, value: Any) -> str:
    """A stored value as people read it."""
    if name == "others":
        return "\n".join(f"{who} <{email}>" for who, email, _role in value or ())
    choices = {str(key): str(words) for key, words in getattr(form.fields.get(name), "choices", ())}
    values = value if isinstance(value, list) else [value]
    return "、".join(choices.get(str(one), str(one)) for one in values if one not in {None, ""})


def answer(request: HttpRequest, saved: Saved) -> HttpResponse | None:
    """What a script is told of a step; None for a browser, which gets a page."""
    if not wants_json(request):
        return None
    told: dict[str, Any] = {"version": saved.draft.version, "base": saved.base, "uid": str(saved.draft.uid)}
    if saved.theirs:
        return JsonResponse(told | {"theirs": [asdict(one) for one in saved.theirs]}, status=HTTPStatus.CONFLICT)
    return JsonResponse(told)


def refusal(form: Any) -> JsonResponse:
    """What a script is told of a form that was not understood."""
    errors = {name: [str(one) for one in found] for name, found in form.errors.items()}
    return JsonResponse({"errors": errors}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
