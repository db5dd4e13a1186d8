"""Changes as partners read them."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.models import Change, Operation
from home.visibility import Reason

from .documents import InstantField

# How long a partner may take to remove what was withdrawn.
PURGE_WITHIN: Final = timedelta(hours=24)


class ChangeSerializer(serializers.Serializer[Any]):
    """One thing told."""

    seq = serializers.IntegerField()
    op = serializers.ChoiceField(choices=Operation.values)
    type = serializers.CharField()
    id = serializers.UUIDField(source="uid")
    lang = serializers.ChoiceField(choices=["zh-Hant", "en"])
    version = serializers.IntegerField()
    at = InstantField()


class WithdrawalSerializer(ChangeSerializer):
    """A withdrawal also says why, by when to remove the item, and where it stood."""

    reason = serializers.ChoiceField(choices=[reason.value for reason in Reason])
    purge_by = serializers.SerializerMethodField()
    former_url = serializers.SerializerMethodField()

    @extend_schema_field(InstantField())
    def get_purge_by(self, change: Change) -> str:
        """24 hours after the withdrawal was told."""
        return str(InstantField().to_representation(change.at + PURGE_WITHIN))

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_former_url(self, change: Change) -> str | None:
        """Absolute address of the page that showed it; None when no site reached it."""
        return f"{settings.PUBLIC_URL}{iri_to_uri(change.former_url)}" if change.former_url else None


class ChangePageSerializer(serializers.Serializer[Any]):
    """Where to go on: ``next`` is always given."""

    next = serializers.URLField()
    caught_up = serializers.BooleanField()
    poll_after = serializers.IntegerField(help_text=_("Seconds to wait once caught up."))


def change_document(change: Change) -> dict[str, Any]:
    """A change as its operation tells it."""
    serializer = WithdrawalSerializer if change.op == Operation.WITHDRAW else ChangeSerializer
    return dict(serializer(change).data)
