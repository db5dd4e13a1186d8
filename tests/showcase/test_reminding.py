"""Reminders: who has not answered, whose license ends soon or has ended; each told once, whatever the worker does."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.models import Change
from home.models import Clock
from programs.models import Membership
from showcase.flows import answers, asking, reminding
from showcase.links import party_of
from showcase.models import EndingNotice, Grant, Party, StoryRevision
from showcase.vocabularies import RevisionState
from tests.showcase.stories import HOW, agree, coauthor, handed_in, member, published, withdraw

pytestmark = pytest.mark.django_db


def written():
    """To whom the mails since the last call went, with the first words of their subjects."""
    found = sorted((letter.to[0], letter.subject) for letter in mail.outbox)
    mail.outbox.clear()
    return found


def test_who_has_not_answered_is_reminded_after_three_and_ten_days_and_never_again(frozen_time):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    title = "還在等你回覆：「河邊的一天」"
    agree(story.parties[2])
    written()
    seen = []
    for _day in range(16):
        frozen_time.shift(timedelta(days=1))
        for _time in range(2):
            reminding.remind(Clock.now())
        seen.append(written())

    assert [day + 1 for day, mails in enumerate(seen) if mails] == [3, 10]
    assert seen[2] == seen[9] == [("coauthor1@example.org", title)]


def test_a_reminder_repeats_the_link_and_one_that_was_missed_is_not_made_up(frozen_time):
    story = handed_in(people=[coauthor(1)])
    [first] = mail.outbox
    frozen_time.shift(timedelta(days=11))
    reminding.remind(Clock.now())
    reminding.remind(Clock.now())
    [_first, again] = mail.outbox
    link = next(line for line in again.body.splitlines() if "/consent/" in line)

    assert link in first.body
    assert party_of(link.split("/")[4], Clock.now()) == story.parties[1]


@pytest.mark.parametrize("answer", ["no", "yes", "withdrawn", "lapsed"])
def test_any_answer_stops_reminders(frozen_time, answer):
    party = handed_in(people=[coauthor(1)]).parties[1]
    if answer == "no":
        answers.refuse(party, Clock.now(), HOW)
    if answer in {"yes", "withdrawn"}:
        agree(party)
    if answer == "withdrawn":
        withdraw(party)
    written()
    frozen_time.shift(timedelta(days=14 if answer == "lapsed" else 5))

    assert reminding.remind_invited(Clock.now()) == 0
    assert written() == []


def _handed_in_anew(story, **fields):
    for name, value in fields.items():
        setattr(story.draft, name, value)
    story.draft.save()
    return handed_in(made=story.draft)


def _back(story):
    StoryRevision.objects.filter(pk=story.revision.pk).update(state=RevisionState.RETURNED)


def _refused_by_another(story):
    answers.refuse(story.parties[2], Clock.now(), HOW)


def _taken_out(story):
    story.draft.people.filter(email="coauthor1@example.org").delete()
    _handed_in_anew(story, title="沒有你的版本")


@pytest.mark.parametrize("no_longer_asked", [_back, _refused_by_another, _taken_out])
def test_nobody_is_reminded_of_what_is_no_longer_asked(frozen_time, no_longer_asked):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    no_longer_asked(story)
    mail.outbox.clear()
    frozen_time.shift(timedelta(days=5))
    reminding.remind_invited(Clock.now())

    assert "coauthor1@example.org" not in [to for to, _subject in written()]


def test_a_mail_that_asks_names_the_title_of_the_version_it_asks_about(frozen_time):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    gone = story.parties[1]
    _taken_out(story)
    mail.outbox.clear()
    frozen_time.shift(timedelta(days=1))
    asking.ask_again(Party.objects.get(pk=gone.pk), Clock.now())

    assert written() == [("coauthor1@example.org", "「河邊的一天」想要刊登，你同意嗎？")]


def test_everyone_is_told_of_the_end_four_times_and_then_that_it_is_there(frozen_time):
    """R58."""
    story = published(people=[coauthor(1)])
    head = member(story.page.team, "head")
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    everyone = {story.author.email, "coauthor1@example.org", head.email}
    written()
    seen = {}
    for day in range(185, -2, -1):
        frozen_time.move_to(ends_at - timedelta(days=day))
        for _time in range(2):
            reminding.remind(Clock.now())
            reminding.sweep_ended(Clock.now())
        if mails := written():
            seen[day] = mails

    assert {day: {to for to, _subject in mails} for day, mails in seen.items()} == dict.fromkeys(
        (180, 90, 30, 7, 0), everyone
    )
    assert {day: mails[0][1] for day, mails in seen.items()} == {
        **{day: f"「河邊的一天」的授權還有 {day} 天到期" for day in (180, 90, 30, 7)},
        0: "「河邊的一天」的授權已經到期",
    }


def test_a_worker_that_was_down_writes_only_the_last_of_what_it_missed(frozen_time):
    published(people=[coauthor(1)])
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    written()
    frozen_time.move_to(ends_at - timedelta(days=5))
    reminding.remind(Clock.now())
    reminding.remind(Clock.now())

    assert [subject for _to, subject in written()] == ["「河邊的一天」的授權還有 7 天到期"] * 2
    frozen_time.move_to(ends_at + timedelta(days=40))
    reminding.remind(Clock.now())
    reminding.sweep_ended(Clock.now())
    assert [subject for _to, subject in written()] == ["「河邊的一天」的授權已經到期"] * 2


def test_who_has_renewed_is_not_asked_to_and_a_renewed_license_does_not_end(frozen_time):
    story = published(people=[coauthor(1)])
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    frozen_time.move_to(ends_at - timedelta(days=60))
    _renew(story.parties[1])
    written()
    reminding.remind(Clock.now())
    assert [to for to, _subject in written()] == [story.author.email]

    _renew(story.author)
    written()
    frozen_time.move_to(ends_at)
    reminding.remind(Clock.now())
    assert reminding.sweep_ended(Clock.now()) == 1
    assert written() == []


def _renew(party):
    party = Party.objects.get(pk=party.pk)
    last = party.grants.last()
    same = {name: getattr(last, name) for name in ("content_hash", "text_sha256", "adaptation")}
    answers.grant(party, **same, channels=_channels(last), now=Clock.now(), how=HOW, renewing=True)


def _channels(grant):
    from home.visibility import Channel  # noqa: PLC0415 - beside its one use

    return Channel(grant.channels)


def test_the_sweep_lets_the_ledger_tell_an_ended_license_at_once(frozen_time):
    story = published()
    other = published()
    withdraw(other.author)
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    frozen_time.move_to(ends_at)
    told = Change.objects.count()

    assert reminding.sweep_ended(Clock.now()) == 1
    assert reminding.sweep_ended(Clock.now()) == 0
    assert EndingNotice.objects.get().story_revision == story.revision
    if Change.objects.filter(type="story").exists():
        assert Change.objects.count() == told + 1


def test_a_sweep_that_finds_nothing_is_two_reads_by_an_index():
    published(people=[coauthor(1)])
    now = Clock.now()
    with CaptureQueriesContext(connection) as queries:
        assert reminding.sweep_ended(now) == 0
    plans = []
    with connection.cursor() as cursor:
        for one in queries.captured_queries:
            if connection.vendor == "sqlite":
                cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
                plans += [row[3] for row in cursor.fetchall()]

    assert len(queries) == 2
    assert not [plan for plan in plans if plan.startswith("SCAN") and "grant" in plan]


def test_a_team_without_a_head_and_a_head_who_is_an_author_get_no_second_mail(frozen_time):
    story = published()
    Membership.objects.filter(user__email=story.author.email).update(role="head")
    [ends_at] = set(Grant.objects.values_list("ends_at", flat=True))
    frozen_time.move_to(ends_at - timedelta(days=7))
    written()
    reminding.remind(Clock.now())

    assert [to for to, _subject in written()] == [story.author.email]
