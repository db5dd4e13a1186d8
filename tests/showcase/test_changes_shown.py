"""What a consent page says has changed, to whoever agreed to an earlier version."""

import pytest

from tests.showcase.consent_page import path, soup
from tests.showcase.stories import agree, coauthor, draft, handed_in

pytestmark = pytest.mark.django_db


def changes(answer):
    """What the page says has changed: by what was done, the words."""
    found = soup(answer).select_one("#changes")
    return {
        tag: [" ".join(one.get_text(" ").split()) for one in found.select(tag)] if found else []
        for tag in ("del", "ins")
    }


def test_who_is_asked_again_reads_what_has_changed_since_the_version_agreed_to(client):
    made = draft(people=[coauthor(1), coauthor(2)], text="第一段。\n\n第二段。")
    made.assets.create(
        kind="video", url="https://video.example/1", alt="舊影片", rights="own", people="nobody", music="none"
    )
    story = handed_in(made=made)
    agree(story.parties[1])
    made.title, made.text = "河邊的兩天", "第一段。\n\n改過的第二段。"
    made.save()
    made.people.filter(name="共同作者2").delete()
    made.assets.update(url="https://video.example/2", alt="新影片")
    handed_in(made=made)

    assert changes(client.get(path(story.parties[1]))) == {
        "del": ["河邊的一天", "第二段。", "舊影片", "共同作者2（共同作者）"],
        "ins": ["河邊的兩天", "改過的第二段。", "新影片"],
    }


def test_who_agreed_to_nothing_before_or_to_this_already_reads_of_no_changes(client):
    story = handed_in(people=[coauthor(1), coauthor(2)])
    agree(story.parties[1])
    story.draft.title = "河邊的兩天"
    story.draft.save()
    handed_in(made=story.draft)

    assert changes(client.get(path(story.parties[2]))) == {"del": [], "ins": []}
    assert changes(client.get(path(story.parties[1]))) == {"del": ["河邊的一天"], "ins": ["河邊的兩天"]}
    agree(story.parties[1])
    assert changes(client.get(path(story.parties[1]))) == {"del": [], "ins": []}
