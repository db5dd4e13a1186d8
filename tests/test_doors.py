"""The door walk: nothing that is not public is seen through any address by anyone who may not see it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from wagtail.models import Comment, PageViewRestriction

from cms import urls
from home.models import AnnouncementAttachment, Contact, Document, Image, Organization
from programs.models import EventCost, EventIndexPage, Membership
from programs.vocabularies import CostCategory
from tests import factories
from tests.api.test_editor_acts import picture
from tests.conftest import NOW
from tests.doors import (
    ANY,
    API,
    COLLECTIONS,
    MACHINE,
    OWN,
    PUBLIC,
    RENDITION,
    STAFF,
    WRONG_KEY,
    Actor,
    Door,
    doors,
    walk,
)

pytestmark = pytest.mark.django_db

ACTORS = ("anonymous", "signed in without rights", "editor", "reviewer", "wrong key")
STAFF_GROUPS = {"editor": "編輯", "reviewer": "審核"}
TEXTS = ("draft", "scheduled", "private", "expired", "unpublished", "edit")
# Pages that are nowhere public, with words of their own.
PAGES = (*TEXTS, "relation", "translation", "alias", "team")
CANARIES = (*PAGES, "image", "picture", "document", "cost", "comment", "organization", "contact", "person", "member")
# Who may see a canary through a door of a class; for every other pair it appears 0 times.
ALLOWED = {
    *((canary, actor, STAFF) for canary in CANARIES for actor in STAFF_GROUPS),
    # Staff who may attach a document may read it where it is served.
    *(("document", actor, PUBLIC) for actor in STAFF_GROUPS),
    # The one exception: a picture of the bureau's, once a public page has told the name of its file, stays readable
    # by that name. Nobody can guess it, and the name of a picture that no page has shown is told nowhere ("image").
    *(("picture", actor, RENDITION) for actor in ACTORS),
}


def actor(name):
    """Somebody of ``ACTORS``."""
    groups = [STAFF_GROUPS[name]] if name in STAFF_GROUPS else []
    user = None if name in {"anonymous", "wrong key"} else factories.person(*groups)
    return Actor(name, user, staff=bool(groups), headers=WRONG_KEY if name == "wrong key" else {})


def words(name):
    """What a canary's page says: in its title, its summary and its body."""
    return tuple(f"canary-{name}-{part}" for part in ("title", "summary", "body"))


def planted(name, **fields):
    title, summary, body = words(name)
    return factories.event(title=title, summary=summary, slug=f"e-{name}", body=[("heading", body)], **fields)


def pictured(name, color):
    """A picture, and the words it would be known by: the names and the bytes of its files."""
    image = Image.objects.create(title=f"canary-{name}-title", file=picture(color), description=f"canary-{name}-alt")
    contents = [default_storage.open(f"renditions/{one}").read() for one in names(image)]
    assert len(contents) == 3
    return image, (f"canary-{name}-title", f"canary-{name}-alt", *names(image), *contents)


def names(image):
    """The names of a picture's files, by which alone they are reached."""
    return [one.file.name.removeprefix("renditions/") for one in image.renditions.all()]


def facts(public, program):
    """What public pages refer to and may not show, and what is internal to a page or contact that is public."""
    organization = Organization.objects.create(name="canary-organization-name", live=False)
    hidden = Contact.objects.create(unit="canary-contact-unit", services=["events"], phone="03-9999999", live=False)
    shown = Contact.objects.create(unit="窗口", services=["events"], phone="03-4225205", person="canary-person-name")
    for page in (public, program):
        page.organizations.create(role="co_organizer", organization=organization)
    for contact in (hidden, shown):
        program.contacts.create(contact=contact)
    for model, contact in (("hidden", hidden), ("shown", shown)):
        factories.venue(title="公開空間", slug=f"v-{model}", contact=contact)
    EventCost.objects.create(page=public, category=CostCategory.values[0], amount=987654321, note="canary-cost-note")
    Comment.objects.create(page=public, user=factories.person(), text="canary-comment-text", contentpath="title")
    return {"organization": organization, "contact": hidden, "person": shown}


def translated(page):
    """An English version that is still a draft."""
    draft = page.copy_for_translation(factories.home("en").locale)
    draft.title, draft.summary, draft.slug = (*words("translation")[:2], "e-translation")
    draft.save()
    draft.save_revision()
    return draft


def second_address():
    """An alias, where everybody comes by, of a page below a private one."""
    private = factories.event(title="私人系列", slug="series")
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="secret")
    return planted("alias", parent=private).create_alias(parent=factories.index(EventIndexPage), update_slug="e-second")


def a_team():
    """A team that is still a draft, with somebody in it."""
    title, summary, body = words("team")
    team = factories.team(title=title, summary=summary, slug="e-team", body=[("heading", body)], live=False)
    team.save_revision()
    member = factories.person(email="canary-member@example.org", last_name="canary-member-name")
    Membership.objects.create(team=team, user=member, role="head")
    return team


@pytest.fixture
def world(frozen_time):
    """Canaries in every state that hides, of every kind, around one public event that refers to them."""
    image, of_image = pictured("image", "teal")
    photo, of_photo = pictured("picture", "coral")
    document = Document.objects.create(
        title="canary-document-title", file=ContentFile(b"canary-document-body", name="canary-document-name.txt")
    )
    holder = factories.announcement(live=False, title="草稿公告", slug="holder")
    AnnouncementAttachment.objects.create(page=holder, document=document)
    venue = factories.venue(live=False, title=words("relation")[0], summary=words("relation")[1], slug="e-relation")
    program = factories.program(title="公開計畫", slug="public")
    public = factories.event(title="公開活動", slug="public", venue=venue, program=program)
    items = facts(public, program)
    pages = {
        "draft": planted("draft", live=False, image=image),
        "scheduled": planted("scheduled", live=False, go_live_at=NOW + timedelta(days=1)),
        "private": planted("private"),
        "expired": planted("expired", expire_at=NOW + timedelta(minutes=1)),
        "unpublished": planted("unpublished", image=photo),
        "edit": factories.event(title="改前", slug="edit"),
        "relation": venue,
        "cost": public,
        "program": program,
        "translation": translated(public),
        "alias": second_address(),
        "document": holder,
        "team": a_team(),
    }
    pages["scheduled"].save_revision().publish()
    pages["unpublished"].unpublish()
    private = PageViewRestriction.objects.create(page=pages["private"], restriction_type="password", password="secret")
    pages["edit"].title, pages["edit"].summary = words("edit")[:2]
    pages["edit"].save_revision()
    for page in (public, program):
        page.save_revision().publish()
    frozen_time.move_to(NOW + timedelta(minutes=2))
    canaries = {name: words(name) for name in PAGES} | {
        "image": of_image,
        "picture": of_photo,
        "document": ("canary-document-title", "canary-document-name", "canary-document-body"),
        "cost": ("canary-cost-note", "987654321", "987,654,321"),
        "comment": ("canary-comment-text",),
        "organization": ("canary-organization-name",),
        "contact": ("canary-contact-unit", "03-9999999"),
        "person": ("canary-person-name",),
        "member": ("canary-member-name", "canary-member@example.org"),
    }
    shared = ANY | {
        "image_id": image.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "filename": document.filename,
        "page_view_restriction_id": private.pk,
        "destination_id": _index(EventIndexPage),
        # Told while its page was public.
        "rendition": names(photo)[0],
    }
    contexts = [
        shared
        | {**dict.fromkeys(("page_id", "page_pk", "page_to_move_id", "parent_page_id", "object_id"), page.pk)}
        | {"revision_id": page.latest_revision_id or 1, "revision_id_a": "earliest", "revision_id_b": "latest"}
        | {"uid": page.translation_key, "path": (page.web_path or "/").lstrip("/"), "pk": page.pk}
        for page in pages.values()
    ]
    lists = [
        shared | contexts[0] | {"path": where, "parent_page_id": _index(EventIndexPage)}
        for where in ("", "en/", "events/", "en/events/", "announcements/", "programs/", "venues/", "venues/v-hidden/")
    ]
    contexts += [*lists, *(contexts[0] | {"pk": item.pk} for item in (*items.values(), image, photo)), contexts[0]]
    return SimpleNamespace(contexts=contexts, canaries=canaries, pages=pages, image=image)


def _index(model):
    return factories.index(model).pk


ASKED = (
    "/api/v1/events?limit=100&include=venue,program,parent",
    "/api/v1/events?limit=100&when=past",
    *(f"/api/v1/{one}?limit=100" for one in COLLECTIONS),
)
QUERIES = (
    *ASKED,
    *(f"{address}&lang=en" for address in ASKED),
    "/api/v1/changes?limit=500&include=resource",
    "/events/?q=canary",
)


# Wagtail's own view that raises, to show what an error looks like.
DELIBERATE = ("500 /cms/failwhale/",)


def test_every_address_has_a_class():
    assert [door.route for door in doors() if door.kind is None] == []


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("nowhere/", "nowhere"),
        ("api/v1/mine", "mine"),
        ("api/v1/events/mine", "events-mine"),
        ("cms/anything/", "anything"),
        ("cms/lists/", "lists"),
        ("accounts/anything/", "anything"),
        ("healthz/more", "more"),
        ("media/originals/(?P<name>[^/]+)", "original"),
        ("documents/latest/", "latest"),
        ("calendar.ics", "calendar"),
    ],
)
def test_a_new_address_without_a_class_is_noticed(route, name):
    assert Door(route, name).kind is None


def test_a_picture_is_read_by_its_name_once_told_and_the_name_of_a_drafts_picture_is_told_nowhere(world, client):
    [address] = {one for door in doors() if door.kind == RENDITION for one in door.addresses(world.contexts)}
    assert client.get(address).status_code == 200

    public = [door for door in doors() if door.kind in {PUBLIC, API, MACHINE, RENDITION}]
    _opened, seen, _broken = walk(public, world.contexts, {"name": names(world.image)}, actor("anonymous"), QUERIES)
    assert seen == []


@pytest.mark.parametrize("name", ACTORS)
def test_no_canary_is_seen_through_any_door_by_who_may_not_see_it(world, name):
    opened, seen, broken = walk(doors(), world.contexts, world.canaries, actor(name), QUERIES)

    print(f"{name}: {opened} addresses opened")  # noqa: T201 - the figure
    assert [one for one in seen if (one.canary, name, one.kind) not in ALLOWED] == []
    assert [address for address in broken if address not in DELIBERATE] == []
    # The walk is not blind: in the admin, staff do see each of them.
    assert {one.canary for one in seen if one.kind == STAFF} == (set(CANARIES) if name in STAFF_GROUPS else set())


LEAKS = {PUBLIC: "cms/password_reset/leak/", OWN: "accounts/2fa/leak/", STAFF: "cms/reports/leak/", MACHINE: "metrics"}


def leak(request):
    return HttpResponse("canary-draft-title")


class LeakyUrls:
    """The hub's addresses, with one careless view in each class."""

    handler404, handler500 = urls.handler404, urls.handler500
    urlpatterns = [*(path(route, leak, name=route) for route in LEAKS.values()), *urls.urlpatterns]  # noqa: RUF012 - what Django looks for


# A view in the admin without any check of its own still stands behind the guard of StaffMiddleware for who is
# signed in without rights: there only the others find the leak.
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in LEAKS
        for name in ("anonymous", "signed in without rights", "wrong key")
        if (kind, name) != (STAFF, "signed in without rights")
    ],
)
def test_a_leak_in_any_class_of_door_is_found(world, kind, name):
    with override_settings(ROOT_URLCONF=LeakyUrls):
        leaky = [door for door in doors() if door.route == LEAKS[kind]][:1]
        assert [door.kind for door in leaky] == [kind]
        _opened, seen, _broken = walk(leaky, world.contexts, world.canaries, actor(name))

    assert "draft" in {one.canary for one in seen}
