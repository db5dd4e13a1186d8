"""What can be read and kept of a story: its changes between two versions, and the pack of its evidence."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from home.models import Clock
from showcase.comparing import compare
from showcase.evidence import evidence_of

from .door import StoryView


class ComparisonView(StoryView, TemplateView):
    """What has changed between two versions of a story, for those who must agree again."""

    template_name = "showcase/admin/comparison.html"
    page_title = _("What has changed")
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also both versions and their differences.

        Raises:
            Http404: for a version there is not.
        """
        revisions = self.story.story_revisions.select_related("revision")
        before, after = (get_object_or_404(revisions, number=self.kwargs[name]) for name in ("a", "b"))
        facts = {"before": before, "after": after, "changes": compare(before, after)}
        return super().get_context_data(**kwargs) | facts


class EvidenceView(StoryView, TemplateView):
    """All that is known of a story's consents, to read and to print."""

    template_name = "showcase/admin/evidence.html"
    page_title = _("Evidence pack")
    header_icon = "clipboard-list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Also the evidence."""
        return super().get_context_data(**kwargs) | {"pack": evidence_of(self.story, Clock.now())}


class EvidenceFileView(StoryView, View):
    """The same as JSON, to keep."""

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The pack as a file."""
        pack = evidence_of(self.story, Clock.now())
        answer = JsonResponse(pack, json_dumps_params={"ensure_ascii": False, "indent": 2})
        answer["Content-Disposition"] = f'attachment; filename="evidence-{pack["story"]["id"]}.json"'
        return answer
