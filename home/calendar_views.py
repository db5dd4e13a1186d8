"""The page on which staff hand in the official calendar, and the way there from the list of days."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import IndexView

from .calendar_flows import keep_calendar
from .forms import OfficialCalendarForm
from .models import CalendarDay, DaySource
from .official_calendar import read


class CalendarIndexView(IndexView):
    """The days of the calendar, with the way to the upload."""

    @property
    def header_more_buttons(self) -> list[Button]:
        """Also the upload, for those who may correct days."""
        buttons: list[Button] = super().header_more_buttons
        if self.user_has_permission("change"):
            buttons = [
                *buttons,
                Button(
                    _("Upload the official calendar"),
                    url=reverse("official_calendar"),
                    icon_name="upload",
                    priority=10,
                ),
            ]
        return buttons


class OfficialCalendarView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView[OfficialCalendarForm]):
    """Takes the official file: all of it, or nothing and the lines that stood in the way."""

    model = CalendarDay
    permission_required = "change"
    form_class = OfficialCalendarForm
    template_name = "home/admin/official_calendar.html"
    page_title = _("Upload the official calendar")
    header_icon = "upload"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the list of days."""
        index = {
            "url": reverse("wagtailsnippets_home_calendarday:list"),
            "label": CalendarDay._meta.verbose_name_plural,
        }
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_title()}]

    def form_valid(self, form: OfficialCalendarForm) -> HttpResponse:
        """Show what the file changed, or why nothing was."""
        days, refusals = read(form.cleaned_data["file"].read())
        report = None if refusals else keep_calendar(days, DaySource.OFFICIAL)
        shown = self.get_context_data(form=self.form_class(), report=report, refusals=refusals)
        return self.render_to_response(shown)
