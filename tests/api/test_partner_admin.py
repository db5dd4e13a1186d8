"""Partners in the admin: for whom, their form, their list, and the page of one."""

from datetime import timedelta

import pytest
from django.urls import reverse

from api.models import Key, Partner, Purge
from home.visibility import Channel
from tests import factories
from tests.api.keeping import delivered, page, queries, rows
from tests.api.partners import endpoint, key_of, partner
from tests.conftest import NOW
from tests.showcase.editorial import staff
from tests.showcase.stories import published, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return staff("管理")


# Who may look after partners


ADDRESSES = ("partner:index", "partner:add", "outlets_health", "partner_purges")


@pytest.mark.parametrize("group", ["", "編輯", "審核", "管理"])
def test_partners_are_looked_after_by_the_keepers_alone(group):
    of = partner()
    one = endpoint(of)
    factories.event()
    editor = staff(group) if group else staff("", is_staff=False)
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    mine = [reverse(name) for name in ADDRESSES]
    mine += [reverse(name, args=[of.pk]) for name in ("partner:inspect", "partner:edit", "partner_issue_key")]
    mine += [reverse("partner_endpoint", args=[of.pk, one.pk])]
    mine += [reverse("outlet_delivery", args=[one.deliveries.get().pk])]

    answers = {editor.client.get(url, headers=ajax).status_code for url in mine}

    assert answers == ({200} if group == "管理" else {403})


@pytest.mark.parametrize("group", ["編輯", "審核"])
def test_nobody_else_acts_on_them(group):
    of = partner()
    one = endpoint(of)
    headers = key_of(of)
    factories.event()
    dead = delivered(one)
    editor, ajax = staff(group), {"X-Requested-With": "XMLHttpRequest"}

    def post(name, *args):
        return editor.client.post(reverse(name, args=args), {}, headers=ajax).status_code

    assert post("partner_issue_key", of.pk) == 403
    assert post("partner_revoke_key", of.pk, of.keys.get().pk) == 403
    assert post("partner_accept_license", of.pk) == 403
    assert post("partner_endpoint_disable", of.pk, one.pk) == 403
    assert post("partner_endpoint_replay", of.pk, one.pk) == 403
    assert post("outlet_replay", dead.pk) == 403
    assert post("outlet_replay_dead") == 403
    assert editor.client.get("/api/v1/me", headers=headers).status_code == 200


def test_nobody_deletes_a_partner_and_with_it_the_proof(keeper):
    of = partner()

    answer = keeper.client.post(reverse("partner:delete", args=[of.pk]), headers={"X-Requested-With": "XMLHttpRequest"})

    assert (answer.status_code, Partner.objects.count()) == (403, 1)


def test_the_menu_leads_there(keeper):
    def ways(editor):
        html = editor.client.get(reverse("wagtailadmin_home")).content.decode()
        return [name for name in ("partner:index", "outlets_health", "partner_purges") if reverse(name) in html]

    assert ways(keeper) == ["partner:index", "outlets_health", "partner_purges"]
    assert ways(staff("編輯")) == []


# The form


def test_a_partner_is_kept_as_its_form_says(keeper):
    url = reverse("partner:add")
    data = keeper.form(url, id="w-editor-form")
    data.update({"name": "示範客家電台", "email": "web@example.org", "hosts": "WWW.example.org\n\n www.example.org "})
    keeper.send(url, dict(data.lists()))

    of = Partner.objects.get()

    assert (of.name, of.email, of.hosts) == ("示範客家電台", "web@example.org", "www.example.org")
    assert (of.channels, of.commercial) == (int(Channel.PARTNER_SITES), False)


def test_opening_a_partner_and_saving_it_changes_nothing(keeper):
    of = partner(hosts="a.example.org\nb.example.org", channels=int(Channel.PARTNER_SITES | Channel.PRINT))
    before = Partner.objects.values().get()

    keeper.fill(reverse("partner:edit", args=[of.pk]), "w-editor-form", {})

    assert Partner.objects.values().get() == before


@pytest.mark.parametrize(
    "host", ["https://www.example.org", "www.example.org/a", "a:443", "-a.org", "a..org", "例.org"]
)
def test_a_host_is_nothing_but_a_host(keeper, host):
    url = reverse("partner:add")
    data = keeper.form(url, id="w-editor-form")
    data.update({"name": "某站", "email": "web@example.org", "hosts": host})

    answer = keeper.send(url, dict(data.lists()), 200)

    assert "不是主機名稱" in answer.content.decode()
    assert not Partner.objects.exists()


# The list and the page


def test_the_list_shows_usage_lag_endpoints_and_what_is_to_be_taken_down(client, keeper, frozen_time):
    of = partner(name="某站")
    headers = key_of(of)
    story = published()
    following = client.get("/api/v1/changes", headers=headers).json()["page"]["next"]
    client.get(following.removeprefix("https://hub.example.org"), headers=headers)
    endpoint(of, failing_since=NOW)
    frozen_time.move_to(NOW + timedelta(hours=2))
    factories.event()
    withdraw(story.author)
    client.get("/api/v1/me", headers=headers)
    frozen_time.move_to(NOW + timedelta(hours=30))

    [row] = rows(page(keeper, "partner:index"))

    assert row[0].startswith("某站")
    assert row[1:] == [
        "3",
        "1 日 前",
        "落後 2 筆（自 2026-03-02 12:00 起）",
        "使用中 1、其中失敗中 1",
        "逾期 1、未結 1",
    ]


def test_a_partner_that_is_up_to_date_or_never_read_is_said_to_be_so(client, keeper):
    partner(name="沒讀過")
    headers = key_of(partner(name="讀到底"))
    factories.event()
    following = client.get("/api/v1/changes", headers=headers).json()["page"]["next"]
    client.get(following.removeprefix("https://hub.example.org"), headers=headers)

    assert [row[3] for row in rows(page(keeper, "partner:index"))] == ["從未讀取異動", "已同步"]


def test_a_name_in_the_list_leads_to_the_partners_page(keeper):
    of = partner(name="某站")

    found = page(keeper, "partner:index").select_one("table.listing tbody a")

    assert found["href"] == reverse("partner:inspect", args=[of.pk])


def world(number):
    """Partners with keys, endpoints, deliveries and something to take down."""
    story = published()
    for count in range(number):
        of = partner()
        key_of(of)
        Key.objects.update(last_used_at=NOW)
        endpoint(of, f"https://p{count}.example.org/hook")
    withdraw(story.author)
    for one in Partner.objects.all():
        delivered(one.endpoints.get())


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("name", "expected"), [("partner:index", 12), ("outlets_health", 14)])
def test_a_list_takes_as_many_queries_for_one_as_for_three(keeper, number, name, expected):
    world(number)

    assert queries(lambda: keeper.client.get(reverse(name))) == expected


@pytest.mark.parametrize("number", [1, 3])
def test_a_partners_page_takes_as_many_queries_for_one_of_each_as_for_three(keeper, number):
    of = partner()
    for count in range(number):
        key_of(of)
        of.keys.update(last_used_at=NOW, revoked_at=NOW)
        endpoint(of, f"https://p{count}.example.org/hook")
        withdraw(published().author)

    url = reverse("partner:inspect", args=[of.pk])
    assert queries(lambda: keeper.client.get(url)) == 19
    assert Purge.objects.count() == number
