"""Mail goes out when its transaction is kept, once, and is forgotten after thirty days."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import send_mail
from django.db import transaction

from cms.health import measure
from home.letters import deliver_letters, erase_letters
from home.models import Letter
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings):
    settings.EMAIL_BACKEND = "home.letters.OutboxBackend"


def post(to="editor@example.org"):
    send_mail("審核通過", "您的公告已經發布。", "北區青聚點 <hub@example.org>", [to])
    return Letter.objects.latest("pk")


def test_a_mail_is_delivered_once_as_it_was_written():
    post()
    assert mail.outbox == []

    assert deliver_letters(NOW) == 1
    assert deliver_letters(NOW + timedelta(days=2)) == 0

    assert [(one.subject, one.from_email, one.to) for one in mail.outbox] == [
        ("審核通過", "北區青聚點 <hub@example.org>", ["editor@example.org"])
    ]
    assert mail.outbox[0].message().get_content() == "您的公告已經發布。"


def test_a_mail_of_an_act_that_is_undone_is_never_sent():
    with transaction.atomic():
        post()
        transaction.set_rollback(True)

    assert (deliver_letters(NOW), mail.outbox) == (0, [])


def test_a_letter_becomes_an_eml_file_on_a_developers_machine(settings, tmp_path):
    settings.LETTERS_BACKEND = "home.letters.FolderBackend"
    settings.LETTERS_FOLDER = tmp_path / "mail"
    post()

    assert deliver_letters(NOW) == 1

    (path,) = settings.LETTERS_FOLDER.iterdir()
    assert path.name.startswith("20260302-100000-")
    assert path.suffix == ".eml"
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (message["Subject"], message["From"], message["To"], message.get_content()) == (
        "審核通過",
        "北區青聚點 <hub@example.org>",
        "editor@example.org",
        "您的公告已經發布。",
    )


@pytest.mark.parametrize("subject", ["待審核：111年北區青聚點地方創生團隊人才培力計畫公告（示範）", "Approved: x" * 20])
def test_a_long_subject_begins_with_its_first_word(subject):
    send_mail(subject, "內文", "hub@example.org", ["editor@example.org"])

    message = email.message_from_bytes(Letter.objects.latest("pk").message.encode(), policy=email.policy.default)
    assert message["Subject"] == subject


def test_a_mail_server_that_cannot_be_reached_is_tried_again_later(settings, frozen_time):
    settings.LETTERS_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nothing listens on the discard port
    first, second = post(), post("reviewer@example.org")

    assert deliver_letters(NOW) == 0

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.error.startswith("ConnectionRefusedError")
    assert (first.attempts, first.due_at, first.sent_at) == (1, NOW + timedelta(minutes=1), None)
    assert (second.attempts, second.due_at, second.error) == (0, NOW, ""), "one vain wait a round is enough"

    settings.LETTERS_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_letters(NOW + timedelta(seconds=59)) == 1
    frozen_time.move_to(NOW + timedelta(minutes=1))
    assert deliver_letters(NOW + timedelta(minutes=1)) == 1

    first.refresh_from_db()
    assert (first.attempts, first.error, first.sent_at) == (2, "", NOW + timedelta(minutes=1))
    assert [one.to for one in mail.outbox] == [["reviewer@example.org"], ["editor@example.org"]]


def test_a_refused_address_does_not_hold_up_the_next_letter(settings, smtp_server):
    settings.LETTERS_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_server.address
    refused, accepted = post("nobody@refused.example.org"), post()

    assert deliver_letters(NOW) == 1

    refused.refresh_from_db()
    accepted.refresh_from_db()
    assert refused.error.startswith("SMTPRecipientsRefused")
    assert (refused.sent_at, accepted.sent_at) == (None, NOW)
    assert smtp_server.accepted == ["editor@example.org"]


def test_the_delays_grow_to_a_day():
    letter = post()
    delays = []
    now = NOW
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.LETTERS_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        patch.setattr("django.conf.settings.EMAIL_HOST", "127.0.0.1")
        patch.setattr("django.conf.settings.EMAIL_PORT", 9)
        for _ in range(9):
            deliver_letters(now)
            letter.refresh_from_db()
            delays.append((letter.due_at - now).total_seconds())
            now = letter.due_at

    assert delays == [60, 300, 1800, 7200, 18_000, 36_000, 86_400, 86_400, 86_400]


def test_address_and_text_are_erased_thirty_days_after_sending(frozen_time):
    letter = post()
    deliver_letters(NOW)

    assert erase_letters(NOW + timedelta(days=30, seconds=-1)) == 0
    assert erase_letters(NOW + timedelta(days=30)) == 1
    assert erase_letters(NOW + timedelta(days=31)) == 0

    letter.refresh_from_db()
    assert (letter.to, letter.subject, letter.message) == ([], "", "")
    assert (letter.sent_at, letter.erased_at) == (NOW, NOW + timedelta(days=30))


def test_a_letter_not_yet_sent_is_not_erased():
    post()

    assert erase_letters(NOW + timedelta(days=31)) == 0


def test_a_letter_nobody_could_be_brought_in_thirty_days_is_given_up_and_erased(settings):
    settings.LETTERS_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    letter = post()
    deliver_letters(NOW)

    assert erase_letters(NOW + timedelta(days=30, seconds=-1)) == 0
    assert erase_letters(NOW + timedelta(days=30)) == 1
    settings.LETTERS_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert (deliver_letters(NOW + timedelta(days=40)), mail.outbox) == (0, [])

    letter.refresh_from_db()
    assert (letter.to, letter.subject, letter.message, letter.error) == ([], "", "", "")
    assert (letter.sent_at, letter.erased_at) == (None, NOW + timedelta(days=30))
    assert measure(NOW + timedelta(days=40)).letters_waiting == 0
