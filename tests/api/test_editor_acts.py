"""The eighteen acts of an editor, through the admin's own forms: after each, readers and ledger agree."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from PIL import Image as Picture
from wagtail.models import Page

from api.models import Change
from home.flows import publish_due
from home.models import Clock, Contact, Document, Image, Organization
from programs.models import EventIndexPage, Theme
from tests import factories
from tests.api.editor import Editor
from tests.conftest import NOW
from tests.pages import publish

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(hours=1)
GROUPS = {"editor": "編輯", "reviewer": "審核", "admin": "管理"}


def picture(color: str = "teal") -> ContentFile:
    """A small PNG file."""
    file = io.BytesIO()
    Picture.new("RGB", (640, 480), color).save(file, "PNG")
    return ContentFile(file.getvalue(), name=f"{color}.png")


def attaching(page: Any, document: Document) -> Any:
    """A page with a file to download."""
    page.attachments.create(document=document)
    return publish(page)


def make_world() -> SimpleNamespace:
    """One public item of each kind that the acts touch, a session, and a draft; by slug."""
    image = Image.objects.create(title="照片", file=picture(), description="海邊的工作坊")
    contact = Contact.objects.create(unit="活動窗口", services=["venues"], phone="03-4225205")
    organization = Organization.objects.create(name="合作單位")
    theme = Theme.objects.get(code="culture")
    document = Document.objects.create(title="簡章", file=ContentFile(b"guide", name="guide.txt"))
    venue = factories.venue(title="空間", slug="room", contact=contact)
    event = factories.event(title="活動", slug="meeting", venue=venue, image=image)
    event.organizations.create(role="co_organizer", organization=organization)
    event.themes.add(theme)
    publish(event)
    pages = [
        venue,
        event,
        factories.event(title="場次", slug="session", parent=event),
        factories.event(title="另一場", slug="other"),
        attaching(factories.announcement(title="公告", slug="notice"), document),
        factories.announcement(title="草稿", slug="draft", live=False),
    ]
    facts = {"image": image, "contact": contact, "organization": organization, "theme": theme, "document": document}
    world = SimpleNamespace(**facts, **{page.slug: page for page in pages})
    world.list = factories.index(EventIndexPage)
    world.names = {page.translation_key: page.slug for page in pages}
    world.paths = {page.translation_key: page.web_path for page in pages}
    world.seq = Clock.objects.get().seq
    return world


# The answers of API and site: never public; gone; gone, and asking whoever comes to log in.
NEVER, GONE, PRIVATE = (404, 404), (410, 410), (410, 302)
AT_FIRST = {"room": "空間", "meeting": "活動", "session": "場次", "other": "另一場", "notice": "公告", "draft": NEVER}


def seen(client: Any, page: Any, path: str) -> Any:
    """What a reader gets of an item on every door: its title, or the answers of API and site that refuse it."""
    current = type(page).objects.filter(pk=page.pk).first()
    plural = f"/api/v1/{page.item_type}s"
    detail = client.get(f"{plural}/{page.translation_key}")
    listed = [one["title"] for one in client.get(plural).json()["data"] if one["id"] == str(page.translation_key)]
    site = client.get(current.web_path if current else path)
    if detail.status_code != 200:
        assert listed == []
        return detail.status_code, site.status_code
    document = detail.json()["data"]
    assert listed == [document["title"]]
    assert document["web_url"] == f"https://hub.example.org{current.web_path}"
    assert BeautifulSoup(site.content, "html.parser").h1.get_text(strip=True) == document["title"]
    return document["title"]


def told(world: SimpleNamespace) -> list[tuple[str, str]]:
    """Every change since the act began: what was asked of a mirror, of which item, and why."""
    names = world.names | {page.translation_key: page.slug for page in Page.objects.all()} | world.names
    rows = Change.objects.filter(seq__gt=world.seq)
    assert [row.seq for row in rows] == [world.seq + number for number in range(1, len(rows) + 1)]
    return [(f"{row.op} {row.reason}".strip(), names[row.uid]) for row in rows]


def work(_editor: Editor, world: SimpleNamespace) -> None:
    """An hour later the worker does what is due."""
    world.traveller.move_to(SOON)
    publish_due(Clock.now())


@dataclass(frozen=True)
class Act:
    """What someone does, what is told of it, and what readers then get that differs from before."""

    name: str
    role: str
    do: Callable[[Editor, SimpleNamespace], Any]
    told: list[tuple[str, str]]
    seen: dict[str, Any] = field(default_factory=dict)
    given: Callable[[Editor, SimpleNamespace], Any] | None = None
    # What an item's document says afterwards beyond its title: by the item's name, members and their values.
    says: dict[str, dict[str, Any]] = field(default_factory=dict)


ACTS = [
    Act(
        "publish",
        "reviewer",
        lambda editor, w: editor.edit(w.draft),
        told=[("upsert", "draft")],
        seen={"draft": "草稿"},
    ),
    Act(
        "edit live",
        "reviewer",
        lambda editor, w: editor.edit(w.meeting, title="活動改題"),
        told=[("upsert", "meeting"), ("upsert", "session")],
        seen={"meeting": "活動改題"},
    ),
    Act(
        "schedule",
        "reviewer",
        lambda editor, w: editor.edit(w.draft, go_live_at="2026-03-02 11:00"),
        told=[],
    ),
    Act(
        "go-live",
        "worker",
        work,
        given=lambda editor, w: editor.edit(w.draft, go_live_at="2026-03-02 11:00"),
        told=[("upsert", "draft")],
        seen={"draft": "草稿"},
    ),
    Act(
        "expire",
        "worker",
        work,
        given=lambda editor, w: editor.edit(w.room, expire_at="2026-03-02 11:00"),
        told=[("withdraw unpublished", "room"), ("upsert", "meeting")],
        seen={"room": GONE},
    ),
    Act(
        "unpublish",
        "reviewer",
        lambda editor, w: editor.act("unpublish", w.meeting),
        told=[("withdraw unpublished", "meeting"), ("upsert", "session")],
        seen={"meeting": GONE},
    ),
    Act(
        "bulk unpublish",
        "reviewer",
        lambda editor, w: editor.bulk("unpublish", w.notice, w.other),
        told=[("withdraw unpublished", "notice"), ("withdraw unpublished", "other")],
        seen={"notice": GONE, "other": GONE},
    ),
    Act(
        "move",
        "reviewer",
        lambda editor, w: editor.move(w.session, w.other),
        told=[("upsert", "session"), ("upsert", "meeting"), ("upsert", "other")],
    ),
    Act(
        "parent move",
        "reviewer",
        lambda editor, w: editor.move(w.meeting, w.other),
        told=[("upsert", name) for name in ("meeting", "session", "other")],
    ),
    Act(
        "slug change",
        "reviewer",
        lambda editor, w: editor.edit(w.meeting, slug="assembly"),
        told=[("upsert", "meeting"), ("upsert", "session")],
    ),
    Act(
        "delete",
        "admin",
        lambda editor, w: editor.act("delete", w.meeting),
        told=[("withdraw deleted", "session"), ("withdraw deleted", "meeting")],
        seen={"meeting": GONE, "session": GONE},
    ),
    Act(
        "bulk delete",
        "admin",
        lambda editor, w: editor.bulk("delete", w.notice, w.room, w.draft),
        told=[("withdraw deleted", "notice"), ("withdraw deleted", "room"), ("upsert", "meeting")],
        seen={"notice": GONE, "room": GONE},
    ),
    Act(
        "copy",
        "reviewer",
        lambda editor, w: copy(editor, w, publish_copies="on"),
        told=[("upsert", "copied"), ("upsert", "session"), ("upsert", "copied")],
    ),
    Act(
        "alias",
        "reviewer",
        lambda editor, w: copy(editor, w, alias="on"),
        told=[],
    ),
    Act(
        "privacy on a page, on",
        "reviewer",
        lambda editor, w: editor.privacy(w.notice, "login"),
        told=[("withdraw unpublished", "notice")],
        seen={"notice": PRIVATE},
    ),
    Act(
        "privacy on a page, off",
        "reviewer",
        lambda editor, w: editor.privacy(w.notice, "none"),
        given=lambda editor, w: editor.privacy(w.notice, "login"),
        told=[("upsert", "notice")],
    ),
    Act(
        "privacy on a parent, on",
        "reviewer",
        lambda editor, w: editor.privacy(w.meeting, "login"),
        told=[("withdraw unpublished", "meeting"), ("withdraw unpublished", "session")],
        seen={"meeting": PRIVATE, "session": PRIVATE},
    ),
    Act(
        "privacy on a parent, off",
        "reviewer",
        lambda editor, w: editor.privacy(w.meeting, "none"),
        given=lambda editor, w: editor.privacy(w.meeting, "login"),
        told=[("upsert", "meeting"), ("upsert", "session")],
    ),
    Act(
        "privacy on the list, on",
        "reviewer",
        lambda editor, w: editor.privacy(w.list, "login"),
        told=[
            ("withdraw unpublished", "meeting"),
            ("withdraw unpublished", "session"),
            ("withdraw unpublished", "other"),
        ],
        seen={"meeting": PRIVATE, "session": PRIVATE, "other": PRIVATE},
    ),
    Act(
        "slug change of the list",
        "admin",
        lambda editor, w: editor.edit(w.list, slug="calendar"),
        told=[("upsert", name) for name in ("meeting", "session", "other")],
    ),
    Act("parent unpublished", "reviewer", lambda editor, w: editor.act("unpublish", w.list), told=[]),
    Act(
        "image edited",
        "reviewer",
        lambda editor, w: edit_image(editor, w, description="山上的工作坊"),
        told=[("upsert", "meeting")],
        says={"meeting": {"image.alt": "山上的工作坊"}},
    ),
    Act(
        "own image edited",
        "editor",
        lambda editor, w: edit_image(editor, w, description="山上的工作坊"),
        given=lambda editor, w: own(editor, w.image),
        told=[("upsert", "meeting")],
        says={"meeting": {"image.alt": "山上的工作坊"}},
    ),
    Act(
        "draft of a live page",
        "editor",
        lambda editor, w: editor.edit(w.meeting, **{"title": "活動改題", "action-publish": ""}),
        told=[],
    ),
    Act(
        "snippet edited",
        "reviewer",
        lambda editor, w: editor.edit_snippet(w.contact, unit="空間窗口"),
        told=[("upsert", "room")],
        says={"room": {"contact.unit": "空間窗口"}},
    ),
    Act(
        "organization edited",
        "reviewer",
        lambda editor, w: editor.edit_snippet(w.organization, name="新的單位"),
        told=[("upsert", "meeting")],
        says={"meeting": {"organizations.name": "新的單位"}},
    ),
    Act(
        "theme edited",
        "admin",
        lambda editor, w: edit_theme(editor, w, code="arts"),
        told=[("upsert", "meeting")],
        says={"meeting": {"themes": "arts"}},
    ),
    Act(
        "document edited",
        "reviewer",
        lambda editor, w: edit_document(editor, w, title="新簡章"),
        told=[("upsert", "notice")],
        says={"notice": {"attachments.title": "新簡章"}},
    ),
    Act(
        "image replaced",
        "reviewer",
        lambda editor, w: edit_image(editor, w, file=picture("maroon")),
        told=[("upsert", "meeting")],
    ),
]


def copy(editor: Editor, world: SimpleNamespace, **choice: str) -> None:
    """Copy the event with its session."""
    parent = world.meeting.get_parent().pk
    data = {"new_title": "複本", "new_slug": "copied", "new_parent_page": parent, "copy_subpages": "on"}
    editor.act("copy", world.meeting, **data, **choice)


def edit_image(editor: Editor, world: SimpleNamespace, **fields: Any) -> None:
    """Change a picture in the library."""
    url = reverse("wagtailimages:edit", args=[world.image.pk])
    data = {"title": "照片", "description": "海邊的工作坊", "license": "bureau", **fields}
    editor.send(url, data)


def own(editor: Editor, image: Image) -> None:
    """Editors may change the pictures they have uploaded."""
    Image.objects.filter(pk=image.pk).update(uploaded_by_user=editor.client.session["_auth_user_id"])


def edit_document(editor: Editor, world: SimpleNamespace, **fields: Any) -> None:
    """Change a document in the library."""
    editor.send(reverse("wagtaildocs:edit", args=[world.document.pk]), {"collection": 1, **fields})


def edit_theme(editor: Editor, world: SimpleNamespace, **fields: Any) -> None:
    """Change a theme."""
    url = reverse(world.theme.snippet_viewset.get_url_name("edit"), args=[world.theme.pk])
    editor.send(url, {"code": world.theme.code, "name": world.theme.name, "name_en": "", **fields})


def said(client: Any, page: Any, member: str) -> Any:
    """A member of an item's document; of a list, of its first row."""
    value = client.get(f"/api/v1/{page.item_type}s/{page.translation_key}").json()["data"]
    for name in member.split("."):
        value = value[0][name] if isinstance(value, list) else value[name]
    return value[0] if isinstance(value, list) else value


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_after_each_editors_act_readers_and_ledger_agree(act, client, frozen_time, django_capture_on_commit_callbacks):
    world = make_world()
    world.traveller = frozen_time
    person = factories.person(GROUPS.get(act.role, "審核"))
    editor = Editor(person)
    if act.given:
        act.given(editor, world)
    world.seq = Clock.objects.get().seq

    with django_capture_on_commit_callbacks(execute=True):
        act.do(editor, world)

    assert told(world) == act.told
    pages = {name: getattr(world, name) for name in AT_FIRST}
    assert {
        name: seen(client, page, world.paths[page.translation_key]) for name, page in pages.items()
    } == AT_FIRST | act.seen
    assert {
        name: {member: said(client, pages[name], member) for member in members} for name, members in act.says.items()
    } == act.says
    call_command("reconcile", "--check", stdout=io.StringIO())


def test_a_copy_is_an_item_of_its_own_and_an_alias_a_second_address(client, django_capture_on_commit_callbacks):
    world = make_world()
    editor = Editor(factories.person("審核"))

    with django_capture_on_commit_callbacks(execute=True):
        copy(editor, world, publish_copies="on")
        data = {"new_title": "活動", "new_slug": "second", "new_parent_page": world.list.pk, "alias": "on"}
        editor.act("copy", world.meeting, **data)

    copied, alias = Page.objects.get(slug="copied").specific, Page.objects.get(slug="second").specific
    assert seen(client, copied, copied.web_path) == "複本"
    assert said(client, copied, "sub_events.title") == "場次"
    assert BeautifulSoup(client.get(alias.web_path).content, "html.parser").h1.get_text(strip=True) == "活動"
    assert client.get(f"/api/v1/events/{alias.translation_key}").status_code == 404
