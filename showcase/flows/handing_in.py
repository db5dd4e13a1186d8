"""Handing a draft in: its content is frozen as a revision, and everyone in it is asked."""

from datetime import datetime

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

# Who is named under the story.
CREDITED = (PartyRole.AUTHOR, PartyRole.COAUTHOR, PartyRole.RIGHTSHOLDER)


class NotReadyError(Exception):
    """The draft lacks something; ``lacks`` says what."""

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__([str(one.words) for one in lacks])
        self.lacks = lacks


class NoTextError(Exception):
    """The bureau has no license text in force: nobody can be asked for anything."""


def hand_in(draft: StoryDraft, by: User, now: datetime) -> StoryRevision:
    """Freeze a draft as a revision and ask everyone whose consent it needs. Handed in twice, it is one revision.

    The author's own consent is a grant like the others', given beside this one.

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
        parties = _parties(draft, story)
        found = StoryRevision.objects.filter(story=story, content_hash=story.computed_hash()).first()
        if found is None or found.state in {RevisionState.RETURNED, RevisionState.REFUSED}:
            found = found or StoryRevision(story=story, content_hash=story.computed_hash())
            _freeze(found, story, draft, text, by, now)
        else:
            found.number = _number_of(found, story)
            found.save(update_fields=["number"])
        _ask_all(found, parties, now)
        changed.send(StoryPage, refs=[(StoryPage, story.pk)])
    return found


def _freeze(
    found: StoryRevision, story: StoryPage, draft: StoryDraft, text: ConsentText, by: User, now: datetime
) -> None:
    """Keep the story's content as a revision that nobody changes any more."""
    found.revision = story.save_revision(user=by, log_action=True)
    found.number = _number_of(found, story)
    found.state, found.reason = RevisionState.SUBMITTED, ""
    found.text, found.channels, found.adaptation = text, draft.channels | int(Channel.SITE), draft.adaptation
    found.submitted_by, found.submitted_at = by, now
    found.save()
    record(
        Verb.SUBMITTED,
        story,
        now,
        content_hash=found.content_hash,
        number=found.number,
        text_sha256=text.sha256,
        channels=found.channels,
        adaptation=found.adaptation,
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


def _number_of(found: StoryRevision, story: StoryPage) -> int:
    """The number that makes a revision the newest: with an earlier content everyone is asked about that one again."""
    others = story.story_revisions.exclude(pk=found.pk)
    last: int = others.aggregate(last=Max("number"))["last"] or 0
    return found.number if found.number and found.number > last else last + 1


def _parties(draft: StoryDraft, story: StoryPage) -> list[Party]:
    """The parties of a draft: its author first; somebody already asked for this story stays the same party."""
    wanted: list[tuple[PartyRole, str, str, User | None]] = []
    if draft.author:
        wanted.append((PartyRole.AUTHOR, str(draft.author), draft.author.email, draft.author))
    wanted += [(PartyRole(one.role), one.name, one.email.strip().lower(), one.user) for one in draft.people.all()]
    found = []
    for role, name, email, user in wanted:
        same = {"story": story, "role": role, "email": email, "purged_at": None}
        # Two parties share an address where one was corrected to it; the first is asked for both.
        party = Party.objects.filter(**same).first() or Party.objects.create(name=name, user=user, **same)
        # Who has come of age answers alone.
        found += [party, *(party.guardians.all() if party.minor else ())]
    return found


def _ask_all(story_revision: StoryRevision, parties: list[Party], now: datetime) -> None:
    """Require everyone, and write to whoever has not been asked about this content."""
    for party in parties:
        asking.require(story_revision, party, now)
        answered = party.grants.filter(content_hash=story_revision.content_hash, withdrawn_at=None).exists()
        asked = party.invited_at is not None and party.invited_at >= story_revision.submitted_at
        if party.role != PartyRole.AUTHOR and not answered and not asked:
            asking.invite(party, now)
