"""What was last told (Entry), in which order (Change), and what each document showed (Facet, Shown)."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from home.visibility import Channel, Reason


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries through the rule."""

    def visible(self, channel: Channel, now: datetime) -> Self:
        """The rule on the ledger's copy of its inputs: told, on the channel, and not past its last instant."""
        return (
            self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now), withdrawn_at__isnull=True)
            .annotate(on_channel=F("channels").bitand(int(channel)))
            .filter(on_channel__gt=0)
        )

    def told_on(self, channel: Channel) -> Self:
        """What has ever been told to the readers of a channel: all else they have never heard of."""
        return self.annotate(was_told=F("told_channels").bitand(int(channel))).filter(was_told__gt=0)


class Entry(models.Model):
    """The latest public documents of one item in one language; once withdrawn, its tombstone without them."""

    type = models.CharField(max_length=16)
    uid = models.UUIDField()
    lang = models.CharField(max_length=8)
    source = models.CharField(max_length=48)
    source_pk = models.BigIntegerField()
    version = models.PositiveIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    card = models.BinaryField(default=b"")
    full = models.BinaryField(default=b"")
    # Path of its page, not percent-encoded: as long as the slugs on the way to it.
    path = models.TextField(default="")
    channels = models.PositiveSmallIntegerField(default=0)
    # Every channel it was ever told on: on another it is not gone, it never was.
    told_channels = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    ends_because = models.CharField(max_length=20, default=Reason.UNPUBLISHED)
    # The id of the license it stands under: who has accepted that may read a story whole.
    license = models.CharField(max_length=50, default="")
    shows_until = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, default="")

    objects: ClassVar = EntryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uid", "lang"], name="one_entry_an_item"),
            models.UniqueConstraint(fields=["source", "source_pk"], name="one_entry_a_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["type", "lang", "-published_at", "-uid"], name="entry_newest"),
            models.Index(fields=["type", "lang", "starts_at", "uid"], name="entry_calendar"),
            models.Index(fields=["seq"], name="entry_seq"),
            models.Index(fields=["path"], name="entry_path"),
            models.Index(fields=["valid_until"], name="entry_valid_until"),
            models.Index(fields=["shows_until"], name="entry_shows_until"),
            models.Index(fields=["starts_at"], name="entry_starts_at"),
            models.Index(fields=["ends_at"], name="entry_ends_at"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.uid} {self.lang} v{self.version}"

    def hidden_because(self, channel: Channel, now: datetime) -> Reason | None:
        """The rule for one entry: why it may not be read on the channel at that instant, or None."""
        if self.withdrawn_at is not None:
            return Reason(self.reason)
        if self.valid_until is not None and self.valid_until <= now:
            return Reason(self.ends_because)
        return None if self.channels & channel else Reason.CHANNEL_REMOVED


class Facet(models.Model):
    """One word an entry can be found by, as its document shows it."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=16)
    value = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "value", "entry"], name="facet_lookup")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Shown(models.Model):
    """Something an entry's document shows, or would show were it public: when it changes, look at the entry again."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="shown")
    source = models.CharField(max_length=48)
    source_pk = models.BigIntegerField()
    # Whether the other end shows this entry in turn, so that it must look again when this entry changes.
    mutual = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["source", "source_pk"], name="shown_source")]

    def __str__(self) -> str:
        return f"{self.source}/{self.source_pk}"


class Operation(models.TextChoices):
    """What a change asks of a mirror."""

    UPSERT = "upsert"
    WITHDRAW = "withdraw"


class ChangeQuerySet(models.QuerySet["Change"]):
    """Changes by whom they were told to."""

    def told_on(self, channel: Channel) -> Self:
        """What the readers of a channel were told."""
        return self.annotate(on_channel=F("channels").bitand(int(channel))).filter(on_channel__gt=0)


class Change(models.Model):
    """One thing told, in commit order without gaps; never changed afterwards."""

    seq = models.BigIntegerField(primary_key=True)
    op = models.CharField(max_length=8, choices=Operation.choices)
    type = models.CharField(max_length=16)
    uid = models.UUIDField()
    lang = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    channels = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=20, default="")
    former_url = models.TextField(default="")

    objects: ClassVar = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ("seq",)
        indexes: ClassVar = [models.Index(fields=["uid", "lang"], name="change_of_item")]

    def __str__(self) -> str:
        return f"{self.seq} {self.op} {self.type} {self.uid}"


class Reconciliation(models.Model):
    """The last reconcile: when, and how many changes it had to tell because nothing had hinted at them."""

    ONLY: ClassVar = 1

    at = models.DateTimeField()
    told = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.told} @ {self.at.isoformat()}"
