"""The real Graph API, on a page of one's own: ``pytest --live tests/api/test_facebook_live.py``.

Off by default. It posts to the page that FACEBOOK_PAGE_ID and FACEBOOK_PAGE_TOKEN name in the environment (a test page
that nobody follows, with a token that has pages_manage_posts, pages_read_engagement and pages_show_list), and deletes
what it posted. LIVE_LINK is a public address with a share card, by default https://example.org/.
"""

import os
import time
from uuid import uuid4

import pytest
from django.conf import settings

from api.outlets.facebook import shows
from api.outlets.graph import Graph, GraphError
from api.outlets.share_picture import made

pytestmark = [pytest.mark.live, pytest.mark.realtime, pytest.mark.enable_socket]

NEEDED = ("FACEBOOK_PAGE_ID", "FACEBOOK_PAGE_TOKEN")


@pytest.fixture
def graph():
    if missing := [name for name in NEEDED if not os.environ.get(name)]:
        pytest.fail(f"--live needs {' and '.join(missing)} in the environment: a test page, and its token.")
    page, token = (os.environ[name] for name in NEEDED)
    return Graph(settings.FACEBOOK_GRAPH_URL, settings.FACEBOOK_GRAPH_VERSION, page, token)


@pytest.fixture
def link():
    """An address nobody has posted before."""
    return f"{os.environ.get('LIVE_LINK', 'https://example.org/')}?{uuid4().hex}"


def found(graph, link):
    """The post that shows a link, given time to appear."""
    for _second in range(30):
        if rows := [row for row in graph.recent() if shows(row, link)]:
            return rows
        time.sleep(1)
    return []


def is_gone(graph, post_id):
    with pytest.raises(GraphError) as refused:
        graph.delete(post_id)
    return refused.value.is_missing


def test_a_link_is_posted_found_again_changed_and_deleted(graph, link):
    standing = graph.post_link("測試貼文，馬上刪除。", link)
    try:
        assert standing.permalink.startswith("https://")
        assert [row["id"] for row in found(graph, link)] == [standing.post_id]
        graph.edit(standing.post_id, "測試貼文（已改）。")
        graph.scrape(link)
        assert found(graph, link)[0]["message"] == "測試貼文（已改）。"
    finally:
        graph.delete(standing.post_id)

    assert is_gone(graph, standing.post_id)


def test_a_picture_is_uploaded_attached_and_deleted(graph, link):
    photo = graph.upload_photo(made(None), "北區青聚點的標誌")
    standing = graph.post_photo(f"測試圖片，馬上刪除。\n\n{link}", photo)
    try:
        assert [row["id"] for row in found(graph, link)] == [standing.post_id]
    finally:
        graph.delete(standing.post_id)

    assert is_gone(graph, standing.post_id)


def test_a_wrong_token_has_the_code_that_pauses_the_queue(graph):
    wrong = Graph(settings.FACEBOOK_GRAPH_URL, settings.FACEBOOK_GRAPH_VERSION, graph.page, "wrong")

    with pytest.raises(GraphError) as refused:
        next(wrong.recent())

    assert refused.value.code == 190
