"""Programmes as partners read them."""

import pytest

from programs.models import ProgramService
from tests import factories
from tests.pages import publish

pytestmark = pytest.mark.django_db


def test_a_services_address_is_absolute_or_null(client):
    program = factories.program()
    program.services = [
        ProgramService(title="空間借用", url="/venues/"),
        ProgramService(title="線上門診"),
        ProgramService(title="補助", url="https://example.org/grants"),
    ]
    publish(program)

    services = client.get(f"/api/v1/programs/{program.translation_key}").json()["data"]["services"]

    assert [one["url"] for one in services] == [
        "https://hub.example.org/venues/",
        None,
        "https://example.org/grants",
    ]
