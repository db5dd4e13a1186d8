"""Who gets in at the story desk, what a lost session gives back, and what every answer carries."""

from uuid import uuid4

import pytest
from django.test import Client

from showcase.models import StoryDraft
from showcase.vocabularies import PartyRole
from tests.showcase import stories
from tests.showcase.desk import at, member, step, words

pytestmark = pytest.mark.django_db
QUERIES = 16
GETS = ("", "words/", "media/", "people/", "license/", "withdraw/", "throw-away/")
POSTS = ("words/", "files/", "media/", "people/", "license/", "author/", "withdraw/", "throw-away/")


def asked(draft):
    """Every address of a draft and its parties, with how it is asked for."""
    pk = draft.story.parties.exclude(role=PartyRole.AUTHOR).first().pk if draft.story else 1
    parties = (f"parties/{pk}/again/", f"parties/{pk}/address/", f"parties/{pk}/take-out/")
    return [("get", one) for one in GETS] + [("post", one) for one in (*POSTS, *parties)]


def test_another_teams_story_and_one_that_never_was_are_404_alike():
    story = stories.handed_in(people=[stories.coauthor(1)])
    stranger = member().client
    before = StoryDraft.objects.values().get(pk=story.draft.pk)

    for method, path in asked(story.draft):
        answers = [
            getattr(stranger, method)(f"/desk/stories/{uid}/{path}", {"title": "x"} if method == "post" else {})
            for uid in (story.draft.uid, uuid4())
        ]
        assert [one.status_code for one in answers] == [404, 404], path
        assert answers[0].content == answers[1].content
    assert StoryDraft.objects.values().get(pk=story.draft.pk) == before


def test_parties_and_assets_of_another_story_are_404_or_left_alone():
    mine, other = stories.handed_in(people=[stories.coauthor(1)]), stories.handed_in(people=[stories.coauthor(2)])
    desk = at(mine.draft.author)
    foreign = other.parties[1].pk

    for act in ("again", "address", "take-out"):
        assert (
            desk.client.post(step(mine.draft, f"parties/{foreign}/{act}"), {"email": "x@example.org"}).status_code
            == 404
        )
    assert desk.client.post(step(mine.draft, f"parties/{mine.author.pk}/again")).status_code == 404


def test_a_draft_cannot_be_begun_for_another_team_or_under_its_number():
    other = stories.draft()
    desk = member()
    new = {"uid": str(other.uid), "title": "x", "text": "y"}
    foreign_team = new | {"uid": str(uuid4()), "team": str(other.team.translation_key)}

    for data in (new, foreign_team, new | {"uid": "none"}):
        assert desk.client.post("/desk/stories/new/", data).status_code == 404
    assert StoryDraft.objects.count() == 1


def test_strangers_are_led_to_the_login_and_what_they_typed_comes_back():
    desk = member()
    draft = desk.write()
    action, data = desk.fill(step(draft, "words"), text="打了一小時的字")
    stranger = Client()

    assert stranger.get("/desk/").url == "/accounts/login/?next=/desk/"
    answer = stranger.post(action, data, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer["Cache-Control"]) == (403, "no-store, private")
    assert "打了一小時的字" in answer.content.decode()
    foreign = stranger.post(action, data, headers={"Sec-Fetch-Site": "cross-site"})
    assert "打了一小時的字" not in foreign.content.decode()
    told = stranger.post(action, data, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (401, {"login": "/accounts/login/"})
    assert StoryDraft.objects.get().text == "我們清了一段河岸。"


@pytest.mark.parametrize("path", ["/desk/", "/desk/stories/new/", "/desk/renew/", "/desk/teams/"])
def test_nothing_of_the_desk_is_kept_framed_or_run_inline(path):
    answer = member().client.get(path)
    policy = answer["Content-Security-Policy"]

    assert answer["Cache-Control"] == "no-store, private"
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    body = answer.content.decode()
    assert " style=" not in body
    assert "onclick" not in body


def test_a_form_without_its_token_changes_nothing():
    story = stories.handed_in()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(story.draft.author)
    answer = browser.post(step(story.draft, "words"), {"title": "x", "text": "y"})

    assert answer.status_code == 403
    assert StoryDraft.objects.get().title == "河邊的一天"


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_stories_costs_the_desk_the_same_queries(count, django_assert_num_queries):
    team = stories.team()
    desk = member(team)
    for _ in range(count):
        stories.handed_in(of=team, author=desk.user, people=[stories.coauthor(1)])
    desk.get("/desk/")
    with django_assert_num_queries(QUERIES):
        page = desk.get("/desk/")
    assert len(page.select("main .sheets > li")) == count
    assert words(page).count("尚未回覆") == count
