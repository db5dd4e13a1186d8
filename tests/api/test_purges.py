"""Proof that copies are gone: who owes it, what is seen when we look, and who is reminded, once."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from api.models import Change, Delivery, EndpointState, Operation, Purge, Scope
from api.outlets.looking import look_for_copies, remind_overdue
from home.models import Clock
from home.visibility import ALL_CHANNELS, Channel
from showcase.flows import holds
from showcase.vocabularies import HoldKind
from tests import factories
from tests.api.copies import site
from tests.api.partners import endpoint, key_of, partner
from tests.conftest import NOW
from tests.pages import text
from tests.showcase.editorial import staff
from tests.showcase.stories import agree, coauthor, published, withdraw

pytestmark = pytest.mark.django_db

DUE = NOW + timedelta(hours=24)


def reading(client, **fields):
    """A partner that reads with its key, and its key's header."""
    headers = key_of(made := partner(**fields), Scope.STORIES, Scope.ACKS)
    client.get("/api/v1/me", headers=headers)
    return made, headers


def report(client, headers, *urls, at="2026-03-02T10:00:00+08:00"):
    """A partner's report on the last story withdrawn."""
    change = Change.objects.filter(op=Operation.WITHDRAW, type="story").last()
    named = {"id": str(change.uid), "lang": change.lang, "version": change.version}
    body = {"through_seq": change.seq, "purged": [named | {"purged_at": at, "urls": list(urls)}]}
    answer = client.post("/api/v1/acks", json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content


def owed():
    """(partner, withdrawn at which number) of everything that has to be taken down."""
    return sorted(Purge.objects.values_list("partner__name", "seq"))


def letters():
    return [(letter.to, letter.subject) for letter in mail.outbox]


def test_a_story_withdrawn_is_owed_by_whoever_may_hold_it(client):
    reading(client, name="讀過的")
    endpoint(told := partner(name="收過通知的"), "https://told.example.org/hook")
    endpoint(partner(name="還沒驗證的"), "https://new.example.org/hook", state=EndpointState.PENDING)
    partner(name="沒讀過的")
    reading(client, name="營利的", commercial=True)
    reading(client, name="沒有管道的", channels=int(Channel.FACEBOOK))
    story = published()
    assert told.endpoints.get().deliveries.exists()

    withdraw(story.author)

    withdrawal = Change.objects.get(op=Operation.WITHDRAW).seq
    assert owed() == [("收過通知的", withdrawal), ("讀過的", withdrawal)]
    assert set(Purge.objects.values_list("purge_by", "reason")) == {(DUE, "consent_withdrawn")}


def test_losing_the_channel_of_partner_sites_is_owed_too(client):
    reading(client, name="讀過的")
    story = published(people=[coauthor(1)])

    agree(story.parties[1], ALL_CHANNELS ^ Channel.PARTNER_SITES)

    assert owed() == [("讀過的", Change.objects.get(op=Operation.WITHDRAW).seq)]


def test_what_was_told_on_another_channel_only_is_owed_by_nobody(client):
    reading(client)

    withdraw(published(ALL_CHANNELS ^ Channel.PARTNER_SITES).author)

    assert owed() == []


def test_what_is_public_again_is_owed_no_more_and_what_is_withdrawn_again_is_owed_anew(client, frozen_time):
    reading(client)
    story = published()
    holder, releaser = factories.person("審核"), factories.person("審核")

    def held():
        holds.hold(story.page, HoldKind.CHECK, "待查", holder, Clock.now())

    held()
    [one] = story.page.holds_in_force()
    holds.release(one, "已查明", releaser, Clock.now())
    assert [str(one.state(NOW)) for one in Purge.objects.all()] == ["told_again"]
    held()

    frozen_time.move_to(DUE)
    assert [str(one.state(DUE)) for one in Purge.objects.order_by("seq")] == ["told_again", "overdue"]
    assert remind_overdue(DUE) == 1


# What the addresses answer → what that means.
ANSWERS = {
    "404": ({"a": 404}, "verified"),
    "410": ({"a": 410}, "verified"),
    "404 and 410": ({"a": 404, "b": 410}, "verified"),
    "200": ({"a": 200}, "still_present"),
    "one of two": ({"a": 404, "b": 200}, "still_present"),
    "longer than we read": ({"long": 200}, "still_present"),
    "one unreachable, one there": ({"a": 0, "b": 200}, "still_present"),
    "a redirect": ({"a": 302}, "unreachable"),
    "500": ({"a": 500}, "unreachable"),
    "403": ({"a": 403}, "unreachable"),
    "hung up": ({"a": 0}, "unreachable"),
    "one gone, one unreachable": ({"a": 404, "b": 503}, "unreachable"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_seen_when_the_time_has_come(client, settings, name):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    answers, expected = ANSWERS[name]
    _partner, headers = reading(client, hosts="127.0.0.1")
    withdraw(published().author)
    with site(**answers) as there:
        report(client, headers, *(there.url + path for path in answers))
        assert (look_for_copies(DUE - timedelta(seconds=1)), there.asked) == (0, [])

        assert look_for_copies(DUE) == 1

        assert there.asked == [f"/{path}" for path in answers]
    purge = Purge.objects.get()
    assert (purge.observation, purge.observed_at) == (expected, DUE)
    assert (purge.look_at is None) == (expected == "verified")


def test_nothing_private_is_connected_to(client, settings):
    """Registered while loopback was allowed, as on a developer's machine; looked at where it is not."""
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    _partner, headers = reading(client, hosts="127.0.0.1")
    withdraw(published().author)
    with site(a=200) as there:
        report(client, headers, f"{there.url}a")
        settings.WEBHOOKS_ALLOW_LOOPBACK = False

        look_for_copies(DUE)

        assert there.asked == []
    assert Purge.objects.get().observation == "unreachable"


def test_what_is_still_there_is_looked_at_daily_for_a_week(client, settings, frozen_time):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    _partner, headers = reading(client, hosts="127.0.0.1")
    withdraw(published().author)
    with site(a=200) as there:
        report(client, headers, f"{there.url}a")
        for day in range(12):
            frozen_time.move_to(DUE + timedelta(days=day))
            look_for_copies(Clock.now())
            look_for_copies(Clock.now())
    assert len(there.asked) == 7


def test_a_later_report_is_looked_at_anew(client, settings, frozen_time):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    _partner, headers = reading(client, hosts="127.0.0.1")
    withdraw(published().author)
    with site(a=200) as there:
        report(client, headers, f"{there.url}a")
        frozen_time.move_to(DUE)
        look_for_copies(DUE)
        there.answers["/a"] = 410
        report(client, headers, f"{there.url}a", at="2026-03-03T09:59:00+08:00")
        look_for_copies(DUE)
    assert (Purge.objects.get().observation, remind_overdue(DUE)) == ("verified", 0)


def test_a_site_that_does_not_answer_holds_up_no_other_partner(client, settings):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    _slow, slow_headers = reading(client, name="甲", hosts="127.0.0.1")
    _good, headers = reading(client, name="乙", hosts="127.0.0.1")
    with site(down=0, gone=404) as there:
        for _story in range(2):
            withdraw(published().author)
            report(client, slow_headers, f"{there.url}down")
            report(client, headers, f"{there.url}gone")

        assert look_for_copies(DUE) == 3

    assert sorted(there.asked) == ["/down", "/gone", "/gone"]


def test_whoever_is_silent_is_reminded_once_with_staff_and_its_endpoints(client, frozen_time):
    keeper = factories.person("管理")
    factories.person("審核")
    late, _headers = reading(client, name="遲到的網站", email="late@example.org")
    hears = endpoint(late, "https://late.example.org/hook")
    other = endpoint(late, "https://late.example.org/events", events=["event.published"])
    for _story in range(2):
        withdraw(published().author)
    mail.outbox.clear()
    frozen_time.move_to(DUE)

    assert [remind_overdue(DUE), remind_overdue(DUE), remind_overdue(DUE + timedelta(days=9))] == [2, 0, 0]

    assert letters() == [
        (["late@example.org"], "請儘速移除：2 則已撤下的內容逾期未處理"),
        ([keeper.email], "遲到的網站 有 2 則已撤下的內容逾期未移除"),
    ]
    told = Delivery.objects.filter(event="purge.overdue")
    assert set(told.values_list("endpoint", "type", "seq")) == {(hears.pk, "story", None)}
    assert (told.count(), other.deliveries.filter(event="purge.overdue").count()) == (2, 0)


def test_the_reminder_says_what_where_and_until_when(client):
    reading(client, email="late@example.org")
    story = published()
    withdraw(story.author)

    remind_overdue(DUE)

    body = mail.outbox[-1].body
    assert str(story.page.translation_key) in body
    assert "移除期限：民國115年3月3日 10:00" in body
    assert "逾期未回報" in body
    assert "https://hub.example.org/api/v1/docs" in body


def test_nobody_is_reminded_in_time_or_after_a_report(client):
    _partner, headers = reading(client)
    withdraw(published().author)
    assert remind_overdue(DUE - timedelta(seconds=1)) == 0

    report(client, headers)

    assert remind_overdue(DUE) == 0
    assert str(Purge.objects.get().state(DUE)) == "claimed"


def test_a_report_that_proves_wrong_is_reminded_of(client, settings, frozen_time):
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    _partner, headers = reading(client, hosts="127.0.0.1")
    withdraw(published().author)
    frozen_time.move_to(DUE)
    assert remind_overdue(DUE) == 1
    with site(a=200) as there:
        report(client, headers, f"{there.url}a")
        look_for_copies(DUE)

    assert [remind_overdue(DUE), remind_overdue(DUE)] == [1, 0]


def rows_of(editor):
    html = editor.client.get(reverse("partner_purges")).content
    found = BeautifulSoup(html, "html.parser").select("table.listing tbody tr")
    return [[text(cell) for cell in row.find_all("td")] for row in found]


def test_the_report_shows_what_is_late_first(client, frozen_time):
    _one, headers = reading(client, name="回報的")
    reading(client, name="沉默的")
    withdraw(published().author)
    report(client, headers)
    frozen_time.move_to(DUE)

    found = rows_of(staff("管理"))

    assert [(row[0], row[1], *row[3:]) for row in found] == [
        ("沉默的", "故事", "已撤回同意", "2026-03-02 10:00", "2026-03-03 10:00", "逾期未回報", "", ""),
        (
            "回報的",
            "故事",
            "已撤回同意",
            "2026-03-02 10:00",
            "2026-03-03 10:00",
            "已回報，尚未查核",
            "2026-03-02 10:00",
            "",
        ),
    ]


def test_the_report_as_csv_and_xlsx(client):
    reading(client, name="=1+1")
    withdraw(published().author)
    editor = staff("管理")

    csv = b"".join(editor.client.get(reverse("partner_purges"), {"export": "csv"}).streaming_content).decode()
    lines = csv.splitlines()
    assert lines[0].startswith("\ufeff合作網站,類型,內容,理由,撤下時間,移除期限,狀態,回報時間")
    assert lines[1].startswith("'=1+1,故事,https://hub.example.org/stories/")
    xlsx = editor.client.get(reverse("partner_purges"), {"export": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(xlsx.streaming_content))).active
    assert [row[0].value for row in sheet.iter_rows()] == ["合作網站", "'=1+1"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_report_takes_as_many_queries_for_one_row_as_for_three(client, number):
    for _each in range(number):
        reading(client)
    withdraw(published().author)
    editor = staff("管理")
    rows_of(editor)

    with CaptureQueriesContext(connection) as caught:
        assert len(rows_of(editor)) == number

    assert len(caught) == QUERIES_OF_THE_REPORT


QUERIES_OF_THE_REPORT = 13


@pytest.mark.parametrize(("group", "status"), [("管理", 200), ("審核", 403), ("編輯", 403)])
def test_the_report_is_for_who_looks_after_partners(group, status):
    editor = staff(group)

    answer = editor.client.get(reverse("partner_purges"), headers={"X-Requested-With": "XMLHttpRequest"})

    assert answer.status_code == status
    menu = editor.client.get(reverse("wagtailadmin_home")).content.decode()
    assert (reverse("partner_purges") in menu) == (status == 200)
