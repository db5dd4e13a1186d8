"""The words of stories and consent, as codes that are stored and labels people read."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from home.visibility import Channel


class AssetKind(models.TextChoices):
    """What a team hands in with its words (R31, R54)."""

    PHOTO = "photo", _("Photo")
    VIDEO = "video", _("Video")
    SOCIAL = "social", _("Social media post")
    PRINT = "print", _("Print or zine")


class AssetRights(models.TextChoices):
    """Why the team may hand an asset in (R55)."""

    OWN = "own", _("We made it ourselves")
    LICENSED = "licensed", _("With permission of whoever made it")
    PUBLIC_DOMAIN = "public_domain", _("In the public domain")


class PeopleShown(models.TextChoices):
    """Whether people can be recognised, and whether they agreed."""

    NOBODY = "nobody", _("Nobody can be recognized")
    AGREED = "agreed", _("Everyone shown has agreed")
    PARTIES = "parties", _("They are asked by mail")


class Music(models.TextChoices):
    """Whose music is heard."""

    NONE = "none", _("No music")
    OWN = "own", _("Our own music")
    LICENSED = "licensed", _("Music we have a license for")


class PartyRole(models.TextChoices):
    """Why somebody is asked: each of them answers for himself."""

    AUTHOR = "author", _("Author")
    COAUTHOR = "coauthor", _("Co-author")
    REPRESENTATIVE = "representative", _("Representative")
    PORTRAYED = "portrayed", _("Person shown")
    RIGHTSHOLDER = "rightsholder", _("Rights holder")
    GUARDIAN = "guardian", _("Legal representative of a minor")


# Whom a representative may speak for: whoever made something. Nobody speaks for a face, or beside a minor.
SPOKEN_FOR: Final = (PartyRole.AUTHOR, PartyRole.COAUTHOR, PartyRole.RIGHTSHOLDER)


class RevisionState(models.TextChoices):
    """What is stored of a handed-in revision; everything else is computed (consent and the clock decide)."""

    SUBMITTED = "submitted", _("Handed in")
    RETURNED = "returned", _("Sent back")
    REFUSED = "refused", _("Refused")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")


class Stage(models.TextChoices):
    """Where a story stands: computed from its revision, parties, grants, holds and the clock, never stored."""

    DRAFT = "draft", _("Draft")
    COLLECTING = "collecting", _("Waiting for consent")
    RETURNED = "returned", _("Sent back")
    REFUSED = "refused", _("Refused")
    CLEARED = "cleared", _("Everyone has agreed")
    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held")
    EXPIRING = "expiring", _("License ends soon")
    EXPIRED = "expired", _("License ended")
    SUPERSEDED = "superseded", _("Replaced by a newer version")
    RETRACTED = "retracted", _("Consent withdrawn")
    PURGED = "purged", _("Erased")


class PartyState(models.TextChoices):
    """Where one party stands: computed, never stored."""

    INVITED = "invited", _("Asked")
    SEEN = "seen", _("Has opened the page")
    GRANTED = "granted", _("Agreed")
    REFUSED = "refused", _("Refused")
    LAPSED = "lapsed", _("Did not answer in time")
    WITHDRAWN = "withdrawn", _("Withdrew")
    ENDED = "ended", _("License ended")


class HoldKind(models.TextChoices):
    """Why a story is held: a dispute over rights is told to partners as a legal matter."""

    DISPUTE = "dispute", _("Dispute over rights")
    CHECK = "check", _("Something has to be checked")


class Obstacle(models.TextChoices):
    """Why a revision cannot be approved now, in the words a reviewer reads wherever it matters."""

    NEVER_HANDED_IN = "never_handed_in", _("No team has handed this version in, so nobody has agreed to it.")
    SENT_BACK = "sent_back", _("This version was sent back: the team has to hand it in again.")
    HELD = "held", _("The story is held: release it first.")
    UNCLEARED = "uncleared", _("Somebody whose consent this version needs has not agreed.")
    OWN = "own", _("You handed this version in yourself: somebody else has to approve it.")


class Verb(models.TextChoices):
    """What a consent event records."""

    SUBMITTED = "submitted", _("Revision handed in")
    REQUIRED = "required", _("Party added to a revision")
    LET_GO = "let_go", _("Party no longer asked")
    INVITED = "invited", _("Party asked")
    SEEN = "seen", _("Page opened")
    CHECKED = "checked", _("Age checked")
    GRANTED = "granted", _("Consent given")
    REFUSED = "refused", _("Consent refused")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")
    CLEARED = "cleared", _("Everyone agreed: license begins")
    MANDATED = "mandated", _("Mandate confirmed")
    REVOKED = "revoked", _("Mandate revoked")
    HELD = "held", _("Story held")
    RELEASED = "released", _("Hold released")
    RETURNED = "returned", _("Sent back")
    REVIEWED = "reviewed", _("Review began")
    APPROVED = "approved", _("Approved")
    PURGED = "purged", _("Erased")


# Beside the question for a date of birth.
AGE_KEPT: Final = _(
    "Year by the ROC calendar or the Western one. Only whether you are of age and the year are kept, never the date."
)

# Each way out as somebody who is asked reads it: its name, and what agreeing to it means.
CHANNEL_WORDS: Final[Mapping[Channel, tuple[str | Promise, str | Promise]]] = {
    Channel.SITE: (_("This website"), _("Without it nothing is published, so it is always part of a consent.")),
    Channel.PARTNER_SITES: (
        _("Partner websites"),
        _("Public and non-profit websites that have accepted the same license may show it; no commercial ones."),
    ),
    Channel.FACEBOOK: (
        _("The hub's Facebook page"),
        _("As a post with your own words; taken down when the license ends."),
    ),
    Channel.BROADCAST: (_("Television and radio"), _("In programmes for the public good that present the teams.")),
    Channel.PRINT: (_("Printed matter"), _("Booklets and posters; what is printed already cannot be called back.")),
}


def channel_labels(channels: int) -> list[str]:
    """The names of the ways out in a number as it is stored."""
    return [str(label) for channel, (label, _meaning) in CHANNEL_WORDS.items() if channels & channel]
