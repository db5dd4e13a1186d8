"""Nothing typed is lost: saving by itself, two members at once, a button pressed twice."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.files.storage import storages
from django.db import connection
from django.test import TestCase

from home.models import Clock
from home.visibility import Channel
from showcase.flows import drafting
from showcase.flows.handing_in import Ticks
from showcase.flows.media import take_photo
from showcase.flows.signing import ChangedError, Signing, hand_in_and_agree
from showcase.models import ConsentText, DraftAsset, Grant, StoryDraft, StoryPage, StoryPhoto, StoryRevision
from showcase.vocabularies import AssetKind
from tests.showcase import stories
from tests.showcase.desk import BIRTH, at, member, picture, step

pytestmark = pytest.mark.django_db


def test_a_script_saves_and_learns_what_its_form_is_based_on_now():
    desk = member()
    draft = desk.write()
    first = desk.script(step(draft, "words"), text="第二版")
    draft.refresh_from_db()

    assert first.json() == {
        "version": draft.version,
        "base": drafting.digest(drafting.words_of(draft)),
        "uid": str(draft.uid),
    }
    assert draft.text == "第二版"


def test_a_new_story_sent_twice_is_one_draft():
    desk = member()
    action, data = desk.fill("/desk/stories/new/", title="一", text="二")
    told = [desk.client.post(action, data, headers={"Accept": "application/json"}).json() for _ in range(2)]

    assert [StoryDraft.objects.get().title, told[0]["uid"]] == ["一", told[1]["uid"]]


def test_the_later_of_two_members_sees_both_texts_and_overwrites_nothing():
    first = member()
    draft = first.write(title="標題", text="原來的")
    second = member(draft.team)
    action, mine = second.fill(step(draft, "words"), text="第二個人寫的")
    first.send(step(draft, "words"), text="第一個人寫的")

    told = second.client.post(action, mine, headers={"Accept": "application/json"})
    assert told.status_code == 409
    assert [(one["name"], one["value"]) for one in told.json()["theirs"]] == [("text", "第一個人寫的")]

    page = second.client.post(action, mine)
    assert page.status_code == 409
    assert "第一個人寫的" in page.content.decode()
    assert "第二個人寫的" in page.content.decode()
    draft.refresh_from_db()
    assert draft.text == "第一個人寫的"

    # Whoever has seen both decides.
    second.client.post(action, mine | {"base": told.json()["base"], "text": "兩個人寫的"})
    draft.refresh_from_db()
    assert draft.text == "兩個人寫的"


@pytest.mark.parametrize("name", ["media", "people"])
def test_rights_and_people_are_not_overwritten_either(name):
    first = member()
    draft = first.write()
    asset = drafting.add_link(draft, AssetKind.SOCIAL, "https://post.example.org/", Clock.now())
    second = member(draft.team)
    told = {"media": {f"credit-{asset.pk}": "甲"}, "people": {"name__0": "甲", "email__0": "a@example.org"}}[name]
    other = {"media": {f"credit-{asset.pk}": "乙"}, "people": {"name__0": "乙", "email__0": "b@example.org"}}[name]
    action, mine = second.fill(step(draft, name), **other)
    first.send(step(draft, name), **told)

    answer = second.client.post(action, mine, headers={"Accept": "application/json"})
    page = second.client.post(action, mine)
    assert [answer.status_code, page.status_code] == [409, 409]
    assert "甲" in answer.json()["theirs"][0]["value"]
    assert [one.credit for one in DraftAsset.objects.all()] == (["甲"] if name == "media" else [""])


def test_an_address_typed_beside_answers_that_cannot_be_saved_is_still_there():
    first = member()
    draft = first.write()
    asset = drafting.add_link(draft, AssetKind.SOCIAL, "https://post.example.org/", Clock.now())
    second = member(draft.team)
    action, data = second.fill(step(draft, "media"), url="https://video.example.org/watch?v=1")

    refused = second.client.post(action, data | {f"rights-{asset.pk}": "nonsense"})
    first.send(step(draft, "media"), **{f"credit-{asset.pk}": "甲"})
    conflict = second.client.post(action, data | {f"credit-{asset.pk}": "乙"})

    assert [answer.status_code for answer in (refused, conflict)] == [422, 409]
    for answer in (refused, conflict):
        typed = BeautifulSoup(answer.content, "html.parser").select_one("details[open] input[name=url]")
        assert typed["value"] == "https://video.example.org/watch?v=1"


def test_a_photo_that_arrives_meanwhile_is_no_conflict():
    desk = member()
    draft = desk.write()
    action, data = desk.fill(step(draft, "media"))
    sent = desk.client.post(step(draft, "files"), {"files": [picture()]}, headers={"Accept": "application/json"})
    again = desk.client.post(step(draft, "files"), {"files": [picture()]}, headers={"Accept": "application/json"})

    assert [one.json()["files"][0]["again"] for one in (sent, again)] == [False, True]
    assert desk.client.post(action, data).status_code == 302
    assert draft.assets.count() == 1


def test_one_file_too_many_is_refused_in_words(settings):
    settings.STORY_PHOTOS = 1
    desk = member()
    draft = desk.write(files=[picture("一.jpg"), picture("二.jpg", "red")])
    sent = desk.client.post(
        step(draft, "files"), {"files": [picture("三.jpg", "blue")]}, headers={"Accept": "application/json"}
    )

    assert sent.status_code == 422
    assert sent.json()["files"][0]["why"] == "這則故事能放的都放滿了，請先拿掉別的。"
    assert draft.assets.count() == 1
    # What there is no room for is not stored either.
    assert StoryPhoto.objects.count() == 1


def test_the_same_photo_sent_twice_at_once_is_stored_once():
    draft = stories.draft()
    first = drafting.add_photo(draft, take_photo(picture(), draft.author), Clock.now())
    # As the other request has made it, before it sees that the first one is there.
    second = take_photo(picture(), draft.author)
    names = [second.file.name, *second.renditions.values_list("file", flat=True)]

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert drafting.add_photo(draft, second, Clock.now()) == first
    assert list(StoryPhoto.objects.values_list("pk", flat=True)) == [first.photo_id]
    assert [storages["private"].exists(name) for name in names] == [False] * len(names)
    assert storages["private"].exists(first.photo.file.name)


def test_a_form_without_files_is_told_so_too():
    desk = member()
    draft = desk.write()
    sent = desk.client.post(step(draft, "files"), {}, headers={"Accept": "application/json"})
    page = desk.client.post(step(draft, "files"), {}, follow=True)

    assert (sent.status_code, sent.json()["files"][0]["why"]) == (422, "沒有收到檔案，請重新選擇。")
    assert "沒有收到檔案，請重新選擇。" in page.content.decode()


def test_sent_twice_it_is_one_story_one_revision_and_one_mail_each():
    desk = member()
    draft = desk.write()
    desk.send(step(draft, "people"), name__0="乙示範", email__0="b@example.org", next="1")
    action, data = desk.fill(step(draft, "license"), declared="on", disputes="on", name_typed="示範甲", **BIRTH)
    for _ in range(2):
        assert desk.client.post(action, data).status_code == 302

    assert (StoryPage.objects.count(), StoryRevision.objects.count(), Grant.objects.count()) == (1, 1, 1)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(["b@example.org", desk.user.email])


def test_nobody_agrees_to_a_draft_that_has_just_become_another():
    desk = member()
    draft = desk.write()
    action, data = desk.fill(step(draft, "license"), declared="on", disputes="on", name_typed="示範甲", **BIRTH)
    member(draft.team).send(step(draft, "words"), text="別人剛改的")
    answer = desk.client.post(action, data)

    assert answer.status_code == 422
    assert "你在看的時候，內容有了變動" in answer.content.decode()
    assert StoryPage.objects.count() == 0
    assert desk.client.post(action, data | {"version": str(StoryDraft.objects.get().version)}).status_code == 302


def test_a_failure_on_the_way_leaves_nothing_behind():
    draft = stories.draft(people=[stories.coauthor(1)])
    signing = Signing(
        version=draft.version + 1,
        text_sha256=ConsentText.current(Clock.now()).sha256,
        channels=Channel.SITE,
        adaptation=False,
        born_on=stories.ADULT,
        how=stories.HOW,
        ticks=Ticks(declared=True, disputes=True),
    )
    with pytest.raises(ChangedError):
        hand_in_and_agree(draft, draft.author, signing, Clock.now())
    assert (StoryPage.objects.count(), len(mail.outbox)) == (0, 0)


def test_a_members_other_browser_reads_what_was_saved():
    desk = member()
    draft = desk.write(text="留著")
    assert at(desk.user).get(step(draft, "words")).select_one("[name=text]").get_text().strip() == "留著"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("IMG_1234", ""),
        ("PXL_20260302_101010", ""),
        ("螢幕擷取 河邊", "螢幕擷取 河邊"),
        ("三個人_插秧", "三個人 插秧"),
        ("DSC00012 (1)", ""),
        ("20260302", ""),
    ],
)
def test_a_name_a_camera_gave_says_nothing_of_the_picture(title, expected):
    assert drafting.alt_from(title) == expected


@pytest.mark.parametrize("name", ["words", "media", "people", "license", "author", "new"])
def test_what_another_member_throws_away_at_that_instant_is_a_404_like_any_draft_that_is_gone(name):
    desk = member()
    draft = desk.write()
    path = "/desk/stories/new/" if name == "new" else step(draft, name)
    action, data = (path, {}) if name == "author" else desk.fill(path)
    data |= {"uid": str(draft.uid), "declared": "on", "disputes": "on", "name_typed": "示範甲", **BIRTH}
    seen = []

    def throw_away(execute, sql, params, many, context):
        """Once the draft was found, and before the act on it has begun."""
        found = any('FROM "showcase_storydraft"' in one for one in seen)
        seen.append(sql)
        if found and sql.startswith('SELECT "home_clock"."at"'):
            StoryDraft.objects.filter(pk=draft.pk).delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(throw_away):
        answer = desk.client.post(action, data)

    assert answer.status_code == 404
    assert answer.content == desk.client.get(step(draft, "words")).content
    assert "找不到頁面" in answer.content.decode()
    assert (StoryDraft.objects.count(), StoryPage.objects.count(), mail.outbox) == (0, 0, [])
