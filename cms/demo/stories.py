"""How stories come about in the demo: teams write and hand in, people answer by their links, staff review and hold.

Each story stands where its people's acts have brought it; nothing is set behind the flows' back but the day on which
it was first published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final
from uuid import UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import WorkflowState

from home.models import Letter, User
from home.visibility import Channel
from programs.models import EventPage, TeamPage, Theme
from showcase import rules
from showcase.flows import answers, asking, drafting, holds, reviewing
from showcase.flows.acts import How
from showcase.flows.handing_in import Ticks
from showcase.flows.media import take_photo
from showcase.flows.signing import Signing, hand_in_and_agree
from showcase.models import ConsentText, Party, StoryDraft, StoryPage, StoryRevision
from showcase.vocabularies import HoldKind, PartyRole, RevisionState

from .acts import Stage
from .scenes import paint

# What the numbers of the demo's drafts are made from, so that a second run finds them.
NUMBERS: Final = UUID("6f1d3b1e-3c55-4d0f-9a6e-0f8f5b1f4a11")
GROWN: Final = date(1990, 1, 1)
ANSWERS_AFTER: Final = timedelta(hours=20)


@dataclass(frozen=True)
class Telling:
    """Plays stories on a stage, as seen at an instant; ``born`` are the dates people tell, by address."""

    stage: Stage
    now: datetime
    born: Mapping[str, date]

    def play_all(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Each story as its record says; one that exists is left as people made it. No mail of the demo is sent."""
        before = set(Letter.objects.values_list("pk", flat=True))
        for record in records:
            if not StoryDraft.objects.filter(uid=uuid5(NUMBERS, record["key"]), story__isnull=False).exists():
                self.play(record)
        Letter.objects.exclude(pk__in=before).delete()

    def play(self, record: Mapping[str, Any]) -> None:
        """Write, hand in, ask, answer, review, and what came after; nothing where there was no license text yet."""
        then = self.began(record)
        if not _text_hash(then):
            return
        author = _user(record["author"])
        draft = self.write(record, author, then)
        revision = self.hand_in(draft, author, record, then)
        self.answer(revision, record, then + ANSWERS_AFTER)
        revision.refresh_from_db()
        if revision.state == RevisionState.IN_REVIEW:
            self.review(revision, record, then + 2 * ANSWERS_AFTER)
        self.afterwards(draft, revision, record, author)

    def began(self, record: Mapping[str, Any]) -> datetime:
        """When it was handed in; what its author alone agreed to ``years`` before yesterday has ended then."""
        if years := record.get("years"):
            return rules.years_later(self.now - timedelta(days=1), -years)
        return self.now - timedelta(days=record["days"])

    def write(self, record: Mapping[str, Any], author: User, then: datetime) -> StoryDraft:
        """The author writes, adds photos, and says who takes part."""
        team = TeamPage.objects.get(slug=record["team"], locale__language_code="zh-hant")
        draft = drafting.begin(uuid5(NUMBERS, record["key"]), team, author, then)
        draft = _say(draft, record, record["text"], then)
        for number, shot in enumerate(record.get("photos", ())):
            name = f"{record['key']}-{number}"
            asset = drafting.add_photo(draft, take_photo(_drawn(name, shot), author), then)
            stored = drafting.answers_of(draft, [asset.pk])
            declared = {"alt": shot["alt"], "credit": shot["credit"], "rights": "own", "people": "nobody"}
            told = stored | {f"{one}-{asset.pk}": value for one, value in declared.items()}
            draft = drafting.save_answers(draft, drafting.digest(stored), told, then)
        told = {
            "members": sorted(_user(address).pk for address in record.get("members", {})),
            "others": [
                [name, address, str(PartyRole.COAUTHOR)]
                for name, (address, _answer) in record.get("people", {}).items()
            ],
        }
        return drafting.save_people(draft, drafting.digest(drafting.people_of(draft)), told, then)

    def hand_in(self, draft: StoryDraft, author: User, record: Mapping[str, Any], then: datetime) -> StoryRevision:
        """The author hands in, which is his own consent as well."""
        signing = Signing(
            version=draft.version,
            text_sha256=_text_hash(then),
            channels=_channels(record),
            adaptation=False,
            born_on=self.born.get(author.email, GROWN),
            how=How(str(author), "login"),
            ticks=Ticks(declared=True, disputes=True),
        )
        return hand_in_and_agree(draft, author, signing, then)

    def answer(self, revision: StoryRevision, record: Mapping[str, Any], then: datetime) -> None:
        """Everyone asked answers, or stays silent; a minor names a legal representative, who has not answered yet."""
        told = {**record.get("members", {}), **dict(record.get("people", {}).values())}
        for address, answer in told.items():
            party = revision.parties.get(email=address)
            how = How(party.name, "link")
            if answer == "refuse":
                answers.refuse(party, then, how)
            elif answer != "silent":
                answers.check_age(party, self.born.get(address, GROWN), then)
                self.agree(party, revision, record, then)
            if answer == "agree" and "guardian" in record:
                name, at = record["guardian"]
                asking.name_guardian(party, name, at, then)

    def agree(self, party: Party, revision: StoryRevision, record: Mapping[str, Any], then: datetime) -> None:
        """Agree to what the author asks for."""
        answers.grant(
            party,
            content_hash=revision.content_hash,
            text_sha256=_text_hash(then),
            channels=_channels(record),
            adaptation=False,
            now=then,
            how=How(party.name, "link"),
        )

    def review(self, revision: StoryRevision, record: Mapping[str, Any], then: datetime) -> None:
        """The editor files the story, a reviewer approves it, which publishes it."""
        story = revision.story.get_latest_revision_as_object()
        story.summary, story.counties = record.get("summary", ""), record.get("counties", [])
        story.themes = list(Theme.objects.filter(code__in=record.get("themes", ())))
        story.event = EventPage.objects.filter(slug=record.get("event"), locale=story.locale).first()
        draft = story.save_revision(user=self.stage.editor, log_action=True)
        StoryPage.objects.filter(pk=story.pk).update(first_published_at=then)
        page = StoryPage.objects.get(pk=story.pk)
        state = page.current_workflow_state
        if "years" in record:
            # Nobody approves today what ended yesterday: it is approved then, and the review of today is called off.
            reviewing.approve(revision, self.stage.reviewer, then)
            state.cancel(user=self.stage.reviewer)
            draft.refresh_from_db()
            draft.publish(user=self.stage.reviewer, skip_permission_checks=True)
            return
        while state.status == WorkflowState.STATUS_IN_PROGRESS:
            state.current_task_state.specific.approve(user=self.stage.reviewer)
            state.refresh_from_db()

    def afterwards(self, draft: StoryDraft, revision: StoryRevision, record: Mapping[str, Any], author: User) -> None:
        """Somebody takes his consent back; staff hold; the author writes anew."""
        withdrawing = (address for address, answer in record.get("people", {}).values() if answer == "withdraw")
        for address in withdrawing:
            party = revision.parties.get(email=address)
            answers.withdraw(party, self.now, How(party.name, "link"))
        if "held" in record:
            holds.hold(revision.story, HoldKind.DISPUTE, record["held"], self.stage.editor, self.now)
        if "revised" in record:
            draft.refresh_from_db()
            self.hand_in(_say(draft, record, record["revised"], self.now), author, record, self.now)


def _user(address: str) -> User:
    return User.objects.get(email=address)


def _text_hash(then: datetime) -> str:
    """The hash of the license text in force, as people agree to it; empty while there was none."""
    text = ConsentText.current(then)
    return text.sha256 if text else ""


def _channels(record: Mapping[str, Any]) -> Channel:
    return Channel(sum(Channel[name.upper()] for name in record["channels"]))


def _say(draft: StoryDraft, record: Mapping[str, Any], text: str, then: datetime) -> StoryDraft:
    """Save the words, each paragraph on a line of its own."""
    stored = drafting.words_of(draft)
    told = stored | {"title": record["title"], "text": "\n\n".join(text.split())}
    return drafting.save_words(draft, drafting.digest(stored), told, then)


def _drawn(name: str, shot: Mapping[str, str]) -> SimpleUploadedFile:
    """A photo as a phone would hand it in."""
    file = BytesIO()
    paint(shot["scene"], shot["light"], seed=name).save(file, "JPEG", quality=86)
    return SimpleUploadedFile(f"{name}.jpg", file.getvalue(), "image/jpeg")
