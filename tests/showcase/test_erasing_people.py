"""Erasing one person of a story from the admin, at their request."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from home.models import Clock
from home.visibility import Channel
from showcase.flows import holds
from showcase.models import ConsentEvent, Party
from showcase.vocabularies import HoldKind, Verb
from tests import factories
from tests.api.editor import Editor
from tests.showcase.editorial import approved, staff
from tests.showcase.stories import coauthor

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return approved(people=[coauthor(1)])


def door(story, party):
    return reverse("story_erase_person", args=[story.page.pk, party.pk])


def purged():
    return ConsentEvent.objects.filter(verb=Verb.PURGED)


def known(party):
    return Party.objects.values_list("name", "email", "purged_at").get(pk=party.pk)


def test_whoever_keeps_house_erases_a_person_once_they_have_said_so(story):
    by = factories.person("管理")
    keeper, party = Editor(by), story.parties[1]
    shown = keeper.client.get(door(story, party)).content.decode()
    assert "共同作者1" in shown
    assert "永久清除這個人的資料" in shown
    keeper.send(door(story, party), {}, 200)
    assert known(party) == ("共同作者1", "coauthor1@example.org", None)

    keeper.send(door(story, party), {"sure": "on"})
    name, email, at = known(party)
    assert ("共同作者1" in name, email, at) == (False, "", Clock.now())
    assert known(story.author)[2] is None
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is not None
    [event] = purged()
    assert (event.party, event.facts["by"]) == (party.pk, by.pk)
    assert keeper.client.get(door(story, party)).status_code == 404


def test_the_ways_there_are_shown_to_nobody_else(story):
    ways = [reverse("wagtailadmin_pages:edit", args=[story.page.pk])]
    ways += [reverse("story_party", args=[story.page.pk, one.pk]) for one in story.parties]
    for group, offered in (("管理", True), ("審核", False)):
        editor = staff(group)
        for way in ways:
            links = BeautifulSoup(editor.client.get(way).content, "html.parser").select("a[href]")
            assert any(one["href"].endswith("/erase/") for one in links if "/parties/" in one["href"]) == offered


@pytest.mark.parametrize("group", ["編輯", "審核"])
def test_nobody_else_erases_a_person(story, group):
    answer = staff(group).client.post(door(story, story.parties[1]), {"sure": "on"})

    assert answer.status_code in {302, 403}
    assert known(story.parties[1])[2] is None
    assert not purged().exists()


def test_a_person_of_a_held_story_is_kept_until_it_is_let_go(story):
    holds.hold(story.page, HoldKind.DISPUTE, "爭議", factories.person("審核"), Clock.now())
    answer = staff("管理").send(door(story, story.parties[1]), {"sure": "on"}, 200)

    assert "有爭議的內容要保留到爭議解決" in answer.content.decode()
    assert known(story.parties[1])[2] is None
