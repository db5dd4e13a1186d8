"""What a team is still writing: nobody but its members sees it, and handing it in freezes a copy."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home.visibility import Channel
from programs.models import EventPage, ProgramPage, TeamPage
from showcase.vocabularies import AssetRights, Music, PartyRole, PeopleShown

from .media import Asset
from .stories import StoryPage


class StoryDraft(models.Model):
    """A story at the desk. ``version`` rises with every save, so that two writers notice each other."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(TeamPage, on_delete=models.CASCADE, related_name="story_drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Once handed in.
    story = models.OneToOneField(StoryPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="draft")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("title"), max_length=120, blank=True)
    text = models.TextField(_("what happened"), blank=True, max_length=20_000)
    program = models.ForeignKey(ProgramPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    event = models.ForeignKey(EventPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    channels = models.PositiveSmallIntegerField(default=int(Channel.SITE))
    adaptation = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    # When its writers were told that it goes because nobody goes on with it; None again once somebody does.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ("-updated_at",)

    def __str__(self) -> str:
        return self.title or str(_("Untitled"))


class DraftAsset(Asset):
    """One thing handed in with a draft, and what its maker declares of it (R55)."""

    draft = models.ForeignKey(StoryDraft, on_delete=models.CASCADE, related_name="assets")
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    rights = models.CharField(_("rights"), max_length=13, choices=AssetRights.choices, blank=True)
    rights_note = models.CharField(_("from whom, on what terms"), max_length=200, blank=True)
    people = models.CharField(_("people shown"), max_length=7, choices=PeopleShown.choices, blank=True)
    music = models.CharField(_("music"), max_length=8, choices=Music.choices, blank=True)

    class Meta:
        verbose_name = _("file or link")
        verbose_name_plural = _("files and links")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.alt}".rstrip()


class DraftPerson(models.Model):
    """Somebody whose consent the story will need, beside its author: a member, or a new person by mail."""

    draft = models.ForeignKey(StoryDraft, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=14, choices=PartyRole.choices, default=PartyRole.COAUTHOR)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
