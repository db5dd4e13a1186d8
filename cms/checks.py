"""What must be so before the hub is served."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.database)
def no_demo_accounts(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse accounts of the demo where it is not allowed: their passwords stand in a file."""
    if settings.DEMO_ALLOWED or not databases:
        return []
    found = (
        get_user_model().objects.filter(email__iendswith="@example.org", is_active=True).values_list("email", flat=True)
    )
    if not found:
        return []
    return [
        Error(
            f"This database holds demo accounts: {', '.join(sorted(found)[:5])}.",
            hint="Start production on a database of its own, or delete them.",
            id="cms.E001",
        )
    ]
