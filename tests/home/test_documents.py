"""A document is public exactly while a visible announcement attaches it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Collection, GroupCollectionPermission, PageViewRestriction

from home.models import AnnouncementAttachment, Document, User
from home.visibility import Channel
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

CANARY = b"%PDF-1.7 canary"


@pytest.fixture
def document():
    return Document.objects.create(title="簡章", file=ContentFile(CANARY, "rules.pdf"))


def attached(document, *, live=True, **fields):
    """An announcement that attaches the document, published or not."""
    page = factories.announcement(live=False, **fields)
    page.attachments = [AnnouncementAttachment(document=document)]
    page.save()
    if live:
        page.save_revision().publish()
    page.refresh_from_db()
    return page


def staff(client, *permissions):
    """Log in someone who may enter the admin and has these rights on documents."""
    group = Group.objects.create(name="some staff")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in permissions:
        permission = Permission.objects.get(content_type__app_label="wagtaildocs", codename=codename)
        GroupCollectionPermission.objects.create(
            group=group, collection=Collection.get_first_root_node(), permission=permission
        )
    user = User.objects.create_user("someone@example.org")
    user.groups.add(group)
    client.force_login(user)


def test_a_document_of_a_visible_announcement_is_a_safe_download_for_everybody(client, document):
    attached(document)

    answer = client.get(document.url)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, CANARY)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="{document.filename}"',
        "Cache-Control": "no-cache",
    }
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == ("nosniff", "default-src 'none'")


def test_a_browser_that_has_the_document_is_told_so_only_while_it_is_public(client, document):
    page = attached(document)
    etag = client.get(document.url)["ETag"]
    assert client.get(document.url, headers={"if-none-match": etag}).status_code == 304

    page.unpublish()
    assert client.get(document.url, headers={"if-none-match": etag}).status_code == 404


HIDDEN = ["attached to nothing", "draft", "unpublished", "expired", "private", "below a private page", "detached"]


@pytest.mark.parametrize("how", HIDDEN)
def test_a_hidden_document_and_one_that_never_was_are_the_same_to_a_reader(client, document, how):
    if how == "draft":
        attached(document, live=False)
    elif how == "unpublished":
        attached(document).unpublish()
    elif how == "expired":
        attached(document, expire_at=NOW)
    elif how == "private":
        PageViewRestriction.objects.create(page=attached(document), restriction_type="login")
    elif how == "below a private page":
        PageViewRestriction.objects.create(page=attached(document).get_parent(), restriction_type="login")
    elif how == "detached":
        page = attached(document)
        page.attachments = []
        page.save_revision().publish()

    hidden, never = client.get(document.url), client.get("/documents/999999/rules.pdf")
    assert (hidden.status_code, hidden.content) == (never.status_code, never.content)
    assert hidden.status_code == 404
    assert client.head(document.url).status_code == 404
    assert not Document.objects.visible(Channel.SITE, NOW).exists()
    assert document.hidden_because(Channel.SITE, NOW) == "unpublished"


def test_two_announcements_attach_it_and_one_goes(client, document):
    first = attached(document)
    attached(document)
    first.unpublish()
    assert client.get(document.url).status_code == 200
    assert list(Document.objects.visible(Channel.SITE, NOW)) == [document]


def test_the_rule_looks_at_the_instant_asked_about(document):
    attached(document, expire_at=NOW + timedelta(hours=1))
    shown = [document.hidden_because(Channel.SITE, NOW + timedelta(minutes=minutes)) for minutes in (0, 59, 60)]
    assert shown == [None, None, "unpublished"]


def test_staff_who_may_attach_or_change_documents_read_those_of_drafts_but_no_cache_keeps_them(client, document):
    attached(document, live=False)
    staff(client, "choose_document")
    answer = client.get(document.url)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_a_login_alone_opens_no_draft(client, document):
    staff(client)
    assert client.get(document.url).status_code == 404


def test_the_name_belongs_to_the_number(client, document):
    attached(document)
    assert client.get(f"/documents/{document.pk}/other.pdf").status_code == 404
    assert client.get(f"/documents/{'9' * 30}/rules.pdf").status_code == 404
    assert client.get(f"/media/{document.file.name}").status_code == 404


def add(client, name, content):
    client.force_login(User.objects.create_superuser("admin@example.org"))
    root = Collection.get_first_root_node().pk
    form = {"title": "簡章", "collection": root, "file": SimpleUploadedFile(name, content)}
    return client.post("/cms/documents/add/", form)


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", CANARY), ("a.odt", b"PK\x03\x04..."), ("a.csv", "日期,地點".encode())]
)
def test_documents_of_the_allowed_kinds_are_taken(client, name, content):
    assert add(client, name, content).status_code == 302
    assert Document.objects.get().file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg/>"),
        ("a.docm", b"PK\x03\x04"),
        ("a.pdf", b"<script>alert(1)</script>"),
        ("a.odt", CANARY),
        ("a.pdf", b""),
        ("a", CANARY),
        ("a.pdf", CANARY + b"\0" * 10 * 1024 * 1024),
    ],
    ids=["exe", "html", "svg", "docm", "page named pdf", "pdf named odt", "empty", "no ending", "too big"],
)
def test_other_documents_are_refused_with_a_reason(client, name, content):
    answer = add(client, name, content)
    assert (answer.status_code, len(answer.context["form"].errors["file"])) == (200, 1)
    assert not Document.objects.exists()


def test_a_deleted_document_takes_its_file_with_it(client, document, django_capture_on_commit_callbacks):
    storage, name = document.file.storage, document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    assert not storage.exists(name)
