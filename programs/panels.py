"""What the admin shows of a team's people: who, in which role, and the answer about age; no birth date exists."""

from typing import Any

from wagtail.admin.panels import Panel


class PeoplePanel(Panel):
    """A team's members, to read: they come and go at the desk. Only staff see them."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one team."""

        template_name = "programs/admin/people.html"

        def is_shown(self) -> bool:
            """Once the team is there; a translation has no people of its own."""
            return bool(self.instance.pk and self.instance.memberships.exists())

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """The members, the head first."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["members"] = self.instance.memberships.select_related("user").order_by("role", "joined_at", "pk")
            return context
