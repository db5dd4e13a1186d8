"""Stories in the admin: what staff may file, what stays the team's, and every door Wagtail opens besides."""

import json

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import rich_text, streamfield

from home.models import Clock, User
from home.visibility import Channel
from showcase.flows.handing_in import hand_in
from showcase.models import AppearanceIndexPage, Party, StoryIndexPage, StoryPage
from tests import factories
from tests.showcase.editorial import approve, approved, cleared, form_of, photographed, rewritten, save, staff
from tests.showcase.stories import agree, coauthor, handed_in

pytestmark = pytest.mark.django_db


def public(page):
    return StoryPage.objects.visible(Channel.SITE, Clock.now()).filter(pk=page.pk).exists()


def test_a_reviewer_files_a_live_story_anew_and_publishes_it_without_new_consent():
    story, reviewer = approved(), staff()
    before = story.page.content_hash

    save(reviewer, story.page, summary="一句話介紹", slug="river-day", **{"action-publish": "1"})

    page = story.page
    assert (page.summary, page.slug, page.content_hash) == ("一句話介紹", "river-day", before)
    assert public(page)
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").latest("pk").user is not None


def test_an_editor_files_a_live_story_anew_and_the_review_passes_as_it_is_still_cleared():
    story, editor, reviewer = approved(), staff("編輯"), staff()
    save(editor, story.page, summary="一句話介紹", **{"action-publish": "1"})
    assert story.page.summary == ""

    save(editor, story.page, summary="一句話介紹", **{"action-submit": "1"})
    approve(reviewer, story.page)

    assert (story.page.summary, public(story.page)) == ("一句話介紹", True)


def test_a_story_that_was_never_live_is_published_by_nobody_directly():
    story = cleared()

    save(staff("管理"), story.page, **{"action-publish": "1"})

    assert not story.page.live


def publish_in_form(editor, page):
    save(editor, page, **{"action-publish": "1"})


def publish_in_bulk(editor, page):
    editor.client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={page.pk}")


def publish_list_in_bulk(editor, page):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    editor.client.post(f"{url}?id={page.get_parent().pk}", {"include_descendants": "on"})


def publish_by_api(editor, page):
    editor.client.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"]), "{}", "application/json")


def publish_reverted(editor, page):
    revision = page.get_latest_revision()
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision.pk])
    data = editor.form(url, id="page-edit-form")
    data["action-publish"], data["revision"] = "1", str(revision.pk)
    editor.client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), dict(data.lists()))


PUBLISHING = (publish_in_form, publish_in_bulk, publish_list_in_bulk, publish_by_api, publish_reverted)


@pytest.mark.parametrize("door", PUBLISHING)
def test_no_door_puts_an_uncleared_version_in_the_place_of_the_live_one(door):
    story = rewritten(approved())
    before = story.page.content_hash

    door(staff("管理"), story.page)

    assert story.page.content_hash == before
    assert public(story.page)


@pytest.mark.parametrize("door", PUBLISHING)
def test_no_door_publishes_a_story_past_its_review(door):
    story = cleared()

    door(staff("管理"), story.page)

    assert not story.page.live


def copied(editor, page):
    url = reverse("wagtailadmin_pages:copy", args=[page.pk])
    data = {"new_title": "副本", "new_slug": "copy", "new_parent_page": page.get_parent().pk, "publish_copies": "on"}
    editor.client.post(url, data)


def copied_as_alias(editor, page):
    url = reverse("wagtailadmin_pages:copy", args=[page.pk])
    data = {"new_title": "副本", "new_slug": "copy", "new_parent_page": page.get_parent().pk, "alias": "on"}
    editor.client.post(url, data)


def translated(editor, page):
    english = factories.index(StoryIndexPage, "en").locale
    url = reverse("simple_translation:submit_page_translation", args=[page.pk])
    editor.client.post(url, {"locales": [english.pk]})


def by_api(name, **data):
    def act(editor, page):
        url = reverse("wagtailadmin_api:pages:action", args=[page.pk, name])
        editor.client.post(url, json.dumps(data), "application/json")

    return act


def added(editor, page):
    url = reverse("wagtailadmin_pages:add", args=["showcase", "storypage", page.get_parent().pk])
    assert editor.client.get(url).status_code != 200
    editor.client.post(url, {"title": "新的", "slug": "new", "action-publish": "1"})


MULTIPLYING = {
    "copy": copied,
    "alias": copied_as_alias,
    "translate": translated,
    "copy by API": by_api("copy"),
    "alias by API": by_api("create_alias"),
    "translate by API": by_api("copy_for_translation", locale="en"),
    "add": added,
}


@pytest.mark.parametrize("door", MULTIPLYING.values(), ids=MULTIPLYING)
def test_no_door_makes_a_second_story_of_one(door):
    story = approved()

    door(staff("管理"), story.page)

    assert [page.pk for page in StoryPage.objects.all()] == [story.page.pk]


def test_nothing_about_a_story_offers_to_translate_it_and_the_address_refuses():
    story, event, editor = approved(), factories.event(), staff("管理")
    english = factories.index(StoryIndexPage, "en").locale
    ways = {name: reverse(f"wagtailadmin_{name}", args=[story.page.pk]) for name in ("pages:edit", "explore")}
    ways["list"] = reverse("wagtailadmin_explore", args=[story.page.get_parent().pk])
    offered = {name: editor.client.get(way).content.decode() for name, way in ways.items()}
    of_story, of_event = (
        reverse("simple_translation:submit_page_translation", args=[page.pk]) for page in (story.page, event)
    )

    assert {name for name, html in offered.items() if of_story in html} == set()
    assert of_event in editor.client.get(reverse("wagtailadmin_pages:edit", args=[event.pk])).content.decode()
    answers = editor.client.get(of_story), editor.client.post(of_story, {"locales": [english.pk]})
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, "/cms/")] * 2
    assert "故事的翻譯是新的版本" in editor.client.get("/cms/").content.decode()
    assert editor.client.get(of_event).status_code == 200


def deleted(editor, page):
    editor.client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))


def deleted_in_bulk(editor, page):
    editor.client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={page.pk}")


def deleted_with_its_list(editor, page):
    editor.client.post(reverse("wagtailadmin_pages:delete", args=[page.get_parent().pk]))


def moved(editor, page):
    target = factories.index(StoryIndexPage, "en")
    editor.client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk]))


def moved_in_bulk(editor, page):
    url = f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'move'])}?id={page.pk}"
    editor.client.post(url, {"chooser": factories.index(StoryIndexPage, "en").pk})


LOSING = {
    "delete": deleted,
    "delete in bulk": deleted_in_bulk,
    "delete the list": deleted_with_its_list,
    "delete by API": by_api("delete"),
    "move": moved,
    "move in bulk": moved_in_bulk,
}


@pytest.mark.parametrize("door", LOSING.values(), ids=LOSING)
def test_no_door_loses_a_story_and_its_proof_of_consent(door):
    story = approved()

    door(staff("管理"), story.page)

    assert story.page.get_parent().specific == factories.index(StoryIndexPage)
    assert Party.objects.count() == 1


def test_whoever_reviews_may_unpublish_a_story():
    story = approved()

    staff().act("unpublish", story.page)

    assert not story.page.live


def test_words_media_and_names_sent_past_the_form_change_nothing():
    story = approved(people=[coauthor(1)])
    before = story.page.content_hash
    past_the_form = {
        "title": "換掉的標題",
        "team": "999",
        "credits-TOTAL_FORMS": "0",
        "media-TOTAL_FORMS": "0",
        "media-0-DELETE": "on",
        "content_hash": "0" * 64,
        **{f"body-{name}": value for name, value in streamfield([("text", rich_text("<p>換掉</p>"))]).items()},
    }

    save(staff(), story.page, **past_the_form, **{"action-publish": "1"})

    page = story.page
    assert (page.title, page.content_hash, page.computed_hash()) == ("河邊的一天", before, before)
    assert page.get_latest_revision_as_object().computed_hash() == before
    assert [credit.role for credit in page.credits.all()] == ["author", "coauthor"]


def test_staff_describe_photos_without_new_consent():
    made = photographed("", "兩個人在河邊")
    hand_in(made, made.author, Clock.now())
    made.refresh_from_db()
    page = made.story
    agree(page.parties.get())
    reviewer = staff()
    html = reviewer.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "1 張照片沒有說明" in html
    assert 'href="#media-0"' in html
    approve(reviewer, page)
    before = StoryPage.objects.get().content_hash

    save(reviewer, page, **{"alt-0": "河岸上的垃圾袋", "action-publish": "1"})

    page = StoryPage.objects.get()
    assert [row.alt for row in page.media.all()] == ["河岸上的垃圾袋", "兩個人在河邊"]
    assert (page.content_hash, public(page)) == (before, True)


@pytest.mark.parametrize("model", [StoryIndexPage, AppearanceIndexPage])
def test_stories_and_appearances_stand_in_the_menu(model):
    html = staff("編輯").client.get(reverse("wagtailadmin_home")).content.decode()

    address = reverse("open_list", args=[model._meta.label_lower])
    assert address in html


def test_pages_about_a_story_are_closed_to_whoever_has_no_part_in_it(client):
    story = handed_in()
    client.force_login(story.draft.author)

    for name in ("story_hold", "story_release", "story_evidence", "story_evidence_file", "story_mandates"):
        assert client.get(reverse(name, args=[story.page.pk])).status_code == 403


def test_a_superuser_may_do_what_no_group_may():
    story = cleared()
    root = User.objects.create_superuser("root@example.org")

    assert story.page.permissions_for_user(root).can_publish()
    assert form_of(staff(), story.page)
