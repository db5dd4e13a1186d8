"""Teams as they are read: by the public through the rule, and by their own people at the desk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from wagtail.models import Page

from home.taiwan import local, roc_year
from home.visibility import Channel
from programs import eligibility
from programs.models import EventPage, Invitation, Membership, Role, TeamPage
from programs.reading import visible_events


def listed_teams(parent: Page, wanted: Mapping[str, Any], now: datetime) -> QuerySet[TeamPage]:
    """The teams of a list page a reader asked for: by county where one is wanted, by name."""
    found: QuerySet[TeamPage] = TeamPage.objects.visible(Channel.SITE, now).child_of(parent)
    found = found.filter(alias_of__isnull=True)
    if county := wanted.get("county"):
        found = found.filter(county=county)
    return found.select_related("image").prefetch_related("selections", "image__renditions").order_by("title", "pk")


def co_hosted_events(team: TeamPage, now: datetime) -> QuerySet[EventPage]:
    """The visible events held together with a team, in the team page's language, the last first (R28)."""
    found = visible_events(team, now).filter(co_hosts__team__translation_key=team.translation_key)
    return found.distinct().order_by("-starts_at", "-pk")


@dataclass(frozen=True)
class Mine:
    """A team of somebody's, as last saved."""

    uid: UUID
    title: str
    role: str
    live: bool

    @property
    def leads(self) -> bool:
        """Whether the person is its head."""
        return self.role == Role.HEAD


def teams_of(user: Any) -> list[Mine]:
    """Somebody's teams, by when he joined."""
    rows = Membership.objects.filter(user=user).select_related("team").order_by("joined_at", "pk")
    return [Mine(row.team.translation_key, row.team.draft_title, row.role, row.team.live) for row in rows]


def members_of(team: TeamPage) -> QuerySet[Membership]:
    """A team's members, its head first."""
    return Membership.objects.filter(team=team).select_related("user").order_by("role", "joined_at", "pk")


def invitations_of(team: TeamPage) -> QuerySet[Invitation]:
    """The invitations nobody has answered yet, the last first."""
    found = Invitation.objects.filter(team=team, answered_at__isnull=True)
    return found.select_related("invited_by").order_by("-invited_at", "-pk")


def standing_of(page: TeamPage, members: Iterable[Membership], now: datetime) -> eligibility.Standing:
    """Whether a team may take part in this year's edition, and why; ``page`` as last saved."""
    told = eligibility.Application(
        members=[eligibility.Member(str(one.user), one.in_range) for one in members],
        local=bool(page.county),
        interested=bool(page.interest.strip()),
        selected=roc_year(local(now).date()) - 1 in page.selected_editions,
        admitted=bool(page.admitted_because.strip()),
    )
    return eligibility.standing(told, limits())


def limits() -> eligibility.Limits:
    """The age range and share as the settings have them."""
    return eligibility.Limits(settings.ELIGIBLE_AGE_MIN, settings.ELIGIBLE_AGE_MAX, settings.ELIGIBLE_SHARE)


def head_of(team: TeamPage) -> str:
    """The head of a team as staff see it; empty for a translation, whose people belong to the original."""
    return next((str(one.user) for one in team.memberships.all() if one.role == Role.HEAD), "")


def selected_text(team: TeamPage) -> str:
    """The editions that selected a team, the last first."""
    return ", ".join(map(str, team.selected_editions))
