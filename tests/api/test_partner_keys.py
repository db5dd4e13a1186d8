"""Keys and licenses of partners in the admin: a key is seen once; how much it is used."""

import json
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import serializers
from django.urls import reverse

from api import usage
from api.models import Key, KeyUse, LicenseAcceptance
from tests.api.keeping import issue, page, rows
from tests.api.partners import key_of, partner
from tests.conftest import NOW
from tests.pages import text
from tests.showcase.editorial import staff
from tests.showcase.stories import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return staff("管理")


# Keys


def test_a_key_is_shown_once_and_opens_what_it_was_issued_for(client, keeper):
    of = partner(name="某站")

    answer = issue(keeper, of, name="網站", scopes=["acks"], until="2026-03-31")

    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (201, True)
    shown = BeautifulSoup(answer.content, "html.parser").find(id="new-key")["value"]
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {shown}"}).json()["data"]["key"]
    assert (me["name"], me["scopes"], me["expires_at"]) == ("網站", ["acks"], "2026-04-01T00:00:00+08:00")
    assert rows(page(keeper, "partner:inspect", of.pk), "keys")[0][:4] == [
        f"{shown[:12]}…",
        "網站",
        "回報移除結果",
        "2026-03-02 10:00",
    ]


def test_a_key_stands_in_no_later_answer_no_address_no_session_no_log_and_no_row(client, keeper, caplog):
    of = partner()
    with caplog.at_level("DEBUG"):
        answer = issue(keeper, of, name="網站")
        shown = BeautifulSoup(answer.content, "html.parser").find(id="new-key")["value"]
        client.get("/api/v1/me", headers={"Authorization": f"Bearer {shown}"})
        later = [
            keeper.client.get(reverse(name, args=args)).content.decode()
            for name, *args in (
                ("partner:inspect", of.pk),
                ("partner_issue_key", of.pk),
                ("partner:history", of.pk),
                ("partner:edit", of.pk),
                ("partner:index",),
                ("outlets_health",),
                ("wagtailadmin_home",),
            )
        ]
        later.append(
            keeper.client.post(
                reverse("partner_revoke_key", args=[of.pk, of.keys.get().pk]), follow=True
            ).content.decode()
        )

    secret = shown[12:]
    assert answer.content.decode().count(secret) == 1
    assert not answer.has_header("Location")
    assert [secret in html for html in later] == [False] * 8
    assert shown[:12] in later[0]
    assert shown[:12] in later[2]
    assert all(secret not in str(one.get_decoded()) for one in Session.objects.all())
    kept = [row for model in apps.get_models() for row in model._base_manager.all()]
    assert secret not in json.dumps(json.loads(serializers.serialize("json", kept)), ensure_ascii=False)
    assert secret not in caplog.text


def test_reloading_the_page_that_shows_a_key_issues_no_second_one(keeper):
    of = partner()
    url = reverse("partner_issue_key", args=[of.pk])
    sent = dict(keeper.form(url, method="post").lists())
    assert keeper.client.post(url, sent).status_code == 201

    again = keeper.client.post(url, sent)

    assert (again.status_code, Key.objects.count()) == (200, 1)
    assert "這張表單已經用過" in again.content.decode()


def test_a_third_key_waits_until_one_is_revoked(client, keeper):
    of = partner()
    headers = key_of(of)
    key_of(of)
    assert "請先撤銷一把" in issue(keeper, of).content.decode()

    keeper.send(reverse("partner_revoke_key", args=[of.pk, of.keys.last().pk]))

    assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert issue(keeper, of).status_code == 201


def test_a_key_until_a_day_that_is_over_is_not_issued(keeper):
    of = partner()

    assert "這一天已經過了" in issue(keeper, of, until="2026-03-01").content.decode()
    assert not Key.objects.exists()


def test_a_link_revokes_nothing(keeper):
    of = partner()
    key_of(of)

    assert keeper.client.get(reverse("partner_revoke_key", args=[of.pk, of.keys.get().pk])).status_code == 302

    assert of.keys.get().revoked_at is None


def test_a_key_of_another_partner_is_not_found(keeper):
    one, other = partner(), partner()
    key_of(other)

    assert keeper.client.post(reverse("partner_revoke_key", args=[one.pk, other.keys.get().pk])).status_code == 404


def test_who_issued_and_revoked_stands_in_the_partners_history(keeper):
    of = partner()
    issue(keeper, of)
    keeper.send(reverse("partner_revoke_key", args=[of.pk, of.keys.get().pk]))

    said = text(page(keeper, "partner:history", of.pk).find("main"))

    prefix = of.keys.get().prefix
    assert [f"{act}：{prefix}" in said for act in ("已核發金鑰", "已撤銷金鑰")] == [True, True]


# Licenses


def test_an_accepted_license_opens_stories_whole(client, keeper):
    of = partner(accepts=False)
    headers = key_of(of)
    story = f"/api/v1/stories/{published().page.translation_key}"
    assert "body_text" not in client.get(story, headers=headers).json()["data"]
    url = reverse("partner_accept_license", args=[of.pk])
    data = BeautifulSoup(keeper.client.get(reverse("partner:inspect", args=[of.pk])).content, "html.parser")
    offered = [one["value"] for one in data.find("form", action=url).find_all("option")]

    keeper.send(url, {"text": offered[0]})

    assert "body_text" in client.get(story, headers=headers).json()["data"]
    assert LicenseAcceptance.objects.get().license_id == "tyc-pi-5y-v1"
    assert "公益非營利使用（五年）（tyc-pi-5y-v1）" in text(page(keeper, "partner:inspect", of.pk).find("main"))


def test_a_license_accepted_before_keeps_its_instant(keeper, frozen_time):
    of = partner()
    frozen_time.move_to(NOW + timedelta(days=1))

    keeper.client.post(reverse("partner_accept_license", args=[of.pk]), {"text": "1"})

    assert of.acceptances.get().accepted_at == NOW


# Usage


def test_requests_are_counted_by_key_and_day_and_written_once_a_minute(client, frozen_time):
    headers = key_of(partner())

    def counted():
        return list(KeyUse.objects.values_list("day", "requests"))

    for _each in range(5):
        client.get("/api/v1/me", headers=headers)
    assert counted() == [(date(2026, 3, 2), 1)]
    frozen_time.move_to(NOW + timedelta(minutes=1))
    client.get("/api/v1/me", headers=headers)
    assert counted() == [(date(2026, 3, 2), 6)]
    frozen_time.move_to(NOW + timedelta(hours=14))
    client.get("/api/v1/me", headers=headers)
    client.get("/api/v1/me", headers=headers)
    usage.write_down()
    assert counted() == [(date(2026, 3, 2), 6), (date(2026, 3, 3), 2)]


def test_a_wrong_key_counts_for_nobody(client):
    key_of(partner())

    client.get("/api/v1/me", headers={"Authorization": "Bearer qjd_wrong"})

    assert not KeyUse.objects.exists()


def test_counts_are_kept_for_thirteen_months(client, frozen_time):
    client.get("/api/v1/me", headers=key_of(partner()))

    assert [usage.forget_uses(NOW + timedelta(days=days)) for days in (396, 397)] == [0, 1]
