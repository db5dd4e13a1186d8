"""Erasing: nothing personal is left in database, files or mail, and the record of consent still holds (I11)."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import Comment

from home.letters import deliver_letters
from home.models import Clock, Letter
from home.signals import changed
from home.visibility import ALL_CHANNELS, Channel, Reason
from showcase.flows import answers, asking, holds, mandates, purging
from showcase.flows.answers import asked_of
from showcase.flows.handing_in import hand_in
from showcase.links import party_of, token_of
from showcase.models import ConsentEvent, ConsentText, Evidence, Grant, Party, StoryFile, StoryPage
from showcase.models.record import first_broken
from showcase.replay import replay
from showcase.vocabularies import AssetKind, HoldKind, PartyRole, RevisionState, Verb
from tests import factories
from tests.conftest import ROOT
from tests.showcase.editorial import approved, staff
from tests.showcase.stories import ADULT, HOW, MINOR, agree, coauthor, draft, handed_in, published

pytestmark = pytest.mark.django_db
SCRIPT = "import sys; sys.argv += [{!r}, {!r}]; from tests.showcase.erasing import main; main()"


def played(database_url, folder, what):
    environment = os.environ | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "cms.settings.test"}
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", SCRIPT.format(what, str(folder))]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def found(words, *folders):
    """Where a word stands in the raw bytes of files, as UTF-8."""
    files = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
    return sorted((word, path.name) for path in files for word in words if word.encode() in path.read_bytes().lower())


@pytest.mark.realtime
def test_i11_a_purged_story_leaves_no_canary_anywhere(database_copy, tmp_path):
    told = played(database_copy, tmp_path, "story")

    assert (told["broken"], told["title"]) == (None, purging.ERASED_TITLE)
    assert told["hidden"] != "None"
    assert told["letters"] > 5
    assert (told["files"], told["files_left"], told["mails_left"]) == (6, 0, 0)
    assert found(["canary", "金絲雀", "192.0.2.77"], tmp_path, told["private"]) == []


@pytest.mark.realtime
def test_i11_a_purged_party_leaves_no_trace_of_itself(database_copy, tmp_path):
    told = played(database_copy, tmp_path, "party")
    personal = ["canary-name", "canary-two", "canary-three", "canary-guardian", "canary-typed", "192.0.2.77"]

    assert told["broken"] is None
    # The author's own mails name nobody.
    assert 0 < told["mails_left"] < told["letters"]
    assert found([*personal, "canary-user-agent", "canary-mandate"], tmp_path, told["private"]) == []


def test_what_stays_of_a_story_is_numbers_hashes_and_the_record():
    story = published(people=[coauthor(1)])
    token = token_of(story.parties[1])
    before = list(ConsentEvent.objects.values_list("hash", flat=True))
    digests = list(Evidence.objects.values_list("digest", flat=True))
    by = factories.person("管理")
    for _time in range(2):
        purging.purge_story(story.page, Clock.now(), by)

    assert list(ConsentEvent.objects.values_list("hash", flat=True))[: len(before)] == before
    last = ConsentEvent.objects.last()
    assert (last.verb, last.party, last.facts, first_broken()) == (Verb.PURGED, None, {"by": by.pk}, None)
    assert list(Evidence.objects.values_list("digest", flat=True)) == digests
    assert Grant.objects.count() == 2
    assert {(one.name, one.email, one.user, one.link_hash) for one in Party.objects.all()} == {("", "", None, "")}
    assert party_of(token, Clock.now()) is None
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is not None
    assert not StoryPage.objects.visible(Channel.SITE, Clock.now()).exists()
    told = replay(ConsentEvent.objects.filter(story=story.page.translation_key))
    content_hash = story.revision.content_hash
    assert told.signatories(content_hash) == sorted(_signatories(story.page.pk, content_hash), key=lambda one: one.id)


def _signatories(pk, content_hash):
    from showcase.models.consent import signatories  # noqa: PLC0415 - beside its one use

    return signatories(pk, content_hash)


def test_a_purged_party_is_hidden_at_once_and_its_others_are_told_without_a_name(settings):
    settings.EMAIL_BACKEND = "home.letters.OutboxBackend"
    story = published(people=[coauthor(1)])
    factories.person("審核", email="reviewer@example.org")
    deliver_letters(Clock.now())
    purging.purge_party(story.parties[1], Clock.now())

    assert story.page.hidden_because(Channel.SITE, Clock.now()) is not None
    waiting = list(Letter.objects.filter(sent_at=None).values_list("to", flat=True))
    assert sorted(waiting) == sorted([[story.author.email], ["reviewer@example.org"]])
    assert not Letter.objects.filter(to=[story.parties[1].email]).exists()
    assert story.page.credits.filter(name=story.parties[1].name).count() == 0
    assert Party.objects.get(pk=story.author.pk).name


def kept_letters():
    return sorted(to for [to] in Letter.objects.filter(erased_at=None).values_list("to", flat=True))


def test_only_a_purged_partys_own_letters_go_wherever_they_were_sent(settings):
    settings.EMAIL_BACKEND = "home.letters.OutboxBackend"
    shared = ("同住的人", "coauthor1@example.org", PartyRole.COAUTHOR)
    story = handed_in(title="共同作者1的一天", people=[coauthor(1), coauthor(2), shared])
    one, two, _shared = story.parties[1:]
    asking.correct_address(two, "elsewhere@example.org", Clock.now())
    agree(one)
    assert len(Letter.objects.all()) == 5

    purging.purge_party(two, Clock.now())
    assert kept_letters() == ["coauthor1@example.org"] * 3
    purging.purge_party(one, Clock.now())

    # The mailbox is somebody else's too, who still has to answer; the author is told of a consent taken back.
    assert kept_letters() == sorted(["coauthor1@example.org", story.author.email])
    assert [letter.sent_at for letter in Letter.objects.all()] == [None, None]


def test_letters_that_name_a_purged_author_go_and_his_title_names_nobody(settings):
    settings.EMAIL_BACKEND = "home.letters.OutboxBackend"
    made = draft(people=[coauthor(1)])
    made.title = f"{made.author}的一天"
    made.save()
    story = handed_in(made=made)
    agree(story.parties[1])
    assert kept_letters() == ["coauthor1@example.org"] * 2

    purging.purge_party(story.author, Clock.now())

    [receipt] = Letter.objects.all()
    assert (receipt.to, "同意" in receipt.subject) == (["coauthor1@example.org"], True)


def test_i3_nobody_is_asked_about_a_version_somebody_erased_was_needed_for():
    story = handed_in(people=[coauthor(1), coauthor(2)])
    agree(story.author)
    _author, gone, waiting = story.parties
    purging.purge_party(gone, Clock.now())

    assert asked_of(waiting) is None
    shown = {"content_hash": story.revision.content_hash, "text_sha256": ConsentText.current(Clock.now()).sha256}
    answers.check_age(waiting, ADULT, Clock.now())
    with pytest.raises(answers.StaleError):
        answers.grant(waiting, channels=ALL_CHANNELS, adaptation=False, now=Clock.now(), how=HOW, **shown)
    story.revision.refresh_from_db()
    assert (story.revision.state, story.revision.reason) == (RevisionState.RETURNED, purging.ERASED_REASON)
    told = ConsentEvent.objects.filter(verb=Verb.RETURNED).values_list("facts", flat=True)
    assert list(told) == [{"content_hash": story.revision.content_hash}]

    newer = hand_in(story.draft, story.draft.author, Clock.now())
    assert newer.content_hash != story.revision.content_hash
    assert list(newer.parties.order_by("pk")) == [story.author, waiting]
    for party in newer.parties.all():
        agree(party)
    newer.refresh_from_db()
    newer.revision.publish()
    assert StoryPage.objects.visible(Channel.SITE, Clock.now()).get() == story.page


def test_a_version_somebody_erased_was_taken_out_of_stays_on_the_page():
    story = published(people=[coauthor(1), coauthor(2)])
    story.draft.people.get(name="共同作者1").delete()
    newer = hand_in(story.draft, story.draft.author, Clock.now())
    for party in newer.parties.all():
        agree(party)
    newer.refresh_from_db()
    newer.revision.publish()
    purging.purge_party(story.parties[1], Clock.now())

    newer.refresh_from_db()
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is None
    assert (newer.state, asked_of(story.author)) == (RevisionState.IN_REVIEW, newer)


def test_i11_what_others_wrote_of_a_purged_person_goes_too(settings):
    reviewer, keeper = staff(), factories.person("管理")
    made = draft(people=[coauthor(1), coauthor(2)])
    asset = made.assets.create(
        kind=AssetKind.PRINT,
        file=mandate_file("zine"),
        credit="插畫：共同作者1",
        rights="licensed",
        rights_note="共同作者1 口頭同意",
    )
    story = handed_in(made=made)
    for party in story.parties:
        agree(party)
    reject = reverse("wagtailadmin_pages:workflow_action", args=[story.page.pk, "reject", review_of(story.page)])
    reviewer.client.post(reject, {"comment": "共同作者1 不該列名"})
    page = story.page
    Comment.objects.create(page=page, user=keeper, text="問共同作者1", contentpath="title")
    held = holds.hold(page, HoldKind.CHECK, "共同作者1 打電話來", keeper, Clock.now())
    holds.release(held, "查清了", factories.person("管理"), Clock.now())
    speaking = mandates.upload_mandate(
        story.parties[2], [story.parties[1]], mandate_file("委託書"), keeper, Clock.now()
    )
    asked = hand_in(story.draft, story.draft.author, Clock.now())
    asked.revision.publish()
    settings.LETTERS_FOLDER = settings.VAR_DIR / "none"
    purging.purge_party(story.parties[1], Clock.now(), keeper)

    looked_at = [
        *(reverse(name, args=[page.pk]) for name in ("story_evidence", "story_evidence_file")),
        *(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in ("edit", "history", "workflow_history")),
    ]
    assert [way for way in looked_at if "共同作者1" in reviewer.client.get(way).content.decode()] == []
    assert "共同作者1" not in dumped()
    asset.refresh_from_db()
    assert (asset.credit, asset.rights_note) == ("", "")
    assert "查清了" in dumped()
    speaking.file.refresh_from_db()
    assert (speaking.file.file.name, speaking.file.name) == ("", "")


def test_i11_of_an_erased_author_no_name_is_left_beside_the_account():
    story = approved(people=[coauthor(1)])
    name = str(story.draft.author)
    purging.purge_party(story.author, Clock.now())

    story.draft.refresh_from_db()
    story.revision.refresh_from_db()
    assert (story.draft.author, story.page.owner, story.revision.submitted_by) == (None, None, None)
    reviewer = staff()
    ways = [reverse("story_evidence_file", args=[story.page.pk])]
    ways += [reverse(f"wagtailadmin_pages:{way}", args=[story.page.pk]) for way in ("edit", "history")]
    assert [way for way in ways if name in reviewer.client.get(way).content.decode()] == []


def review_of(page):
    return page.current_workflow_task_state.pk


def mandate_file(name):
    made = StoryFile(name=name, content_type="application/pdf", size=9, source_sha256="3" * 64, sha256="4" * 64)
    made.file.save("a.pdf", ContentFile(f"{name} of 共同作者1".encode()), save=True)
    return made


def dumped():
    """Every row of every table, as text."""
    rows = [row for model in apps.get_models() for row in model._base_manager.values()]
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_what_is_held_is_not_erased():
    story = published()
    held = holds.hold(story.page, HoldKind.DISPUTE, "爭議", factories.person("審核"), Clock.now())

    with pytest.raises(purging.HeldError):
        purging.purge_story(story.page, Clock.now(), None)
    assert held.story.title == "河邊的一天"


def test_a_story_is_erased_so_long_after_its_license_or_its_last_act(frozen_time, settings):
    settings.STORY_KEPT_DAYS = 100
    ended = published(people=[coauthor(1)])
    unanswered = handed_in(people=[coauthor(2)])
    agree(unanswered.author)
    [ends_at] = set(Grant.objects.exclude(ends_at=None).values_list("ends_at", flat=True))

    frozen_time.shift(timedelta(days=99))
    assert purging.purge_due(Clock.now()) == 0
    frozen_time.shift(timedelta(days=2))
    assert purging.purge_due(Clock.now()) == 1
    assert unanswered.page.title == purging.ERASED_TITLE
    assert ended.page.hidden_because(Channel.SITE, Clock.now()) is None
    frozen_time.move_to(ends_at + timedelta(days=99))
    assert purging.purge_due(Clock.now()) == 0
    assert ended.page.hidden_because(Channel.SITE, Clock.now()) == Reason.LICENSE_EXPIRED
    frozen_time.shift(timedelta(days=1))
    assert purging.purge_due(Clock.now()) == 1
    assert purging.purge_due(Clock.now()) == 0
    assert first_broken() is None


def test_what_is_held_during_the_round_is_left_for_a_later_one_and_the_others_are_erased(frozen_time, settings):
    settings.STORY_KEPT_DAYS = 100
    first, disputed, last = (handed_in(title=title) for title in ("一", "二", "三"))
    frozen_time.shift(timedelta(days=101))
    made = []

    def dispute(refs, **_kwargs):
        """As the first of them is erased."""
        if refs[0][1] == first.page.pk and not made:
            made.append(holds.hold(disputed.page, HoldKind.DISPUTE, "爭議", factories.person("審核"), Clock.now()))

    changed.connect(dispute)
    try:
        assert purging.purge_due(Clock.now()) == 2
    finally:
        changed.disconnect(dispute)

    assert [one.page.title for one in (first, disputed, last)] == [purging.ERASED_TITLE, "二", purging.ERASED_TITLE]
    holds.release(made[0], "查清了", factories.person("審核"), Clock.now())
    frozen_time.shift(timedelta(days=100))
    assert purging.purge_due(Clock.now()) == 1
    assert disputed.page.title == purging.ERASED_TITLE


def test_a_representative_who_was_erased_is_needed_no_more_and_the_minor_names_another():
    story = handed_in(people=[coauthor(1)])
    minor = story.parties[1]
    agree(minor, born_on=MINOR)
    erased = asking.name_guardian(minor, "監護人", "guardian@example.org", Clock.now())
    purging.purge_party(erased, Clock.now(), factories.person("管理"))

    made = story.draft
    made.text = "新的一版。"
    made.save()
    again = hand_in(made, made.author, Clock.now())

    assert set(again.parties.values_list("pk", flat=True)) == {story.author.pk, minor.pk}
    another = asking.name_guardian(minor, "另一位監護人", "another@example.org", Clock.now())
    assert another in again.parties.all()
