"""Review: an editor's draft becomes public only by a reviewer's act, and what is sent back says why."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Page, Task, Workflow, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.models import AnnouncementIndexPage, AnnouncementPage, StandardPage
from programs.models import EventIndexPage, ProgramIndexPage, ResourceIndexPage, VenueIndexPage
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.person("編輯", email="editor@example.org")


@pytest.fixture
def reviewer():
    return factories.person("審核", email="reviewer@example.org")


def form(title="春季工作坊開放報名", **fields):
    body = streamfield([])
    return (
        nested_form_data(
            {"title": title, "slug": "spring", "category": "news", "body": body, "attachments": inline_formset([])}
        )
        | {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
        | fields
    )


def written(client, editor, **fields):
    """A draft written and submitted by the editor in the admin."""
    client.force_login(editor)
    parent = factories.index(AnnouncementIndexPage)
    url = reverse("wagtailadmin_pages:add", args=("home", "announcementpage", parent.pk))
    response = client.post(url, form(**fields) | {"action-submit": "1"})
    assert response.status_code == 302, response.context["form"].errors
    return AnnouncementPage.objects.get(slug="spring")


def acted(client, page, action, **data):
    """An answer of the reviewer through the dialog."""
    state = page.current_workflow_task_state
    return client.post(reverse("wagtailadmin_pages:workflow_action", args=(page.pk, action, state.pk)), data)


def saved(client, page, **fields):
    return client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), form(**fields))


def titles(client):
    return [row["title"] for row in client.get("/api/v1/announcements").json()["data"]]


def status(page):
    return page.workflow_states.get().status


def mails_to(address):
    return [letter.subject for letter in mail.outbox if letter.to == [address]]


@pytest.mark.parametrize("language_code", ["zh-hant", "en"])
@pytest.mark.parametrize(
    ("model", "workflow"),
    [
        (AnnouncementIndexPage, "公告審核"),
        (ProgramIndexPage, "計畫內容審核"),
        (EventIndexPage, "計畫內容審核"),
        (VenueIndexPage, "計畫內容審核"),
        (ResourceIndexPage, "計畫內容審核"),
    ],
)
def test_every_list_of_both_languages_has_its_review(language_code, model, workflow):
    assert factories.index(model, language_code).get_workflow().name == workflow


def test_plain_pages_are_reviewed_too():
    page = StandardPage(title="關於", slug="about")
    factories.home().add_child(instance=page)

    assert page.get_workflow().name == "計畫內容審核"


def test_wagtails_own_groups_and_review_are_gone():
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted(["編輯", "審核", "管理"])
    assert sorted(Workflow.objects.values_list("name", flat=True)) == ["公告審核", "故事審核", "計畫內容審核"]
    assert [task.specific.groups.count() for task in Task.objects.all()] == [2, 2]


def test_what_an_editor_submits_is_not_public_and_reviewers_are_told(client, editor, reviewer):
    page = written(client, editor)

    assert (page.live, status(page)) == (False, WorkflowState.STATUS_IN_PROGRESS)
    assert titles(client) == []
    assert len(mails_to("reviewer@example.org")) == 1


def test_sending_back_without_a_reason_is_refused(client, editor, reviewer):
    page = written(client, editor)
    client.force_login(reviewer)

    acted(client, page, "reject", comment="  ")

    assert status(page) == WorkflowState.STATUS_IN_PROGRESS


def test_the_dialog_says_that_the_reason_is_missing(client, editor, reviewer):
    page = written(client, editor)
    client.force_login(reviewer)
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=(page.pk, "reject", state.pk))

    answer = client.post(url, {"comment": ""}, headers={"X-Requested-With": "XMLHttpRequest"}).json()

    assert answer["step"] == "action"
    assert "w-field__errors" in answer["html"]
    assert status(page) == WorkflowState.STATUS_IN_PROGRESS


def test_the_page_editor_is_no_way_round_the_reason(client, editor, reviewer):
    page = written(client, editor)
    client.force_login(reviewer)

    saved(client, page, **{"action-workflow-action": "1", "workflow-action-name": "reject"})

    assert status(page) == WorkflowState.STATUS_IN_PROGRESS


def test_sent_back_corrected_and_approved(client, editor, reviewer):
    page = written(client, editor)
    client.force_login(reviewer)
    acted(client, page, "reject", comment="請補上報名期限")
    assert status(page) == WorkflowState.STATUS_NEEDS_CHANGES
    assert len(mails_to("editor@example.org")) == 1
    assert "請補上報名期限" in mail.outbox[-1].body

    client.force_login(editor)
    saved(client, page, title="春季工作坊開放報名至三月底", **{"action-submit": "1"})
    assert status(page) == WorkflowState.STATUS_IN_PROGRESS
    assert titles(client) == []

    client.force_login(reviewer)
    acted(client, page, "approve", comment="")
    page.refresh_from_db()
    assert (page.live, status(page)) == (True, WorkflowState.STATUS_APPROVED)
    assert titles(client) == ["春季工作坊開放報名至三月底"]


def notices(answer):
    """What the admin says above a page."""
    return [str(message) for message in answer.context["messages"]]


def test_who_opens_what_was_sent_back_reads_who_did_and_why(client, editor, reviewer):
    page = written(client, editor)
    client.force_login(reviewer)
    acted(client, page, "reject", comment="請補上<報名期限>")

    client.force_login(editor)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "reviewer@example.org 退回修改，理由：請補上&lt;報名期限&gt;" in html
    assert "審核中" not in html
    assert AnnouncementPage.objects.get(pk=page.pk).status_string == "已退回"
    listed = client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk])).content.decode()
    assert "已退回" in listed

    saved(client, page, **{"action-submit": "1"})
    assert "退回修改，理由" not in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


@pytest.mark.parametrize(("action", "said"), [("reject", "已退回"), ("approve", "已核准")])
def test_a_reviewer_is_told_what_was_done(client, editor, reviewer, action, said):
    page = written(client, editor)
    client.force_login(reviewer)

    data = {"workflow-action-name": action, "workflow-action-extra-data": '{"comment": "請補上報名期限"}'}
    saved(client, page, **{"action-workflow-action": "1"}, **data)

    answer = client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))
    assert [text.strip() for text in notices(answer)] == [f"「春季工作坊開放報名」{said}。"]


def test_the_mails_of_a_review_in_full(client, editor, reviewer):
    page = written(client, editor, title="報名 <開始>")
    client.force_login(reviewer)
    acted(client, page, "reject", comment="請補上報名期限")
    client.force_login(editor)
    saved(client, page, **{"action-submit": "1"})
    client.force_login(reviewer)
    acted(client, page, "approve", comment="")

    edit = f"https://hub.example.org/cms/pages/{page.pk}/edit/"
    preview = f"https://hub.example.org/cms/pages/workflow/preview/{page.pk}/{Task.objects.get(name='審核').pk}/"
    end = "\n\n北區青聚點\n選擇要收哪些通知： https://hub.example.org/cms/account/#tab-notifications"
    waits = f"「{{}}」等您審核。\n\n預覽： {preview}\n核准或退回修改： {edit}{end}"
    back = "reviewer@example.org 把「報名 <開始>」退回修改，理由如下：\n\n請補上報名期限\n\n修改後再送審： " + edit
    approved = "「春季工作坊開放報名」已核准。\n\n網站上的網址： https://hub.example.org/announcements/spring/"
    assert [(letter.subject, letter.body) for letter in mail.outbox] == [
        ("待審核：報名 <開始>", "reviewer@example.org 您好：\n\n" + waits.format("報名 <開始>")),
        ("退回修改：報名 <開始>", f"editor@example.org 您好：\n\n{back}{end}"),
        ("待審核：春季工作坊開放報名", "reviewer@example.org 您好：\n\n" + waits.format("春季工作坊開放報名")),
        ("審核通過：春季工作坊開放報名", f"editor@example.org 您好：\n\n{approved}{end}"),
    ]


def test_the_mail_of_an_approval_leads_to_the_public_page(client, editor, reviewer):
    page = written(client, editor)
    client.force_login(reviewer)
    acted(client, page, "approve", comment="")

    assert mails_to("editor@example.org")
    assert "https://hub.example.org/announcements/spring/" in mail.outbox[-1].body


def test_a_reviewer_approves_what_was_saved_last(client, editor, reviewer):
    page = written(client, editor)
    client.force_login(reviewer)
    saved(client, page, title="審核者改過的標題")

    acted(client, page, "approve", comment="")

    state = page.workflow_states.get()
    assert titles(client) == ["審核者改過的標題"]
    assert state.current_task_state.revision == Page.objects.get(pk=page.pk).latest_revision


def test_an_editor_cannot_approve(client, editor):
    page = written(client, editor)

    acted(client, page, "approve", comment="")

    page.refresh_from_db()
    assert (page.live, status(page)) == (False, WorkflowState.STATUS_IN_PROGRESS)


def test_approval_needs_no_publish_right(client, editor):
    """The task's group is the right: a member without any right to publish finishes the review."""
    member = factories.person("編輯")
    task = Task.objects.get(name="審核").specific
    task.groups.add(Group.objects.get(name="編輯"))
    page = written(client, editor)
    client.force_login(member)

    acted(client, page, "approve", comment="")

    page.refresh_from_db()
    assert (page.live, status(page)) == (True, WorkflowState.STATUS_APPROVED)


def test_an_approved_date_is_kept(client, editor, reviewer, frozen_time):
    page = written(client, editor, go_live_at=f"{NOW + timedelta(days=1):%Y-%m-%d %H:%M}")
    client.force_login(reviewer)
    acted(client, page, "approve", comment="")
    assert (titles(client), status(page)) == ([], WorkflowState.STATUS_APPROVED)

    frozen_time.move_to(NOW + timedelta(days=1, seconds=1))
    call_command("publish_scheduled")

    assert titles(client) == ["春季工作坊開放報名"]
