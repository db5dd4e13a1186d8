"""One rule, two faces: SQL on the ledger, querysets and the function agree on random pages, times and privacy."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction

from api.models import Entry
from home.models import AnnouncementPage, Contact, Organization
from home.visibility import Channel, Reason
from programs.models import EventPage
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

HOURS = [None, 1, 2, 3]
# Instants around every expiry: before, at and after each.
INSTANTS = [NOW + timedelta(hours=hours, seconds=seconds) for hours in (0, 1, 2, 3) for seconds in (-1, 0, 1)][1:]
# A database that rolls back after each test, not after each example: each example builds a tree of its own. What fails
# is not shrunk: with a database that takes minutes.
EXAMPLES = settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

node = st.fixed_dictionaries(
    {
        "parent": st.integers(0, 3),
        "alias_of": st.sampled_from([None, None, 0, 1, 2]),
        "state": st.sampled_from(["live", "live", "draft", "unpublished"]),
        "expires": st.sampled_from(HOURS),
        "restriction": st.sampled_from([None, None, "login", "password"]),
    }
)


def expiry(hours):
    return None if hours is None else NOW + timedelta(hours=hours)


def as_grown(nodes):
    """The tree as drawn, with the parent (None: the list) and the original (None: no alias) of each as numbers."""
    tree = []
    for number, drawn in enumerate(nodes):
        original = drawn["alias_of"] if drawn["alias_of"] is not None and drawn["alias_of"] < number else None
        if original is not None and tree[original]["original"] is not None:
            original = tree[original]["original"]
        tree.append(drawn | {"above": drawn["parent"] if drawn["parent"] < number else None, "original": original})
    return tree


def plant(tree):
    """A tree of events as drawn: each below an earlier one or below the list, some as aliases of an earlier one."""
    grown = []
    for number, drawn in enumerate(tree):
        parent = None if drawn["above"] is None else Page.objects.get(pk=grown[drawn["above"]].pk)
        if drawn["original"] is None:
            live, expires = drawn["state"] != "draft", expiry(drawn["expires"])
            page = factories.event(summary=f"摘要{number}。", live=live, parent=parent, expire_at=expires)
        else:
            drawn_of = EventPage.objects.get(pk=grown[drawn["alias_of"]].pk)
            page = drawn_of.create_alias(parent=parent or drawn_of.get_parent(), update_slug=f"alias-{number}")
            page.view_restrictions.all().delete()  # Wagtail copies those of the page it was asked for
        if drawn["state"] == "unpublished" and drawn["original"] is None:
            page.unpublish()
        if drawn["restriction"]:
            PageViewRestriction.objects.create(page=page, restriction_type=drawn["restriction"], password="x")
        grown.append(page)
    return grown


def chain(tree, number):
    """A page and all above it."""
    while number is not None:
        yield tree[number]
        number = tree[number]["above"]


def expected(tree, number, now):
    """The rule in plain words, on what was drawn."""
    shown = tree[number] if tree[number]["original"] is None else tree[tree[number]["original"]]
    if shown["state"] != "live" or (shown["expires"] is not None and now >= expiry(shown["expires"])):
        return False
    for one in chain(tree, number):
        if one["restriction"]:
            return False
        if one["original"] is not None and any(
            above["restriction"] or above["original"] is not None for above in chain(tree, one["original"])
        ):
            return False
    return True


def grow(parent=3, alias_of=None, restriction=None):
    return {"parent": parent, "alias_of": alias_of, "state": "live", "expires": None, "restriction": restriction}


@EXAMPLES
@given(nodes=st.lists(node, min_size=1, max_size=6))
# A page below a private one, an alias of it elsewhere, and a page below that.
@example(nodes=[grow(restriction="login"), grow(parent=0), grow(alias_of=1), grow(parent=2)])
# A page below an alias, and an alias of that page; an alias of an alias.
@example(nodes=[grow(), grow(alias_of=0), grow(parent=1), grow(alias_of=2), grow(alias_of=1)])
def test_ledger_queryset_function_and_page_agree_with_the_rule_at_every_instant(client, nodes):
    Page.objects.filter(pk__in=[page.pk for page in EventPage.objects.all()]).delete()
    tree = as_grown(nodes)
    pages = plant(tree)

    for now in INSTANTS:
        public = {page.pk for number, page in enumerate(pages) if expected(tree, number, now)}
        items = {page.translation_key for page in pages if page.pk in public and page.alias_of_id is None}
        for channel in (Channel.SITE, Channel.PARTNER_SITES, Channel.FACEBOOK):
            shown = set(EventPage.objects.visible(channel, now).values_list("pk", flat=True))
            free = {page.pk for page in EventPage.objects.all() if page.hidden_because(channel, now) is None}
            told = set(Entry.objects.visible(channel, now).filter(type="event").values_list("uid", flat=True))
            answered = {
                entry.uid for entry in Entry.objects.filter(type="event") if entry.hidden_because(channel, now) is None
            }
            assert (shown, free, told, answered) == (public, public, items, items)
    # A page that asks for a password answers too.
    opened = {page.pk for page in EventPage.objects.all() if page.summary in client.get(page.web_path).content.decode()}
    assert opened == {page.pk for number, page in enumerate(pages) if expected(tree, number, NOW)}


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


def test_the_database_does_not_go_through_the_whole_tree_for_each_page():
    plan = AnnouncementPage.objects.visible(Channel.SITE, NOW).explain().splitlines()
    if connection.vendor == "sqlite":
        rows = [line.split(" ", 3) for line in plan]
        words = {number: said for number, _parent, _cost, said in rows}
        scans = [
            (said, words[parent]) for _number, parent, _cost, said in rows if said.startswith("SCAN") and parent != "0"
        ]
        # What is read whole is a list that is made once.
        assert [said for said, where in scans if "LIST" not in where] == []
