"""What must hold of a story after every step, whoever did what: the invariants of the consent document by number."""

import json
from dataclasses import dataclass, field

from django.core import mail

from api.ledger import reconcile
from api.models import Change, Entry, Operation
from api.rendering import TOLD_CHANNELS
from home.models import Clock, User
from home.visibility import Channel
from showcase import rules
from showcase.models import ConsentEvent, Grant, StoryPage
from showcase.models.record import first_broken
from showcase.replay import replay
from tests.showcase.consent_model import CHANNELS, Model
from tests.showcase.proofs import by_id, license_in_words, shown_by_sql


@dataclass
class Watch:
    """One story under watch, and what was shown, given and published so far."""

    story_pk: int
    model: Model
    # By number, what each grant was given for: content and text, as shown.
    shown: dict[int, tuple[str, str]] = field(default_factory=dict)
    live: tuple[str, list[dict]] | None = None
    letters: int = 0
    events: int = 0

    @property
    def page(self) -> StoryPage:
        return StoryPage.objects.get(pk=self.story_pk)

    def expected(self, now):
        return {one for one, word in zip(Channel, CHANNELS, strict=True) if self.model.shown(word, now)}

    def check(self):
        page, now = self.page, Clock.now()
        self.faces(page, now)
        self.grants_and_bytes(page)
        self.record()
        self.mails()
        self.told(page, now)

    def faces(self, page, now):
        """I1, I2, I6, I7, I13, I14: model, function, SQL and replay say the same of every channel."""
        expected = self.expected(now)
        assert {one for one in Channel if page.hidden_because(one, now) is None} == expected
        assert shown_by_sql(page.pk, now) == expected
        told = replay(ConsentEvent.objects.filter(story=page.translation_key).order_by("seq"))
        for revision in page.story_revisions.all():
            stored = rules.license_of(self.stored(page, revision.content_hash), now)
            replayed = rules.license_of(told.signatories(revision.content_hash), now)
            assert stored == replayed
            assert license_in_words(stored) == self.model.license(revision.content_hash, now)
        assert by_id(told.signatories(page.content_hash)) == by_id(page.signatories())
        assert sorted(told.holds.values()) == sorted(one.told_reason for one in page.holds_in_force())

    @staticmethod
    def stored(page, content_hash):
        page.content_hash, kept = content_hash, page.content_hash
        try:
            return page.signatories()
        finally:
            page.content_hash = kept

    def grants_and_bytes(self, page):
        """I3: a grant's hashes are what was shown. I10: the live words are the ones last published."""
        given = Grant.objects.filter(party__story=page)
        assert {one.pk: (one.content_hash, one.text_sha256) for one in given} == self.shown
        if self.live is not None:
            assert (page.title, page.body.get_prep_value()) == self.live

    def record(self):
        """I4: the chain is unbroken, and no event names anybody."""
        assert first_broken() is None
        for event in ConsentEvent.objects.filter(seq__gt=self.events):
            said = json.dumps([event.verb, event.facts], ensure_ascii=False)
            assert "@" not in said
            assert not any(one.name in said for one in self.page.parties.all())
            self.events = event.seq

    def mails(self):
        """I12: mail about the story goes to its parties and to those who look after it."""
        allowed = {one.email for one in self.page.parties.all()}
        allowed |= set(User.objects.filter(groups__name__in=["審核", "管理"]).values_list("email", flat=True))
        for letter in mail.outbox[self.letters :]:
            assert set(letter.recipients()) <= allowed
            assert len(letter.recipients()) == 1
        self.letters = len(mail.outbox)

    def told(self, page, now):
        """I5: after each loss one withdrawal follows each telling; who reads the ledger gets what the rule shows."""
        told_now = {one for one in self.expected(now) if one in TOLD_CHANNELS}
        entries = Entry.objects.filter(uid=page.translation_key)
        assert {one for one in TOLD_CHANNELS if entries.visible(one, now).exists()} == told_now
        if any(entry.valid_until and entry.valid_until <= now for entry in entries):
            # An end that came with time: no door shows it, and the tombstone is written by the sweep.
            reconcile()
        standing = 0
        for change in Change.objects.filter(uid=page.translation_key).order_by("seq"):
            if change.op == Operation.UPSERT:
                standing |= change.channels
            else:
                assert change.channels, "a withdrawal of nothing"
                assert standing & change.channels == change.channels, "a withdrawal of what was never told"
                standing &= ~change.channels
        assert {one for one in TOLD_CHANNELS if standing & one} == told_now
        seqs = list(Change.objects.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))) if seqs else True
