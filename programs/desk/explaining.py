"""Whether somebody may take part, in sentences: what holds, and what is missing (R12: nobody is refused in silence)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from programs.eligibility import Ages, Limits, Standing, Verdict
from programs.models import Membership


def verdict(standing: Standing) -> str:
    """The answer in one line."""
    return {
        Verdict.SELECTED: _("You can take part, with priority"),
        Verdict.LOCAL: _("You can take part"),
        Verdict.INTERESTED: _("You can take part (as people who are interested)"),
        Verdict.ADMITTED: _("You can take part (admitted by the bureau)"),
        Verdict.OPEN: _("Something is still missing"),
        Verdict.OUTSIDE: _("The bureau decides"),
    }[standing.verdict]


def sentences(standing: Standing, limits: Limits) -> list[str]:
    """Why, one reason each."""
    return [*_way_in(standing), *_ages(standing, limits), *_unknown(standing), *_field(standing)]


def _way_in(standing: Standing) -> list[str]:
    """The ways in that need no counting, and what follows when ages stand against it."""
    words = {
        Verdict.SELECTED: _("Last year's edition selected this team, so it comes first in queues."),
        Verdict.ADMITTED: _("The bureau has admitted this team with a reason."),
        Verdict.OUTSIDE: _("That does not shut you out: ask us, and the bureau decides, with a reason."),
    }
    return [words[standing.verdict]] if standing.verdict in words else []


def _ages(standing: Standing, limits: Limits) -> list[str]:
    """How many of those known are in range."""
    facts = {
        "inside": standing.inside,
        "known": standing.known,
        "youngest": limits.youngest,
        "oldest": limits.oldest,
    }
    if standing.ages == Ages.UNKNOWN:
        return [_("Nobody's age is known yet; most members should be %(youngest)d to %(oldest)d.") % facts]
    if standing.ages == Ages.IN:
        return [_("%(inside)d of %(known)d members whose age is known are %(youngest)d to %(oldest)d.") % facts]
    return [
        _("Only %(inside)d of %(known)d members whose age is known are %(youngest)d to %(oldest)d; it takes most.")
        % facts
    ]


def _unknown(standing: Standing) -> list[str]:
    """Whose age nobody knows."""
    if not standing.unknown:
        return []
    names = pgettext("between words", ", ").join(standing.unknown)
    words = ngettext("Age not yet known: %(names)s.", "Ages not yet known: %(names)s.", len(standing.unknown))
    return [words % {"names": names}]


def _field(standing: Standing) -> list[str]:
    """County and interest: one of them is enough."""
    if standing.local:
        return [_("You act in one of the seven northern counties.")]
    if standing.interested:
        return [_("You act elsewhere, and have said why you are interested: that is enough.")]
    return [_("Say where you act, or why you are interested; one of them is enough.")]


def minors(members: Iterable[Membership]) -> list[str]:
    """Who is a minor, by name: a legal representative has to agree to what they take part in (R15)."""
    return [str(one.user) for one in members if one.minor]
