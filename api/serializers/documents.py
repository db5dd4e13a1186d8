"""What every document shares, and the rule that a document shows nothing that is not public itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from wagtail.models import Page

from api.values import Kind
from home.counties import CODES
from home.languages import DEFAULT_LANG
from home.models import BasePage, Image
from home.models.files import SOURCE_SPECS
from home.taiwan import iso
from home.visibility import ALL_CHANNELS, Channel, Reason

from .body import body_html, linked_pages, plain_text
from .licenses import OPEN_GOVERNMENT, LicenseSerializer, license_document

PAGE_SOURCE = "page"
STORY = "story"
NEWEST_FIRST = "-published_at"
Ref = tuple[str, int]


def ref_of(item: models.Model) -> Ref:
    """The ledger's name for a row: all pages share one, because Wagtail's signals and bulk acts speak of base pages."""
    return (PAGE_SOURCE if isinstance(item, Page) else item._meta.label_lower, item.pk)


def translations_of(item: Any) -> list[Any]:
    """An item's translations, itself first; for a page the specific ones."""
    others = type(item).objects.filter(translation_key=item.translation_key).exclude(pk=item.pk)
    return [item, *(others.filter(alias_of__isnull=True) if isinstance(item, Page) else others)]


@dataclass
class Rendering:
    """One rendering: the instant, the language, and what the document looked at while it was made."""

    now: datetime
    lang: str
    # Whether the document may name a story: only where its readers ask every time, as caches keep the others.
    stories: bool = False
    # What was looked at, and whether that shows this document's item in turn.
    shown: dict[Ref, bool] = field(default_factory=dict)
    shows_until: datetime | None = None

    def saw(self, item: models.Model, *, mutual: bool = False) -> None:
        """Remember that the document depends on a row, and whether that row's document shows this item."""
        self.shown[ref_of(item)] = mutual or self.shown.get(ref_of(item), False)

    def pick(self, item: Any, *, mutual: bool = False) -> Any:
        """The translation of a related item to show: this language's, else the item itself; None when not public."""
        if item is None:
            return None
        if isinstance(item, Page):
            # An alias is a second address of its original, never an item of its own.
            item = (item.alias_of or item).specific
        candidates = sorted(translations_of(item), key=lambda candidate: candidate.lang != self.lang)
        for candidate in candidates:
            self.saw(candidate, mutual=mutual)
        if getattr(item, "item_type", None) == STORY and not self.stories:
            return None
        return self._first_shown(candidates)

    def _first_shown(self, candidates: Iterable[Any]) -> Any:
        """The first that is public; when it ends, the document must be made anew."""
        shown = (one for one in candidates if one.hidden_because(Channel.PARTNER_SITES, self.now) is None)
        picked = next(shown, None)
        if picked and (until := picked.valid_until) is not None:
            self.shows_until = min(self.shows_until or until, until)
        return picked


def plural(type_name: str) -> str:
    """The name of a type's collection."""
    return f"{type_name.removesuffix('y')}ies" if type_name.endswith("y") else f"{type_name}s"


def api_url(item: BasePage) -> str | None:
    """Address of an item's document; None for pages that are on the site only."""
    if item.item_type is None:
        return None
    query = "" if item.lang == DEFAULT_LANG else f"?lang={item.lang}"
    return f"{settings.PUBLIC_URL}/api/v1/{plural(item.item_type)}/{item.translation_key}{query}"


class RelationSerializer(serializers.Serializer[Any]):
    """A public item that another refers to."""

    id = serializers.UUIDField(source="translation_key")
    type = serializers.SerializerMethodField()
    title = serializers.CharField()
    url = serializers.SerializerMethodField()
    web_url = serializers.CharField()

    def get_type(self, item: BasePage) -> str:
        """Singular type name; ``page`` for pages that are on the site only."""
        return item.item_type or "page"

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, item: BasePage) -> str | None:
        """Address of its document."""
        return api_url(item)


@extend_schema_field(RelationSerializer(allow_null=True))
class RelationField(serializers.Field[Any, Any, Any, Any]):
    """A relation through the rule: null unless the other end is public. ``to`` names its types; none means any.

    ``mutual`` where the other end's document shows this item in turn, as an event shows its sessions.
    """

    def __init__(self, *to: str, mutual: bool = False, **kwargs: Any) -> None:
        self.to, self.mutual = to, mutual
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        """The other end, or None where there is none."""
        try:
            return super().get_attribute(instance)
        except models.ObjectDoesNotExist:
            return None

    def to_representation(self, value: Any) -> dict[str, Any] | None:
        """The relation, or None when it may not be shown."""
        rendering: Rendering = self.context["rendering"]
        picked = rendering.pick(value, mutual=self.mutual)
        return dict(RelationSerializer(picked).data) if picked else None


@extend_schema_field(RelationSerializer(many=True))
class RelationsField(serializers.Field[Any, Any, Any, Any]):
    """Several relations through the rule, in the order given, each once; what is not public is left out."""

    def __init__(self, *to: str, **kwargs: Any) -> None:
        self.to = to
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> list[dict[str, Any]]:
        """The public ones."""
        rendering: Rendering = self.context["rendering"]
        rows: Iterable[Any] = value.all() if hasattr(value, "all") else value
        # Two rows may be translations of one item.
        picked = {one.pk: one for one in (rendering.pick(row) for row in rows) if one}
        return [dict(RelationSerializer(one).data) for one in picked.values()]


class InstantField(serializers.DateTimeField):
    """A time in ISO 8601 with +08:00."""

    def to_representation(self, value: Any) -> Any:
        """The text of an instant."""
        return iso(value)


class SourceSerializer(serializers.Serializer[Any]):
    """One size of a picture."""

    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    type = serializers.CharField()


class ImageSerializer(serializers.Serializer[Any]):
    """A picture: alt text, credit and its sizes, smallest first."""

    alt = serializers.CharField()
    credit = serializers.CharField()
    sources = SourceSerializer(many=True)


def absolute(url: str) -> str:
    """An address on this hub as partners need it."""
    return url if "://" in url else f"{settings.PUBLIC_URL}{url}"


def image_document(image: Image | None, rendering: Rendering) -> dict[str, Any] | None:
    """A picture's document, from the sizes made when it was uploaded; None without a picture."""
    if image is None:
        return None
    rendering.saw(image)
    # From the database: another process may have replaced what this one's cache of sizes remembers.
    models.prefetch_related_objects([image], "renditions")
    renditions = image.get_renditions(*SOURCE_SPECS)
    sizes = sorted({one.width: one for one in renditions.values()}.values(), key=lambda one: one.width)
    return {
        "alt": image.alt(rendering.lang),
        "credit": image.credit_in(rendering.lang),
        "sources": [
            {"url": absolute(one.url), "width": one.width, "height": one.height, "type": "image/jpeg"} for one in sizes
        ],
    }


@dataclass(frozen=True)
class Filter:
    """A parameter that entries can be found by: where its values stand in the document, and what a reader may ask."""

    path: str
    kind: Kind


class ItemSerializer(serializers.Serializer[Any]):
    """Every item; a type adds its own fields and says what its entries can be found and sorted by."""

    type_name: ClassVar[str]
    model: ClassVar[type[BasePage]]
    # By parameter; a path looks into relations and lists: "venue.id", "counties", "co_hosts.id".
    filters: ClassVar[Mapping[str, Filter]] = {}
    # Parameters that ask by the entry's span, by name: see api.views.spans.
    span_filters: ClassVar[tuple[str, ...]] = ()
    # The orders a list may be asked in; the first unless asked.
    sorts: ClassVar[tuple[str, ...]] = (NEWEST_FIRST,)
    # Whether the type stands on consent: then caches ask every time, and a key changes the answer.
    carries_stories: ClassVar[bool] = False
    # Kept out of cards.
    full_only: ClassVar[frozenset[str]] = frozenset(
        {"body_html", "body_text", "attachments", "media", "credits", "plan"}
    )
    # Whether what a card leaves out is for readers whose key's partner has accepted the license: others get the card.
    full_needs_key: ClassVar[bool] = False

    id = serializers.UUIDField(source="translation_key")
    type = serializers.CharField(source="item_type")
    lang = serializers.ChoiceField(choices=["zh-Hant", "en"])
    version = serializers.IntegerField(default=0, read_only=True)
    url = serializers.SerializerMethodField()
    web_url = serializers.URLField()
    title = serializers.CharField()
    summary = serializers.CharField()
    body_html = serializers.SerializerMethodField()
    body_text = serializers.SerializerMethodField()
    published_at = InstantField(source="first_published_at")
    updated_at = InstantField(default=None, read_only=True)
    image = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()
    counties = serializers.ListField(child=serializers.ChoiceField(choices=CODES))
    license = serializers.SerializerMethodField()

    @property
    def rendering(self) -> Rendering:
        """What this rendering knows and remembers."""
        rendering: Rendering = self.context["rendering"]
        return rendering

    def get_url(self, item: BasePage) -> str:
        """Address of this document."""
        return str(api_url(item))

    def get_body_html(self, item: BasePage) -> str:
        """The body as safe HTML with absolute addresses."""
        for page in linked_pages(item.body):
            self.rendering.pick(page)
        for image in body_images(item.body):
            self.rendering.saw(image)
        return body_html(item.body, item.lang)

    def get_body_text(self, item: BasePage) -> str:
        """The body as plain text."""
        return plain_text(body_html(item.body, item.lang))

    @extend_schema_field(ImageSerializer(allow_null=True))
    def get_image(self, item: BasePage) -> dict[str, Any] | None:
        """The item's picture."""
        return image_document(item.image, self.rendering)

    def get_tags(self, item: BasePage) -> list[str]:
        """Free tags, sorted."""
        return sorted(item.tags.names())

    @extend_schema_field(LicenseSerializer)
    def get_license(self, item: BasePage) -> dict[str, Any]:
        """What may be done with the item."""
        return license_document(OPEN_GOVERNMENT, valid_from=item.first_published_at, lang=item.lang)

    def facet_values(self, item: Any, document: Mapping[str, Any]) -> set[tuple[str, str]]:
        """What the entry can be found by, read from the document so that it says no more than the document."""
        del item
        return {
            (name, str(value)) for name, one in self.filters.items() for value in pluck(document, one.path.split("."))
        }

    @classmethod
    def relations(cls) -> dict[str, tuple[str, ...]]:
        """The relations that ``include`` may name, with the types they lead to; an empty tuple means any."""
        fields = cls._declared_fields.items()
        return {name: one.to for name, one in fields if isinstance(one, RelationField | RelationsField)}

    @classmethod
    def names(cls, *, full: bool) -> tuple[str, ...]:
        """The members of a card, or of the full document."""
        return tuple(name for name in cls._declared_fields if full or name not in cls.full_only)

    def span(self, item: Any) -> tuple[datetime | None, datetime | None]:
        """First instant and first instant after, for lists by time; (None, None) for what has no time."""
        del item
        return None, None

    def valid_until(self, item: Any) -> datetime | None:
        """The first instant at which time alone takes the item down; None while nothing does."""
        until: datetime | None = item.valid_until
        return until

    def ends_because(self, item: Any) -> Reason:
        """What readers are told once that instant has passed."""
        del item
        return Reason.UNPUBLISHED

    def beside(self, item: Any) -> Any:
        """What partners read of the item at other addresses than its document: a difference there is told too."""
        del item
        return None

    def channels(self, item: Any) -> Channel:
        """The channels the item may stand on; the bureau's own stand on all."""
        del item
        return ALL_CHANNELS


def body_images(body: Any) -> list[Image]:
    """Pictures placed in a body."""
    return [block.value["image"] for block in body if block.block_type == "figure" and block.value["image"]]


def pluck(document: Any, path: list[str]) -> list[Any]:
    """The values at a path, looking into lists; nothing where a step is null."""
    if document is None:
        return []
    if isinstance(document, list):
        return [value for row in document for value in pluck(row, path)]
    return pluck(document[path[0]], path[1:]) if path else [document]
