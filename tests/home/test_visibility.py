"""One rule, two faces: SQL on the ledger, querysets and the function agree on random pages, times and privacy."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction

from api.models import Entry
from home.models import Contact, Organization
from home.visibility import Channel, Reason
from programs.models import EventPage
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

HOURS = [None, 1, 2, 3]
# Instants around every expiry: before, at and after each.
INSTANTS = [NOW + timedelta(hours=hours, seconds=seconds) for hours in (0, 1, 2, 3) for seconds in (-1, 0, 1)][1:]
# A database that rolls back after each test, not after each example: each example builds a tree of its own.
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

node = st.fixed_dictionaries(
    {
        "parent": st.integers(0, 3),
        "state": st.sampled_from(["live", "draft", "unpublished", "alias"]),
        "expires": st.sampled_from(HOURS),
        "restriction": st.sampled_from([None, None, "login", "password"]),
    }
)


def expiry(hours):
    return None if hours is None else NOW + timedelta(hours=hours)


def plant(nodes):
    """A tree of events as drawn: each below an earlier one or below the list."""
    grown = []
    for number, drawn in enumerate(nodes):
        parent = grown[drawn["parent"]] if drawn["parent"] < len(grown) else None
        live = drawn["state"] != "draft"
        page = factories.event(
            title=f"活動{number}",
            live=live,
            parent=parent and Page.objects.get(pk=parent.pk),
            expire_at=expiry(drawn["expires"]),
        )
        if drawn["state"] == "unpublished":
            page.unpublish()
        if drawn["state"] == "alias":
            page.create_alias(update_slug=f"alias-of-{page.pk}")
        if drawn["restriction"]:
            PageViewRestriction.objects.create(page=page, restriction_type=drawn["restriction"], password="x")
        grown.append(page)
    return grown


def expected(nodes, number, now):
    """The rule in plain words, on what was drawn."""
    drawn, above, restricted = nodes[number], number, False
    while above is not None:
        restricted = restricted or bool(nodes[above]["restriction"])
        above = nodes[above]["parent"] if nodes[above]["parent"] < above else None
    expires = expiry(drawn["expires"])
    return drawn["state"] in {"live", "alias"} and not restricted and (expires is None or now < expires)


@EXAMPLES
@given(nodes=st.lists(node, min_size=1, max_size=5))
def test_ledger_queryset_and_function_agree_with_the_rule_at_every_instant(nodes):
    Page.objects.filter(pk__in=[page.pk for page in EventPage.objects.all()]).delete()
    pages = plant(nodes)
    keys = [page.translation_key for page in pages]

    for now in INSTANTS:
        public = {key for number, key in enumerate(keys) if expected(nodes, number, now)}
        for channel in (Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK):
            shown = EventPage.objects.visible(channel, now)
            originals = set(shown.filter(alias_of__isnull=True).values_list("translation_key", flat=True))
            told = set(Entry.objects.visible(channel, now).filter(type="event").values_list("uid", flat=True))
            free = {page.pk for page in EventPage.objects.all() if page.hidden_because(channel, now) is None}
            answered = {
                entry.uid for entry in Entry.objects.filter(type="event") if entry.hidden_because(channel, now) is None
            }
            assert (originals, told, answered) == (public, public, public)
            assert set(shown.values_list("pk", flat=True)) == free


snippet = st.tuples(st.sampled_from([Contact, Organization]), st.booleans(), st.sampled_from(HOURS))


@EXAMPLES
@given(drawn=st.lists(snippet, max_size=5))
def test_snippets_follow_the_same_rule_without_privacy(drawn):
    made = {}
    for model, live, hours in drawn:
        fields = {"unit": "窗口", "services": ["venues"], "phone": "1"} if model is Contact else {"name": "單位"}
        item = model.objects.create(live=live, expire_at=expiry(hours), **fields)
        made[item] = (live, expiry(hours))

    for now in INSTANTS:
        for item, (live, expires) in made.items():
            public = live and (expires is None or now < expires)
            shown = type(item).objects.visible(Channel.SITE, now).filter(pk=item.pk).exists()
            assert (shown, item.hidden_because(Channel.SITE, now) is None) == (public, public)


def test_a_parent_that_is_unpublished_or_expires_hides_only_itself(client, frozen_time):
    parent = factories.event(title="系列")
    session = factories.event(title="場次", parent=parent)
    address = f"/api/v1/events/{session.translation_key}"

    parent.unpublish()

    assert (client.get(f"/api/v1/events/{parent.translation_key}").status_code, client.get(address).status_code) == (
        410,
        200,
    )
    assert client.get(address).json()["data"]["parent"] is None
    assert session.hidden_because(Channel.SITE, NOW) is None
    assert parent.hidden_because(Channel.SITE, NOW) == Reason.UNPUBLISHED


def test_the_last_instant_belongs_to_nobody(client, frozen_time):
    page = factories.announcement(expire_at=NOW + timedelta(hours=1))
    address = f"/api/v1/announcements/{page.translation_key}"

    frozen_time.move_to(NOW + timedelta(hours=1, microseconds=-1))
    before = client.get(address).status_code, client.get(page.web_path).status_code
    frozen_time.move_to(NOW + timedelta(hours=1))
    at = client.get(address).status_code, client.get(page.web_path).status_code

    assert (before, at) == ((200, 200), (410, 410))


def test_a_system_clock_set_back_revives_nothing(client, frozen_time):
    page = factories.announcement(expire_at=NOW + timedelta(hours=1))
    frozen_time.move_to(NOW + timedelta(hours=2))
    factories.announcement(title="記下此刻")

    frozen_time.move_to(NOW)

    assert client.get(f"/api/v1/announcements/{page.translation_key}").status_code == 410
    assert client.get(page.web_path).status_code == 410
