"""The checklist above a story, the people it leads to, what has changed, and the list of stories."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from home.visibility import Channel
from showcase.links import token_of
from showcase.models import Party
from tests.pages import text
from tests.showcase.editorial import approved, cleared, rewritten, staff
from tests.showcase.stories import MINOR, agree, coauthor, handed_in

pytestmark = pytest.mark.django_db


def checklist(editor, page):
    html = editor.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content
    return BeautifulSoup(html, "html.parser").select_one(".checklist")


def test_the_checklist_says_who_is_missing_and_leads_to_what_can_be_done():
    story = handed_in(people=[coauthor(1), coauthor(2)])
    agree(story.author)
    agree(story.parties[1], Channel.SITE | Channel.FACEBOOK)

    found = checklist(staff("編輯"), story.page)

    assert text(found.find("h2")) == "還差什麼 等待同意"
    assert text(found.find("caption")) == "第 1 版的同意：2/3"
    rows = [[text(cell) for cell in row.find_all(["th", "td"])] for row in found.select("tbody tr")]
    since = "2026-03-02 10:00"
    assert rows[1:] == [
        ["共同作者1", "共同作者", "已同意", since, "重新詢問出生日期"],
        ["共同作者2", "共同作者", "已詢問", since, "再寄／換信箱"],
    ]
    link = reverse("story_party", args=[story.page.pk, story.parties[2].pk])
    assert found.find("a", string="再寄／換信箱")["href"] == link
    channels = [text(item) for item in found.select("ul li")]
    assert channels[0] == "本網站： 尚未同意的人： 共同作者2"
    assert channels[1] == "合作網站： 尚未同意的人： 共同作者1 、 共同作者2"


def test_the_checklist_of_a_live_story_says_nothing_is_missing_and_until_when():
    found = checklist(staff(), approved().page)

    assert text(found.find("h2")) == "什麼都不缺 已發布"
    assert "授權自 2026-03-02 10:00 起，至 2031-03-02 10:00 前" in text(found)


def test_a_minor_without_a_guardian_stands_in_the_checklist_and_staff_name_one():
    story = handed_in()
    agree(story.author, born_on=MINOR)
    editor = staff("編輯")
    assert "未成年，還沒有填法定代理人。" in text(checklist(editor, story.page))

    url = reverse("story_guardian", args=[story.page.pk, story.author.pk])
    editor.send(url, {"name": "示範家長", "email": "guardian@example.org"})

    assert [letter.to for letter in mail.outbox][-1] == ["guardian@example.org"]
    assert "示範家長" in text(checklist(editor, story.page))


def test_asking_again_kills_the_link_sent_before():
    story = handed_in(people=[coauthor(1)])
    before, editor = token_of(story.parties[1]), staff("編輯")

    editor.send(reverse("story_party", args=[story.page.pk, story.parties[1].pk]), {"email": "coauthor1@example.org"})

    assert [letter.to for letter in mail.outbox][-1] == ["coauthor1@example.org"]
    assert editor.client.get(f"/consent/{before}/").status_code == 404


def test_a_wrong_address_is_put_right():
    story = handed_in(people=[coauthor(1)])

    staff("編輯").send(
        reverse("story_party", args=[story.page.pk, story.parties[1].pk]), {"email": "Right@example.org"}
    )

    assert Party.objects.get(pk=story.parties[1].pk).email == "right@example.org"
    assert [letter.to for letter in mail.outbox][-1] == ["right@example.org"]


def test_nobody_moves_the_link_of_somebody_whose_consent_stands():
    story = cleared()

    answer = staff().send(
        reverse("story_party", args=[story.page.pk, story.author.pk]), {"email": "other@example.org"}, 200
    )

    assert "這個人已經用這個信箱回覆過" in answer.content.decode()
    assert Party.objects.get().email == story.author.email


def test_a_person_of_another_story_is_not_found():
    one, other = handed_in(), handed_in()

    url = reverse("story_party", args=[one.page.pk, other.author.pk])

    assert staff().client.get(url).status_code == 404


def test_what_has_changed_is_shown_paragraph_by_paragraph():
    story = rewritten(approved())
    page = staff("編輯").client.get(reverse("story_comparison", args=[story.page.pk, 1, 2]))

    found = BeautifulSoup(page.content, "html.parser").select_one(".comparison")
    assert [text(line) for line in found.select("del")] == ["我們清了一段河岸。", "下次還要去。"]
    assert [text(line) for line in found.select("ins")] == ["全部重寫。"]


def test_the_list_of_stories_shows_team_state_and_license():
    story = rewritten(approved(title="上線的"))
    handed_in(title="等人的")

    html = staff("編輯").client.get(reverse("wagtailadmin_explore", args=[story.page.get_parent().pk])).content

    rows = [text(row) for row in BeautifulSoup(html, "html.parser").select("table.listing tbody tr")]
    assert any("等人的" in row and "示範團隊" in row and "等待同意" in row for row in rows)
    assert any("上線的" in row and "等待同意（已發布）" in row for row in rows)


@pytest.mark.parametrize("people", [0, 2])
def test_the_list_of_stories_takes_as_many_queries_for_one_as_for_three(people):
    parent = approved(people=[coauthor(one) for one in range(people)]).page.get_parent()
    editor, url = staff(), reverse("wagtailadmin_explore", args=[parent.pk])
    editor.client.get(url)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            editor.client.get(url)
        return len(caught)

    before = queries()
    for _more in range(2):
        approved(people=[coauthor(one) for one in range(people)])
    assert queries() == before
