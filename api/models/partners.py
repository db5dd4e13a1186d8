"""Partner sites: what each may read, the keys it reads with, and the licenses it has accepted."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home.visibility import Channel


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Partners by what they may hold."""

    def holding_stories(self) -> Self:
        """Those that stories are for and that have ever read with a key or been sent something.

        Who has done neither has no copy that we could know of.
        """
        used = Key.objects.filter(partner=OuterRef("pk"), last_used_at__isnull=False)
        told = Partner.objects.filter(pk=OuterRef("pk"), endpoints__deliveries__isnull=False)
        reads = self.annotate(on_channel=F("channels").bitand(int(Channel.PARTNER_SITES))).filter(on_channel__gt=0)
        return reads.filter(Exists(used) | Exists(told), commercial=False)


class Partner(models.Model):
    """A site that republishes. Only one that accepted a license gets the stories under it whole."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    email = models.EmailField(_("e-mail address"), help_text=_("Where we write when something has to be taken down."))
    # Bits of home.visibility.Channel.
    channels = models.PositiveSmallIntegerField(_("channels"), default=int(Channel.PARTNER_SITES))
    commercial = models.BooleanField(
        _("commercial"), default=False, help_text=_("Stories are for non-profit use: a commercial site gets none.")
    )
    hosts = models.TextField(
        _("hosts"),
        blank=True,
        help_text=_("One a line, as in www.example.org. Only there do we look whether copies are gone."),
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    # How far the partner has read /changes, and when it last did.
    synced_seq = models.BigIntegerField(_("read up to"), null=True, editable=False)
    synced_at = models.DateTimeField(_("last read"), null=True, editable=False)

    objects: ClassVar = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def host_names(self) -> frozenset[str]:
        """The hosts registered, in lower case."""
        return frozenset(self.hosts.lower().split())

    @property
    def gets_stories(self) -> bool:
        """Whether stories are for this partner at all."""
        return not self.commercial and bool(self.channels & Channel.PARTNER_SITES)


class LicenseAcceptance(models.Model):
    """One version of a license that a partner has accepted, word for word."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="acceptances")
    license_id = models.SlugField(_("license"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    accepted_at = models.DateTimeField(_("accepted"), default=timezone.now)

    class Meta:
        verbose_name = _("accepted license")
        verbose_name_plural = _("accepted licenses")
        ordering = ("license_id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "license_id"], name="one_acceptance_a_license")
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.license_id}"


class Scope(models.TextChoices):
    """What a key may do. Reading needs no scope: everyone may."""

    STORIES = "stories", _("read stories whole")
    ACKS = "acks", _("report what was taken down")
    ENDPOINTS = "endpoints", _("register addresses for webhooks")


class KeyQuerySet(models.QuerySet["Key"]):
    """Keys by whether they open anything."""

    def usable(self, now: datetime) -> Self:
        """Neither revoked nor past their end."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


class Key(models.Model):
    """A key of a partner. What it opens with was shown once; here is only its hash."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(_("name"), max_length=60, blank=True)
    prefix = models.CharField(_("begins with"), max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("issued"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects: ClassVar = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
