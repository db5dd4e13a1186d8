"""Teams: who takes part, and who belongs to whom. A person alone is a team of one."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from home.counties import COUNTIES
from home.models import BasePage, IndexPage
from programs.panels import PeoplePanel


class TeamKind(models.TextChoices):
    """Both may take part (R13)."""

    GROUP = "group", _("Several people")
    INDIVIDUAL = "individual", _("Person alone")


class Role(models.TextChoices):
    """What somebody may do in a team: its head also invites people and hands the team over."""

    HEAD = "head", _("Head")
    MEMBER = "member", _("Member")


class TeamIndexPage(IndexPage):
    """All teams."""

    subpage_types: ClassVar[list[str]] = ["programs.TeamPage"]

    class Meta:
        verbose_name = _("team list")
        verbose_name_plural = _("team lists")


class TeamPage(BasePage):
    """A team and its public profile. People and invitations belong to the page in the team's own language."""

    item_type = "team"

    kind = models.CharField(_("kind"), max_length=10, choices=TeamKind.choices, default=TeamKind.GROUP)
    county = models.CharField(_("county of action"), max_length=6, choices=COUNTIES, blank=True)
    interest = models.TextField(
        _("interest in local revitalization"),
        blank=True,
        max_length=600,
        help_text=_("Why the team wants to take part; internal, never shown on the site."),
    )
    admitted_because = models.CharField(
        _("admitted all the same because"),
        max_length=200,
        blank=True,
        help_text=_("When the bureau lets a team take part that the rules alone would not: why. Internal."),
    )

    parent_page_types: ClassVar[list[str]] = ["programs.TeamIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("county")]),
        FieldPanel("interest"),
        FieldPanel("admitted_because"),
        PeoplePanel(heading=_("People")),
        InlinePanel("selections", label=_("Edition it was selected for")),
        InlinePanel("links", label=_("Link")),
        *BasePage.body_panels,
    ]

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    @property
    def slug_stem(self) -> str:
        """As in team-2."""
        return "team"

    @property
    def selected_editions(self) -> list[int]:
        """The ROC years of the editions it was selected for, the last one first (R9)."""
        return sorted({row.edition_roc for row in self.selections.all()}, reverse=True)


class TeamSelection(Orderable):
    """An edition a team was selected for; the year before has no page of its own here (R9)."""

    page = ParentalKey(TeamPage, on_delete=models.CASCADE, related_name="selections")
    edition_roc = models.PositiveSmallIntegerField(_("ROC year"))

    class Meta(Orderable.Meta):
        verbose_name = _("selection")
        verbose_name_plural = _("selections")

    def __str__(self) -> str:
        return str(self.edition_roc)


class TeamLink(Orderable):
    """Where else a team can be found."""

    page = ParentalKey(TeamPage, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=40)
    url = models.URLField(_("web address"))

    class Meta(Orderable.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.label


class Membership(models.Model):
    """A person in a team. Of a birth date only the answer and the year are kept, until a date (R16)."""

    team = models.ForeignKey(TeamPage, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=6, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now)
    in_range = models.BooleanField(_("within the age range"), null=True, blank=True)
    minor = models.BooleanField(_("minor"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    checked_on = models.DateField(_("age as of"), null=True, blank=True)
    kept_until = models.DateField(_("kept until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_a_person_and_team"),
            models.UniqueConstraint(fields=["team"], condition=Q(role=Role.HEAD), name="one_head_a_team"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(models.Model):
    """Somebody asked by mail to join a team; the link's token is stored only as its hash.

    The address is emptied 30 days after the answer.
    """

    team = models.ForeignKey(TeamPage, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now)
    lapses_at = models.DateTimeField(_("lapses at"))
    token_hash = models.CharField(max_length=64, unique=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.email
