"""One person stays one party, whatever becomes of an account's address."""

import pytest
from django.core import mail

from showcase.models import Party, StoryRevision
from showcase.vocabularies import PartyRole
from tests.showcase.desk import BIRTH, member, step
from tests.showcase.stories import member as joined
from tests.showcase.stories import team

pytestmark = pytest.mark.django_db

SIGNED = {"declared": "on", "disputes": "on", "name_typed": "示範甲", **BIRTH}


def test_an_author_whose_address_has_changed_is_the_same_party_when_the_story_is_handed_in_again():
    desk = member()
    draft = desk.write()
    desk.send(step(draft, "license"), **SIGNED)
    desk.user.email = "moved@example.org"
    desk.user.save()
    mail.outbox.clear()

    desk.send(step(draft, "license"), channels=["4"], **SIGNED)

    [author] = Party.objects.all()
    assert (author.email, author.user, author.grants.count()) == ("moved@example.org", desk.user, 2)
    assert {one for letter in mail.outbox for one in letter.to} == {"moved@example.org"}


def test_a_member_whose_address_has_changed_is_the_same_party_and_can_be_taken_out():
    of = team()
    desk, other = member(of), joined(of)
    draft = desk.write()
    draft.people.create(user=other, name=str(other), email=other.email, role=PartyRole.COAUTHOR)
    desk.send(step(draft, "license"), **SIGNED)
    party = Party.objects.get(role=PartyRole.COAUTHOR)
    other.email = "moved@example.org"
    other.save()
    draft.people.update(email=other.email)

    desk.send(step(draft, "words"), text="改寫了。")
    desk.send(step(draft, "license"), **SIGNED)
    assert [one.pk for one in StoryRevision.objects.latest("number").parties.filter(role="coauthor")] == [party.pk]

    desk.client.post(step(draft, f"parties/{party.pk}/take-out"))
    assert not draft.people.exists()
