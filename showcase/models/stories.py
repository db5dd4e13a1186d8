"""Stories: what is live, and the one answer to "may this be shown?"."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import model_from_serializable_data
from wagtail.models import Orderable, PageManager

from home.models import BasePage, Clock, IndexPage
from home.models.pages import VisiblePageQuerySet
from home.visibility import Channel, Reason, page_hidden_because, public_pages
from programs.models import EventPage, ProgramPage, TeamPage, Theme
from showcase import rules
from showcase.admin_forms import StoryForm
from showcase.panels import STORY_PANELS, STORY_PROMOTE_PANELS
from showcase.vocabularies import PartyRole

from .consent import Hold, cleared, signatories
from .media import Asset
from .permissions import StoryPermissionTester


class StoryIndexPage(IndexPage):
    """All stories, newest first."""

    subpage_types: ClassVar[list[str]] = ["showcase.StoryPage"]

    class Meta:
        verbose_name = _("story list")
        verbose_name_plural = _("story lists")


class StoryQuerySet(VisiblePageQuerySet):
    """Stories through the rule, with the terms of consent."""

    def visible(self, channel: Channel, now: datetime) -> Self:
        """Public as every page, not held, and licensed for the channel by everyone whose consent it needs."""
        held = Hold.objects.filter(story=OuterRef("pk"), released_at=None)
        return self.filter(public_pages(now), ~Exists(held), cleared(channel, now))


class StoryPage(BasePage):
    """A team's story. Its words and media are the team's: staff file it, and send it back where it should change."""

    item_type = "story"
    # Stories come from the desk, never from the admin.
    is_creatable = False
    # An address outlives what was agreed: a later version keeps it, and partners are told it once more on withdrawal.
    title_in_address = False

    team = models.ForeignKey(TeamPage, verbose_name=_("team"), on_delete=models.PROTECT, related_name="stories")
    program = models.ForeignKey(
        ProgramPage,
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stories",
    )
    event = models.ForeignKey(
        EventPage, verbose_name=_("event"), null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    themes = ParentalManyToManyField(Theme, verbose_name=_("themes"), blank=True)
    # Of the live title, body, media and credits: what grants are given for.
    content_hash = models.CharField(max_length=64, editable=False, db_index=True)

    objects: ClassVar[Any] = PageManager.from_queryset(StoryQuerySet)()

    parent_page_types: ClassVar[list[str]] = ["showcase.StoryIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = StoryForm
    content_panels: ClassVar[list[Any]] = STORY_PANELS
    promote_panels: ClassVar[list[Any]] = STORY_PROMOTE_PANELS

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the hash of the content, whoever publishes it and however."""
        self.content_hash = self.computed_hash()
        super().save(*args, **kwargs)

    def permissions_for_user(self, user: Any) -> StoryPermissionTester:
        """What somebody may do with it in the admin."""
        return StoryPermissionTester(user, self)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy; but no translation, by which Wagtail's doors come here: it would have nobody's consent.

        Raises:
            PermissionDenied: for a translation.
        """
        if kwargs.get("log_action") == "wagtail.copy_for_translation":
            raise PermissionDenied
        return super().copy(*args, **kwargs)

    def has_live_content(self) -> bool:
        """Whether the content in memory is what is live."""
        return StoryPage.objects.filter(pk=self.pk, live=True, content_hash=self.computed_hash()).exists()

    def computed_hash(self) -> str:
        """The hash of the content as it stands in memory: what people agree to."""
        media = [(row.kind, row.sha256, row.url, row.credit) for row in self.media.all()]
        credit = [(row.name, row.role) for row in self.credits.all()]
        return rules.content_hash(self.title, self.body.get_prep_value(), media, credit)

    @property
    def slug_stem(self) -> str:
        """As in story-2."""
        return "story"

    def signatories(self) -> list[rules.Signatory]:
        """Whose consent the live content needs, with what each has granted."""
        return signatories(self.pk, self.content_hash)

    def license_at(self, now: datetime) -> rules.License | None:
        """What everyone has granted in common at an instant; None where somebody's consent is missing."""
        return rules.license_of(self.signatories(), now)

    def holds_in_force(self) -> list[Hold]:
        """The holds nobody has released."""
        return list(self.holds.filter(released_at=None))

    def hidden_because(self, channel: Channel, now: datetime) -> Reason | None:
        """Why the story may not be shown on the channel at that instant, or None."""
        return page_hidden_because(self, now) or self.withheld_because(channel, now)

    def withheld_because(self, channel: Channel, now: datetime) -> Reason | None:
        """Why a hold or a missing consent keeps the story from the channel at that instant, or None."""
        holds = [hold.told_reason for hold in self.holds_in_force()]
        return rules.hidden_because(self.signatories(), channel, now, holds)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the story if its consents allow, whoever asks; the page's own terms come on top.

        Raises:
            Http404: when they do not.
        """
        if self.withheld_because(Channel.SITE, Clock.now()):
            raise Http404
        return super().serve(request, *args, **kwargs)

    @property
    def valid_until(self) -> datetime | None:
        """The earlier of its expiry as a page and the end of its license, which is the first instant without one."""
        license_now = self.license_at(Clock.now())
        ends = [one for one in (self.expire_at, license_now.ends_at if license_now else None) if one]
        return min(ends, default=None)

    @property
    def ends_because(self) -> Reason:
        """What partners are told when ``valid_until`` has passed."""
        return Reason.UNPUBLISHED if self.valid_until == self.expire_at else Reason.LICENSE_EXPIRED


class StoryMedia(Orderable, Asset):
    """One thing a story shows."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="media")

    class Meta(Orderable.Meta):
        verbose_name = _("medium")
        verbose_name_plural = _("media")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.alt}".rstrip()


class StoryCredit(Orderable):
    """Somebody named under a story, in the order shown."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="credits")
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=14, choices=PartyRole.choices)

    class Meta(Orderable.Meta):
        verbose_name = _("credit")
        verbose_name_plural = _("credits")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_serializable_data(cls, data: dict[str, Any], **_checks: bool) -> Self:
        """A name in a revision, as it was handed in; its page needs no look-up, as the revision is the page's."""
        found: Self = model_from_serializable_data(cls, data, check_fks=False)
        return found
