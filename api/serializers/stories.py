"""Stories as documents: what everyone in them has agreed to, and the license they granted in common."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.values import Choice, Edition, Id, Slug
from home.counties import CODES, code_for
from home.visibility import Reason
from showcase.models import StoryMedia, StoryPage, StoryPhoto
from showcase.story_reading import Terms, media_of, terms_of
from showcase.vocabularies import AssetKind, PartyRole

from .documents import STORY, Filter, ImageSerializer, ItemSerializer, RelationField, SourceSerializer, absolute
from .licenses import LicenseSerializer, story_license_document


class MediumSerializer(serializers.Serializer[Any]):
    """One thing a story shows: a photo has ``sources``, anything else a ``url``."""

    kind = serializers.ChoiceField(choices=AssetKind.values)
    alt = serializers.CharField()
    credit = serializers.CharField()
    sources = SourceSerializer(many=True)
    url = serializers.URLField(allow_null=True)


class CreditSerializer(serializers.Serializer[Any]):
    """Somebody named under the story."""

    name = serializers.CharField()
    role = serializers.ChoiceField(choices=PartyRole.values)


class StorySerializer(ItemSerializer):
    """A team's story. Nothing of the people whose consent it needs has a field here, but the names shown under it."""

    type_name = STORY
    model = StoryPage
    filters = {  # noqa: RUF012 - declared a ClassVar by the base
        "team": Filter("team.id", Id()),
        "county": Filter("counties", Choice(CODES, code_for)),
        "theme": Filter("themes", Slug()),
        "program": Filter("program.id", Edition()),
        "event": Filter("event.id", Id()),
    }
    carries_stories = True
    full_needs_key = True

    team = RelationField("team")
    program = RelationField("program")
    event = RelationField("event")
    themes = serializers.SerializerMethodField()
    media = serializers.SerializerMethodField()
    credits = CreditSerializer(many=True)

    def terms(self, item: StoryPage) -> Terms | None:
        """What may be done with it at the instant of the rendering; None while somebody's consent is missing."""
        if not hasattr(self, "_terms"):
            self._terms = terms_of(item, self.rendering.pick(item.team), self.rendering.now)
        return self._terms

    def get_themes(self, item: StoryPage) -> list[str]:
        """Theme codes."""
        for theme in item.themes.all():
            self.rendering.saw(theme)
        return [theme.code for theme in item.themes.all()]

    @extend_schema_field(MediumSerializer(many=True))
    def get_media(self, item: StoryPage) -> list[dict[str, Any]]:
        """Photos, videos and the rest, in the team's order."""
        return [medium_document(row) for row in item.media.all()]

    @extend_schema_field(ImageSerializer(allow_null=True))
    def get_image(self, item: StoryPage) -> dict[str, Any] | None:
        """Its first photo; None where it has none."""
        first = next(iter(media_of(item).photos), None)
        if first is None:
            return None
        return {"alt": first.alt, "credit": first.credit, "sources": photo_sources(first.photo)}

    @extend_schema_field(LicenseSerializer)
    def get_license(self, item: StoryPage) -> dict[str, Any]:
        """What all required parties granted in common; a story without is on no channel, and told to nobody."""
        terms = self.terms(item)
        if terms is None:
            return {}
        self.rendering.saw(terms.text)
        return story_license_document(terms, lang=item.lang)

    def valid_until(self, item: StoryPage) -> datetime | None:
        """The earlier of its expiry as a page and the end of its license."""
        terms = self.terms(item)
        ends = [one for one in (super().valid_until(item), terms.license.ends_at if terms else None) if one]
        return min(ends, default=None)

    def ends_because(self, item: StoryPage) -> Reason:
        """The license, unless it expires earlier as a page."""
        return Reason.UNPUBLISHED if self.valid_until(item) == item.expire_at else Reason.LICENSE_EXPIRED

    def facet_values(self, item: StoryPage, document: Mapping[str, Any]) -> set[tuple[str, str]]:
        """Also the programme's ROC year, which partners may name instead of its id."""
        found = super().facet_values(item, document)
        if document["program"] and item.program:
            found.add(("program", str(item.program.edition_roc)))
        return found


def medium_document(row: StoryMedia) -> dict[str, Any]:
    """One thing a story shows."""
    shared = {"kind": row.kind, "alt": row.alt, "credit": row.credit}
    if row.photo:
        return {**shared, "sources": photo_sources(row.photo), "url": None}
    return {**shared, "sources": [], "url": absolute(row.file.url) if row.file else row.url or None}


def photo_sources(photo: StoryPhoto | None) -> list[dict[str, Any]]:
    """The sizes of a photo, smallest first, behind the one door that asks the rule."""
    sizes = {one.width: one for one in photo.renditions.all()} if photo else {}
    return [
        {"url": absolute(one.url), "width": one.width, "height": one.height, "type": "image/jpeg"}
        for _width, one in sorted(sizes.items())
    ]
