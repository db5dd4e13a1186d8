"""What each of Facebook's answers does to the queue (contract section 5), and that no answer lost posts twice."""

import random
from datetime import timedelta

import pytest
from django.core import mail

from api.models import Attempt, Delivery, FacebookPage
from api.outlets import facebook_desk
from api.outlets.facebook import shows
from home.models import Clock
from tests import factories
from tests.api.facebook import again, change, deliver, later, set_up, states, wanted
from tests.conftest import NOW
from tests.fake_graph import PAGE, Failure, FakeGraph

pytestmark = pytest.mark.django_db

WAITS = (4, 17, 32, 341, 613, 80001)
PERSON = (10, 200, 210, 283, 299, 368)
RETRIES = (1, 2)
BUSY = {"X-Business-Use-Case-Usage": '{"1000":[{"type":"pages","estimated_time_to_regain_access":7}]}'}


@pytest.fixture
def graph(settings):
    factories.person("審核", email="reviewer@example.org")
    factories.person("編輯", email="editor@example.org")
    with FakeGraph() as graph:
        set_up(settings, graph)
        yield graph


def letters():
    """(to, subject) of every letter."""
    return [(*one.to, one.subject) for one in mail.outbox]


@pytest.mark.parametrize("code", WAITS)
@pytest.mark.parametrize(
    ("headers", "minutes"), [({}, 15), ({"Retry-After": "120"}, 2), (BUSY, 7), ({"X-App-Usage": "no JSON"}, 15)]
)
def test_told_to_wait_the_whole_queue_waits_as_told_and_nothing_is_lost(graph, frozen_time, code, headers, minutes):
    posts = [wanted(factories.event(title=f"活動{number}")) for number in range(2)]
    graph.fail("feed", code=code, status=403, headers=headers)

    deliver()
    frozen_time.shift(timedelta(minutes=minutes, seconds=-1))
    deliver()
    assert (graph.kinds(), [again(one).state for one in posts]) == (["feed"], ["queued", "queued"])
    frozen_time.shift(timedelta(seconds=1))
    deliver()

    assert (len(graph.posts), [again(one).state for one in posts]) == (2, ["posted", "posted"])
    assert Delivery.objects.order_by("pk").values_list("attempts", flat=True)[0] == 1
    assert letters() == []


@pytest.mark.parametrize("code", [190, 102])
@pytest.mark.parametrize("kind", ["feed", "edit", "delete"])
def test_a_refused_token_pauses_the_queue_and_alarms_staff_once(graph, frozen_time, settings, code, kind):
    page = factories.event()
    post = wanted(page)
    if kind != "feed":
        deliver()
        change(page, title="改名") if kind == "edit" else page.unpublish()
    before = len(graph.calls)
    graph.everything = Failure(code=code)

    deliver()
    wanted(factories.event(title="另一場"))
    later(frozen_time)

    assert len(graph.calls) == before + 1
    assert FacebookPage.now().paused_at is not None
    [(to, subject)] = letters()
    assert (to, "權杖" in subject) == ("reviewer@example.org", True)

    graph.everything = None
    settings.FACEBOOK_PAGE_TOKEN = graph.token = "a new token"
    deliver()
    deliver()

    assert FacebookPage.now().paused_at is None
    assert [state for _event, state in states()].count("waiting") == 0
    assert again(post).state == ("taken_down" if kind == "delete" else "posted")


def test_staff_may_have_a_paused_queue_tried_again(graph):
    wanted(factories.event())
    graph.fail("feed", code=190)
    deliver()
    deliver()
    assert graph.kinds() == ["feed"]

    facebook_desk.resume(Clock.now())
    deliver()

    assert (graph.kinds(), len(graph.posts)) == (["feed", "feed"], 1)


@pytest.mark.parametrize("code", PERSON)
def test_what_needs_a_person_is_given_to_staff_and_holds_up_nothing(graph, code):
    post, other = wanted(factories.event()), wanted(factories.event(title="另一場"))
    graph.fail("feed", code=code, status=403)

    deliver()

    post = again(post)
    assert (post.state, post.error, again(other).state) == ("person", f"({code}) scripted", "posted")
    assert states() == [("event.published", "dead"), ("event.published", "delivered")]
    [(to, _subject)] = letters()
    assert to == "reviewer@example.org"

    facebook_desk.try_again(post, Clock.now())
    deliver()

    assert (again(post).state, again(post).error, len(graph.posts)) == ("posted", "", 2)


@pytest.mark.parametrize("code", PERSON)
def test_a_post_that_cannot_be_deleted_is_a_to_do_with_its_address(graph, code):
    event = factories.event()
    post = wanted(event)
    deliver()
    graph.fail("delete", code=code, status=403)

    event.unpublish()
    deliver()

    post = again(post)
    assert (post.state, post.permalink) == ("take_down", f"https://www.facebook.com/{PAGE}/posts/1")
    [letter] = mail.outbox
    assert letter.to == ["reviewer@example.org"]
    assert post.permalink in letter.body


@pytest.mark.parametrize("code", RETRIES)
@pytest.mark.parametrize("kind", ["feed", "edit", "delete", "recent"])
def test_a_passing_failure_is_tried_again(graph, frozen_time, code, kind):
    event = factories.event()
    post = wanted(event)
    if kind in {"edit", "delete"}:
        deliver()
        change(event, title="改名") if kind == "edit" else event.unpublish()
    if kind == "recent":
        graph.fail("feed", lost="before")
    graph.fail(kind, code=code, status=500)

    deliver()
    assert states()[-1][1] == "waiting"
    later(frozen_time)

    assert states()[-1][1] == "delivered"
    assert (again(post).state, len(graph.posts)) == (("taken_down", 0) if kind == "delete" else ("posted", 1))
    assert letters() == []


def test_a_failure_that_does_not_pass_is_given_to_staff(graph, frozen_time):
    post = wanted(factories.event())
    graph.everything = Failure(code=2, status=500)

    later(frozen_time, rounds=20, by=timedelta(hours=8))

    assert (again(post).state, states(), len(letters())) == ("person", [("event.published", "dead")], 1)


def test_a_withdrawal_that_keeps_failing_is_asked_of_staff_early_and_still_tried(graph, frozen_time):
    event = factories.event()
    post = wanted(event)
    deliver()
    event.unpublish()
    graph.everything = Failure(code=2, status=500)

    later(frozen_time, rounds=4, by=timedelta(minutes=6))
    assert (len(letters()), again(post).state, states()[-1][1]) == (1, "take_down", "waiting")

    later(frozen_time, rounds=20, by=timedelta(hours=25))
    graph.everything = None
    later(frozen_time, rounds=2, by=timedelta(hours=27))
    assert (len(letters()), again(post).state, graph.posts) == (1, "taken_down", {})


def test_506_adopts_the_post_that_is_there_and_brings_it_up_to_date(graph, frozen_time):
    event = factories.event(title="返鄉座談", slug="talk")
    frozen_time.shift(-timedelta(days=40))
    there = graph.put("舊的文字", "https://hub.example.org/events/talk/")
    frozen_time.shift(timedelta(days=40))
    graph.put("別的活動", "https://hub.example.org/events/talk/more/")
    post = wanted(event)
    graph.fail("feed", code=506)

    deliver()

    assert (again(post).post_id, again(post).state) == (there.id, "posted")
    assert there.message.startswith("返鄉座談")
    event.unpublish()
    deliver()
    assert [one.link for one in graph.posts.values()] == ["https://hub.example.org/events/talk/more/"]


def test_506_without_a_post_to_be_found_needs_a_person(graph):
    post = wanted(factories.event())
    graph.put("別人的", f"{factories.home().web_url}events/", by="2000")
    graph.fail("feed", code=506)

    deliver()

    assert (again(post).state, states()) == ("person", [("event.published", "dead")])


def test_no_two_items_share_a_post(graph):
    first, second = factories.event(title="甲", slug="a"), factories.event(title="乙", slug="b")
    there = graph.put("https://hub.example.org/events/a/ https://hub.example.org/events/b/")
    graph.fail("feed", times=2, code=506)
    posts = [wanted(first), wanted(second)]

    deliver()

    assert [again(one).post_id for one in posts] == [there.id, ""]


@pytest.mark.parametrize(
    ("message", "is_shown"),
    [
        ("看這裡 https://hub.example.org/events/a/", True),
        ("https://hub.example.org/events/a/?utm_source=facebook", True),
        ("https://hub.example.org/events/a/\n第二行", True),
        ("https://hub.example.org/events/a/b/", False),
        ("https://hub.example.org/events/aa/", False),
        ("http://hub.example.org/events/a/", False),
        ("", False),
    ],
)
def test_a_link_is_told_from_a_longer_one(message, is_shown):
    assert shows({"message": message}, "https://hub.example.org/events/a/") is is_shown


@pytest.mark.parametrize(
    "failure",
    [
        {"code": 100, "status": 400},
        {"code": 0, "body": b"<html>", "status": 400},
        {"code": 0, "body": b"[]", "status": 418},
    ],
)
def test_a_refusal_nobody_has_told_us_of_needs_a_person(graph, failure):
    post = wanted(factories.event())
    graph.fail("feed", **failure)

    deliver()

    assert again(post).state == "person"


@pytest.mark.parametrize("failure", [{"body": b"{", "status": 200}, {"body": b"<html>", "status": 502}])
def test_an_answer_that_cannot_be_read_is_no_answer(graph, frozen_time, failure):
    post = wanted(factories.event())
    graph.fail("feed", **failure)

    deliver()
    later(frozen_time, rounds=1)

    assert (graph.kinds(), again(post).state, len(graph.posts)) == (["feed", "recent", "feed"], "posted", 1)


def test_in_200_runs_with_the_answer_lost_nothing_is_posted_twice(graph, frozen_time):
    chance = random.Random(506)
    lost = {"before": 0, "after": 0}
    for run in range(200):
        event = factories.event(title=f"第{run}場", slug=f"run-{run}")
        post = wanted(event, form=chance.choice(["link", "link", "picture"]))
        for _time in range(chance.randint(1, 3)):
            how = chance.choice(["before", "after", "after"])
            lost[how] += 1
            graph.fail("feed", lost=how)
        if chance.random() < 0.3:
            graph.fail("recent", **chance.choice([{"code": 2, "status": 500}, {"lost": "before"}]))
        later(frozen_time, rounds=6, by=timedelta(minutes=chance.choice([1, 7, 45])))
        if chance.random() < 0.3:
            change(event, title=f"第{run}場改名")
        later(frozen_time, rounds=8, by=timedelta(hours=3))
        graph.script.clear()
        later(frozen_time, rounds=2, by=timedelta(hours=30))
        link = f"https://hub.example.org/events/run-{run}/"
        assert (run, [one.id for one in graph.showing(link)]) == (run, [again(post).post_id])

    print(f"200 runs, answers lost: {lost}")  # noqa: T201 - the figure
    assert len(graph.posts) == 200
    assert lost["after"] > 150


def test_withdrawn_while_nobody_knows_whether_it_was_posted_it_is_looked_for_and_deleted(graph, frozen_time):
    event = factories.event()
    post = wanted(event)
    graph.fail("feed", lost="after")
    deliver()
    assert (len(graph.posts), again(post).post_id) == (1, "")

    event.unpublish()
    deliver()

    assert (graph.posts, again(post).state) == ({}, "taken_down")


def test_a_post_that_may_still_appear_is_looked_for_again_before_it_counts_as_gone(graph, frozen_time):
    event = factories.event(slug="late")
    post = wanted(event)
    graph.fail("feed", lost="before")
    deliver()
    event.unpublish()
    deliver()
    assert again(post).state == "take_down"

    graph.put("遲到的貼文", "https://hub.example.org/events/late/")
    later(frozen_time, rounds=1, by=timedelta(seconds=30))

    assert (graph.posts, again(post).state) == ({}, "taken_down")


def test_every_try_is_logged_without_the_token(graph):
    wanted(factories.event(title="返鄉座談"))
    graph.fail("feed", code=2, status=500)
    deliver()

    [attempt] = Attempt.objects.all()
    assert (attempt.status, attempt.error, attempt.at) == (500, "(2) scripted", NOW)
    assert "返鄉座談" in attempt.answer
    assert graph.token not in f"{attempt.sent}{attempt.answer}{attempt.error}"


def test_a_letter_is_one_line_of_subject_whatever_a_title_says(graph):
    post = wanted(factories.event(title="改\u2028行\n標題 https://evil.example"))
    graph.fail("feed", code=200, status=403)
    deliver()

    assert again(post).state == "person"
    [(_to, subject)] = letters()
    assert "\n" not in subject
    assert mail.EmailMessage(subject).message()["Subject"]
