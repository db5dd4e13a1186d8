"""Endpoints of partners in the admin: what was sent, what came of it, and how everything that goes out stands."""

from datetime import timedelta

import pytest
from django.urls import reverse

from api.models import Attempt, DeliveryState, EndpointState
from tests import factories
from tests.api.keeping import delivered, page, rows
from tests.api.partners import endpoint, partner
from tests.conftest import NOW
from tests.pages import text
from tests.showcase.editorial import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return staff("管理")


# Endpoints and deliveries


def test_an_endpoint_shows_its_deliveries_and_a_delivery_its_tries(keeper):
    to = endpoint(partner())
    factories.event()
    one = delivered(to)
    Attempt.objects.create(
        delivery=one, at=NOW, status=500, sent='{"type":"event.published"}', answer="<b>oh no</b>", took_ms=321
    )

    [row] = rows(page(keeper, "partner_endpoint", to.partner_id, to.pk), "deliveries")
    tried = page(keeper, "outlet_delivery", one.pk).select_one(".outlets__try")

    assert row == ["2026-03-02 10:00:00", "event.published", "1", "已放棄", "10", "2026-03-02 10:00:00", "重送"]
    assert text(tried.find("h3")) == "2026-03-02 10:00:00 500 321 毫秒"
    assert [one.get_text() for one in tried.find_all("pre")] == ['{"type":"event.published"}', "<b>oh no</b>"]


def test_the_secret_of_an_endpoint_is_seen_by_nobody(keeper):
    to = endpoint(partner(), seed="5eed" * 16)

    for name in ("partner_endpoint",):
        assert "5eed" not in str(page(keeper, name, to.partner_id, to.pk))
    assert "5eed" not in str(page(keeper, "partner:inspect", to.partner_id))


def test_an_endpoint_is_switched_off_and_on_again(keeper):
    to = endpoint(partner())

    keeper.send(reverse("partner_endpoint_disable", args=[to.partner_id, to.pk]))
    to.refresh_from_db()
    assert (to.state, to.disabled_because) == (EndpointState.DISABLED, "管理人員停用")
    keeper.send(reverse("partner_endpoint_enable", args=[to.partner_id, to.pk]))
    to.refresh_from_db()
    assert (to.state, to.disabled_because) == (EndpointState.ENABLED, "")


def test_an_address_that_never_answered_its_challenge_is_not_switched_on(keeper):
    to = endpoint(partner(), state=EndpointState.PENDING)

    keeper.send(reverse("partner_endpoint_enable", args=[to.partner_id, to.pk]))

    to.refresh_from_db()
    assert to.state == EndpointState.PENDING


def test_one_delivery_is_sent_again(keeper):
    to = endpoint(partner())
    factories.event()
    one = delivered(to)
    before = one.key

    keeper.send(reverse("outlet_replay", args=[one.pk]))

    one.refresh_from_db()
    assert (one.state, one.attempts, one.key) == (DeliveryState.WAITING, 0, before)


def test_a_range_is_sent_again(keeper):
    to = endpoint(partner())
    for _each in range(4):
        factories.event()
    to.deliveries.update(state=DeliveryState.DELIVERED, ended_at=NOW)

    keeper.send(reverse("partner_endpoint_replay", args=[to.partner_id, to.pk]), {"first": "2", "last": "3"})

    assert list(to.deliveries.order_by("seq").values_list("seq", "state")) == [
        (1, "delivered"),
        (2, "waiting"),
        (3, "waiting"),
        (4, "delivered"),
    ]


@pytest.mark.parametrize("fields", [{"first": "3", "last": "2"}, {"first": "x", "last": "2"}, {}])
def test_a_range_that_is_none_sends_nothing(keeper, fields):
    to = endpoint(partner())
    factories.event()
    delivered(to)

    keeper.send(reverse("partner_endpoint_replay", args=[to.partner_id, to.pk]), fields)

    assert to.deliveries.get().state == DeliveryState.DEAD


def test_an_endpoint_of_another_partner_is_not_found(keeper):
    to, other = endpoint(partner()), partner()

    assert keeper.client.get(reverse("partner_endpoint", args=[other.pk, to.pk])).status_code == 404


# How all of it stands


def test_one_page_says_how_everything_that_goes_out_stands(keeper, frozen_time):
    to = endpoint(partner(name="某站"))
    idle = endpoint(partner(name="另一站"), "https://other.example.org/hook", state=EndpointState.DISABLED)
    factories.event()
    delivered(to)
    frozen_time.move_to(NOW + timedelta(hours=1))
    factories.event()

    soup = page(keeper, "outlets_health")

    assert (
        text(soup.select_one(".outlets__glance"))
        == "等候中 1 筆，已放棄 1 筆。 最久的一筆從 2026-03-02 11:00 等到現在。"
    )
    assert rows(soup, "endpoints") == [
        ["另一站", idle.url, "已停用", "0", "－", "0", "－"],
        ["某站", to.url, "使用中", "1", "2026-03-02 11:00", "1", "－"],
    ]
    assert [row[1:3] for row in rows(soup, "dead")] == [[f"某站：{to.url}", "event.published"]]


def test_everything_given_up_is_sent_again(keeper):
    ends = [endpoint(partner(), f"https://p{number}.example.org/hook") for number in range(2)]
    factories.event()
    for one in ends:
        delivered(one)

    keeper.send(reverse("outlet_replay_dead"))

    assert [one.deliveries.get().state for one in ends] == [DeliveryState.WAITING] * 2
    assert text(page(keeper, "outlets_health").find(id="dead").parent).endswith("沒有放棄的遞送。")
