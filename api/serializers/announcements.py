"""Announcements as documents."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.values import Choice
from home.models import AnnouncementPage
from home.models.announcements import AnnouncementCategory

from .documents import Filter, ItemSerializer, RelationField, RelationsField, absolute


class AttachmentSerializer(serializers.Serializer[Any]):
    """A file to download."""

    title = serializers.CharField()
    url = serializers.URLField()
    type = serializers.CharField()
    bytes = serializers.IntegerField(allow_null=True)


class AnnouncementSerializer(ItemSerializer):
    """An announcement, what it amends and what amends it."""

    type_name = "announcement"
    model = AnnouncementPage
    filters = {"category": Filter("category", Choice(tuple(AnnouncementCategory.values)))}  # noqa: RUF012 - declared a ClassVar by the base

    category = serializers.ChoiceField(choices=AnnouncementCategory.values)
    effective_on = serializers.DateField(allow_null=True)
    amends = RelationField(mutual=True)
    amended_by = RelationsField("announcement", source="amendments")
    attachments = serializers.SerializerMethodField()

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments(self, item: AnnouncementPage) -> list[dict[str, Any]]:
        """Files, in the editor's order."""
        rows = item.attachments.select_related("document")
        for row in rows:
            self.rendering.saw(row.document)
        return [
            {
                "title": row.title or row.document.title,
                "url": absolute(row.document.url),
                "type": row.document.content_type,
                "bytes": row.document.get_file_size(),
            }
            for row in rows
        ]
