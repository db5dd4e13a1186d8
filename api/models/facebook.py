"""What stands on the Facebook page, or is to: one row an item and language, and one for the page itself."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .outbox import Delivery

# With a title of the greatest length, still within the 500 characters of the pull feed: nothing is ever cut.
LEAD_IN_LENGTH = 230


class PostState(models.TextChoices):
    """What has become of an item on the Facebook page."""

    NONE = "none", _("not on the page")
    QUEUED = "queued", _("to be posted")
    POSTED = "posted", _("on the page")
    PERSON = "person", _("needs a person")
    TAKE_DOWN = "take_down", _("to be taken down")
    TAKEN_DOWN = "taken_down", _("taken down")


class PostForm(models.TextChoices):
    """How an item is shown on the page."""

    LINK = "link", _("Words with a link card")
    PICTURE = "picture", _("Words with a picture")


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by what is to be done."""

    def concerned(self) -> "PostQuerySet":
        """Those to be told of a change: wanted, or on the page, or perhaps there since a try whose answer was lost."""
        posted = ~Q(post_id="") | Q(posted_at__isnull=False, taken_down_at=None)
        return self.filter(Q(wanted=True) | Q(tried_at__isnull=False) | posted)


class Post(models.Model):
    """One item in one language as staff want it on the page, and as it stands there."""

    uid = models.UUIDField()
    lang = models.CharField(max_length=8)
    wanted = models.BooleanField(_("on Facebook"), default=False)
    lead_in = models.CharField(
        _("lead-in"),
        max_length=LEAD_IN_LENGTH,
        blank=True,
        help_text=_("The bureau's own words, which stand before the item's. A story's own words are never changed."),
    )
    form = models.CharField(_("shown as"), max_length=7, choices=PostForm.choices, default=PostForm.LINK)
    state = models.CharField(_("state"), max_length=10, choices=PostState.choices, default=PostState.NONE)
    post_id = models.CharField(max_length=80, blank=True)
    photo_id = models.CharField(max_length=80, blank=True)
    permalink = models.URLField(_("address of the post"), max_length=500, blank=True)
    # Where the item stood when it was last posted: by it a post is found again whose answer was lost.
    link = models.TextField(blank=True)
    # Of the words last posted, and of the picture: what has to be posted anew, and what has not.
    digest = models.CharField(max_length=64, blank=True)
    picture = models.CharField(max_length=64, blank=True)
    # Since when a post may stand there whose answer never came: looked for before any other try.
    tried_at = models.DateTimeField(null=True)
    error = models.CharField(_("error"), max_length=255, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    posted_at = models.DateTimeField(_("posted"), null=True)
    taken_down_at = models.DateTimeField(_("taken down"), null=True)

    objects: ClassVar = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("Facebook post")
        verbose_name_plural = _("Facebook posts")
        ordering = ("-changed_at", "-pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["uid", "lang"], name="one_post_an_item")]
        indexes: ClassVar = [
            models.Index(fields=["state"], name="post_state"),
            models.Index(fields=["-changed_at"], name="post_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.lang} {self.state}"

    @classmethod
    def of(cls, delivery: Delivery) -> "Post | None":
        """The post of the item a delivery is about."""
        found: Post | None = cls.objects.filter(uid=delivery.uid or UUID(int=0), lang=delivery.lang).first()
        return found

    @property
    def is_posted(self) -> bool:
        """Whether it is on the page, as far as we know."""
        return bool(self.post_id) or (self.posted_at is not None and self.taken_down_at is None)

    @property
    def stands(self) -> bool:
        """Whether it is on the page, or may be."""
        return self.is_posted or self.tried_at is not None


class FacebookPage(models.Model):
    """The page as a whole: whether its queue is paused, and until when Facebook told us to wait."""

    ONLY: ClassVar = 1

    paused_at = models.DateTimeField(null=True)
    paused_because = models.CharField(max_length=255, blank=True)
    # Of the token that was refused: another one ends the pause by itself.
    paused_token = models.CharField(max_length=64, blank=True)
    waits_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "Facebook"

    @classmethod
    def now(cls) -> "FacebookPage":
        """The row, or one that says nothing."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls(pk=cls.ONLY)

    def holds(self, now: datetime) -> bool:
        """Whether nothing may be sent at an instant."""
        return self.paused_at is not None or (self.waits_until is not None and now < self.waits_until)
