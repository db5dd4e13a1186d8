"""Models of the programme year, one file per page type."""

from .events import EventCoHost, EventCost, EventIndexPage, EventOrganization, EventPage, EventSchedule, Theme
from .programs import ProgramContact, ProgramIndexPage, ProgramOrganization, ProgramPage, ProgramPlan, ProgramService
from .resources import ResourceIndexPage, ResourcePage
from .teams import Invitation, Membership, Role, TeamIndexPage, TeamKind, TeamLink, TeamPage, TeamSelection
from .venues import OpeningHours, VenueException, VenueIndexPage, VenuePage

__all__ = [
    "EventCoHost",
    "EventCost",
    "EventIndexPage",
    "EventOrganization",
    "EventPage",
    "EventSchedule",
    "Invitation",
    "Membership",
    "OpeningHours",
    "ProgramContact",
    "ProgramIndexPage",
    "ProgramOrganization",
    "ProgramPage",
    "ProgramPlan",
    "ProgramService",
    "ResourceIndexPage",
    "ResourcePage",
    "Role",
    "TeamIndexPage",
    "TeamKind",
    "TeamLink",
    "TeamPage",
    "TeamSelection",
    "Theme",
    "VenueException",
    "VenueIndexPage",
    "VenuePage",
]
