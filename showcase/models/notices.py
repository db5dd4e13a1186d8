"""What people have been told of the end of a license, so that each is told once whatever happens to the worker."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .consent import StoryRevision


class EndingNotice(models.Model):
    """That the mails about one end of one revision's license were written: ``days`` before it, 0 at the end itself."""

    story_revision = models.ForeignKey(StoryRevision, on_delete=models.CASCADE, related_name="ending_notices")
    ends_at = models.DateTimeField(_("in force until"))
    days = models.PositiveSmallIntegerField(_("days before"))

    class Meta:
        verbose_name = _("notice of an ending license")
        verbose_name_plural = _("notices of ending licenses")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["story_revision", "ends_at", "days"], name="one_notice_an_end_and_day")
        ]
        indexes: ClassVar = [models.Index(fields=["days", "ends_at"], name="notice_of_end")]

    def __str__(self) -> str:
        return f"{self.story_revision_id} {self.ends_at.isoformat()} -{self.days}"
