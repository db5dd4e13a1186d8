"""What the log keeps of a refused request: never a link by which somebody answers."""

import io
import logging

import pytest
from django.test import Client

from home.models import Clock
from showcase.links import party_of, token_of
from tests.showcase.stories import coauthor, handed_in

pytestmark = pytest.mark.django_db


def test_a_refused_request_leaves_no_link_of_a_party_in_the_log():
    [console] = [one for one in logging.getLogger().handlers if one.get_name() == "console"]
    token = token_of(handed_in(people=[coauthor(1)]).parties[1])
    written = io.StringIO()
    before = console.setStream(written)
    try:
        assert Client().put(f"/consent/{token}/").status_code == 405
        assert Client().get(f"/consent/{token}/media/00000000-0000-4000-8000-000000000000").status_code == 404
        assert Client().put(f"/desk/invitations/{token}/").status_code in {200, 404, 405}
    finally:
        console.setStream(before)

    lines = written.getvalue()
    assert lines.count("/consent/…/") == 2
    assert token not in lines
    assert party_of(token, Clock.now()) is not None
