"""What both machines share: how long they run, and the faces of the rule, asked for every channel at once."""

import os
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db import connection
from hypothesis import HealthCheck, Phase, settings

from home.visibility import Channel
from showcase import rules
from showcase.models import StoryPage
from tests.showcase.consent_model import CHANNELS

# Set for the longer run; then each run is another one.
STEPS: Final = "HUB_PROOF_STEPS"
STAND_IN: Final = datetime.fromisoformat("2001-02-03T04:05:06.000007+00:00")


def run_of(steps: int, a_run: int) -> settings:
    """Settings for so many steps in all; the same ones each time unless a longer run is asked for."""
    longer = os.environ.get(STEPS)
    return settings(
        max_examples=max(1, (int(longer) if longer else steps) // a_run),
        stateful_step_count=a_run,
        derandomize=longer is None,
        database=None,
        deadline=None,
        # What fails is not shrunk where that takes minutes; the steps that led there are printed.
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def words(channels: int) -> frozenset[str]:
    """Channels in the model's words."""
    return frozenset(name for name, channel in zip(CHANNELS, Channel, strict=True) if channels & channel)


@cache
def _visible(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The rule's SQL for each channel in one statement, as Django writes it for an instant that stands in for now."""
    parts, parameters = [], []
    for channel in Channel:
        queryset = StoryPage.objects.visible(channel, STAND_IN).filter(pk=-1)
        sql, its = queryset.values("pk").query.sql_with_params()
        parts.append(f"SELECT {int(channel)} WHERE EXISTS ({sql})")
        parameters += its
    return " UNION ALL ".join(parts), tuple(parameters)


def shown_by_sql(story_pk: int, now: datetime) -> set[Channel]:
    """The channels on which ``StoryPage.objects.visible`` finds a story: its own SQL, compiled once."""
    sql, parameters = _visible(connection.vendor)
    stand_in, instant = (connection.ops.adapt_datetimefield_value(one) for one in (STAND_IN, now))
    given = [instant if one == stand_in else story_pk if one == -1 else one for one in parameters]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return {Channel(row[0]) for row in cursor.fetchall()}


def license_in_words(license_now: rules.License | None) -> tuple[Any, ...] | None:
    """A license as the model says it."""
    if license_now is None:
        return None
    return words(license_now.channels), license_now.adaptation, license_now.starts_at, license_now.ends_at


def by_id(signatories: Iterable[rules.Signatory]) -> list[rules.Signatory]:
    """In the order of their numbers, as two lists of them are compared."""
    return sorted(signatories, key=lambda one: one.id)
