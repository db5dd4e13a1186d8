"""Staff and the Facebook page in the admin: the panel in the editor, and the compose kit where there is no token."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from api.models import FacebookPage, Post
from api.outlets.facebook_queue import deliver_facebook
from tests import factories
from tests.api.editor import Editor
from tests.api.facebook import again, change, choose, deliver, set_up, states, wanted
from tests.conftest import NOW
from tests.fake_graph import FakeGraph
from tests.showcase.editorial import approved
from tests.showcase.stories import published, with_photo, withdraw

pytestmark = pytest.mark.django_db

PERMALINK = "https://www.facebook.com/qingju/posts/123"


@pytest.fixture
def editor():
    return Editor(factories.person("審核", email="reviewer@example.org"))


def keep(editor, page, *, wanted=True, lead_in="", form="link", status=200):
    data = {"facebook-lead_in": lead_in, "facebook-form": form} | ({"facebook-wanted": "on"} if wanted else {})
    return editor.send(reverse("facebook_choice", args=[page.pk]), data, status)


def panel(editor, page):
    answer = editor.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    return BeautifulSoup(answer.content, "html.parser").find(attrs={"data-facebook": True})


def kit(editor, post):
    return BeautifulSoup(editor.client.get(reverse("facebook_post", args=[post.pk])).content, "html.parser")


def act(editor, post, name, status=302, **data):
    return editor.send(reverse("facebook_post", args=[post.pk]), {"act": name, **data}, status)


def queue(editor):
    """The titles in each list of the queue, by its heading."""
    page = BeautifulSoup(editor.client.get(reverse("facebook")).content, "html.parser")
    return {
        one.h2.get_text(strip=True): [row.get_text(strip=True) for row in one.select("tbody th")]
        for one in page.select(".facebook-list")
    }


def test_the_panel_keeps_the_choice_and_shows_the_words_and_the_card(editor):
    event = factories.event(title="返鄉座談", summary="一起聊聊。", image=factories.image(description="河邊的人"))
    assert "不在粉絲專頁上" in panel(editor, event).get_text()

    answer = keep(editor, event, lead_in="快來！")

    [post] = Post.objects.all()
    assert (post.wanted, post.lead_in, post.state, post.by.email) == (True, "快來！", "queued", "reviewer@example.org")
    for shown in (BeautifulSoup(answer.content, "html.parser"), panel(editor, event)):
        assert shown.select_one(".facebook__words").text.startswith("快來！\n\n返鄉座談\n\n115年3月9日（一）10:00")
        card = shown.select_one(".facebook__card")
        assert (card.strong.text, card.small.text, card.span.text) == ("返鄉座談", "hub.example.org", "一起聊聊。")
        assert card.img["alt"] == "河邊的人"
        assert shown.find(attrs={"type": "checkbox"}).has_attr("checked")


def test_the_panels_fields_are_no_part_of_the_pages_form(editor):
    event = factories.event()

    names = {one["name"]: one.get("form") for one in panel(editor, event).find_all(attrs={"name": True})}

    assert names == dict.fromkeys(("facebook-wanted", "facebook-lead_in", "facebook-form"), "facebook-choice")


def test_a_lead_in_that_is_too_long_is_refused_and_handed_back(editor):
    event = factories.event()

    answer = keep(editor, event, lead_in="導" * 231)

    assert "導" * 231 in answer.content.decode()
    assert Post.objects.count() == 0


def test_a_draft_is_previewed_as_it_would_be_posted(editor):
    event = factories.event(live=False, title="還沒公開", starts_at=NOW)

    keep(editor, event, lead_in="快來！")

    shown = panel(editor, event)
    assert shown.select_one(".facebook__words").text.startswith("快來！\n\n還沒公開")
    assert "發布後就會貼出" in shown.get_text()
    assert states() == []


@pytest.mark.parametrize("form", ["link", "picture"])
def test_a_storys_preview_shows_its_photo_and_its_own_words(editor, form):
    story = with_photo()

    keep(editor, story.page, form=form)

    shown = panel(editor, story.page)
    assert shown.img["src"].startswith("/stories/media/")
    assert "我們清了一段河岸。" in shown.select_one(".facebook__words").text
    assert bool(shown.select_one(".facebook__card p")) == (form == "link")


def test_a_story_held_or_not_allowed_on_facebook_says_why_it_is_not_posted(editor):
    story = published()
    withdraw(story.author)

    keep(editor, story.page)

    assert "尚未全體同意放上臉書" in panel(editor, story.page).get_text()
    assert states() == []


@pytest.mark.parametrize(("group", "status"), [("編輯", 302), (None, 403)])
def test_who_may_not_publish_an_item_may_not_post_it(group, status):
    event = factories.event()
    post = wanted(event)
    person = Editor(factories.person(*filter(None, [group])))

    answers = [
        person.client.post(reverse("facebook_choice", args=[event.pk]), {"facebook-lead_in": "x"}),
        person.client.post(reverse("facebook_post", args=[post.pk]), {"act": "taken_down"}),
        person.client.post(reverse("facebook")),
        person.client.get(reverse("facebook_post", args=[post.pk])),
        person.client.get(reverse("facebook")),
    ]

    assert {one.status_code for one in answers} == {status}
    assert (again(post).lead_in, again(post).wanted, again(post).state) == ("", True, "queued")


def test_an_editor_sees_the_preview_without_the_choice():
    event = factories.event()

    shown = panel(Editor(factories.person("編輯")), event)

    assert shown.select_one(".facebook__words")
    assert shown.find(attrs={"data-facebook-keep": True}) is None


def test_a_story_is_posted_by_who_may_publish_what_is_live_of_it(editor):
    story = approved()

    keep(editor, story.page)

    assert Post.objects.get().state == "queued"


def test_pages_that_are_on_the_site_only_have_no_panel_and_take_no_choice(editor):
    home = factories.home()

    assert panel(editor, home) is None
    assert editor.client.post(reverse("facebook_choice", args=[home.pk]), {}).status_code in {302, 403}
    assert Post.objects.count() == 0


def test_by_hand_from_the_kit_to_the_page_and_down_again(editor):
    event = factories.event(title="返鄉座談", slug="talk", image=factories.image(description="河邊的人"))
    keep(editor, event, lead_in="快來！")
    deliver()
    [post] = Post.objects.all()
    assert (queue(editor), states()) == ({"待張貼（1）": ["返鄉座談"]}, [("event.published", "waiting")])

    shown = kit(editor, post)
    assert shown.find(id="kit-words").text.strip().startswith("快來！")
    link = "https://hub.example.org/events/talk/?utm_source=facebook&utm_medium=page&utm_campaign=event"
    assert (shown.find(id="kit-link")["value"], shown.find(id="kit-alt")["value"]) == (link, "河邊的人")
    picture = shown.find("a", attrs={"download": True})["href"]
    assert editor.client.get(picture.removeprefix("https://hub.example.org"))["Content-Type"] == "image/jpeg"

    act(editor, post, "posted", permalink=PERMALINK)
    post = again(post)
    assert (post.state, post.permalink, post.posted_at, post.by.email) == (
        *("posted", PERMALINK, NOW),
        "reviewer@example.org",
    )
    assert (states(), queue(editor)) == ([("event.published", "delivered")], {"在粉絲專頁上（1）": ["返鄉座談"]})
    assert panel(editor, event).find("a", href=PERMALINK)

    event.unpublish()
    deliver()
    deliver()
    assert queue(editor) == {"待撤下（1）": ["返鄉座談"]}
    [letter] = mail.outbox
    assert (letter.to, PERMALINK in letter.body) == (["reviewer@example.org"], True)
    assert kit(editor, post).find("a", href=PERMALINK)

    act(editor, post, "taken_down")
    assert (again(post).state, again(post).taken_down_at, queue(editor)) == ("taken_down", NOW, {})
    assert states()[-1] == ("event.withdrawn", "delivered")


def test_changed_words_are_asked_for_by_hand_and_other_changes_are_not(editor):
    event = factories.event(title="返鄉座談")
    keep(editor, event)
    [post] = Post.objects.all()
    act(editor, post, "posted", permalink=PERMALINK)

    change(event, online_url="https://example.org/")
    deliver()
    assert (queue(editor), states()[-1]) == ({"在粉絲專頁上（1）": ["返鄉座談"]}, ("event.rescheduled", "delivered"))
    change(event, title="返鄉長談")
    deliver()
    assert queue(editor) == {"文字已更新（1）": ["返鄉長談"]}

    act(editor, post, "posted", permalink=PERMALINK)
    deliver()
    assert queue(editor) == {"在粉絲專頁上（1）": ["返鄉長談"]}


def test_withdrawn_while_a_person_was_posting_it_has_to_go_at_once(editor):
    event = factories.event()
    keep(editor, event)
    [post] = Post.objects.all()
    event.unpublish()

    act(editor, post, "posted", permalink=PERMALINK)

    assert again(post).state == "take_down"


@pytest.mark.parametrize(
    "address", ["", "https://example.org/posts/1", "http://www.facebook.com/a", "javascript:alert(1)", "文字"]
)
def test_only_an_address_on_facebook_is_taken_for_a_post(editor, address):
    event = factories.event()
    keep(editor, event)
    [post] = Post.objects.all()

    act(editor, post, "posted", status=200, permalink=address)

    assert (again(post).state, again(post).permalink) == ("queued", "")


def test_no_longer_wanted_before_anybody_posted_it_asks_nothing_of_anybody(editor):
    event = factories.event()
    keep(editor, event)

    keep(editor, event, wanted=False)
    deliver()

    assert (queue(editor), states()) == ({}, [("event.published", "superseded")])


def test_no_longer_wanted_what_was_posted_by_hand_is_a_to_do(editor):
    event = factories.event(title="返鄉座談")
    keep(editor, event)
    [post] = Post.objects.all()
    act(editor, post, "posted", permalink=PERMALINK)

    keep(editor, event, wanted=False)

    assert queue(editor) == {"待撤下（1）": ["返鄉座談"]}


def test_a_to_do_outlives_its_page(editor):
    event = factories.event(title="返鄉座談")
    keep(editor, event)
    [post] = Post.objects.all()
    act(editor, post, "posted", permalink=PERMALINK)

    event.delete()

    assert queue(editor) == {"待撤下（1）": [str(post.uid)]}
    act(editor, post, "taken_down")
    assert queue(editor) == {}


def test_with_a_token_at_last_the_queue_posts_what_waited_and_deletes_what_people_posted(editor, settings):
    by_hand, waiting = factories.event(title="手動", slug="by-hand"), factories.event(title="等待")
    keep(editor, by_hand)
    act(editor, Post.objects.get(), "posted", permalink=PERMALINK)
    wanted(waiting)
    with FakeGraph() as graph:
        graph.put("手動\nhttps://hub.example.org/events/by-hand/?utm_source=facebook")
        set_up(settings, graph)
        by_hand.unpublish()

        deliver()

        assert [one.message.splitlines()[0] for one in graph.posts.values()] == ["等待"]


def test_posted_by_hand_and_not_to_be_found_stays_a_to_do(editor, settings):
    event = factories.event(title="返鄉座談")
    keep(editor, event)
    act(editor, Post.objects.get(), "posted", permalink=PERMALINK)
    with FakeGraph() as graph:
        set_up(settings, graph)
        event.unpublish()

        deliver()

    assert queue(editor) == {"待撤下（1）": ["返鄉座談"]}
    assert PERMALINK in mail.outbox[0].body


def test_what_facebook_refuses_is_shown_with_its_tries_and_tried_again(editor, settings):
    event = factories.event(title="返鄉座談")
    with FakeGraph() as graph:
        set_up(settings, graph)
        post = wanted(event)
        graph.fail("feed", code=200, status=403)
        deliver()
        assert queue(editor) == {"需要人處理（1）": ["返鄉座談"]}
        shown = kit(editor, post)
        assert "(200) scripted" in shown.get_text()

        act(editor, post, "again")
        deliver()

        assert queue(editor) == {"在粉絲專頁上（1）": ["返鄉座談"]}


def test_a_paused_queue_says_so_and_goes_on_when_asked(editor, settings):
    with FakeGraph() as graph:
        set_up(settings, graph)
        wanted(factories.event())
        graph.fail("feed", code=190)
        deliver()
        page = editor.client.get(reverse("facebook")).content.decode()
        assert ("(190) scripted" in page, "佇列已暫停" in mail.outbox[0].body) == (True, True)

        editor.send(reverse("facebook"))
        deliver_facebook(timezone.now())

    assert (FacebookPage.now().paused_at, Post.objects.get().state) == (None, "posted")


def test_the_queue_takes_as_many_queries_for_three_as_for_one(editor, django_assert_max_num_queries):
    choose(factories.event(), wanted=True)
    editor.client.get(reverse("facebook"))
    with django_assert_max_num_queries(40) as one:
        editor.client.get(reverse("facebook"))
    for number in range(2):
        choose(factories.event(title=f"活動{number}"), wanted=True)
    with django_assert_max_num_queries(40) as three:
        editor.client.get(reverse("facebook"))

    assert len(three) == len(one)
