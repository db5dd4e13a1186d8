"""What a partner had to take down: what it claims to have done, and what we saw when we looked (contract section 3)."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .partners import Partner


class Observation(models.TextChoices):
    """What the addresses answered at which a partner had shown something: of several, the worst."""

    # 404 or 410.
    VERIFIED = "verified", _("seen to be gone")
    # 200 to 299.
    STILL_PRESENT = "still_present", _("still there")
    # Anything else, a redirect too, or no answer: it proves nothing.
    UNREACHABLE = "unreachable", _("could not be checked")


class PurgeState(models.TextChoices):
    """Where a purge stands at an instant, in the words of staff."""

    WAITING = "waiting", _("due, not reported")
    OVERDUE = "overdue", _("overdue, not reported")
    CLAIMED = "claimed", _("reported, not checked")
    VERIFIED = "verified", _("reported, seen to be gone")
    STILL_PRESENT = "still_present", _("reported, but still there")
    UNREACHABLE = "unreachable", _("reported, could not be checked")
    TOLD_AGAIN = "told_again", _("public again")


class PurgeQuerySet(models.QuerySet["Purge"]):
    """Purges by what is still to be done."""

    def owed(self) -> Self:
        """Neither seen to be gone nor told again since."""
        return self.filter(told_again_at=None).exclude(observation=Observation.VERIFIED)

    def overdue(self, now: datetime) -> Self:
        """Past their time: not reported, or reported and still there."""
        silent = Q(claimed_at=None, purge_by__lte=now)
        return self.filter(silent | Q(observation=Observation.STILL_PRESENT), told_again_at=None)


class Purge(models.Model):
    """One withdrawal as one partner has to follow it: a duty, then its claim, then our observation."""

    partner = models.ForeignKey(Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="purges")
    # The withdrawal.
    seq = models.BigIntegerField()
    type = models.CharField(max_length=16)
    uid = models.UUIDField()
    lang = models.CharField(max_length=8)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=20)
    withdrawn_at = models.DateTimeField(_("taken off at"))
    purge_by = models.DateTimeField(_("due"))
    # The claim: when it reached us first, when the partner says it was done, and where the copies had stood.
    claimed_at = models.DateTimeField(_("reported at"), null=True)
    purged_at = models.DateTimeField(_("taken down at"), null=True)
    urls = models.JSONField(_("addresses"), default=list)
    # The observation: what was seen last, and when.
    observation = models.CharField(_("what we saw"), max_length=13, choices=Observation.choices, blank=True)
    observed_at = models.DateTimeField(_("looked at"), null=True)
    # One row an address: {"url", "status"} or {"url", "error"}.
    observed = models.JSONField(default=list)
    looks = models.PositiveSmallIntegerField(default=0)
    # When to look next; None when there is nothing to look for.
    look_at = models.DateTimeField(null=True)
    # When partner and staff were told that it is overdue: once.
    overdue_at = models.DateTimeField(_("reminded at"), null=True)
    # Public again since: nothing is owed any more.
    told_again_at = models.DateTimeField(null=True)

    objects: ClassVar = PurgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("purge")
        verbose_name_plural = _("purges")
        ordering = ("-seq", "partner")
        constraints: ClassVar = [models.UniqueConstraint(fields=["partner", "seq"], name="one_purge_a_withdrawal")]
        indexes: ClassVar = [
            models.Index(fields=["uid", "lang"], name="purge_of_item"),
            models.Index(fields=["look_at"], name="purge_look_at"),
            models.Index(fields=["purge_by"], name="purge_by"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.type} {self.uid} v{self.version}"

    def state(self, now: datetime) -> PurgeState:
        """Where it stands."""
        if self.told_again_at:
            return PurgeState.TOLD_AGAIN
        if self.observation:
            return PurgeState(self.observation)
        if self.claimed_at:
            return PurgeState.CLAIMED
        return PurgeState.OVERDUE if self.purge_by <= now else PurgeState.WAITING
