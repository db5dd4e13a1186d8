"""The pack of a story's evidence: everything, nothing of other stories, and a word where something was changed."""

import hashlib
import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from home.models import Clock
from showcase.flows import answers, holds, purging
from showcase.flows.acts import How
from showcase.flows.handing_in import hand_in
from showcase.models import ConsentEvent, Evidence, StoryPage, StoryRevision
from showcase.models.record import head
from showcase.vocabularies import HoldKind, Verb
from tests import factories
from tests.pages import text
from tests.showcase.desk import BIRTH, member, picture, step
from tests.showcase.editorial import approved, photographed, staff
from tests.showcase.stories import agree, coauthor, handed_in, withdraw

pytestmark = pytest.mark.django_db
SIGNED = {"declared": "on", "disputes": "on", "name_typed": "示範甲", **BIRTH}
NOW_ISO = "2026-03-02T10:00:00+08:00"


@pytest.fixture
def story():
    approved(title="別的故事", text="別人的話。")
    return approved(people=[coauthor(1)])


def pack(story):
    answer = staff("編輯").client.get(reverse("story_evidence_file", args=[story.page.pk]))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "no-store" in answer["Cache-Control"]
    return answer.json()


def test_the_pack_holds_all_that_was_agreed_and_the_state_of_the_record(story):
    withdraw(story.parties[1])
    holds.hold(story.page, HoldKind.CHECK, "查證", factories.person("編輯"), Clock.now())

    found = pack(story)

    assert found["story"]["id"] == str(story.page.translation_key)
    assert found["story"]["content"] == {"sha256": story.revision.content_hash, "intact": True}
    [revision] = found["revisions"]
    assert revision["content"] == {"sha256": story.revision.content_hash, "intact": True}
    assert (revision["title"], revision["text"]) == ("河邊的一天", ["我們清了一段河岸。", "下次還要去。"])
    assert [party["name"] for party in found["parties"]] == [story.author.name, "共同作者1"]
    assert [grant["withdrawn_at"] is None for grant in found["grants"]] == [True, False]
    assert [one["identified_by"] for one in found["evidence"]] == ["link", "link", "link"]
    assert [hold["reason"] for hold in found["holds"]] == ["查證"]
    assert [text["content"]["intact"] for text in found["texts"]] == [True]
    assert found["events"][-1]["verb"] == "held"
    assert all(event["content"]["intact"] for event in found["events"])
    assert found["record"] == {"head": head(), "first_broken": None}


def test_the_pack_holds_nothing_of_other_stories(story):
    answer = staff("編輯").client.get(reverse("story_evidence_file", args=[story.page.pk]))

    assert "別的故事" not in answer.content.decode()
    assert "別人的話" not in answer.content.decode()


def test_a_content_changed_behind_everyones_back_is_noticed(story):
    StoryPage.objects.filter(pk=story.page.pk).update(title="改過的標題")

    assert pack(story)["story"]["content"] == {"sha256": story.revision.content_hash, "intact": False}


def test_the_page_to_print_says_the_same(story):
    html = staff("編輯").client.get(reverse("story_evidence", args=[story.page.pk])).content

    said = text(BeautifulSoup(html, "html.parser").select_one(".evidence"))
    for words in ("雜湊鏈完整", "重新計算：相符", "coauthor1@example.org", "我們清了一段河岸。", head()):
        assert words in said
    assert "不相符" not in said


def computed(one):
    """The digest as somebody with nothing but the pack computes it."""
    said = {
        "name_typed": one["name_typed"],
        "email": one["email"],
        "address": one["ip"],
        "user_agent": one["browser"],
        "identified_by": one["identified_by"],
    }
    return hashlib.sha256((one["salt"] + json.dumps(said, ensure_ascii=False, sort_keys=True)).encode()).hexdigest()


def test_who_has_the_pack_computes_the_hash_of_each_evidence_anew():
    story = handed_in()
    how = How("很長的名字" * 30, "link", "2001:0DB8:0:0::0001", "a browser " * 90)
    answers.refuse(story.author, Clock.now(), how)

    [one] = pack(story)["evidence"]

    assert (one["ip"], len(one["name_typed"]), len(one["browser"])) == ("2001:db8::1", 80, 300)
    assert (one["sha256"], one["intact"]) == (computed(one), True)


def test_evidence_changed_behind_everyones_back_is_noticed_and_what_was_erased_is_called_so(story):
    Evidence.objects.filter(party=story.author).update(name_typed="別人")
    purging.purge_party(story.parties[1], Clock.now())

    assert [(one["party"] == story.author.pk, one["intact"]) for one in pack(story)["evidence"]] == [
        (True, False),
        (False, None),
    ]
    html = staff("編輯").client.get(reverse("story_evidence", args=[story.page.pk])).content.decode()
    assert "重新計算：不相符" in html


def test_what_an_author_declared_is_kept_with_the_version_whatever_becomes_of_the_draft():
    desk = member()
    draft = desk.write(files=[picture()])
    [asset] = draft.assets.all()
    said = {f"rights-{asset.pk}": "licensed", f"rights_note-{asset.pk}": "丁的信", f"people-{asset.pk}": "agreed"}
    desk.send(step(draft, "media"), **said, next="1")
    desk.send(step(draft, "license"), **SIGNED)
    draft.assets.update(rights="own", rights_note="", people="nobody")
    story = StoryPage.objects.get()

    answer = staff("編輯").client.get(reverse("story_evidence_file", args=[story.pk])).json()
    [revision], [submitted] = answer["revisions"], [one for one in answer["events"] if one["verb"] == "submitted"]
    [medium] = revision["media"]
    assert {name: medium[name] for name in ("rights", "rights_note", "people", "music")} == {
        "rights": "取得製作者授權",
        "rights_note": "丁的信",
        "people": "畫面中的人都同意",
        "music": "",
    }
    declared = revision["declared"]
    assert (declared["own_or_permitted"], declared["settles_disputes"], declared["intact"]) == (True, True, True)
    facts = submitted["facts"]
    assert (facts["declared"], facts["disputes"], facts["answers_sha256"]) == (True, True, declared["sha256"])
    html = staff("編輯").client.get(reverse("story_evidence", args=[story.pk])).content.decode()
    assert "丁的信" in html

    StoryRevision.objects.update(declared={**StoryRevision.objects.get().declared, "settles_disputes": False})
    [revision] = staff("編輯").client.get(reverse("story_evidence_file", args=[story.pk])).json()["revisions"]
    assert revision["declared"]["intact"] is False
    purging.purge_story(story, Clock.now(), None)
    assert StoryRevision.objects.get().declared == {}


def test_handed_in_again_with_other_answers_the_new_ones_are_kept_and_nobody_is_asked_anew():
    made = photographed("河岸", people=[coauthor(1)])
    story = handed_in(made=made)
    agree(story.parties[1])
    made.assets.update(rights="licensed", rights_note="共同作者1 寫的信")
    for _time in range(2):
        hand_in(made, made.author, Clock.now())

    story.revision.refresh_from_db()
    assert [one["rights_note"] for one in story.revision.declared["media"]] == ["共同作者1 寫的信"]
    events = ConsentEvent.objects.filter(verb=Verb.SUBMITTED)
    assert len({one.facts["answers_sha256"] for one in events}) == events.count() == 2
    assert ConsentEvent.objects.filter(verb=Verb.INVITED).count() == 1
    assert story.revision.state == "submitted"

    purging.purge_party(story.parties[1], Clock.now())
    story.revision.refresh_from_db()
    assert [one["rights_note"] for one in story.revision.declared["media"]] == [""]
    assert pack(story)["revisions"][0]["declared"]["intact"] is None
