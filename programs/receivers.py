"""The programme listens to publishing and to the official calendar."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import page_published

from home.models import CalendarDay, Clock
from home.signals import calendar_changed, changed

from .flows import published
from .models import EventPage, ProgramPage, TeamPage, VenuePage


@receiver(page_published, sender=EventPage, dispatch_uid="programs.record_schedule")
def keep_schedule(instance: EventPage, **_kwargs: Any) -> None:
    """Keep what was published, in every language; a scheduled page that is not live yet has told nobody anything."""
    if instance.live:
        published(instance, Clock.now())


@receiver(page_published, sender=ProgramPage, dispatch_uid="programs.edition_told")
def tell_teams(instance: ProgramPage, **_kwargs: Any) -> None:
    """Teams selected for an edition are found by its id too, once it is public."""
    teams = TeamPage.objects.filter(selections__edition_roc=instance.edition_roc).values_list("pk", flat=True)
    changed.send(ProgramPage, refs=[(TeamPage, pk) for pk in teams.distinct()])


@receiver(calendar_changed, sender=CalendarDay, dispatch_uid="programs.calendar_replaced")
@receiver([post_save, post_delete], sender=CalendarDay, dispatch_uid="programs.calendar_changed")
def tell_venues(sender: type[CalendarDay], **_kwargs: Any) -> None:
    """A calendar day may close venues that close on national holidays."""
    changed.send(sender, refs=[(VenuePage, pk) for pk in VenuePage.objects.values_list("pk", flat=True)])
