"""How much each key asks: one row a key and day."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .partners import Key


class KeyUse(models.Model):
    """How many requests came with a key on a day in Taipei, as far as they have been written down."""

    key = models.ForeignKey(Key, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField(_("day"))
    requests = models.PositiveIntegerField(_("requests"), default=0)

    class Meta:
        verbose_name = _("use of a key")
        verbose_name_plural = _("uses of keys")
        ordering = ("day",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "day"], name="one_use_a_key_and_day")]

    def __str__(self) -> str:
        return f"{self.key} {self.day}: {self.requests}"
