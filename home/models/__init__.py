"""Models of the ground floor, one file per subject."""

from home.official_calendar import DayType

from .announcements import AnnouncementAttachment, AnnouncementIndexPage, AnnouncementPage
from .calendar import CalendarDay, DaySource
from .clock import Clock
from .files import Document, Image, Rendition
from .letters import Letter
from .pages import BasePage, HomePage, IndexPage, PageTag, StandardPage
from .review import ReviewTask
from .snippets import Contact, Organization, OrganizationRole, PublishableSnippet
from .users import User
from .workers import JobRun, WorkerBeat

__all__ = [
    "AnnouncementAttachment",
    "AnnouncementIndexPage",
    "AnnouncementPage",
    "BasePage",
    "CalendarDay",
    "Clock",
    "Contact",
    "DaySource",
    "DayType",
    "Document",
    "HomePage",
    "Image",
    "IndexPage",
    "JobRun",
    "Letter",
    "Organization",
    "OrganizationRole",
    "PageTag",
    "PublishableSnippet",
    "Rendition",
    "ReviewTask",
    "StandardPage",
    "User",
    "WorkerBeat",
]
