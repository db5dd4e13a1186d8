"""Handing a draft in: its content is frozen as a revision, and everyone in it is asked."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.html import format_html_join
from wagtail.models import Locale, Page

from home.languages import DEFAULT_LANG, LANGUAGE_CODES
from home.models import Clock, User
from home.signals import changed
from home.visibility import Channel
from showcase.models import (
    ConsentText,
    DraftAsset,
    Party,
    StoryCredit,
    StoryDraft,
    StoryIndexPage,
    StoryMedia,
    StoryPage,
    StoryRevision,
)
from showcase.readiness import Lack, lacking
from showcase.vocabularies import PartyRole, RevisionState, Verb

from . import asking
from .acts import record
from .clearing import review_if_cleared

# Who is named under the story.
CREDITED = (PartyRole.AUTHOR, PartyRole.COAUTHOR, PartyRole.RIGHTSHOLDER)


class NotReadyError(Exception):
    """The draft lacks something; ``lacks`` says what."""

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__([str(one.words) for one in lacks])
        self.lacks = lacks


class NoTextError(Exception):
    """The bureau has no license text in force: nobody can be asked for anything."""


@dataclass(frozen=True)
class Ticks:
    """What an author ticked beside the license: it is the team's own or permitted, and they settle disputes (R60)."""

    declared: bool = False
    disputes: bool = False


def hand_in(draft: StoryDraft, by: User, now: datetime, ticks: Ticks | None = None) -> StoryRevision:
    """Freeze a draft as a revision and ask everyone whose consent it needs. Handed in twice, it is one revision.

    With it are frozen the answers about each medium, and the ticks. The author's own consent is a grant like the
    others', given beside this one.

    Raises:
        NotReadyError: something is missing.
        NoTextError: no license text is in force.
    """
    if lacks := lacking(draft):
        raise NotReadyError(lacks)
    text = ConsentText.current(now)
    if text is None:
        raise NoTextError
    with transaction.atomic():
        Clock.locked()
        draft = StoryDraft.objects.select_for_update().get(pk=draft.pk)
        story = _written(draft, by)
        draft.story = story
        draft.save(update_fields=["story"])
        parties, declared = _parties(draft, story), _declared(draft, ticks or Ticks())
        found = StoryRevision.objects.filter(story=story, content_hash=story.computed_hash()).first()
        if found is None or found.state in {RevisionState.RETURNED, RevisionState.REFUSED}:
            found = found or StoryRevision(story=story, content_hash=story.computed_hash())
            found.revision = story.save_revision(user=by, log_action=True)
            _freeze(found, draft, text, by, now, declared)
        elif (found.channels, found.adaptation) != _asked_for(draft):
            # The same content for other uses: whoever agreed already is asked about them as well.
            _freeze(found, draft, text, by, now, declared, state=RevisionState(found.state))
        else:
            found.number = _number_of(found)
            found.save(update_fields=["number"])
            _declare_anew(found, declared, now)
        _ask_all(found, parties, now)
        review_if_cleared(found, now)
        changed.send(StoryPage, refs=[(StoryPage, story.pk)])
    return found


def _asked_for(draft: StoryDraft) -> tuple[int, bool]:
    """The channels and the adaptation that a draft asks for; without the site nothing is shown."""
    return draft.channels | int(Channel.SITE), draft.adaptation


def _declared(draft: StoryDraft, ticks: Ticks) -> dict[str, Any]:
    """What is declared of a draft now; the draft may say something else tomorrow."""
    answers = draft.assets.values("rights", "rights_note", "people", "music")
    return {"own_or_permitted": ticks.declared, "settles_disputes": ticks.disputes, "media": list(answers)}


def _declare_anew(found: StoryRevision, declared: dict[str, Any], now: datetime) -> None:
    """Keep other answers to the same content; nobody else had a part in them, so nobody is asked again."""
    if declared != {name: value for name, value in found.declared.items() if name != "salt"}:
        found.declared = declared | {"salt": secrets.token_hex(16)}
        found.save(update_fields=["declared"])
        _record(found, now)


def _freeze(  # noqa: PLR0913 - each is kept
    found: StoryRevision,
    draft: StoryDraft,
    text: ConsentText,
    by: User,
    now: datetime,
    declared: dict[str, Any],
    *,
    state: RevisionState = RevisionState.SUBMITTED,
) -> None:
    """Keep what everyone is asked about a content that nobody changes any more."""
    found.number = _number_of(found)
    found.state, found.reason = state, ""
    found.text = text
    found.channels, found.adaptation = _asked_for(draft)
    found.submitted_by, found.submitted_at = by, now
    found.declared = declared | {"salt": secrets.token_hex(16)}
    found.save()
    _record(found, now)


def _record(found: StoryRevision, now: datetime) -> None:
    record(
        Verb.SUBMITTED,
        found.story,
        now,
        content_hash=found.content_hash,
        number=found.number,
        text_sha256=found.text.sha256,
        channels=found.channels,
        adaptation=found.adaptation,
        declared=found.declared["own_or_permitted"],
        disputes=found.declared["settles_disputes"],
        answers_sha256=found.computed_declared_hash(),
    )


def _written(draft: StoryDraft, by: User) -> StoryPage:
    """The story with the draft's content, in memory; a new one gets its page, which is not live."""
    story = draft.story.get_latest_revision_as_object() if draft.story else None
    fresh = story is None
    story = story or StoryPage(live=False, owner=by, team=draft.team)
    story.title, story.program, story.event = draft.title.strip(), draft.program, draft.event
    story.body = [("text", _paragraphs(draft.text))]
    story.media = [_shown(asset, number) for number, asset in enumerate(draft.assets.all())]
    story.credits = _credits(draft)
    if fresh:
        story.counties = draft.team.counties
        index = StoryIndexPage.objects.get(locale__language_code=LANGUAGE_CODES[DEFAULT_LANG])
        story.locale = Locale.objects.get(language_code=LANGUAGE_CODES[DEFAULT_LANG])
        Page.objects.get(pk=index.pk).add_child(instance=story)
    return story


def _paragraphs(text: str) -> str:
    """A text as paragraphs: an empty line, or a new one, begins the next."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines))


def _shown(asset: DraftAsset, number: int) -> StoryMedia:
    names = ("kind", "photo", "file", "url", "alt", "credit")
    return StoryMedia(sort_order=number, **{name: getattr(asset, name) for name in names})


def _credits(draft: StoryDraft) -> list[StoryCredit]:
    author = [(str(draft.author), PartyRole.AUTHOR)] if draft.author else []
    people = [(one.name, PartyRole(one.role)) for one in draft.people.all() if one.role in CREDITED]
    return [
        StoryCredit(sort_order=number, name=name, role=role) for number, (name, role) in enumerate([*author, *people])
    ]


def _number_of(found: StoryRevision) -> int:
    """The number that makes a revision the newest: with an earlier content everyone is asked about that one again."""
    others = StoryRevision.objects.filter(story=found.story).exclude(pk=found.pk)
    last: int = others.aggregate(last=Max("number"))["last"] or 0
    return found.number if found.number and found.number > last else last + 1


def _parties(draft: StoryDraft, story: StoryPage) -> list[Party]:
    """The parties of a draft: its author first; somebody already asked for this story stays the same party.

    Two people who share a mailbox are two parties: nobody signs for another. Somebody with an account is the same
    party under another address or name as well, which are then the account's.
    """
    wanted = _wanted(draft)
    known = [_known(story, role=role, email=email, name=name) for role, name, email, _user in wanted]
    taken = {one.pk for one in known if one}
    found: list[Party] = []
    for (role, name, email, user), same in zip(wanted, known, strict=True):
        party = same or (_moved(story, role, user, taken) if user else None) or Party(story=story, role=role, user=user)
        if party != same:
            party.name, party.email = name, email
            party.save()
            taken.add(party.pk)
        # Who has come of age answers alone.
        found += [party, *(party.guardians.filter(purged_at=None) if party.minor else ())]
    return found


def _wanted(draft: StoryDraft) -> list[tuple[PartyRole, str, str, User | None]]:
    """Whom a draft names: role, name, address and account, its author first."""
    author, people = draft.author, draft.people.all()
    written = [(PartyRole.AUTHOR, str(author), author.email, author)] if author else []
    return written + [(PartyRole(one.role), one.name, one.email.strip().lower(), one.user) for one in people]


def _known(story: StoryPage, **same: Any) -> Party | None:
    """A story's party of whom all of this is so; None for nobody, and for who was erased."""
    return Party.objects.filter(story=story, purged_at=None, **same).first()


def _moved(story: StoryPage, role: PartyRole, user: User, taken: set[int]) -> Party | None:
    """The party of somebody's account that stands there under an earlier address or name."""
    return Party.objects.filter(story=story, role=role, user=user, purged_at=None).exclude(pk__in=taken).first()


def _ask_all(story_revision: StoryRevision, parties: list[Party], now: datetime) -> None:
    """Require everyone, and write to whoever has not been asked this; the author is asked at the desk."""
    for party in parties:
        asking.require(story_revision, party, now)
        answer = party.grants.filter(content_hash=story_revision.content_hash, withdrawn_at=None).last()
        agreed = answer is not None and answer.granted_at >= story_revision.submitted_at
        asked = party.invited_at is not None and party.invited_at >= story_revision.submitted_at
        if party.role != PartyRole.AUTHOR and not agreed and not asked:
            asking.invite(party, now)
