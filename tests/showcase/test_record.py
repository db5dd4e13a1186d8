"""The record of consent: chained, without people in it, and kept by the database itself."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from home.models import Clock
from showcase.models import ConsentEvent
from showcase.models.record import ORIGIN, first_broken, head
from showcase.vocabularies import Verb
from tests.showcase.stories import coauthor, handed_in, published, withdraw

pytestmark = pytest.mark.django_db


def refused(sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return True


def test_every_act_follows_from_the_one_before():
    assert (head(), first_broken()) == (ORIGIN, None)
    story = published(people=[coauthor(1)])
    withdraw(story.parties[1])

    events = list(ConsentEvent.objects.all())
    assert [event.verb for event in events] == [
        *(Verb.SUBMITTED, Verb.REQUIRED, Verb.REQUIRED, Verb.INVITED),
        *(Verb.CHECKED, Verb.GRANTED, Verb.CHECKED, Verb.GRANTED, Verb.CLEARED, Verb.REVIEWED, Verb.WITHDRAWN),
    ]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert (head(), first_broken()) == (events[-1].hash, None)


def test_the_database_refuses_to_change_or_forget_an_event():
    handed_in()
    assert refused("UPDATE showcase_consentevent SET verb = 'granted'")
    assert refused("DELETE FROM showcase_consentevent")
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE showcase_consentevent")


@pytest.mark.parametrize("change", [{"verb": "granted"}, {"facts": {}}, {"party": 99}, {"previous": ORIGIN}])
def test_a_forged_event_is_found_where_it_stands(change):
    handed_in(people=[coauthor(1)])
    events = list(ConsentEvent.objects.all())
    forged = events[2]
    for name, value in change.items():
        setattr(forged, name, value)

    assert forged.computed_hash() != forged.hash


def test_nobody_is_named_in_the_record():
    story = published(people=[coauthor(1)])
    Clock.now()
    said = " ".join(str(list(row.values())) for row in ConsentEvent.objects.values())

    people = [word for party in story.parties for word in (party.name, party.email)]
    assert [word for word in people if word in said] == []


COLUMNS = ("seq", "previous", "hash", "verb", "story", "party", "at", "facts")


def forging(verb, *more, **changed):
    """SQL that inserts the second event once more, with another word in it."""
    changed = {"verb": "'granted'"} | changed
    values = [*more, *(changed.get(name, name) for name in COLUMNS)]
    into = ", ".join([*more, *COLUMNS])
    return f"{verb} INTO showcase_consentevent ({into}) SELECT {', '.join(values)} FROM showcase_consentevent WHERE seq = 2"  # noqa: S608, E501


def test_an_event_is_no_more_replaced_than_changed():
    handed_in()
    before = list(ConsentEvent.objects.values())
    if connection.vendor == "sqlite":
        assert refused(forging("INSERT OR REPLACE"))
        assert refused(forging("INSERT OR IGNORE"))
        # By the hash alone, and by the place of the row in the file.
        assert refused(forging("REPLACE", seq="99"))
        assert refused(forging("REPLACE", "rowid", seq="99", hash="'new'"))
    else:
        assert refused(forging("INSERT") + " ON CONFLICT (seq) DO UPDATE SET verb = 'granted'")
        for taken, name in ({}, "pkey"), ({"seq": "99"}, "hash"):
            with pytest.raises(IntegrityError, match=f"consentevent_{name}"), transaction.atomic():
                connection.cursor().execute(forging("INSERT", **taken))

    assert (list(ConsentEvent.objects.values()), first_broken()) == (before, None)
