"""Who may do what in the admin: every act is a request, and what it changed is read back."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.models import AnnouncementIndexPage, AnnouncementPage, Document, Image
from tests import factories

pytestmark = pytest.mark.django_db

NOBODY, EDITOR, REVIEWER, KEEPER = "", "編輯", "審核", "管理"
ROLES = (NOBODY, EDITOR, REVIEWER, KEEPER)
STAFF, REVIEWERS, KEEPERS = {EDITOR, REVIEWER, KEEPER}, {REVIEWER, KEEPER}, {KEEPER}


def page_form(**fields):
    parts = {"title": "改", "slug": "kai", "category": "news", "body": streamfield([])}
    counts = {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
    return nested_form_data(parts | {"attachments": inline_formset([])}) | counts | fields


def picture(name="a.png"):
    file = BytesIO()
    Picture.new("RGB", (8, 8), "teal").save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def add_page(client):
    url = reverse(
        "wagtailadmin_pages:add", args=("home", "announcementpage", factories.index(AnnouncementIndexPage).pk)
    )
    client.post(url, page_form())
    return AnnouncementPage.objects.filter(title="改").exists()


def change_page(client):
    page = factories.announcement()
    client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), page_form())
    return Page.objects.get(pk=page.pk).get_latest_revision_as_object().title == "改"


def publish_page(client):
    page = factories.announcement(live=False)
    client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), page_form(**{"action-publish": "1"}))
    return Page.objects.get(pk=page.pk).live


def unpublish_page(client):
    page = factories.announcement()
    client.post(reverse("wagtailadmin_pages:unpublish", args=(page.pk,)))
    return not Page.objects.get(pk=page.pk).live


def lock_page(client):
    page = factories.announcement()
    client.post(reverse("wagtailadmin_pages:lock", args=(page.pk,)))
    return Page.objects.get(pk=page.pk).locked


def unlock_page(client):
    page = factories.announcement()
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=factories.person(KEEPER))
    client.post(reverse("wagtailadmin_pages:unlock", args=(page.pk,)))
    return not Page.objects.get(pk=page.pk).locked


def hide_page(client):
    page = factories.announcement()
    client.post(reverse("wagtailadmin_pages:set_privacy", args=(page.pk,)), {"restriction_type": "login"})
    return page.get_view_restrictions().exists()


def delete_page(client):
    page = factories.announcement()
    client.post(reverse("wagtailadmin_pages:delete", args=(page.pk,)))
    return not Page.objects.filter(pk=page.pk).exists()


def delete_tree(client):
    parent = factories.event()
    factories.event(parent=parent)
    client.post(reverse("wagtailadmin_pages:delete", args=(parent.pk,)))
    return not Page.objects.filter(pk=parent.pk).exists()


def add_front_page(client):
    root = Page.get_first_root_node()
    response = client.get(reverse("wagtailadmin_pages:add", args=("home", "homepage", root.pk)))
    return response.status_code == 200


def add_image(client):
    client.post(reverse("wagtailimages:add"), {"title": "圖", "file": picture(), "license": "bureau"})
    return Image.objects.exists()


def change_image(client):
    image = Image.objects.create(title="圖", file=picture())
    client.post(reverse("wagtailimages:edit", args=(image.pk,)), {"title": "改", "license": "bureau"})
    return Image.objects.get().title == "改"


def delete_image(client):
    image = Image.objects.create(title="圖", file=picture())
    client.post(reverse("wagtailimages:delete", args=(image.pk,)))
    return not Image.objects.exists()


def add_document(client):
    client.post(reverse("wagtaildocs:add"), {"title": "檔", "file": SimpleUploadedFile("a.txt", b"a")})
    return Document.objects.exists()


def delete_document(client):
    document = Document.objects.create(title="檔", file=SimpleUploadedFile("a.txt", b"a"))
    client.post(reverse("wagtaildocs:delete", args=(document.pk,)))
    return not Document.objects.exists()


def add_redirect(client):
    client.post(
        reverse("wagtailredirects:add"),
        {"old_path": "/old", "redirect_link": "https://example.org/", "is_permanent": "on"},
    )
    return Redirect.objects.filter(old_path="/old").exists()


def see_groups(client):
    return client.get(reverse("wagtailusers_groups:index")).status_code == 200


def see_workflows(client):
    return client.get(reverse("wagtailadmin_workflows:index")).status_code == 200


def see_sites(client):
    return client.get(reverse("wagtailsites:index")).status_code == 200


TABLE: tuple[tuple[Callable, set[str]], ...] = (
    (add_page, STAFF),
    (change_page, STAFF),
    (publish_page, REVIEWERS),
    (unpublish_page, REVIEWERS),
    (lock_page, REVIEWERS),
    (unlock_page, REVIEWERS),
    (hide_page, REVIEWERS),
    (delete_page, REVIEWERS),
    (delete_tree, KEEPERS),
    (add_front_page, set()),
    (add_image, STAFF),
    (change_image, REVIEWERS),
    (delete_image, REVIEWERS),
    (add_document, STAFF),
    (delete_document, REVIEWERS),
    (add_redirect, KEEPERS),
    (see_sites, KEEPERS),
    (see_groups, set()),
    (see_workflows, set()),
)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "none")
@pytest.mark.parametrize(("act", "allowed"), TABLE, ids=lambda value: getattr(value, "__name__", ""))
def test_each_group_can_do_its_work_and_nothing_else(client, act, allowed, role):
    client.force_login(factories.person(role))

    assert act(client) is (role in allowed)


def test_the_groups_are_the_three_of_the_house():
    assert sorted(Group.objects.values_list("name", flat=True)) == sorted([EDITOR, REVIEWER, KEEPER])
