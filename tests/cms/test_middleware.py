"""The editor's transaction: what is wrapped, what is not, and what an error undoes."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from wagtail.models import Page, Revision

from api.models import Change
from cms.middleware import EditorTransactionMiddleware
from home.models import Image
from tests import factories
from tests.api.editor import Editor
from tests.api.test_editor_acts import picture

pytestmark = pytest.mark.django_db

WRAPPED = [
    ("POST", "/cms/pages/7/edit/"),
    ("POST", "/cms/bulk/wagtailcore/page/delete/"),
    ("PUT", "/cms/pages/7/edit/"),
    ("PATCH", "/cms/snippets/home/contact/edit/1/"),
    ("DELETE", "/cms/pages/7/"),
    ("POST", "/cms/image-notes/"),
]
NOT_WRAPPED = [
    ("GET", "/cms/pages/7/edit/"),
    ("HEAD", "/cms/"),
    ("OPTIONS", "/cms/"),
    ("POST", "/cms/images/add/"),
    ("POST", "/cms/images/multiple/add/"),
    ("POST", "/cms/documents/add/"),
    ("POST", "/cms/users/add/"),
    ("POST", "/accounts/login/"),
    ("POST", "/desk/"),
    ("POST", "/cmsx/"),
]


@pytest.mark.parametrize(
    ("method", "path", "wrapped"),
    [(*one, True) for one in WRAPPED] + [(*one, False) for one in NOT_WRAPPED],
)
def test_only_unsafe_acts_in_the_admin_that_read_no_upload_and_hash_no_password_are_wrapped(rf, method, path, wrapped):
    around = len(connection.savepoint_ids)
    inside = []

    def view(request):
        inside.append(len(connection.savepoint_ids) - around)
        return HttpResponse()

    EditorTransactionMiddleware(view)(rf.generic(method, path))

    assert inside == [1 if wrapped else 0]


@pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (400, True), (403, True), (500, False)])
def test_an_answer_of_500_undoes_what_was_written_and_no_other_does(rf, status, kept):
    page = factories.announcement(title="公告")

    def view(request):
        Page.objects.filter(pk=page.pk).update(title="改題")
        return HttpResponse(status=status)

    EditorTransactionMiddleware(view)(rf.post("/cms/pages/1/edit/"))

    assert Page.objects.get(pk=page.pk).title == ("改題" if kept else "公告")


def test_a_publish_that_cannot_be_rendered_changes_neither_page_nor_ledger_and_the_editor_gets_an_error_page():
    image = Image.objects.create(title="照片", file=picture())
    page = factories.event(title="活動", slug="meeting")
    editor = Editor(factories.person("審核"))
    editor.client.raise_request_exception = False
    image.renditions.all().delete()
    image.file.storage.delete(image.file.name)
    before = list(Change.objects.values()), Revision.objects.count()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = editor.form(url, id="page-edit-form")
    data.update({"title": "改題", "image": image.pk, "body-count": "0", "action-publish": "1"})

    answer = editor.client.post(url, data)

    assert answer.status_code == 500
    assert answer.templates[0].name == "500.html"
    stored = Page.objects.get(pk=page.pk)
    assert (stored.title, stored.draft_title, stored.live) == ("活動", "活動", True)
    assert (list(Change.objects.values()), Revision.objects.count()) == before


def test_a_picture_speaks_no_language_so_caches_keep_it_once(client):
    url = factories.image().get_rendition("width-320|format-jpeg").url

    answer = client.get(url, headers={"Accept-Language": "en"})

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert not {"Vary", "Content-Language"} & set(answer.headers)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
