"""Who has to agree to a story, what each has granted, and the rule as SQL."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable  # noqa: TC003 - Django reads annotations
from datetime import datetime  # noqa: TC003 - Django reads annotations
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from home.visibility import Channel, Reason
from showcase import rules
from showcase.admin_forms import ConsentTextForm
from showcase.panels import CONSENT_TEXT_PANELS
from showcase.vocabularies import HoldKind, PartyRole, RevisionState

from .media import StoryFile


class ConsentText(models.Model):
    """What people agree to, word for word; once somebody was shown it, a changed text is a new one."""

    code = models.SlugField(_("code"), help_text=_("As partners are told it, as in: tyc-pi-5y-v1"))
    lang = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="zh-hant")
    label = models.CharField(_("short name"), max_length=60)
    summary = models.TextField(_("in six lines"), help_text=_("One line each, in plain words."))
    body = models.TextField(_("full text"))
    notice = models.TextField(
        _("notice on personal data"),
        blank=True,
        help_text=_("What §8 and §9 of the Personal Data Protection Act want told; one line each, as in: who：us."),
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    effective_from = models.DateTimeField(_("in force from"))
    retired_at = models.DateTimeField(_("until"), null=True, blank=True)

    base_form_class = ConsentTextForm
    panels: ClassVar[list[Any]] = CONSENT_TEXT_PANELS

    class Meta:
        verbose_name = _("license text")
        verbose_name_plural = _("license texts")
        ordering = ("-effective_from", "code")
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "lang"], name="one_text_a_code_and_language")]

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the hash of what people read."""
        self.sha256 = rules.text_sha256(*self.words)
        super().save(*args, **kwargs)

    @property
    def words(self) -> tuple[str, ...]:
        """What people read, part by part."""
        return tuple(filter(None, (self.label, self.summary, self.body, self.notice)))

    @property
    def is_used(self) -> bool:
        """Whether somebody has been asked by it: then its words never change again."""
        return self.revisions.exists() or self.grants.exists()

    @classmethod
    def current(cls, now: datetime, lang: str = "zh-hant") -> ConsentText | None:
        """The text in force at an instant; None where the bureau has retired all of them."""
        in_force = cls.objects.filter(Q(retired_at=None) | Q(retired_at__gt=now), lang=lang, effective_from__lte=now)
        return in_force.order_by("-effective_from", "-pk").first()


class Party(models.Model):
    """Somebody whose consent a story needs. The link's token is kept as a hash; its seed alone opens nothing."""

    story = models.ForeignKey(
        "showcase.StoryPage", verbose_name=_("story"), on_delete=models.CASCADE, related_name="parties"
    )
    role = models.CharField(_("role"), max_length=14, choices=PartyRole.choices)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="parties"
    )
    guardian_of = models.ForeignKey(
        "self", verbose_name=_("represents"), null=True, blank=True, on_delete=models.CASCADE, related_name="guardians"
    )
    # A checked result and the year; the date of birth itself is never stored.
    minor = models.BooleanField(_("minor"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    checked_on = models.DateField(_("age as of"), null=True, blank=True)
    link_seed = models.CharField(max_length=32, blank=True)
    link_hash = models.CharField(max_length=64, blank=True, db_index=True)
    invited_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    lapses_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    purged_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_moved(self) -> bool:
        """Whether another address may be right: an answer proves the one there is, and an author's is the account's."""
        return self.role != PartyRole.AUTHOR and self.refused_at is None and not self.grants.all()


class StoryRevision(models.Model):
    """One handed-in content of a story, frozen: the same content handed in again is the same revision."""

    story = models.ForeignKey(
        "showcase.StoryPage", verbose_name=_("story"), on_delete=models.CASCADE, related_name="story_revisions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    content_hash = models.CharField(max_length=64)
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(_("state"), max_length=9, choices=RevisionState.choices, default=RevisionState.SUBMITTED)
    # What the license asks for: the words, the channels, and whether it may be adapted.
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="revisions")
    channels = models.PositiveSmallIntegerField(_("channels"))
    adaptation = models.BooleanField(_("may be adapted"), default=False)
    # What its author declared (R55, R60): ``own_or_permitted``, ``settles_disputes``, and of each medium, in order,
    # ``rights``, ``rights_note``, ``people`` and ``music``; with a ``salt``.
    declared = models.JSONField(default=dict, blank=True)
    parties: models.ManyToManyField[Party, Requirement] = models.ManyToManyField(
        Party, through="Requirement", related_name="story_revisions"
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(_("handed in at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("revision of a story")
        verbose_name_plural = _("revisions of stories")
        ordering = ("story", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story", "content_hash"], name="one_revision_a_content"),
            models.UniqueConstraint(fields=["story", "number"], name="one_revision_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} v{self.number}"

    def computed_declared_hash(self) -> str:
        """SHA-256 of what was declared, as JSON with its names sorted; salted, for a note may be easy to guess."""
        return hashlib.sha256(json.dumps(self.declared, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class Requirement(models.Model):
    """That a revision needs a party's consent."""

    story_revision = models.ForeignKey(StoryRevision, on_delete=models.CASCADE, related_name="requirements")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="requirements")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story_revision", "party"], name="a_party_is_required_once")
        ]

    def __str__(self) -> str:
        return f"{self.story_revision_id} needs {self.party_id}"


class Grant(models.Model):
    """One consent: to this content, by this text, for these channels. Its term begins once everyone has agreed."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="grants")
    content_hash = models.CharField(max_length=64)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="grants")
    text_sha256 = models.CharField(max_length=64)
    channels = models.PositiveSmallIntegerField(_("channels"))
    adaptation = models.BooleanField(_("may be adapted"), default=False)
    granted_at = models.DateTimeField(_("agreed at"))
    starts_at = models.DateTimeField(_("in force from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("in force until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=["party", "content_hash"], name="grant_of_content"),
            models.Index(fields=["ends_at"], name="grant_ends_at"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.granted_at.isoformat()}"


class Evidence(models.Model):
    """How somebody acted: erased when purged, its salted hash stays."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="evidence")
    # The number of the consent event it belongs to.
    event_seq = models.BigIntegerField(unique=True)
    name_typed = models.CharField(_("name typed"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    identified_by = models.CharField(_("identified by"), max_length=5, blank=True)  # "login" or "link"
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("event_seq",)

    def __str__(self) -> str:
        return f"{self.party_id} #{self.event_seq}"

    def computed_digest(self) -> str:
        """SHA-256 of the salt and of what is stored, as JSON with its names sorted."""
        names = ("name_typed", "email", "address", "user_agent", "identified_by")
        said = json.dumps({name: getattr(self, name) for name in names}, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256((self.salt + said).encode()).hexdigest()


class Mandate(models.Model):
    """That a representative speaks for others (Copyright Act §40-1).

    It counts once a second member of staff confirms it, until anybody of staff revokes it.
    """

    representative = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="mandates")
    parties = models.ManyToManyField(Party, related_name="spoken_for_by")
    file = models.ForeignKey(StoryFile, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoke_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.representative_id} {self.uploaded_at.isoformat()}"


class Hold(models.Model):
    """A story taken off at once by any member of staff; a second one releases it."""

    story = models.ForeignKey("showcase.StoryPage", on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(_("kind"), max_length=7, choices=HoldKind.choices, default=HoldKind.CHECK)
    reason = models.TextField(_("reason"))
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    held_at = models.DateTimeField(_("held at"))
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    release_reason = models.TextField(_("reason of the release"), blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.story_id} {self.held_at.isoformat()}"

    @property
    def told_reason(self) -> Reason:
        """What partners are told."""
        return Reason.LEGAL if self.kind == HoldKind.DISPUTE else Reason.HELD


def signatories(story_pk: int, content_hash: str) -> list[rules.Signatory]:
    """Whose consent a content of a story needs, with what each has granted, as plain values for the rules.

    Empty where this content was never handed in: then nobody has agreed to it.
    """
    required = Party.objects.filter(
        requirements__story_revision__story=story_pk, requirements__story_revision__content_hash=content_hash
    )
    parties = list(required.prefetch_related(models.Prefetch("grants", Grant.objects.order_by("pk"))))
    spoken: dict[int, set[int]] = defaultdict(set)
    counting = Mandate.objects.filter(representative__story=story_pk, confirmed_at__isnull=False, revoked_at=None)
    for representative, party in counting.values_list("representative", "parties"):
        spoken[party].add(representative)
    return [signatory(party, content_hash, spoken[party.pk]) for party in parties]


def signatory(party: Party, content_hash: str, spoken_for_by: Iterable[int] = ()) -> rules.Signatory:
    """A party with its grants for one content, as a plain value; its grants may be loaded ahead, in their order."""
    return rules.Signatory(
        party.pk,
        tuple(given(one) for one in party.grants.all() if one.content_hash == content_hash),
        refused=party.refused_at is not None,
        minor=party.minor,
        guardian_of=party.guardian_of_id,
        spoken_for_by=frozenset(spoken_for_by),
    )


def given(grant: Grant) -> rules.Given:
    """A grant as a plain value."""
    return rules.Given(grant.channels, grant.adaptation, grant.starts_at, grant.ends_at, grant.withdrawn_at)


def cleared(channel: Channel, now: datetime) -> Exists:
    """The rule as SQL on stories: everyone whose consent the live content needs has granted the channel."""
    agreed = Q(_running(now, OuterRef("party"), allowing=channel)) | (
        ~Q(_running(now, OuterRef("party")))
        & Q(party__refused_at=None)
        & ~Q(_withdrew())
        & Q(_spoken_for(channel, now))
    )
    guarded = Requirement.objects.filter(
        story_revision=OuterRef("story_revision"), party__guardian_of=OuterRef("party")
    )
    required = Requirement.objects.filter(story_revision=OuterRef("pk"))
    lacking = required.filter(~agreed | (Q(party__minor=True) & ~Q(Exists(guarded))))
    return Exists(
        StoryRevision.objects.filter(
            Exists(required), ~Exists(lacking), story=OuterRef("pk"), content_hash=OuterRef("content_hash")
        )
    )


def _running(now: datetime, party: Any, allowing: Channel | None = None) -> Exists:
    """Whether a required party's last grant in force is there, and allows a channel."""
    in_force = Q(withdrawn_at=None, starts_at__lte=now, ends_at__gt=now)
    later = Grant.objects.filter(
        in_force, party=OuterRef("party"), content_hash=OuterRef("content_hash"), pk__gt=OuterRef("pk")
    )
    running = Grant.objects.filter(
        in_force, ~Exists(later), party=party, content_hash=OuterRef("story_revision__content_hash")
    )
    if allowing is not None:
        wanted = int(Channel.SITE | allowing)
        running = running.annotate(allowed=F("channels").bitand(wanted)).filter(allowed=wanted)
    return Exists(running)


def _withdrew() -> Exists:
    """Whether a required party's last grant was withdrawn."""
    later = Grant.objects.filter(party=OuterRef("party"), content_hash=OuterRef("content_hash"), pk__gt=OuterRef("pk"))
    last = Grant.objects.filter(
        ~Exists(later), party=OuterRef("party"), content_hash=OuterRef("story_revision__content_hash")
    )
    return Exists(last.filter(withdrawn_at__isnull=False))


def _spoken_for(channel: Channel, now: datetime) -> Exists:
    """Whether a confirmed representative, required as well, has granted the channel."""
    speaking = Requirement.objects.filter(
        _running(now, OuterRef("party"), allowing=channel),
        story_revision=OuterRef("story_revision"),
        party__mandates__confirmed_at__isnull=False,
        party__mandates__revoked_at=None,
        party__mandates__parties=OuterRef("party"),
    )
    return Exists(speaking)
