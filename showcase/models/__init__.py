"""Models of the showcase, one file per subject."""

from .appearances import AppearanceIndexPage, AppearanceKind, AppearancePage
from .consent import ConsentText, Evidence, Grant, Hold, Mandate, Party, Requirement, StoryRevision
from .drafts import DraftAsset, DraftPerson, StoryDraft
from .media import StoryFile, StoryPhoto, StoryRendition
from .notices import EndingNotice
from .record import ConsentEvent
from .review import StoryReviewTask
from .stories import StoryCredit, StoryIndexPage, StoryMedia, StoryPage

__all__ = [
    "AppearanceIndexPage",
    "AppearanceKind",
    "AppearancePage",
    "ConsentEvent",
    "ConsentText",
    "DraftAsset",
    "DraftPerson",
    "EndingNotice",
    "Evidence",
    "Grant",
    "Hold",
    "Mandate",
    "Party",
    "Requirement",
    "StoryCredit",
    "StoryDraft",
    "StoryFile",
    "StoryIndexPage",
    "StoryMedia",
    "StoryPage",
    "StoryPhoto",
    "StoryRendition",
    "StoryReviewTask",
    "StoryRevision",
]
