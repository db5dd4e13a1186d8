"""The record of consent: append-only, hash-chained, without personal data; the database refuses changes to it."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from showcase.vocabularies import Verb

# What the first event follows.
ORIGIN: Final = "0" * 64


class ConsentEvent(models.Model):
    """One thing that happened: ids, hashes, a verb, an instant. No foreign keys, so that purging never touches it."""

    seq = models.BigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    verb = models.CharField(_("what"), max_length=9, choices=Verb.choices)
    story = models.UUIDField(_("story"), db_index=True)
    party = models.BigIntegerField(_("party"), null=True)
    at = models.DateTimeField(_("at"))
    # Numbers of other rows, hashes, channels and instants as texts.
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("consent event")
        verbose_name_plural = _("consent events")
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"

    @classmethod
    def append(cls, verb: Verb, story: Any, at: datetime, *, party: int | None = None, **facts: Any) -> "ConsentEvent":
        """Write the next event, inside a transaction that holds the hub's clock (``Clock.locked()``)."""
        last = cls.objects.order_by("-seq").first()
        event = cls(
            seq=last.seq + 1 if last else 1,
            previous=last.hash if last else ORIGIN,
            verb=verb,
            story=story.translation_key,
            party=party,
            at=at,
            facts=facts,
        )
        event.hash = event.computed_hash()
        event.save(force_insert=True)
        return event

    def computed_hash(self) -> str:
        """SHA-256 of the previous hash and all that the event says."""
        said = [
            self.seq,
            self.previous,
            str(self.verb),
            str(self.story),
            self.party,
            self.at.astimezone(UTC).isoformat(),
            self.facts,
        ]
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def head() -> str:
    """The hash of the last event, which stands for the whole record."""
    last = ConsentEvent.objects.order_by("-seq").values_list("hash", flat=True).first()
    return last or ORIGIN


def first_broken() -> int | None:
    """The number of the first event that does not follow from the one before; None while the chain holds."""
    previous, expected = ORIGIN, 1
    for event in ConsentEvent.objects.order_by("seq").iterator():
        if (event.seq, event.previous, event.hash) != (expected, previous, event.computed_hash()):
            return expected
        previous, expected = event.hash, event.seq + 1
    return None
