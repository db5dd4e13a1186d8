"""Holding a story from the admin, releasing it by a second person, and mandates that a second person confirms."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfWriter

from home.models import Clock
from home.visibility import Channel, Reason
from showcase.models import ConsentEvent, Hold, Mandate
from showcase.replay import replay
from showcase.vocabularies import PartyRole, Verb
from tests.showcase.editorial import approved, staff
from tests.showcase.proofs import by_id
from tests.showcase.stories import agree, coauthor, handed_in

pytestmark = pytest.mark.django_db
REASON = "有人主張權利"


def hold(editor, story, kind="dispute", reason=REASON, status=302):
    return editor.send(reverse("story_hold", args=[story.page.pk]), {"kind": kind, "reason": reason}, status)


def release(editor, story, status=302):
    [held] = story.page.holds_in_force()
    url = reverse("story_release", args=[story.page.pk])
    return editor.send(url, {"hold": held.pk, "reason": "已查明"}, status)


def hidden(story):
    return story.page.hidden_because(Channel.SITE, Clock.now())


def verbs(story):
    return list(ConsentEvent.objects.filter(story=story.page.translation_key).values_list("verb", flat=True))


def test_r60_a_dispute_freezes_the_story_in_one_act_and_leads_to_the_evidence():
    story, editor = approved(), staff("編輯")

    answer = hold(editor, story)

    assert hidden(story) == Reason.LEGAL
    assert answer["Location"] == reverse("story_evidence", args=[story.page.pk])
    assert "有人主張權利" in editor.client.get(answer["Location"]).content.decode()
    assert verbs(story)[-1] == Verb.HELD


def test_a_check_holds_the_story_and_leads_back_to_it():
    story = approved()

    answer = hold(staff("編輯"), story, "check")

    assert hidden(story) == Reason.HELD
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[story.page.pk])


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_hold_needs_a_reason(reason):
    story = approved()

    hold(staff("編輯"), story, reason=reason, status=200)

    assert hidden(story) is None


def test_looking_at_the_form_holds_nothing():
    story = approved()

    assert staff("編輯").client.get(reverse("story_hold", args=[story.page.pk])).status_code == 200
    assert hidden(story) is None


def test_r60_a_second_person_releases_and_it_is_logged():
    story, editor = approved(), staff("編輯")
    hold(editor, story)

    answer = release(editor, story, 200)
    assert "這項暫停是你自己設的：要由別人解除。" in answer.content.decode()
    assert hidden(story) == Reason.LEGAL

    reviewer = staff()
    release(reviewer, story)
    assert hidden(story) is None
    held = Hold.objects.get()
    assert (held.release_reason, held.released_by.email) == ("已查明", reviewer_email(reviewer))
    assert verbs(story)[-1] == Verb.RELEASED


def reviewer_email(editor):
    return editor.client.get(reverse("wagtailadmin_home")).context["user"].email


def test_a_hold_of_another_story_is_not_released_here():
    one, other = approved(), approved()
    hold(staff("編輯"), other)
    [held] = other.page.holds_in_force()

    staff().send(reverse("story_release", args=[one.page.pk]), {"hold": held.pk, "reason": "已查明"}, 200)

    assert hidden(other) == Reason.LEGAL


def signed():
    file, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(file)
    return SimpleUploadedFile("mandate.pdf", file.getvalue(), "application/pdf")


def represented():
    people = [coauthor(1), ("代表", "representative@example.org", PartyRole.REPRESENTATIVE)]
    story = handed_in(people=people)
    by_role = {party.role: party for party in story.parties}
    return story, by_role[PartyRole.REPRESENTATIVE], by_role[PartyRole.COAUTHOR]


def upload(editor, story, representative, party, status=302):
    data = {"representative": representative.pk, "parties": [party.pk], "file": signed()}
    return editor.send(reverse("story_mandates", args=[story.page.pk]), data, status)


def test_a_mandate_counts_once_a_second_person_has_confirmed_it():
    story, representative, party = represented()
    editor = staff("編輯")
    upload(editor, story, representative, party)
    agree(story.author)
    agree(representative)
    confirm = reverse("story_mandate", args=[story.page.pk, Mandate.objects.get().pk])

    editor.client.post(confirm)
    assert story.page.license_at(Clock.now()) is None
    assert Mandate.objects.get().confirmed_at is None

    staff().client.get(confirm)
    assert Mandate.objects.get().confirmed_at is None

    staff().client.post(confirm)
    story.revision.refresh_from_db()
    assert (Mandate.objects.get().confirmed_at, story.revision.state) == (Clock.now(), "in_review")
    assert verbs(story)[-3:] == [Verb.MANDATED, Verb.CLEARED, Verb.REVIEWED]


def spoken_for():
    """A live story in which a confirmed mandate speaks for one; returns it, who speaks and who is spoken for."""
    story, representative, party = represented()
    upload(staff("編輯"), story, representative, party)
    agree(story.author)
    agree(representative)
    staff().client.post(reverse("story_mandate", args=[story.page.pk, Mandate.objects.get().pk]))
    story.revision.refresh_from_db()
    story.revision.revision.publish()
    return story, representative, party


def test_a_confirmed_mandate_is_revoked_for_a_reason_and_the_story_is_hidden_at_once():
    story, representative, party = spoken_for()
    assert hidden(story) is None
    editor = staff("編輯")
    revoke = reverse("story_mandate_revoked", args=[story.page.pk, Mandate.objects.get().pk])

    editor.client.get(revoke)
    editor.send(revoke, {"reason": ""}, 200)
    assert hidden(story) is None

    editor.send(revoke, {"reason": "委託人說沒有簽過"})
    mandate, event = Mandate.objects.get(), ConsentEvent.objects.order_by("seq").last()
    assert hidden(story) is not None
    assert (mandate.revoked_at, mandate.revoke_reason) == (Clock.now(), "委託人說沒有簽過")
    assert mandate.revoked_by.groups.get().name == "編輯"
    assert (event.verb, event.party, event.facts) == (Verb.REVOKED, representative.pk, {"parties": [party.pk]})
    assert "委託人說沒有簽過" in staff().client.get(reverse("story_mandates", args=[story.page.pk])).content.decode()
    told = replay(ConsentEvent.objects.filter(story=story.page.translation_key).order_by("seq"))
    assert by_id(told.signatories(story.page.content_hash)) == by_id(story.page.signatories())

    # Confirming it once more does not bring it back; the person's own word does.
    staff().client.post(reverse("story_mandate", args=[story.page.pk, mandate.pk]))
    editor.send(revoke, {"reason": "又一次"})
    assert (hidden(story) is None, Mandate.objects.get().revoke_reason) == (False, "委託人說沒有簽過")
    agree(party)
    assert hidden(story) is None


def test_a_mandate_revoked_beside_another_that_names_the_same_person_hides_nothing():
    story, representative, party = spoken_for()
    upload(staff("編輯"), story, representative, party)
    second = Mandate.objects.last()
    staff().client.post(reverse("story_mandate", args=[story.page.pk, second.pk]))

    staff().send(reverse("story_mandate_revoked", args=[story.page.pk, second.pk]), {"reason": "重複"})

    told = replay(ConsentEvent.objects.filter(story=story.page.translation_key).order_by("seq"))
    assert hidden(story) is None
    assert by_id(told.signatories(story.page.content_hash)) == by_id(story.page.signatories())


def test_what_is_no_pdf_is_no_mandate():
    story, representative, party = represented()
    file = SimpleUploadedFile("mandate.pdf", b"not a pdf", "application/pdf")
    data = {"representative": representative.pk, "parties": [party.pk], "file": file}

    staff("編輯").send(reverse("story_mandates", args=[story.page.pk]), data, 200)

    assert not Mandate.objects.exists()


def erase(editor, story, status=302, **data):
    return editor.send(reverse("story_erase", args=[story.page.pk]), data, status)


def test_whoever_keeps_house_erases_a_story_for_good():
    story = approved()
    keeper = staff("管理")

    erase(keeper, story, 200)
    assert hidden(story) is None

    erase(keeper, story, sure="on")
    assert hidden(story) is not None
    assert story.page.parties.get().email == ""
    assert verbs(story)[-1] == Verb.PURGED


def test_what_is_held_is_not_erased():
    story = approved()
    hold(staff("編輯"), story)

    answer = erase(staff("管理"), story, 200, sure="on")

    assert "有爭議的內容要保留到爭議解決" in answer.content.decode()
    assert story.page.title == "河邊的一天"


@pytest.mark.parametrize("group", ["編輯", "審核"])
def test_nobody_else_erases(group):
    story = approved()

    staff(group).client.post(reverse("story_erase", args=[story.page.pk]), {"sure": "on"})

    assert (story.page.title, hidden(story)) == ("河邊的一天", None)
