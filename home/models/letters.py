"""Outgoing mail, written in the transaction that causes it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """One mail to one set of people; address and text are erased 30 days after it was sent, or was first to be."""

    to = models.JSONField(_("to"), default=list)
    subject = models.CharField(_("subject"), max_length=255)
    message = models.TextField(_("message"), help_text=_("The whole mail as RFC 5322 text."))
    created_at = models.DateTimeField(_("written at"), default=timezone.now)
    due_at = models.DateTimeField(_("next try at"), default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.CharField(_("last error"), max_length=255, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.subject
