"""The review of stories in the admin: what may be approved, by whom, and what follows, through every door."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.models import TaskState, Workflow, WorkflowState

from home.models import Clock
from home.visibility import Channel
from showcase.flows import holds, purging
from showcase.flows.handing_in import hand_in
from showcase.models import ConsentEvent, StoryIndexPage, StoryPage, StoryRevision
from showcase.models.record import first_broken
from showcase.vocabularies import HoldKind, RevisionState, Verb
from tests import factories
from tests.api.editor import Editor
from tests.showcase.stories import agree, coauthor, handed_in, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return Editor(factories.person("審核", email="reviewer@example.org"))


def cleared(**fields):
    """A story everyone has agreed to, which waits for its review."""
    story = handed_in(**fields)
    for party in story.parties:
        agree(party)
    return story


def through_editor(editor, page, name, comment=""):
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = editor.form(url, id="page-edit-form")
    data["action-workflow-action"], data["workflow-action-name"] = "1", name
    data["workflow-action-extra-data"] = json.dumps({"comment": comment})
    return editor.client.post(url, dict(data.lists()))


def through_dialog(editor, page, name, comment=""):
    state = page.current_workflow_task_state or TaskState.objects.latest("pk")
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, name, state.pk])
    return editor.client.post(url, {"comment": comment})


DOORS = (through_editor, through_dialog)


def public(story):
    return StoryPage.objects.visible(Channel.SITE, Clock.now()).filter(pk=story.page.pk).exists()


def state(story):
    story.revision.refresh_from_db()
    return story.revision.state


def verbs(story):
    return list(ConsentEvent.objects.filter(story=story.page.translation_key).values_list("verb", flat=True))


def mails_to(address):
    return [letter.subject for letter in mail.outbox if letter.to == [address]]


def make_review(story):
    """Begin a review of what is not cleared, as an editor may ask for it in the admin."""
    page = story.page
    Workflow.objects.get(name="故事審核").start(page, factories.person("編輯"))


@pytest.mark.parametrize("language_code", ["zh-hant", "en"])
def test_stories_have_a_review_of_their_own(language_code):
    assert factories.index(StoryIndexPage, language_code).get_workflow().name == "故事審核"


def test_a_cleared_story_waits_for_its_reviewers_who_are_told(reviewer):
    story = cleared(people=[coauthor(1)])

    assert story.page.current_workflow_task_state.revision == story.page.latest_revision
    assert "待審核：河邊的一天" in mails_to("reviewer@example.org")
    assert not public(story)


@pytest.mark.parametrize("door", DOORS)
def test_what_is_approved_goes_live_to_the_letter_and_the_author_is_told(reviewer, door):
    story = cleared(people=[coauthor(1)])
    mail.outbox.clear()

    door(reviewer, story.page, "approve")

    assert public(story)
    assert story.page.content_hash == story.revision.content_hash
    assert state(story) == RevisionState.APPROVED
    assert story.revision.decided_by.email == "reviewer@example.org"
    assert verbs(story)[-2:] == [Verb.REVIEWED, Verb.APPROVED]
    assert [letter.to for letter in mail.outbox] == [[story.author.email]]
    assert first_broken() is None


@pytest.mark.parametrize("door", DOORS)
def test_what_is_sent_back_tells_its_author_why(reviewer, door):
    story = cleared()
    mail.outbox.clear()

    door(reviewer, story.page, "reject", "請補上地點")

    assert (state(story), story.revision.reason) == (RevisionState.RETURNED, "請補上地點")
    assert verbs(story)[-1] == Verb.RETURNED
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([story.author.email], "退回修改：「河邊的一天」")
    ]
    assert "請補上地點" in mail.outbox[0].body
    assert not public(story)


def test_sent_back_and_handed_in_again_it_is_reviewed_again(reviewer):
    story = cleared()
    through_dialog(reviewer, story.page, "reject", "錯字")
    hand_in(story.draft, story.draft.author, Clock.now())
    # Unchanged, so everyone's consent stands.
    assert state(story) == RevisionState.IN_REVIEW

    through_dialog(reviewer, story.page, "reject", "還有錯字")
    story.draft.text = "改過了。"
    story.draft.save()
    story.revision = hand_in(story.draft, story.draft.author, Clock.now())
    assert state(story) == RevisionState.SUBMITTED
    agree(story.author)
    through_dialog(reviewer, story.page, "approve")

    assert (public(story), state(story)) == (True, RevisionState.APPROVED)
    assert [one.status for one in story.page.workflow_states] == [WorkflowState.STATUS_APPROVED]


def uncleared(_reviewer):
    story = handed_in(people=[coauthor(1)])
    agree(story.author)
    make_review(story)
    return story


def withdrawn(_reviewer):
    story = cleared(people=[coauthor(1)])
    withdraw(story.parties[1])
    return story


def ended(_reviewer):
    story = cleared()
    story.author.grants.update(ends_at=Clock.now())
    return story


def held(_reviewer):
    story = cleared()
    holds.hold(story.page, HoldKind.DISPUTE, "有人主張權利", factories.person("編輯"), Clock.now())
    return story


def own(reviewer):
    story = cleared()
    StoryRevision.objects.update(submitted_by=int(reviewer.client.session["_auth_user_id"]))
    return story


def replaced(_reviewer):
    """The review has moved to a newer version, whose consents are missing."""
    story = cleared()
    story.draft.text = "全部重寫。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now())
    return story


OBSTACLES = (uncleared, withdrawn, ended, held, own, replaced)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("made", OBSTACLES)
def test_no_door_approves_what_may_not_be_published(reviewer, made, door):
    story = made(reviewer)
    before = verbs(story)

    door(reviewer, story.page, "approve")

    page = story.page
    assert (page.live, page.workflow_in_progress) == (False, True)
    assert verbs(story) == before


def test_a_dialog_opened_on_one_story_does_not_approve_another(reviewer):
    good, bad = cleared(), uncleared(reviewer)
    url = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[good.page.pk, "approve", bad.page.current_workflow_task_state.pk],
    )

    reviewer.client.post(url, {"comment": ""})

    assert (good.page.live, bad.page.live) == (False, False)


def test_an_editor_does_not_approve(reviewer):
    story = cleared()
    editor = Editor(factories.person("編輯"))

    for door in DOORS:
        door(editor, story.page, "approve")

    assert not story.page.live


SENTENCES = {
    uncleared: "還有人沒有同意這個版本。",
    held: "這則故事暫停公開中：請先解除。",
    own: "這個版本是你自己送出的：要由別人核准。",
    replaced: "還有人沒有同意這個版本。",
}


@pytest.mark.parametrize("made", SENTENCES)
def test_the_greyed_button_says_what_stands_in_the_way(reviewer, made):
    story = made(reviewer)

    html = reviewer.client.get(reverse("wagtailadmin_pages:edit", args=[story.page.pk])).content.decode()

    assert f'title="{SENTENCES[made]}"' in html
    assert 'data-workflow-action-name="approve"' not in html


def test_an_approved_revision_keeps_its_license_from_the_last_consent(reviewer, frozen_time):
    story = cleared()
    starts_at = story.author.grants.get().starts_at
    frozen_time.shift(timedelta(days=3))

    through_dialog(reviewer, story.page, "approve")

    assert story.page.license_at(Clock.now()).starts_at == starts_at


def test_a_story_erased_after_it_was_sent_back_still_opens_in_the_admin(reviewer):
    story = cleared()
    through_dialog(reviewer, story.page, "reject", "共同作者1 不該列名")

    purging.purge_story(story.page, Clock.now(), None)

    answer = reviewer.client.get(reverse("wagtailadmin_pages:edit", args=[story.page.pk]))
    assert (answer.status_code, "不該列名" in answer.content.decode()) == (200, False)
    assert not WorkflowState.objects.for_instance(story.page).exists()
