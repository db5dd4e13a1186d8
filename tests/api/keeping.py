"""Whoever looks after partners, at the admin's pages about them."""

from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from api.models import DeliveryState
from tests.conftest import NOW
from tests.pages import text


def page(editor, name, *args):
    answer = editor.client.get(reverse(name, args=args))
    assert answer.status_code == 200, name
    return BeautifulSoup(answer.content, "html.parser")


def rows(soup, heading=None):
    """The rows of a table, or of the table in the section under a heading."""
    where = soup.find("section", {"aria-labelledby": heading}) if heading else soup
    found = where.select("table.listing tbody tr")
    return [[text(cell) for cell in row.find_all(["th", "td"])] for row in found]


def issue(editor, of, **fields):
    url = reverse("partner_issue_key", args=[of.pk])
    data = editor.form(url, method="post")
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return editor.client.post(url, dict(data.lists()))


def queries(ask):
    ask()
    with CaptureQueriesContext(connection) as caught:
        ask()
    return len(caught)


def delivered(to, state=DeliveryState.DEAD, **fields):
    """The newest delivery of an endpoint, as if that had become of it."""
    one = to.deliveries.last()
    for name, value in {"state": state, "ended_at": NOW, "attempts": 10, **fields}.items():
        setattr(one, name, value)
    one.save()
    return one
