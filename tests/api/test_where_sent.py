"""「送到哪裡了」 in the editor: for each place whether it was told, has it, failed, or took it down, and since when."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from api.editorial.where_sent import where_sent
from api.models import Change, Delivery, DeliveryState, Operation
from api.outlets.looking import remind_overdue
from home.models import AnnouncementPage, Contact, Organization
from home.visibility import ALL_CHANNELS, Channel
from programs.models import EventPage
from showcase.models import StoryPage
from tests import factories
from tests.api.partners import endpoint, key_of, partner
from tests.conftest import NOW
from tests.pages import text
from tests.showcase.editorial import staff
from tests.showcase.stories import agree, coauthor, published, withdraw

pytestmark = pytest.mark.django_db

AT = "2026-03-02 10:00"
LATER = "2026-03-02 11:00"


def panel(page, editor=None):
    """The panel as it stands in the editor."""
    html = (editor or staff("審核")).client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content
    return BeautifulSoup(html, "html.parser").select_one(".where-sent")


def places(page, editor=None):
    """(where, state, since, taken down) of each place."""
    found = panel(page, editor).select("tbody tr")
    return [tuple(text(cell) for cell in row.find_all(["th", "td"])) for row in found]


def ended(to, state, at=NOW, attempts=1):
    Delivery.objects.filter(pk=to.deliveries.last().pk).update(state=state, ended_at=at, attempts=attempts)


def follow(client, headers):
    """Read the changes to their end, as a partner's mirror does."""
    address = "/api/v1/changes"
    for _page in range(3):
        page = client.get(address, headers=headers).json()["page"]
        address = page["next"].removeprefix("https://hub.example.org")


def test_what_was_never_public_was_sent_nowhere():
    assert text(panel(factories.event(live=False))) == "送到哪裡了 還沒有送到任何地方：這個項目不曾公開。"


def test_without_partners_there_are_the_site_and_the_facebook_page():
    assert places(factories.event()) == [("本網站", "公開中", AT, ""), ("臉書粉絲專頁", "未張貼", "", "")]


# What has become of the newest delivery → how the partner's row says it.
STATES = {
    "waits": ({}, ("遞送中", AT)),
    "failed once": ({"attempts": 1}, ("送達失敗，將再嘗試", AT)),
    "arrived": ({"state": DeliveryState.DELIVERED}, ("已送達", AT)),
    "given up": ({"state": DeliveryState.DEAD}, ("無法送達", AT)),
}


@pytest.mark.parametrize("name", STATES)
def test_a_partner_with_an_endpoint_by_what_became_of_the_delivery(name):
    fields, expected = STATES[name]
    to = endpoint(partner(name="某站"))
    event = factories.event()
    Delivery.objects.update(**({"ended_at": NOW} if "state" in fields else {}), **fields)

    assert places(event)[1] == ("某站", *expected, "")
    assert to.deliveries.count() == 1


def test_of_several_endpoints_the_worst_counts():
    of = partner(name="某站")
    good, bad = endpoint(of), endpoint(of, "https://partner.example.org/second")
    event = factories.event()
    ended(good, DeliveryState.DELIVERED)
    ended(bad, DeliveryState.DEAD)

    assert places(event)[1][:2] == ("某站", "無法送達")


def test_a_partner_that_reads_the_changes_by_itself(client):
    headers = key_of(partner(name="某站"))
    event = factories.event()
    assert places(event)[1] == ("某站", "已列入異動清單，對方尚未讀取", AT, "")

    follow(client, headers)

    assert places(event)[1] == ("某站", "已從異動清單讀取", AT, "")


def test_what_changed_since_is_not_confirmed_by_what_was_read_before(client):
    headers = key_of(partner(name="某站"))
    event = factories.event()
    follow(client, headers)
    event = EventPage.objects.get()
    event.title = "改名"
    event.save_revision().publish()

    assert places(event)[1][:2] == ("某站", "已列入異動清單，對方尚未讀取")


def test_a_withdrawn_story_until_its_copies_are_seen_to_be_gone(client, frozen_time):
    of = partner(name="某站", hosts="www.example.org")
    headers = key_of(of)
    story = published()
    follow(client, headers)
    frozen_time.move_to(NOW + timedelta(hours=1))
    withdraw(story.author)
    due = "2026-03-03 11:00"
    assert places(story.page)[:2] == [
        ("本網站", "已撤下", LATER, ""),
        ("某站", "撤下已列入異動清單，對方尚未讀取", LATER, f"期限內，尚未回報，期限 {due}"),
    ]
    follow(client, headers)
    assert places(story.page)[1] == ("某站", "已讀取撤下通知", LATER, f"期限內，尚未回報，期限 {due}")

    frozen_time.move_to(NOW + timedelta(hours=25))
    assert remind_overdue(NOW + timedelta(hours=25)) == 1
    assert places(story.page)[1][3] == f"逾期未回報，期限 {due}"

    change = Change.objects.get(op=Operation.WITHDRAW)
    named = {"id": str(change.uid), "lang": change.lang, "version": change.version}
    body = {"through_seq": change.seq, "purged": [named | {"purged_at": "2026-03-03T11:00:00+08:00"}]}
    client.post("/api/v1/acks", json.dumps(body), content_type="application/json", headers=headers)
    assert places(story.page)[1][3] == "已回報，尚未查核 2026-03-03 11:00"


def test_a_withdrawal_that_arrived_by_webhook():
    to = endpoint(partner(name="某站"))
    event = factories.event()
    EventPage.objects.get().unpublish()
    ended(to, DeliveryState.DELIVERED)

    assert places(event)[1] == ("某站", "撤下通知已送達", AT, "")


def test_a_story_concerns_only_partners_that_stories_are_for():
    partner(name="營利的", commercial=True)
    partner(name="某站")

    assert [row[0] for row in places(published().page)] == ["本網站", "某站", "臉書粉絲專頁"]


def test_a_story_that_may_not_go_to_partners_or_facebook_says_so():
    partner(name="某站")

    assert places(published(Channel.SITE).page) == [
        ("本網站", "公開中", AT, ""),
        ("臉書粉絲專頁", "未張貼（未授權此管道）", "", ""),
    ]


def test_a_channel_lost_is_a_withdrawal_for_partners_while_the_site_goes_on(client):
    headers = key_of(partner(name="某站"))
    client.get("/api/v1/me", headers=headers)
    story = published(people=[coauthor(1)])
    agree(story.parties[1], ALL_CHANNELS ^ Channel.PARTNER_SITES)

    found = places(story.page)

    assert (found[0][1], found[1][1]) == ("公開中", "撤下已列入異動清單，對方尚未讀取")


# What becomes of a delivery to the Facebook page.
POSTS = {
    DeliveryState.WAITING: ("遞送中", AT),
    DeliveryState.DELIVERED: ("已張貼", AT),
    DeliveryState.DEAD: ("無法送達", AT),
    DeliveryState.SUPERSEDED: ("未張貼", ""),
}


@pytest.mark.parametrize("state", POSTS)
def test_the_facebook_page_by_what_became_of_its_delivery(state):
    event = factories.event()
    ended_at = None if state == DeliveryState.WAITING else NOW
    Delivery.objects.filter(endpoint=None).delete()
    change = Change.objects.get()
    Delivery.objects.create(
        event="event.published",
        seq=change.seq,
        op=change.op,
        type=change.type,
        uid=change.uid,
        lang=change.lang,
        version=change.version,
        state=state,
        ended_at=ended_at,
    )

    assert places(event)[-1] == ("臉書粉絲專頁", *POSTS[state], "")


def test_after_thirty_days_it_is_said_that_deliveries_are_forgotten(frozen_time):
    endpoint(partner(name="某站"))
    event = factories.event()
    Delivery.objects.all().delete()
    frozen_time.move_to(NOW + timedelta(days=30))

    assert places(event)[1] == ("某站", "已列入異動清單；遞送紀錄只保留 30 天", AT, "")


def test_only_who_looks_after_partners_is_led_to_them():
    of = partner(name="某站")
    event = factories.event()

    led = [bool(panel(event, staff(group)).find("a")) for group in ("編輯", "管理")]

    assert led == [False, True]
    assert panel(event, staff("管理")).find("a")["href"] == reverse("partner:inspect", args=[of.pk])


def test_it_stands_in_the_editor_of_every_item_and_of_nothing_else():
    items = [factories.event(), factories.venue(), factories.announcement(), factories.program()]
    items += [factories.team(), factories.resource(), published().page]
    editor = staff("審核")

    assert [bool(panel(one, editor)) for one in items] == [True] * len(items)
    assert panel(factories.home(), editor) is None
    for one in (Contact.objects.create(unit="某單位"), Organization.objects.create(name="某單位")):
        url = reverse(one.snippet_viewset.get_url_name("edit"), args=[one.pk])
        assert "where-sent" not in editor.client.get(url).content.decode()


@pytest.mark.parametrize("model", [AnnouncementPage, StoryPage])
@pytest.mark.parametrize("number", [1, 3])
def test_the_panel_takes_three_queries_for_one_partner_and_for_three(number, model):
    for count in range(number):
        endpoint(partner(), f"https://p{count}.example.org/hook")
    page = factories.announcement() if model is AnnouncementPage else published().page
    request = RequestFactory().get("/")
    request.user = factories.person("編輯")
    request.user.get_all_permissions()

    with CaptureQueriesContext(connection) as caught:
        html = where_sent(page, request)

    # The clock, and the three.
    asked = [one["sql"] for one in caught if "home_clock" not in one["sql"]]
    assert (html.count("遞送中"), len(asked)) == (number, 3)
