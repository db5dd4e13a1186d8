"""The rule against a second reading of the same document: function, SQL, replayed record and model agree at every step.

Rows are written directly, as many kinds of them as a database can hold; only terms are set as the rule says.
"""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from home.visibility import Channel, hidden_because
from showcase import rules
from showcase.models import ConsentText, Grant, Hold, Mandate, Party, Requirement, StoryFile, StoryPage, StoryRevision
from showcase.models.consent import signatories
from showcase.replay import replay
from showcase.vocabularies import HoldKind, PartyRole, Verb
from tests.conftest import NOW
from tests.showcase.consent_model import CHANNELS, Model
from tests.showcase.proofs import by_id, license_in_words, run_of, shown_by_sql, words
from tests.showcase.stories import published

CONTENTS = ("a" * 64, "b" * 64)
MOST = 5
some = st.integers(0, MOST)
pytestmark = pytest.mark.django_db
contents = st.sampled_from([0, 0, 0, 1])
channel_sets = st.one_of(st.just(31), st.integers(0, 15).map(lambda others: 2 * others + 1))
any_channels = st.integers(0, 31)
years = st.sampled_from([None, -6, -5, -1, 0, 1])
minors = st.sampled_from([True, False, False])


class RulesMachine(RuleBasedStateMachine):
    """One story with two contents, and whatever rows there may be about them."""

    story_pk = 0
    text_pk = 0
    steps = shown = 0

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.model, self.now, self.events, self.rows, self.parties = Model(), NOW, [], [], []
        self.page = StoryPage.objects.get(pk=self.story_pk)
        self.model.live = CONTENTS[0]
        self.revisions = [
            StoryRevision.objects.create(
                story_id=self.story_pk,
                number=number + 10,
                content_hash=content,
                text_id=self.text_pk,
                channels=31,
                submitted_at=NOW,
            )
            for number, content in enumerate(CONTENTS)
        ]
        self.publish(0)

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def happened(self, verb, party=None, **facts):
        self.events.append(SimpleNamespace(verb=verb, party=party, at=self.now, facts=facts))

    def pick(self, number):
        return self.parties[number % len(self.parties)]

    # Steps.

    @initialize(also=st.booleans())
    def somebody_is_asked(self, also):
        self.ask(0)
        if also:
            self.ask(0)

    @precondition(lambda self: len(self.parties) < MOST)
    @rule(content=contents)
    def ask(self, content, ward=None):
        party = Party.objects.create(
            story_id=self.story_pk, role=PartyRole.COAUTHOR, name="示範", guardian_of_id=ward
        ).pk
        self.parties.append(party)
        self.model.add(party, ward)
        self.require(content, party, ward)

    @rule(content=contents, number=some)
    def ask_for_another(self, content, number):
        party = self.pick(number)
        self.require(content, party, self.model.parties[party]["ward"])

    def require(self, content, party, ward):
        _row, created = Requirement.objects.get_or_create(story_revision=self.revisions[content], party_id=party)
        if created:
            self.happened(Verb.REQUIRED, party, content_hash=CONTENTS[content], guardian_of=ward)
        self.model.require(CONTENTS[content], party)

    @precondition(lambda self: len(self.parties) < MOST)
    @rule(number=some, content=contents)
    def name_guardian(self, number, content):
        self.ask(content, self.pick(number))

    @rule(number=some, minor=minors)
    def check_age(self, number, minor):
        party = self.pick(number)
        Party.objects.filter(pk=party).update(minor=minor)
        if not minor:
            Requirement.objects.filter(party__guardian_of=party).delete()
        ended = self.model.check_age(party, minor, self.now)
        numbers = [
            pk
            for (pk, _at), one in zip(self.rows, self.model.grants, strict=True)
            if any(one is other for other in ended)
        ]
        Grant.objects.filter(pk__in=numbers).update(ends_at=self.now)
        self.happened(Verb.CHECKED, party, minor=minor, ended=numbers)

    @rule(number=some, content=contents, channels=channel_sets, adaptation=st.booleans(), renewing=st.booleans())
    def agree(self, number, content, channels, adaptation, renewing):
        party, content = self.pick(number), CONTENTS[content]
        if self.model.grant(party, content, words(channels), adaptation, self.now, renewing):
            self.written()
            refused_at = self.now if self.model.parties[party]["refused"] else None
            Party.objects.filter(pk=party).update(refused_at=refused_at)
            self.settle(content)

    def settle(self, content):
        """The term as the rule sets it, which must be the model's."""
        term = rules.next_term(signatories(self.story_pk, content), self.now)
        if term:
            waiting = Grant.objects.filter(
                party__in=term.signatories, content_hash=content, withdrawn_at=None, ends_at=None
            )
            numbers = list(waiting.values_list("pk", flat=True))
            instants = {"starts_at": term.starts_at, "ends_at": term.ends_at}
            Grant.objects.filter(pk__in=numbers).update(**instants)
            facts = {name: at.isoformat() for name, at in instants.items()}
            self.happened(Verb.CLEARED, content_hash=content, grants=numbers, **facts)
        stored = list(Grant.objects.filter(party__in=self.parties).values_list("starts_at", "ends_at"))
        assert stored == [(one["start"], one["end"]) for one in self.model.grants]

    @rule(content=contents)
    def everybody_agrees(self, content):
        for number, party in enumerate(self.parties):
            if party in self.model.required.get(CONTENTS[content], ()):
                self.agree(number, content, 31, adaptation=True, renewing=False)

    @rule(number=some, content=contents, channels=any_channels, starts=years, lasts=years, withdrawn=st.booleans())
    def lies_there(self, number, content, channels, starts, lasts, withdrawn):
        party, withdrawn_at = self.pick(number), self.now if withdrawn else None
        start = None if starts is None else rules.years_later(self.now, starts)
        end = None if start is None else rules.years_later(start, lasts or 5)
        self.model.put(party, CONTENTS[content], words(channels), True, (start, end), withdrawn_at)
        self.model.parties[party]["refused"] = False
        Party.objects.filter(pk=party).update(refused_at=None)
        self.written(terms=True)

    @rule(number=some)
    def refuse(self, number):
        party = self.pick(number)
        self.model.refuse(party, self.now)
        self.written()
        Party.objects.filter(pk=party).update(refused_at=self.now)
        self.happened(Verb.REFUSED, party)

    @rule(number=some)
    def withdraw(self, number):
        self.model.withdraw(self.pick(number), self.now)
        self.written()

    @rule(kind=st.sampled_from(HoldKind))
    def hold(self, kind):
        held = Hold.objects.create(story_id=self.story_pk, kind=kind, reason="查", held_at=self.now).pk
        self.happened(Verb.HELD, hold=held, kind=kind)
        self.model.holds.add(held)

    @precondition(lambda self: self.model.holds)
    @rule()
    def release(self):
        held = self.model.holds.pop()
        Hold.objects.filter(pk=held).update(released_at=self.now)
        self.happened(Verb.RELEASED, hold=held)

    @rule(number=some, others=st.sets(some, min_size=1, max_size=3), confirmed=st.sampled_from([True, True, False]))
    def mandate(self, number, others, confirmed):
        representative, named = self.pick(number), {self.pick(one) for one in others}
        file = StoryFile.objects.create(file="mandate.pdf", name="同意書", size=1)
        at = self.now if confirmed else None
        row = Mandate.objects.create(representative_id=representative, file=file, uploaded_at=self.now, confirmed_at=at)
        row.parties.set(named)
        if confirmed:
            self.happened(Verb.MANDATED, representative, parties=sorted(named))
            self.model.confirm(representative, named)

    @rule(content=st.sampled_from([0, 0, 1, None]))
    def publish(self, content):
        self.model.live = None if content is None else CONTENTS[content]
        self.page.live = content is not None
        self.page.content_hash = self.model.live or self.page.content_hash
        StoryPage.objects.filter(pk=self.page.pk).update(live=self.page.live, content_hash=self.page.content_hash)

    @rule(days=st.sampled_from([None, None, 0, 1, 400]))
    def expire(self, days):
        self.page.expire_at = self.model.expires = None if days is None else self.now + timedelta(days=days)
        StoryPage.objects.filter(pk=self.page.pk).update(expire_at=self.page.expire_at)

    @rule(number=some, edge=st.sampled_from(["start", "end"]), step=st.sampled_from([-1, 0, 1]))
    def clock(self, number, edge, step):
        edges = sorted({one[edge] for one in self.model.grants if one[edge]}) or [self.now]
        self.now = edges[number % len(edges)] + timedelta(microseconds=step)

    @rule(days=st.sampled_from([1, 200, 366 * 5, -30]))
    def days_pass(self, days):
        self.now += timedelta(days=days)

    # Rows as the model has them; a term is written only where it just lies there, else the rule sets it.

    def written(self, *, terms=False):
        for number, one in enumerate(self.model.grants):
            if number == len(self.rows):
                self.rows.append(self.given(one, terms=terms))
            pk, withdrawn = self.rows[number]
            if withdrawn != one["withdrawn"]:
                self.rows[number] = (pk, one["withdrawn"])
                Grant.objects.filter(pk=pk).update(withdrawn_at=one["withdrawn"])
                self.happened(Verb.WITHDRAWN, one["party"], grants=[pk])

    def given(self, one, *, terms):
        row = Grant.objects.create(
            party_id=one["party"],
            content_hash=one["content"],
            text_id=self.text_pk,
            channels=sum(int(channel) for channel in Channel if words(channel) <= one["channels"]),
            adaptation=one["adaptation"],
            granted_at=self.now,
            starts_at=one["start"] if terms else None,
            ends_at=one["end"] if terms else None,
        )
        facts = {"channels": row.channels, "adaptation": row.adaptation}
        self.happened(Verb.GRANTED, one["party"], grant=row.pk, content_hash=one["content"], **facts)
        if row.ends_at:
            facts = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
            self.happened(Verb.CLEARED, content_hash=one["content"], grants=[row.pk], **facts)
        return row.pk, None

    # What must hold after each.

    @invariant()
    def all_faces_agree(self):
        type(self).steps += 1
        live = self.page.content_hash
        stored = signatories(self.story_pk, live)
        expected = {
            channel for channel, word in zip(Channel, CHANNELS, strict=True) if self.model.shown(word, self.now)
        }
        license_now = rules.license_of(stored, self.now)

        told = replay(self.events)
        assert by_id(told.signatories(live)) == by_id(stored)
        assert shown_by_sql(self.story_pk, self.now) == expected
        assert {one for one in Channel if self.reason(stored, one, told.holds.values()) is None} == expected
        type(self).shown += bool(expected)
        assert license_in_words(license_now) == self.model.license(live, self.now)

    def reason(self, stored, channel, holds):
        return hidden_because(self.page, self.now) or rules.hidden_because(stored, channel, self.now, holds)


def test_function_sql_record_and_model_agree_at_each_of_ten_thousand_steps(capsys):
    RulesMachine.story_pk = published().page.pk
    RulesMachine.text_pk = ConsentText.current(NOW).pk
    RulesMachine.steps = RulesMachine.shown = 0
    for model in (Grant, Requirement, Party, StoryRevision):
        model.objects.all().delete()
    begun = time.perf_counter()

    # Some runs end early, so more are asked for. PostgreSQL does a tenth: each step costs it a journey to the server.
    asked, least = (13_000, 10_000) if connection.vendor == "sqlite" else (1_600, 1_000)
    run_state_machine_as_test(RulesMachine, settings=run_of(asked, 50))

    seconds = time.perf_counter() - begun
    with capsys.disabled():
        print(f"\n{RulesMachine.steps} steps of the rule in {seconds:.1f} s; shown after {RulesMachine.shown}")  # noqa: T201 - what it is run for
    assert RulesMachine.steps >= least
    assert RulesMachine.shown > least // 100
