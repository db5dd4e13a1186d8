"""Documents as partners read them: one serializer a type, and the one list of what can be told."""

from .announcements import AnnouncementSerializer
from .appearances import AppearanceSerializer
from .documents import ItemSerializer, Rendering
from .events import EventSerializer
from .programs import ProgramSerializer
from .resources import ResourceSerializer
from .stories import StorySerializer
from .teams import TeamSerializer
from .venues import VenueSerializer

# To tell a new type: write its serializer, add its line here.
COLLECTIONS: dict[str, type[ItemSerializer]] = {
    "announcements": AnnouncementSerializer,
    "events": EventSerializer,
    "venues": VenueSerializer,
    "stories": StorySerializer,
    "teams": TeamSerializer,
    "programs": ProgramSerializer,
    "resources": ResourceSerializer,
    "appearances": AppearanceSerializer,
}
BY_TYPE: dict[str, type[ItemSerializer]] = {serializer.type_name: serializer for serializer in COLLECTIONS.values()}
PLURALS: dict[str, str] = {serializer.type_name: name for name, serializer in COLLECTIONS.items()}

__all__ = ["BY_TYPE", "COLLECTIONS", "PLURALS", "ItemSerializer", "Rendering"]
