"""Where a story is on its way, and what keeps it: who can act, in words. What there is to do, and nothing else."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.template.defaultfilters import date as formatted
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.taiwan import local
from showcase.links import address_of
from showcase.models import Party, StoryDraft
from showcase.readiness import lacking
from showcase.reading import PartyNow, StoryNow
from showcase.vocabularies import PartyRole, PartyState, Stage

# Stages that lie behind everyone's consent.
AGREED: Final = frozenset({Stage.CLEARED, Stage.PUBLISHED, Stage.EXPIRING})
# Who stands under no story: without them its content may be the same to the letter.
UNCREDITED: Final = frozenset({PartyRole.REPRESENTATIVE, PartyRole.PORTRAYED})
ONLINE: Final = frozenset({Stage.PUBLISHED, Stage.EXPIRING})
STAGES: Final = {
    Stage.DRAFT: gettext_lazy("Not handed in yet."),
    Stage.COLLECTING: gettext_lazy("Handed in. It goes on as soon as everyone has agreed."),
    Stage.RETURNED: gettext_lazy("The editors sent it back."),
    Stage.REFUSED: gettext_lazy("Somebody did not agree. Take that part out, and it can be handed in again."),
    Stage.CLEARED: gettext_lazy("Everyone has agreed. The editors have it now; there is nothing to do for you."),
    Stage.PUBLISHED: gettext_lazy("It is online."),
    Stage.HELD: gettext_lazy("The bureau has taken it off while something is checked."),
    Stage.EXPIRING: gettext_lazy("It is online, but the license ends soon."),
    Stage.EXPIRED: gettext_lazy("The license has ended, so it is no longer shown."),
    Stage.SUPERSEDED: gettext_lazy("A newer version has replaced it."),
    Stage.RETRACTED: gettext_lazy("Somebody has withdrawn consent, so it is shown nowhere."),
    Stage.PURGED: gettext_lazy("It has been erased."),
}
STATES: Final = {
    PartyState.INVITED: gettext_lazy("has not answered yet; asked on %(since)s"),
    PartyState.SEEN: gettext_lazy("has looked at it on %(since)s, but not answered yet"),
    PartyState.GRANTED: gettext_lazy("agreed on %(since)s"),
    PartyState.REFUSED: gettext_lazy("did not agree, on %(since)s"),
    PartyState.LAPSED: gettext_lazy("has not answered; the link lapsed on %(since)s"),
    PartyState.WITHDRAWN: gettext_lazy("withdrew on %(since)s"),
    PartyState.ENDED: gettext_lazy("had agreed until %(since)s"),
}


@dataclass(frozen=True)
class Step:
    """One step on the way: done, the present one, or still to come."""

    words: str
    state: str


@dataclass(frozen=True)
class Row:
    """A party on the tracking page, with what can be done about it."""

    party: Party
    state: PartyState
    words: str
    is_me: bool
    # One of several legal representatives of a minor, who has not answered: the others are enough.
    is_spare: bool = False
    # The draft names it no more, and the version that was handed in still needs it.
    left_out: bool = False

    @property
    def waits(self) -> bool:
        """Whether its answer is missing, so that it may be asked again."""
        asked_by_mail = self.party.role != PartyRole.AUTHOR and not self.party.purged_at
        return asked_by_mail and self.state in {PartyState.INVITED, PartyState.SEEN, PartyState.LAPSED}

    @property
    def may_go(self) -> bool:
        """Whether its part may be taken out, so that the rest can go on."""
        gone = {PartyState.REFUSED, PartyState.WITHDRAWN, PartyState.LAPSED}
        return (
            self.state in gone and not self.left_out and self.party.role not in {PartyRole.AUTHOR, PartyRole.GUARDIAN}
        )

    @property
    def answer_at(self) -> str | None:
        """Where whoever is looking answers himself."""
        waiting = self.state in {PartyState.INVITED, PartyState.SEEN}
        return address_of(self.party) if self.is_me and waiting and self.party.link_hash else None


@dataclass(frozen=True)
class Todo:
    """One thing to do, and where."""

    words: str
    address: str
    action: str = ""


def day(instant: datetime | None) -> str:
    """A day as the desk writes it."""
    return formatted(local(instant), _("n/j")) if instant else ""


def rows(found: StoryNow, user: Any, left_out: Container[int] = ()) -> list[Row]:
    """Everyone whose consent the newest revision needs; ``left_out`` are numbers of those the draft names no more."""
    wards = [one.party.guardian_of_id for one in found.parties if not one.party.purged_at]
    return [
        Row(
            one.party,
            one.state,
            _said(one),
            one.party.user_id == user.pk,
            is_spare=one.is_open and one.party.role == PartyRole.GUARDIAN and wards.count(one.party.guardian_of_id) > 1,
            left_out=one.party.pk in left_out,
        )
        for one in found.parties
    ]


def left_out(draft: StoryDraft, found: StoryNow) -> set[int]:
    """Who was taken out of a draft and is needed until words or pictures change: no credit goes with them."""
    named = {(role, name, email.lower()) for role, name, email in draft.people.values_list("role", "name", "email")}
    asked = [one.party for one in found.parties if one.party.role in UNCREDITED]
    return {one.pk for one in asked if (one.role, one.name, one.email) not in named}


def _said(one: PartyNow) -> str:
    if one.since is None:
        return _("has not agreed yet")
    return str(STATES[one.state]) % {"since": day(one.since)}


def bar(found: StoryNow | None) -> list[Step]:
    """The way of a story: handed in, everyone's consent, the editors, online."""
    asked = [one for one in found.parties if one.party.role != PartyRole.AUTHOR] if found else []
    agreed = sum(one.state == PartyState.GRANTED for one in asked)
    consents = _("Co-authors %(agreed)d/%(asked)d") % {"agreed": agreed, "asked": len(asked)} if asked else _("Consent")
    names = [_("Handing in"), consents, _("Editors"), _("On the site")]
    reached = _reached(found)
    return [
        Step(name, "done" if number < reached else "now" if number == reached else "")
        for number, name in enumerate(names)
    ]


def _reached(found: StoryNow | None) -> int:
    """How many steps are done."""
    if found is None or found.stage in {Stage.DRAFT, Stage.RETURNED}:
        return 0
    if found.stage in ONLINE:
        return 4
    return 2 if found.stage in AGREED else 1


def todos(draft: StoryDraft, found: StoryNow | None, user: Any) -> list[Todo]:
    """What there is to do about a story, for whoever is looking."""
    if found is None or found.revision is None:
        return [_unfinished(draft)]
    return [*_stopped(draft, found), *_unanswered(draft, found, user)]


def _unfinished(draft: StoryDraft) -> Todo:
    lacks = lacking(draft)
    step = lacks[0].step if lacks else "license"
    words = str(lacks[0].words) if lacks else _("All is there: agree and hand it in.")
    return Todo(words, reverse(f"desk_{step}", args=[draft.uid]), _("Go on writing"))


def _stopped(draft: StoryDraft, found: StoryNow) -> Iterator[Todo]:
    """What stops the story as a whole."""
    change = reverse("desk_words", args=[draft.uid])
    if found.stage == Stage.RETURNED and found.revision:
        words = _("Sent back: %(reason)s") % {"reason": found.revision.reason}
        yield Todo(words, change, _("Change and hand in again"))
    if found.stage in {Stage.EXPIRING, Stage.EXPIRED}:
        yield Todo(str(STAGES[found.stage]), reverse("desk_renew"), _("Renew"))


def _unanswered(draft: StoryDraft, found: StoryNow, user: Any) -> Iterator[Todo]:
    """Whose answer is missing."""
    here = reverse("desk_story", args=[draft.uid])
    for row in rows(found, user):
        if row.state == PartyState.GRANTED or found.stage in {Stage.RETURNED, Stage.EXPIRED, Stage.PURGED}:
            continue
        own = row.answer_at or (reverse("desk_license", args=[draft.uid]) if row.is_me else None)
        if own and row.state in {PartyState.INVITED, PartyState.SEEN}:
            yield Todo(_("Your own answer is missing."), own, _("Answer"))
        else:
            yield Todo(_("%(name)s %(state)s.") % {"name": row.party.name, "state": row.words}, here, _("Look"))
    for ward in found.unguarded:
        yield Todo(_("%(name)s is not of age and has to name a legal representative.") % {"name": ward.name}, here)
