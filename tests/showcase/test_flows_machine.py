"""Three hundred steps through the real flows: after each of them every invariant of consent holds."""

import time
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from home.models import Clock
from home.taiwan import local
from home.visibility import Channel
from showcase.flows import answers, asking, holds, mandates
from showcase.flows.handing_in import hand_in
from showcase.models import ConsentText, Party, StoryFile
from showcase.vocabularies import HoldKind, PartyRole
from tests import factories
from tests.showcase.consent_model import Model, comes_of_age
from tests.showcase.invariants import Watch
from tests.showcase.proofs import run_of, words
from tests.showcase.stories import HOW, coauthor, draft, handed_in, member, team

pytestmark = pytest.mark.django_db

some = st.integers(0, 5)
channel_sets = st.one_of(st.just(31), st.integers(0, 15).map(lambda others: 2 * others + 1))
TEXTS = ("我們清了一段河岸。", "完全改寫。")
GROWN, YOUNG = date(1995, 5, 5), date(2010, 5, 5)
PEOPLE = (
    ("代表人", "representative@example.org", PartyRole.REPRESENTATIVE),
    ("入鏡者", "portrayed@example.org", PartyRole.PORTRAYED),
)


class FlowsMachine(RuleBasedStateMachine):
    """One story from its first version on, and a stranger's story whose people must never hear of it."""

    traveller = None
    staff = ()
    team = author = None
    steps = shown = 0

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        mail.outbox.clear()
        self.born, self.order = {}, []

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        self.traveller.move_to(factories.NOW)

    def pick(self, number):
        parties = list(Party.objects.filter(story=self.watch.story_pk).order_by("pk"))
        return parties[number % len(parties)]

    def asked(self, party):
        """The newest content a party is asked about, by the model."""
        return next(one for one in reversed(self.order) if party.pk in self.model.required[one])

    # Steps.

    @initialize(
        people=st.sets(st.sampled_from([coauthor(1), coauthor(2), *PEOPLE]), min_size=1, max_size=3),
        agreed=st.booleans(),
    )
    def first_version(self, people, agreed):
        self.draft = draft(of=self.team, author=self.author, people=sorted(people))
        self.model, self.watch = Model(), None
        self.submit()
        if agreed:
            self.everything_is_put_right()

    @rule()
    def everything_is_put_right(self):
        """Whoever is a minor has a guardian, everybody agrees to everything, and it is published."""
        self.everybody_agrees(adaptation=True)
        for number in range(len(self.model.parties)):
            self.name_guardian(number)
        self.everybody_agrees(adaptation=True)
        self.release()
        self.publish(newest=True)

    def submit(self):
        revision = hand_in(self.draft, self.author, Clock.now())
        self.draft.refresh_from_db()
        self.watch = self.watch or Watch(revision.story_id, self.model)
        content = revision.content_hash
        self.order = [*(one for one in self.order if one != content), content]
        emails = {self.author.email, *self.draft.people.values_list("email", flat=True)}
        for party in Party.objects.filter(story=revision.story_id, email__in=emails):
            self.model.add(party.pk)
            self.model.require(content, party.pk)
            if self.model.parties[party.pk]["minor"]:
                for guardian in self.model.guardians(party.pk):
                    self.model.require(content, guardian)
        return content

    @rule(number=st.integers(0, 1))
    def new_version(self, number):
        self.draft.text = TEXTS[number]
        self.draft.save()
        self.submit()

    @rule()
    def only_white_space_changes(self):
        before = self.order[-1]
        self.draft.text = f"  {self.draft.text} \n"
        self.draft.save()
        assert self.submit() == before

    @rule(number=some)
    def a_person_is_taken_out(self, number):
        people = list(self.draft.people.all())
        if people:
            people[number % len(people)].delete()
            self.submit()

    @rule(number=some, channels=channel_sets, adaptation=st.booleans(), born_on=st.sampled_from([GROWN, GROWN, YOUNG]))
    def agree(self, number, channels, adaptation, born_on, renewing=False, content=None):
        party, now = self.pick(number), Clock.now()
        if party.role in answers.ASKED_FOR_AGE:
            born_on = self.born.setdefault(party.pk, born_on)
            answers.check_age(party, born_on, now)
            minor = not comes_of_age(born_on, local(now).date())
            guardians = self.model.guardians(party.pk)
            freed = [one for one, who in self.model.required.items() if not minor and who.intersection(guardians)]
            self.model.check_age(party.pk, minor, now)
            for one in freed:
                self.model.settle(one, now)
        content, text = content or self.asked(party), ConsentText.current(now).sha256
        shown = {"content_hash": content, "text_sha256": text, "channels": Channel(channels), "adaptation": adaptation}
        if content != self.asked(party) and not self.has_agreed(party, content):
            with pytest.raises(answers.StaleError):
                answers.grant(party, now=now, how=HOW, renewing=True, **shown)
            return
        if renewing and self.too_early(party, content, now):
            with pytest.raises(answers.NothingToRenewError):
                answers.grant(party, now=now, how=HOW, renewing=True, **shown)
            return
        given = answers.grant(party, now=now, how=HOW, renewing=renewing, **shown)
        self.watch.shown.setdefault(given.pk, (content, text))
        self.model.grant(party.pk, content, words(channels), adaptation, now, renewing)

    @rule(adaptation=st.booleans())
    def everybody_agrees(self, adaptation):
        for number, party in enumerate(Party.objects.filter(story=self.watch.story_pk).order_by("pk")):
            if party.pk in self.model.required[self.order[-1]]:
                self.agree(number, 31, adaptation, GROWN)

    @rule(number=some, channels=channel_sets)
    def renew(self, number, channels):
        self.agree(number, channels, adaptation=False, born_on=GROWN, renewing=True)

    @rule(number=some, channels=channel_sets)
    def renew_what_is_live(self, number, channels):
        """Beside the question about a newer version."""
        party, live = self.pick(number), self.watch.page.content_hash
        if party.pk in self.model.required.get(live, ()):
            self.agree(number, channels, adaptation=False, born_on=GROWN, renewing=True, content=live)

    def has_agreed(self, party, content):
        """Whether a party's word on a content was once in force, and has not been taken back since."""
        given = self.model.of(party.pk, content)
        said_no = self.model.parties[party.pk]["refused"] or (given and given[-1]["withdrawn"] is not None)
        return not said_no and any(one["end"] for one in given)

    def too_early(self, party, content, now):
        standing = [one for one in self.model.standing(party.pk, now) if one["content"] == content]
        ends = [one["end"] for one in standing]
        return bool(ends) and None not in ends and (max(ends) - now).days >= answers.RENEWABLE_DAYS

    @rule(number=some)
    def what_was_shown_is_stale(self, number):
        party, now = self.pick(number), Clock.now()
        if party.role not in answers.ASKED_FOR_AGE:
            for content, text in (("0" * 64, ConsentText.current(now).sha256), (self.asked(party), "0" * 64)):
                with pytest.raises(answers.StaleError):
                    answers.grant(
                        party,
                        content_hash=content,
                        text_sha256=text,
                        channels=Channel.SITE,
                        adaptation=False,
                        now=now,
                        how=HOW,
                    )

    @rule(number=some)
    def name_guardian(self, number):
        ward = self.pick(number)
        if ward.minor and self.model.parties[ward.pk]["ward"] is None:
            guardian = asking.name_guardian(ward, "法定代理人", f"guardian{ward.pk}@example.org", Clock.now())
            self.model.add(guardian.pk, ward.pk)
            for content, parties in self.model.required.items():
                if ward.pk in parties:
                    self.model.require(content, guardian.pk)

    @rule(number=some)
    def refuse(self, number):
        party, now = self.pick(number), Clock.now()
        answers.refuse(party, now, HOW)
        self.model.refuse(party.pk, now)

    @rule(number=some)
    def withdraw(self, number):
        party, now = self.pick(number), Clock.now()
        assert answers.withdraw(party, now, HOW) == self.model.withdraw(party.pk, now)
        assert not answers.withdraw(party, now, HOW)

    @rule(number=some, elsewhere=st.booleans())
    def ask_again(self, number, elsewhere):
        party, now = self.pick(number), Clock.now()
        new = {"email": f"again{party.pk}@example.org"} if elsewhere else {}
        ask = asking.correct_address if elsewhere else asking.ask_again
        if party.role != PartyRole.AUTHOR:
            standing = self.model.standing(party.pk, now)
            agreed = any(one["content"] == self.asked(party) for one in standing)
            refused = self.model.answered(party.pk) if elsewhere else agreed
            before = (party.email, party.link_hash)
            with pytest.raises(asking.AlreadyAnsweredError) if refused else nullcontext():
                ask(party, now=now, **new)
            if refused:
                party.refresh_from_db()
                assert (party.email, party.link_hash) == before

    @rule(kind=st.sampled_from(HoldKind))
    def hold(self, kind):
        held = holds.hold(self.watch.page, kind, "有人主張權利", self.staff[0], Clock.now())
        self.model.holds.add(held.pk)
        with pytest.raises(holds.SamePersonError):
            holds.release(held, "查清了", self.staff[0], Clock.now())

    @precondition(lambda self: self.model.holds)
    @rule()
    def release(self):
        for held in self.watch.page.holds_in_force():
            holds.release(held, "查清了", self.staff[1], Clock.now())
        self.model.holds.clear()

    @rule(number=some)
    def mandate(self, number):
        representatives = Party.objects.filter(story=self.watch.story_pk, role=PartyRole.REPRESENTATIVE)
        for representative in representatives:
            named, now = self.pick(number), Clock.now()
            file = StoryFile.objects.create(file="files/mandate.pdf", name="同意書", size=1)
            made = mandates.upload_mandate(representative, [named], file, self.staff[0], now)
            with pytest.raises(holds.SamePersonError):
                mandates.confirm_mandate(made, self.staff[0], now)
            mandates.confirm_mandate(made, self.staff[1], now)
            # A mandate speaks for makers alone.
            if named.role in {PartyRole.AUTHOR, PartyRole.COAUTHOR, PartyRole.RIGHTSHOLDER}:
                self.model.confirm(representative.pk, [named.pk])
            for content, parties in self.model.required.items():
                if representative.pk in parties:
                    self.model.settle(content, now)

    @rule(newest=st.booleans())
    def publish(self, newest):
        content = self.order[-1 if newest else 0]
        revision = self.watch.page.story_revisions.get(content_hash=content)
        revision.revision.publish()
        page = self.watch.page
        assert page.content_hash == content
        self.model.live, self.watch.live = content, (page.title, page.body.get_prep_value())

    @rule()
    def unpublish(self):
        self.watch.page.unpublish()
        self.model.live = None

    @rule(number=some, seconds=st.sampled_from([-1, 0]))
    def to_the_end_of_a_term(self, number, seconds):
        now = Clock.now()
        ends = sorted({one["end"] for one in self.model.grants if one["end"] and one["end"] > now})
        if ends:
            self.traveller.move_to(ends[number % len(ends)] + timedelta(seconds=seconds))

    @rule(days=st.sampled_from([1, 15, 200, -400]))
    def the_system_clock_moves(self, days):
        """Forward, or back: then nothing is shown again that had ended for the hub."""
        self.traveller.shift(timedelta(days=days))

    @invariant()
    def everything_holds(self):
        if getattr(self, "watch", None):
            type(self).steps += 1
            self.watch.check()
            type(self).shown += bool(self.watch.expected(Clock.now()))


def test_every_invariant_holds_after_each_of_three_hundred_steps_through_the_flows(frozen_time, settings, capsys):
    # How often people may be asked again is tested where the cap stands.
    settings.STORY_MAILS_A_DAY = 10_000
    handed_in(people=[("外人", "stranger@example.org", PartyRole.COAUTHOR)])
    machine = FlowsMachine
    machine.traveller, machine.staff = frozen_time, (factories.person("審核"), factories.person("審核"))
    machine.team = team()
    machine.author = member(machine.team)
    machine.steps = machine.shown = 0
    begun = time.perf_counter()

    run_state_machine_as_test(machine, settings=run_of(360, 40))

    seconds = time.perf_counter() - begun
    with capsys.disabled():
        print(f"\n{machine.steps} steps through the flows in {seconds:.1f} s; shown after {machine.shown}")  # noqa: T201 - what it is run for
    assert machine.steps >= 300
    assert machine.shown
