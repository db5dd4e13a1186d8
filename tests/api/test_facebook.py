"""The Facebook page follows what is public and wanted there: posted, changed, taken down."""

from datetime import timedelta

import pytest

from api.models import Post
from home.visibility import ALL_CHANNELS, Channel
from showcase.models import StoryPage
from tests import factories
from tests.api.facebook import again, change, choose, deliver, set_up, states, wanted
from tests.conftest import NOW
from tests.fake_graph import PAGE, FakeGraph
from tests.showcase.stories import agree, coauthor, draft, published, with_photo, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def graph(settings):
    with FakeGraph() as graph:
        set_up(settings, graph)
        yield graph


def test_an_item_staff_chose_is_posted_with_the_bureaus_words_before_its_own(graph):
    event = factories.event(title="返鄉座談", summary="一起聊聊。", place="大溪老街", slug="talk")
    post = wanted(event, lead_in="這個週末，來大溪！")

    assert deliver() == 1

    [standing] = graph.posts.values()
    when = "115年3月9日（一）10:00"
    assert standing.message == f"這個週末，來大溪！\n\n返鄉座談\n\n{when}\n大溪老街\n\n一起聊聊。"
    assert standing.link == "https://hub.example.org/events/talk/"
    post = again(post)
    assert (post.state, post.post_id, post.permalink, post.posted_at, post.error) == (
        *("posted", f"{PAGE}_1", standing.permalink, NOW),
        "",
    )


def test_what_nobody_chose_is_never_posted(graph):
    change(factories.event(), title="改名").unpublish()

    assert (deliver(), states(), graph.calls) == (0, [], [])


def test_what_is_chosen_before_it_is_public_is_posted_once_it_is(graph):
    event = factories.event(live=False)
    wanted(event)
    deliver()
    assert graph.posts == {}

    event.save_revision().publish()
    deliver()

    assert (len(graph.posts), states()) == (1, [("event.published", "delivered")])


def test_a_storys_own_words_are_posted_unchanged_and_with_whose_they_are(graph):
    text = "我們清了一段河岸。\n\n下次還要去：#淨溪 @大家 <3"
    paragraphs = text.replace("\n\n", "\n")
    story = published(made=draft(title="河邊的一天", text=text))

    wanted(story.page, lead_in="青年創生故事")
    deliver()

    [standing] = graph.posts.values()
    lead_in, title, *own, whose = standing.message.split("\n\n")
    assert (lead_in, title, "\n\n".join(own), whose) == ("青年創生故事", "河邊的一天", paragraphs, "圖文／示範團隊")


def test_a_story_not_everyone_allowed_on_facebook_is_not_posted(graph):
    story = published(people=[coauthor(1)])
    agree(story.parties[1], ALL_CHANNELS ^ Channel.FACEBOOK)
    post = wanted(story.page)

    deliver()

    assert (graph.posts, states(), again(post).state) == ({}, [], "none")


def test_an_edit_changes_the_words_and_has_the_card_made_anew(graph):
    event = factories.event(title="返鄉座談", slug="talk")
    wanted(event)
    deliver()

    change(event, title="返鄉長談")
    deliver()

    [standing] = graph.posts.values()
    assert standing.message.startswith("返鄉長談\n\n")
    assert (graph.kinds(), graph.scraped) == (["feed", "edit", "scrape"], ["https://hub.example.org/events/talk/"])


def test_a_change_that_leaves_the_words_alone_only_has_the_card_made_anew(graph):
    event = factories.event()
    wanted(event)
    deliver()

    change(event, online_url="https://example.org/")
    deliver()

    assert graph.kinds() == ["feed", "scrape"]


def test_a_new_lead_in_changes_the_post(graph):
    event = factories.event(title="返鄉座談")
    wanted(event, lead_in="快來")
    deliver()

    wanted(event, lead_in="還有名額")
    deliver()

    [standing] = graph.posts.values()
    assert standing.message.startswith("還有名額\n\n返鄉座談")


def test_many_changes_at_once_are_one(graph):
    event = factories.event()
    wanted(event)
    for number in range(4):
        change(event, title=f"第{number}版")

    deliver()

    assert graph.kinds() == ["feed"]
    assert [state for _event, state in states()] == [*["superseded"] * 4, "delivered"]


@pytest.mark.parametrize("form", ["link", "picture"])
def test_withdrawal_deletes_the_post(graph, form):
    story = with_photo(people=[coauthor(1)])
    post = wanted(story.page, form=form)
    deliver()
    assert len(graph.posts) == 1

    withdraw(story.author)
    assert again(post).state == "take_down"
    deliver()

    assert (graph.posts, graph.photos) == ({}, {})
    assert graph.scraped == [story.page.web_url]
    post = again(post)
    assert (post.state, post.taken_down_at, post.post_id, post.wanted) == ("taken_down", NOW, "", True)


def test_what_was_deleted_on_facebook_already_counts_as_taken_down(graph):
    event = factories.event()
    post = wanted(event)
    deliver()
    graph.posts.clear()

    event.unpublish()
    deliver()

    assert (again(post).state, states()[-1]) == ("taken_down", ("event.withdrawn", "delivered"))


def test_losing_the_channel_alone_deletes_the_post(graph):
    story = published(people=[coauthor(1)])
    wanted(story.page)
    deliver()

    agree(story.parties[1], ALL_CHANNELS ^ Channel.FACEBOOK)
    deliver()

    assert graph.posts == {}
    assert StoryPage.objects.get().hidden_because(Channel.SITE, NOW) is None


def test_an_item_withdrawn_before_it_was_posted_is_not_posted(graph):
    event = factories.event()
    wanted(event)
    event.unpublish()

    deliver()

    assert (graph.calls, Post.objects.get().state) == ([], "none")


def test_staff_take_a_post_down_by_no_longer_wanting_it(graph):
    event = factories.event()
    post = wanted(event)
    deliver()

    choose(event, wanted=False)
    deliver()
    change(event, title="改名")
    deliver()

    assert (graph.posts, again(post).state) == ({}, "taken_down")


def test_what_comes_back_is_posted_anew(graph, frozen_time):
    event = factories.event()
    post = wanted(event)
    deliver()
    event.unpublish()
    deliver()
    frozen_time.shift(timedelta(hours=1))

    change(event)
    deliver()

    [standing] = graph.posts.values()
    assert (again(post).post_id, again(post).state) == (standing.id, "posted")


def test_withdrawn_and_back_at_once_the_old_post_goes_before_the_new_one_comes(graph):
    event = factories.event()
    wanted(event)
    deliver()
    event.unpublish()
    change(event)

    deliver()

    assert [kind for kind in graph.kinds() if kind in {"feed", "delete"}] == ["feed", "delete", "feed"]
    assert len(graph.posts) == 1


def test_a_picture_is_uploaded_unseen_and_then_attached_with_the_link_in_the_words(graph):
    image = factories.image(description="河邊的人")
    event = factories.event(image=image, slug="talk")
    wanted(event, form="picture")

    deliver()

    [standing] = graph.posts.values()
    [(content, alt)] = graph.photos.values()
    assert (content[:3], alt, len(standing.photos), standing.link) == (b"\xff\xd8\xff", "河邊的人", 1, "")
    assert standing.message.endswith("\n\nhttps://hub.example.org/events/talk/")


def test_another_picture_is_another_post(graph):
    event = factories.event(image=factories.image())
    wanted(event, form="picture")
    deliver()

    change(event, image=factories.image(title="另一張"))
    deliver()

    assert [kind for kind in graph.kinds() if kind in {"feed", "delete"}] == ["feed", "delete", "delete", "feed"]
    assert (len(graph.posts), len(graph.photos)) == (1, 1)


def test_a_post_somebody_removed_on_facebook_is_not_posted_anew(graph):
    event = factories.event()
    post = wanted(event)
    deliver()
    graph.posts.clear()

    change(event, title="改名")
    deliver()
    change(event, title="再改名")
    deliver()

    assert (graph.posts, again(post).state, again(post).wanted) == ({}, "taken_down", False)
