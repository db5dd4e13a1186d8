"""Documents whose relations have ended since they were told, before anything has told of it."""

from datetime import timedelta

import pytest
from django.db import connection

from api.models import Change
from home.models import Contact
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
EVENTS = "/api/v1/events?limit=100"


def test_a_venue_that_has_ended_costs_its_events_one_rendering_and_then_none(
    client, frozen_time, django_assert_num_queries
):
    venue = factories.venue(image=factories.image(), expire_at=NOW + HOUR)
    events = [factories.event(title=f"{number}", venue=venue, image=factories.image()) for number in range(8)]
    events.append(factories.event(title="別處", venue=factories.venue(title="別處")))
    frozen_time.move_to(NOW + 2 * HOUR)
    first = client.get(EVENTS)

    with django_assert_num_queries(2):
        second = client.get(EVENTS)

    rows = {row["title"]: row["venue"] and row["venue"]["title"] for row in second.json()["data"]}
    assert rows == {**{str(number): None for number in range(8)}, "別處": "別處"}
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    with django_assert_num_queries(2):
        detail = client.get(f"/api/v1/events/{events[0].translation_key}")
    assert (detail.json()["data"]["venue"], detail.json()["data"]["body_html"]) == (None, "")
    with django_assert_num_queries(2):
        assert client.get(f"/api/v1/events?venue={venue.translation_key}").json()["data"] == []
    with django_assert_num_queries(3):
        client.get("/api/v1/changes?include=resource")


def test_what_ends_later_still_ends_on_time(client, frozen_time):
    program = factories.program(live=False)
    for number in (1, 2, 3):
        contact = Contact(unit="辦公室", phone="03-0000000", extension=str(number), services=["venues"])
        contact.expire_at = NOW + number * HOUR
        contact.save()
        contact.save_revision().publish()
        program.contacts.create(contact=contact)
    program.save_revision().publish()
    told = Change.objects.count()

    def shown():
        data = client.get(f"/api/v1/programs/{program.translation_key}").json()["data"]
        return [contact["extension"] for contact in data["contacts"]]

    assert shown() == ["1", "2", "3"]
    for hours, left in ((1, ["2", "3"]), (1, ["2", "3"]), (2, ["3"]), (2, ["3"]), (3, []), (3, [])):
        frozen_time.move_to(NOW + hours * HOUR)
        assert shown() == left
    assert Change.objects.count() == told


def test_what_is_told_while_a_document_is_made_anew_is_not_served_under_the_number_before(client, frozen_time):
    program = factories.program(title="舊題")
    factories.event(program=program, venue=factories.venue(expire_at=NOW + HOUR))
    frozen_time.move_to(NOW + 2 * HOUR)
    before = client.get("/api/v1/announcements")["Content-Seq"]
    told = []

    def tell(execute, sql, params, many, context):
        if "wagtailcore_page" in sql and not told:
            told.append(sql)
            program.title = "新題"
            program.save_revision().publish()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(tell):
        answer = client.get(EVENTS)

    assert answer.json()["data"][0]["program"]["title"] == "新題"
    assert int(answer["Content-Seq"]) > int(before)
    assert answer["Content-Seq"] == client.get(EVENTS)["Content-Seq"]
