"""A consent page as a browser shows and sends it."""

from bs4 import BeautifulSoup

from showcase.links import token_of
from showcase.models import Party


def path(party, after=""):
    return f"/consent/{token_of(Party.objects.get(pk=party.pk))}/{after}"


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def words(answer):
    return " ".join(soup(answer).get_text(" ").split())


def typed(answer, **more):
    """What a browser would send of the form as it was shown, and what the person typed."""
    form = soup(answer).select_one('form[action$="/agree/"]')
    sent = {}
    for field in form.select("input"):
        if field.get("type") != "checkbox" or field.has_attr("checked"):
            sent.setdefault(field["name"], []).append(field.get("value", "on"))
    return sent | {"name_typed": "示範名"} | more


BORN = {"birth_year": "84", "birth_month": "５", "birth_day": "5"}


def send(client, party, act="agree/", **fields):
    return client.post(path(party, act), fields, HTTP_USER_AGENT="a browser", REMOTE_ADDR="192.0.2.7")


def agreed(client, party, **more):
    shown = client.get(path(party))
    return send(client, party, **typed(shown, **(BORN | more)))
