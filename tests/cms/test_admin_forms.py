"""The admin's forms over the whole demo: whoever opens one and saves it changes nothing and loses nothing."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.forms import model_to_dict
from django.urls import reverse
from wagtail import blocks
from wagtail.models import get_page_models
from wagtail.rich_text import RichText
from wagtail.snippets.models import get_snippet_models
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from home.models import BasePage, Document, Image, User
from programs.models import EventPage
from tests import factories
from tests.api.editor import Editor
from tests.conftest import NOW
from tests.demo import played, savepoint

pytestmark = pytest.mark.django_db

PAGE_TYPES = [model for model in get_page_models() if issubclass(model, BasePage)]
SNIPPET_TYPES = get_snippet_models()
FILES_AND_PEOPLE = {
    Image: "wagtailimages:edit",
    Document: "wagtaildocs:edit",
    User: "wagtailusers_users:edit",
}
# Names that are the same in Chinese.
NAMES = {"English"}
# How many of a type.
SOME = 3
# What saving a draft is there to change.
KEPT_ELSEWHERE = {"latest_revision", "latest_revision_created_at", "draft_title", "has_unpublished_changes"}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    with played(NOW, tmp_path_factory.mktemp("forms"), django_db_blocker):
        yield


@pytest.fixture
def _django_db_helper(demo):
    """Stands in for pytest-django's: its transaction a test would close the connection the demo lives on."""
    with savepoint():
        yield


def sent(block, value):
    """A block's value as its form field sends it."""
    if isinstance(value, RichText):
        return rich_text(value.source, features=block.features)
    if isinstance(block, blocks.StructBlock):
        return {name: sent(child, value[name]) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        rows = [{"id": row.id, "value": sent(row.block, row.value)} for row in value.bound_blocks]
        return {"count": len(rows), **{str(n): {**row, "order": n, "deleted": ""} for n, row in enumerate(rows)}}
    return value.pk if hasattr(value, "pk") else value


def body(page):
    """The body, which the served form hands to a script, as that script sends it."""
    rows = streamfield([(row.block_type, sent(row.block, row.value)) for row in page.body])
    for number, row in enumerate(page.body):
        rows[str(number)]["id"] = row.id
    return nested_form_data({"body": rows})


def content(item):
    """All that is stored of an item, its text as readers get it: the editor numbers paragraphs, rows and tags anew.

    A session takes kind and programme from its event, whatever it was stored with.
    """
    data = item.serializable_data() if hasattr(item, "serializable_data") else model_to_dict(item)
    kept = {name: value for name, value in data.items() if name not in KEPT_ELSEWHERE}
    kept["tagged_items"] = sorted(row["tag"] for row in kept.get("tagged_items", []))
    if isinstance(item, EventPage):
        kept |= {"kind": item.effective_kind, "program": item.effective_program}
    return kept | {"body": re.sub(r' data-block-key="\w+"', "", str(getattr(item, "body", "")))}


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_an_editor_saves_pages_of_every_type_as_they_were(model):
    writer = factories.person("編輯")
    editor = Editor(writer)
    pages = [page for page in model.objects.filter(alias_of=None) if not page.get_lock()][:SOME]
    assert pages
    for page in pages:
        before = page.get_latest_revision_as_object()
        editor.fill(reverse("wagtailadmin_pages:edit", args=[page.pk]), "page-edit-form", body(before))

        page.refresh_from_db()
        assert page.latest_revision.user == writer
        assert content(page.get_latest_revision_as_object()) == content(before), page.title


def address(item):
    """Where an item that is no page is edited."""
    name = FILES_AND_PEOPLE.get(type(item)) or item.snippet_viewset.get_url_name("edit")
    return reverse(name, args=[item.pk])


def address_of_new(model):
    """Where a new one is added."""
    name = FILES_AND_PEOPLE.get(model)
    return reverse(name.replace("edit", "add") if name else model.snippet_viewset.get_url_name("add"))


@pytest.mark.parametrize("model", [*SNIPPET_TYPES, *FILES_AND_PEOPLE], ids=lambda model: model.__name__)
def test_keepers_save_facts_files_and_accounts_as_they_were(model):
    keeper = factories.person("管理")
    editor = Editor(keeper)
    Document.objects.create(title="附件", file=ContentFile(b"a", "a.txt"))
    factories.person(last_name="林", first_name="示範")
    items = list(model.objects.filter(groups=None) if model is User else model.objects.all())[:SOME]
    assert items
    for item in items:
        before = content(model.objects.get(pk=item.pk))
        url = address(item)
        editor.send(url, dict(editor.form(url, action=url).lists()))

        item.refresh_from_db()
        now = item.get_latest_revision_as_object() if hasattr(item, "get_latest_revision_as_object") else item
        assert content(now) == before


def speech(html):
    """What a form says beside its fields: labels, headings, help."""
    page = BeautifulSoup(html, "html.parser")
    main = page.find("main") or page
    for hidden in main.select("[hidden]"):
        hidden.decompose()
    nodes = main.select("label, legend, h2, .w-field__help, .help, .w-panel__heading, [role=tab], button")
    return {" ".join(node.get_text(" ").split()) for node in nodes}


def english(said):
    """Those that are words and not Chinese ones."""
    return {text for text in said if re.search(r"[A-Za-z]{2}", text) and text.isascii()} - NAMES


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_the_forms_of_pages_speak_chinese(client, model):
    client.force_login(User.objects.create_superuser("root@example.org"))
    page = model.objects.last()
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content
    assert "標題" in html.decode()

    assert english(speech(html)) == set()


@pytest.mark.parametrize("name", ["add", "edit"])
@pytest.mark.parametrize("model", [*SNIPPET_TYPES, *FILES_AND_PEOPLE], ids=lambda model: model.__name__)
def test_the_forms_of_facts_files_and_accounts_speak_chinese(client, model, name):
    client.force_login(User.objects.create_superuser("root@example.org"))
    Document.objects.create(title="附件", file=ContentFile(b"a", "a.txt"))
    item = next(item for item in model.objects.all() if not str(item).isascii() or model is User)
    url = address(item) if name == "edit" else address_of_new(model)

    assert english(speech(client.get(url).content)) == set()
