"""The way into every page about partners and what goes out: for whoever looks after partners."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from api.letters import KEEPS_PARTNERS
from api.models import Partner
from home.models import User

MAY: str = ".".join(KEEPS_PARTNERS)


class KeepersView(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page for whoever may change partners, below their list."""

    request: HttpRequest
    model: ClassVar[Any] = Partner
    permission_required = "change"
    header_icon = "globe"

    @property
    def by(self) -> User:
        """Who acts."""
        if not isinstance(self.request.user, User):
            raise TypeError
        return self.request.user

    def below(self) -> list[dict[str, Any]]:
        """What stands between the list of partners and this page."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the list of partners."""
        index = {"url": reverse("partner:index"), "label": Partner._meta.verbose_name_plural}
        return [*self.breadcrumbs_items, index, *self.below(), {"url": "", "label": self.get_page_title()}]

    def note(self, partner: Partner, action: str, **data: Any) -> None:
        """Write an act into the history of its partner."""
        log(instance=partner, action=f"partner.{action}", user=self.by, data=data)


class KeepersItem(MenuItem):
    """A way in the menu for whoever may change partners."""

    def is_shown(self, request: HttpRequest) -> bool:
        """As the pages themselves ask."""
        return bool(request.user.has_perm(MAY))


def page_of(partner: Partner) -> str:
    """The address of a partner's page."""
    return reverse("partner:inspect", args=[partner.pk])


def step_to(partner: Partner) -> dict[str, Any]:
    """A partner's page as a breadcrumb."""
    return {"url": page_of(partner), "label": str(partner)}
