"""One person stays one party, whatever becomes of an account's address; who is spoken for can always say no."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from home.models import Clock
from home.visibility import Channel
from showcase.flows import mandates
from showcase.models import Mandate, Party, StoryFile, StoryRevision
from showcase.vocabularies import PartyRole
from tests import factories
from tests.showcase.consent_page import path, send, words
from tests.showcase.desk import BIRTH, member, step
from tests.showcase.editorial import staff
from tests.showcase.stories import MINOR, agree, coauthor, handed_in, team
from tests.showcase.stories import member as joined
from tests.showcase.test_holds import signed
from tests.showcase.test_last_words import REPRESENTATIVE, spoken_for

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


def test_i8_who_is_spoken_for_says_no_after_the_link_has_lapsed(client, frozen_time):
    story = spoken_for()
    silent = story.parties[1]
    frozen_time.shift(timedelta(days=15))
    assert story.page.hidden_because(Channel.SITE, Clock.now()) is None

    assert client.get(path(silent)).status_code == 200
    assert client.get(path(silent, "refuse/")).status_code == 200
    assert send(client, silent, "refuse/").status_code == 302

    assert story.page.hidden_because(Channel.SITE, Clock.now()) is not None
    assert "你不同意" in words(client.get(path(silent)))


def test_a_mandate_nobody_has_confirmed_opens_no_lapsed_link(client, frozen_time):
    story = spoken_for()
    Mandate.objects.update(confirmed_at=None)
    frozen_time.shift(timedelta(days=15))

    assert client.get(path(story.parties[1])).status_code == 404


def test_r15_a_mandate_speaks_for_makers_alone_not_for_a_legal_representative_nor_who_is_shown():
    people = [coauthor(1), REPRESENTATIVE, ("入鏡者", "shown@example.org", PartyRole.PORTRAYED)]
    people.append(("權利人", "rights@example.org", PartyRole.RIGHTSHOLDER))
    story = handed_in(people=people)
    agree(story.parties[1], born_on=MINOR)
    guardian = story.page.parties.create(
        role=PartyRole.GUARDIAN, guardian_of_id=story.parties[1].pk, name="法定代理人", email="g@example.org"
    )
    by_role = {one.role: one for one in [*story.parties, guardian]}
    editor, url = staff("編輯"), reverse("story_mandates", args=[story.page.pk])
    offered = [PartyRole.AUTHOR, PartyRole.COAUTHOR, PartyRole.RIGHTSHOLDER]
    form = editor.client.get(url).content.decode()
    for role, party in by_role.items():
        assert (f'name="parties" value="{party.pk}"' in form) == (role in offered)

    data = {"representative": by_role[PartyRole.REPRESENTATIVE].pk, "parties": [guardian.pk], "file": signed()}
    editor.send(url, data, 200)
    assert not Mandate.objects.exists()

    file = StoryFile.objects.create(file="files/mandate.pdf", name="同意書", size=1, sha256="0" * 64)
    kept = mandates.upload_mandate(
        by_role[PartyRole.REPRESENTATIVE], by_role.values(), file, factories.person("審核"), Clock.now()
    )
    assert [one.role for one in kept.parties.order_by("pk")] == offered
