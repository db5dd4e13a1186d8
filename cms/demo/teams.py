"""How teams come about in the demo: somebody founds one and asks others in by mail, they join, staff publish."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import WorkflowState

from home.models import Letter, User
from programs import profile_flows, team_flows
from programs.models import Membership, TeamPage, TeamSelection
from programs.team_forms import body_of

from .acts import Stage
from .pictures import picture

# What a record's draft takes from it as it is.
TOLD = ("title", "summary", "kind", "county", "interest")


def people(records: Iterable[Mapping[str, str]]) -> list[User]:
    """The people of the teams who have no login of their own, made where missing."""
    found = []
    for record in records:
        user = User.objects.filter(email=record["email"]).first()
        found.append(user or User.objects.create_user(record["email"], last_name=record["name"]))
    return found


@dataclass(frozen=True)
class Founding:
    """Plays teams on a stage, at an instant."""

    stage: Stage
    now: datetime

    def play(self, record: Mapping[str, Any]) -> TeamPage:
        """Found, fill and publish one team as its record says; one that exists is left as people made it."""
        existing = TeamPage.objects.filter(slug=record["slug"], locale__language_code="zh-hant").first()
        if existing is not None:
            return existing
        with transaction.atomic():
            head = _user(record["head"])
            told = {name: record.get(name, "") for name in TOLD}
            team = team_flows.found(head, told, self.now)
            for address in record["members"]:
                self.join(team, head, _user(address))
            for member in Membership.objects.filter(team=team).select_related("user"):
                if member.user.email in record["born"]:
                    profile_flows.tell_birth_date(member, record["born"][member.user.email], self.now)
            self.lay_out(team, record)
            body = body_of(record["text"])
            profile_flows.save_profile(team, head, told | {"body": body}, [tuple(link) for link in record["links"]])
            profile_flows.hand_in(team, head)
            if not record.get("waits"):
                self.approve(team)
            if "en" in record:
                self.stage.translate(TeamPage.objects.get(pk=team.pk), record["en"])
        return team

    def join(self, team: TeamPage, head: User, user: User) -> None:
        """The head asks somebody in; who is asked joins. No mail of the demo is sent."""
        before = set(Letter.objects.values_list("pk", flat=True))
        asked = team_flows.invite(team, head, user.email, self.now)
        team_flows.join(asked, user, "", self.now)
        Letter.objects.exclude(pk__in=before).delete()

    def lay_out(self, team: TeamPage, record: Mapping[str, Any]) -> None:
        """Staff add what only they may: the address, a picture, the editions that selected the team."""
        team.slug = record["slug"]
        team.save()
        draft = team_flows.draft(team)
        draft.slug = record["slug"]
        draft.image = picture(record["image"]) if "image" in record else None
        draft.selections = [
            TeamSelection(edition_roc=year, sort_order=number) for number, year in enumerate(record["selected"])
        ]
        draft.save_revision(user=self.stage.editor, log_action=True)

    def approve(self, team: TeamPage) -> None:
        """A reviewer approves what the team handed in, which publishes it."""
        state = TeamPage.objects.get(pk=team.pk).current_workflow_state
        while state.status == WorkflowState.STATUS_IN_PROGRESS:
            state.current_task_state.specific.approve(user=self.stage.reviewer)
            state.refresh_from_db()


def _user(address: str) -> User:
    return User.objects.get(email=address)
