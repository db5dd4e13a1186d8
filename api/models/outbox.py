"""What is to be told beyond our own doors: to which address, what, and what came of each try."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .ledger import Operation
from .partners import Partner


class EndpointState(models.TextChoices):
    """Whether anything is sent to an address."""

    PENDING = "pending", _("waits for its challenge to be answered")
    ENABLED = "enabled", _("in use")
    DISABLED = "disabled", _("switched off")


class Endpoint(models.Model):
    """An address of a partner that webhooks go to. Its secret is made from a seed, which opens nothing by itself."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="endpoints")
    url = models.URLField(_("address"), max_length=500)
    # Names of events; none means all. A withdrawal of what is named is always sent.
    events = models.JSONField(_("events"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=EndpointState.choices, default=EndpointState.PENDING)
    disabled_because = models.CharField(_("switched off because"), max_length=120, blank=True)
    seed = models.CharField(max_length=64, editable=False)
    # While a secret is being exchanged, messages are signed with both.
    former_seed = models.CharField(max_length=64, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    # The circuit: when the row of failures began, how many there are, and until when nothing is tried.
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    closed_until = models.DateTimeField(_("not tried before"), null=True, editable=False)

    class Meta:
        verbose_name = _("webhook address")
        verbose_name_plural = _("webhook addresses")
        ordering = ("partner__name", "url")
        constraints: ClassVar = [models.UniqueConstraint(fields=["partner", "url"], name="one_endpoint_an_address")]

    def __str__(self) -> str:
        return self.url

    def seeds(self, now: datetime) -> list[str]:
        """The seeds to sign with: the former one too until the exchange is over."""
        both = self.former_seed and self.former_until is not None and now < self.former_until
        return [self.seed, self.former_seed] if both else [self.seed]


class DeliveryState(models.TextChoices):
    """What has become of a delivery."""

    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    # Something newer about the same item made it needless before it was sent.
    SUPERSEDED = "superseded", _("overtaken by a newer one")
    DEAD = "dead", _("given up")


class Delivery(models.Model):
    """One thing to tell one destination, written in the transaction that caused it; told at least once.

    Without an endpoint the destination is the Facebook page. ``key`` is the same in every try.
    """

    key = models.UUIDField(default=uuid4, unique=True)
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(_("event"), max_length=40)
    # Of the change it tells; an event that is no change, such as a test, has none.
    seq = models.BigIntegerField(null=True)
    op = models.CharField(max_length=8, choices=Operation.choices, blank=True)
    type = models.CharField(max_length=16, blank=True)
    uid = models.UUIDField(null=True)
    lang = models.CharField(max_length=8, blank=True)
    version = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    due_at = models.DateTimeField(_("next try at"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    # A worker that has taken it holds it until then; past it, the worker is taken for dead.
    leased_until = models.DateTimeField(null=True)
    # Sent, overtaken or given up.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "seq"], name="one_delivery_a_change_and_endpoint"),
            models.UniqueConstraint(
                fields=["seq"], condition=Q(endpoint=None), name="one_delivery_a_change_to_the_page"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="delivery_due"),
            models.Index(fields=["uid", "lang", "endpoint"], name="delivery_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint or 'Facebook'}"


class Attempt(models.Model):
    """One try of a delivery: what was sent, what came back, how long it took. Kept for 30 days."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(_("at"))
    # None while it runs, and for one that no answer came to.
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    error = models.CharField(_("error"), max_length=255, blank=True)
    sent = models.TextField(_("sent"))
    answer = models.TextField(_("answer"), blank=True)
    took_ms = models.PositiveIntegerField(_("milliseconds"), null=True)

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["at"], name="attempt_at")]

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.status or self.error}"
