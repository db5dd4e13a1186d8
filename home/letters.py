"""Mail through the outbox: Django's mail goes to home.Letter, the worker hands it to the real backend.

So a mail is sent exactly when the transaction that caused it is kept, and a slow mail server delays nobody.
"""

import email
import email.message
import email.policy
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.header import Header
from functools import partial
from pathlib import Path
from smtplib import SMTPConnectError, SMTPException, SMTPServerDisconnected
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from .models import Letter

RETRY_AFTER: Final = (60, 300, 1800, 7200, 18_000, 36_000, 86_400)
KEPT_FOR: Final = timedelta(days=30)


class OutboxBackend(BaseEmailBackend):
    """Writes each mail as a Letter in the caller's transaction."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the letters; returns how many."""
        letters = [
            Letter(to=mail.recipients(), subject=str(mail.subject)[:255], message=_text(mail))
            for mail in email_messages
            if mail.recipients()
        ]
        return len(Letter.objects.bulk_create(letters))


def _text(mail: EmailMessage) -> str:
    """The mail as it will be sent. Django breaks the line before a long Chinese subject, which some read as a blank."""
    message = mail.message()
    subject = Header(str(mail.subject), header_name="Subject")
    message.replace_header("Subject", subject.encode())
    return message.as_bytes().decode()


class FolderBackend(BaseEmailBackend):
    """Development mail: one .eml file per letter in LETTERS_FOLDER."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the files; returns how many."""
        folder = Path(settings.LETTERS_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            name = f"{timezone.localtime():%Y%m%d-%H%M%S}-{uuid4().hex[:8]}.eml"
            (folder / name).write_bytes(mail.message().as_bytes())
        return len(email_messages)


class _Written(email.message.EmailMessage):
    """A parsed mail that Django's SMTP backend can ask for its bytes."""

    def as_bytes(self, unixfrom: bool = False, policy: Any = None, linesep: str = "\n") -> bytes:  # noqa: FBT001, FBT002 - the base's signature
        """The mail as bytes with the line ends asked for."""
        return super().as_bytes(unixfrom, policy=(policy or self.policy).clone(linesep=linesep))


class StoredMessage(EmailMessage):
    """A letter as a mail that any Django backend can send, as it was written."""

    def __init__(self, letter: Letter) -> None:
        self._parsed = email.message_from_bytes(letter.message.encode(), _class=_Written, policy=email.policy.default)
        super().__init__(subject=letter.subject, from_email=str(self._parsed["From"]), to=letter.to)

    def message(self, *, policy: Any = None) -> Any:
        """The stored text, parsed."""
        del policy
        return self._parsed


def deliver_letters(now: datetime) -> int:
    """Send every letter that is due, each on its own; returns how many were sent.

    A try is counted before it is made, so a crash in the middle costs a delay and never a loop. A mail server that
    cannot be reached ends the round, so that waiting for it letter by letter does not hold up the worker.
    """
    sent = 0
    due = Letter.objects.filter(sent_at=None, erased_at=None, due_at__lte=now)
    for pk in due.values_list("pk", flat=True):
        with transaction.atomic():
            letter = due.select_for_update(skip_locked=connection.features.has_select_for_update).filter(pk=pk).first()
            if letter is None:
                continue
            letter.due_at = now + timedelta(seconds=RETRY_AFTER[min(letter.attempts, len(RETRY_AFTER) - 1)])
            letter.attempts += 1
            letter.save(update_fields=["due_at", "attempts"])
        try:
            get_connection(settings.LETTERS_BACKEND).send_messages([StoredMessage(letter)])
        except (OSError, SMTPException) as error:
            Letter.objects.filter(pk=pk).update(error=f"{type(error).__name__}: {error}"[:255])
            if isinstance(error, SMTPException) and not isinstance(error, SMTPConnectError | SMTPServerDisconnected):
                continue
            break
        Letter.objects.filter(pk=pk).update(sent_at=timezone.now(), error="")
        sent += 1
    return sent


def erase_letters_about(
    marks: Sequence[str], now: datetime, which: Callable[[email.message.EmailMessage], bool] | None = None
) -> None:
    """Erase every letter in which a mark stands, as a header line or an address, inside the caller's transaction.

    ``which`` says of each of those whether it goes; without it all do. One not sent yet is never sent; a development
    mail's file goes once the transaction is kept.
    """
    goes = partial(_goes, marks, which)
    written = Letter.objects.filter(erased_at=None).values_list("pk", "message").iterator()
    about = Letter.objects.filter(pk__in=[pk for pk, message in written if goes(message.encode())])
    about.filter(sent_at=None).delete()
    about.update(to=[], subject="", message="", error="", erased_at=now)
    transaction.on_commit(partial(_remove_files, goes))


def texts_of(mail: email.message.EmailMessage) -> list[str]:
    """What a mail says, as plain text and as HTML, beside its headers."""
    return [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]


def _goes(marks: Sequence[str], which: Callable[[email.message.EmailMessage], bool] | None, message: bytes) -> bool:
    """Whether a mark stands in a mail, in its headers or in what its texts say, and it is one of those meant."""
    mail: Any = email.message_from_bytes(message, policy=email.policy.default)
    headers = [f"{name}: {value}" for name, value in mail.items()]
    is_marked = any(mark in text for mark in marks for text in [*headers, *texts_of(mail)])
    return is_marked and (which is None or which(mail))


def _remove_files(goes: Callable[[bytes], bool]) -> None:
    for path in Path(settings.LETTERS_FOLDER).glob("*.eml"):
        if goes(path.read_bytes()):
            path.unlink(missing_ok=True)


def erase_letters(now: datetime) -> int:
    """Erase addresses and text of letters sent 30 days ago or earlier; returns how many.

    What has been tried and not brought in 30 days is given up, and erased as well.
    """
    since = now - KEPT_FOR
    undeliverable = Q(sent_at=None, attempts__gt=0, created_at__lte=since)
    return Letter.objects.filter(Q(sent_at__lte=since) | undeliverable, erased_at=None).update(
        to=[], subject="", message="", error="", erased_at=now
    )
