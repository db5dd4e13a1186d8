"""What stories add to the admin."""

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .editorial import doors, lists
from .editorial.action_menu import grey_approval
from .editorial.erasing import EraseView
from .editorial.holds import HoldView, ReleaseView
from .editorial.mandates import ConfirmView, MandatesView, RevokeView
from .editorial.packs import ComparisonView, EvidenceFileView, EvidenceView
from .editorial.people import AskAgainView, AskAgeAgainView, ErasePersonView, GuardianView
from .editorial.reports import ConsentsMissing, Holds, LicensesEnding

REPORTS = (
    ("consents-missing", "consents_missing", ConsentsMissing),
    ("licenses-ending", "licenses_ending", LicensesEnding),
    ("holds", "story_holds", Holds),
)


def addresses() -> list[URLPattern]:
    """Our pages about stories in the admin. Mandates stand apart: their files are read outside any transaction."""
    return [
        path("stories/<int:pk>/hold/", HoldView.as_view(), name="story_hold"),
        path("stories/<int:pk>/release/", ReleaseView.as_view(), name="story_release"),
        path("stories/<int:pk>/revisions/<int:a>/<int:b>/", ComparisonView.as_view(), name="story_comparison"),
        path("stories/<int:pk>/evidence/", EvidenceView.as_view(), name="story_evidence"),
        path("stories/<int:pk>/evidence.json", EvidenceFileView.as_view(), name="story_evidence_file"),
        path("stories/<int:pk>/erase/", EraseView.as_view(), name="story_erase"),
        path("stories/<int:pk>/parties/<int:party>/", AskAgainView.as_view(), name="story_party"),
        path("stories/<int:pk>/parties/<int:party>/age/", AskAgeAgainView.as_view(), name="story_age"),
        path("stories/<int:pk>/parties/<int:party>/guardian/", GuardianView.as_view(), name="story_guardian"),
        path("stories/<int:pk>/parties/<int:party>/erase/", ErasePersonView.as_view(), name="story_erase_person"),
        # Before Wagtail's own, see below.
        path("translation/submit/page/<int:page_id>/", doors.TranslationView.as_view(), name="page_translation"),
        path("mandates/<int:pk>/", MandatesView.as_view(), name="story_mandates"),
        path("mandates/<int:pk>/<int:mandate>/", ConfirmView.as_view(), name="story_mandate"),
        path("mandates/<int:pk>/<int:mandate>/revoke/", RevokeView.as_view(), name="story_mandate_revoked"),
        *(path(f"reports/{where}/", view.as_view(), name=name) for where, name, view in REPORTS),
        *(
            path(f"reports/{where}/results/", view.as_view(results_only=True), name=f"{name}_results")
            for where, name, view in REPORTS
        ),
    ]


register_snippet(lists.ConsentTextViewSet)
hooks.register("register_admin_urls", addresses, order=-1)
hooks.register("register_log_actions", lists.name_acts)
hooks.register("construct_page_action_menu", grey_approval)
hooks.register("before_bulk_action", doors.refuse_in_bulk)
hooks.register("construct_page_listing_buttons", doors.hide_translation)
hooks.register("before_delete_page", doors.refuse_deletion)
for viewset in (lists.stories_with_columns, lists.appearances_with_columns):
    hooks.register("register_admin_viewset", viewset)
for way in (lists.stories_in_menu, lists.appearances_in_menu):
    hooks.register("register_admin_menu_item", way)
for report in (lists.missing_in_menu, lists.ending_in_menu, lists.holds_in_menu):
    hooks.register("register_reports_menu_item", report)
