"""Stories on the desks of staff: reviewed ones, with photos, and the people who work on them."""

from django.urls import reverse

from home.models import Clock
from showcase.flows.handing_in import hand_in
from showcase.models import DraftAsset, StoryPhoto
from showcase.vocabularies import AssetRights, PeopleShown
from tests import factories
from tests.api.editor import Editor
from tests.showcase.stories import agree, draft, handed_in


def staff(group="審核", **fields) -> Editor:
    return Editor(factories.person(group, **fields))


def cleared(**fields):
    """A story everyone has agreed to, which waits for its review."""
    story = handed_in(**fields)
    for party in story.parties:
        agree(party)
    return story


def approved(by=None, **fields):
    """A story that was reviewed and is live."""
    story = cleared(**fields)
    approve(by or staff(), story.page)
    story.revision.refresh_from_db()
    return story


def rewritten(story):
    """A newer version that nobody but its author knows of."""
    story.draft.text = "全部重寫。"
    story.draft.save()
    hand_in(story.draft, story.draft.author, Clock.now())
    return story


def approve(editor, page):
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    editor.client.post(url, {"comment": ""})


def photographed(*alts, **fields):
    """A draft with photos whose files nobody opens, described or not."""
    made = draft(**fields)
    for number, alt in enumerate(alts):
        photo = StoryPhoto.objects.create(
            title="照片", file=f"photos/{number}.jpg", width=8, height=6, sha256=f"{number:064}", source_sha256="0" * 64
        )
        DraftAsset.objects.create(
            draft=made,
            kind="photo",
            photo=photo,
            alt=alt,
            position=number,
            rights=AssetRights.OWN,
            people=PeopleShown.NOBODY,
        )
    return made


def form_of(editor, page):
    return editor.form(reverse("wagtailadmin_pages:edit", args=[page.pk]), id="page-edit-form")


def save(editor, page, **fields):
    """Send a story's form with some fields changed or added."""
    data = form_of(editor, page)
    for name, value in fields.items():
        data[name] = value
    return editor.client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), dict(data.lists()))
