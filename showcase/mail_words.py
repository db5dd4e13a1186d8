"""What each mail about a story says. One frame in templates/showcase/mails/ turns it into text and HTML.

Placeholders: title, team, requester, role, ends, days, lapses. All are made harmless by ``mails.plain``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Said = str | Promise


@dataclass(frozen=True)
class Words:
    """One mail: its subject, its paragraphs, its buttons as (label, what follows the address), a closing note."""

    subject: Said
    paragraphs: tuple[Said, ...]
    buttons: tuple[tuple[Said, str], ...]
    note: Said = ""


_ANSWER: Final = (
    (_("Read it and agree"), ""),
    (_("I have a question, or do not agree"), "refuse/"),
)
_PAGE: Final = (
    (_("What I agreed to"), ""),
    (_("Withdraw my consent"), "withdraw/"),
)
_DESK: Final = ((_("Open the story desk"), ""),)
_ADMIN: Final = ((_("Open the story"), ""),)
_RENEW: Final = ((_("Agree for five more years"), ""),)
_SOURCE: Final = _(
    "%(requester)s gave us your address. If you do not know who that is, you need not do anything: without your"
    " consent the story is not published."
)
_NOTHING_YET: Final = _(
    "The page shows exactly what would be published, where, and for how long. Nothing happens until you press a"
    " button there."
)
_UNTIL: Final = _(
    "The link works until %(lapses)s. Once you have agreed, you can withdraw by the same link at any time."
)
_HIDDEN: Final = _("It was hidden at once on every channel, and partner websites have been told to delete it.")

MAILS: Final[Mapping[str, Words]] = {
    "invited": Words(
        _("“%(title)s” is to be published: do you agree?"),
        (
            _(
                "%(requester)s (%(team)s) would like to publish a story on the Northern Youth Hub. You have a part in"
                " it (%(role)s), so it needs your consent."
            ),
            _NOTHING_YET,
            _UNTIL,
        ),
        _ANSWER,
        _SOURCE,
    ),
    "guardian": Words(
        _("As legal representative: do you agree to “%(title)s”?"),
        (
            _(
                "%(requester)s is not of age yet and has a part in a story that %(team)s would like to publish on the"
                " Northern Youth Hub. You are named as legal representative, so it needs your consent too."
            ),
            _NOTHING_YET,
            _UNTIL,
        ),
        _ANSWER,
        _SOURCE,
    ),
    "reminder": Words(
        _("Still waiting for your answer: “%(title)s”"),
        (
            _(
                "%(requester)s (%(team)s) has asked for your consent to a story. It cannot be published without your"
                " answer; a no is an answer too."
            ),
            _UNTIL,
        ),
        _ANSWER,
        _SOURCE,
    ),
    "granted": Words(
        _("You agreed: “%(title)s”"),
        (
            _("Thank you. This is your receipt; please keep it."),
            _(
                "You can withdraw at any time and without a reason, by the link below. What is printed already cannot"
                " be called back."
            ),
        ),
        _PAGE,
    ),
    "cleared": Words(
        _("Everyone has agreed: “%(title)s”"),
        (
            _("Everyone whose consent the story needs has agreed."),
            _("The license is in force until %(ends)s. Unless it was reviewed before, the story now goes to review."),
        ),
        _DESK,
    ),
    "refused": Words(
        _("Somebody did not agree: “%(title)s”"),
        (
            _("Somebody whose consent the story needs does not agree to it, so this version is not published."),
            _("The story desk shows who. You can take that person's part out and hand the story in again."),
        ),
        _DESK,
    ),
    "withdrawn": Words(
        _("You withdrew your consent: “%(title)s”"),
        (
            _("We have recorded that you withdrew your consent on %(at)s. Please keep this receipt."),
            _HIDDEN,
            _("What is printed already cannot be called back. You need not give a reason or do anything else."),
        ),
        ((_("See where it stands"), ""),),
    ),
    "withdrawn_author": Words(
        _("Taken down: “%(title)s”"),
        (
            _("Somebody whose consent the story needs has withdrawn it. Nobody has to give a reason for that."),
            _HIDDEN,
            _("You can take that person's part out and hand the story in again."),
        ),
        _DESK,
    ),
    "withdrawn_staff": Words(
        _("Consent withdrawn: “%(title)s” (%(team)s)"),
        (
            _("Somebody has withdrawn consent, so the story is hidden everywhere."),
            _("Please look after what lies outside the hub: printed matter, broadcasts, posts made by hand."),
        ),
        _ADMIN,
    ),
    "returned": Words(
        _("Sent back to you: “%(title)s”"),
        (
            _("The reviewers have sent the story back. What they say:"),
            _("Change it at the story desk and hand it in again; whoever is concerned is then asked anew."),
        ),
        _DESK,
    ),
    "approved": Words(
        _("Approved: “%(title)s”"),
        (_("The reviewers have approved the story. It is on the site as long as everyone's consent stands."),),
        _DESK,
    ),
    "draft_ending": Words(
        _("Soon to be thrown away: your draft “%(title)s”"),
        (
            _("%(team)s has a draft at the story desk that was never handed in and that nobody has changed for long."),
            _("It is kept until %(ends)s. After that it is thrown away with its photos and files."),
            _("If you still need it, open it and save it. If not, you need not do anything."),
        ),
        ((_("Open the draft"), ""),),
    ),
    "ending": Words(
        _("“%(title)s”: the license ends in %(days)s days"),
        (
            _("What you agreed to ends on %(ends)s. The story is then taken down everywhere by itself."),
            _(
                "If everyone agrees once more, it stays for five more years without a break. If you would rather let"
                " it end, you need not do anything."
            ),
        ),
        _RENEW,
    ),
    "ending_team": Words(
        _("“%(title)s”: the license ends in %(days)s days"),
        (
            _("The license of your team's story ends on %(ends)s. It is then taken down everywhere by itself."),
            _("Everyone whose consent it needs has had a mail with a link to renew it."),
        ),
        _DESK,
    ),
    "ended": Words(
        _("“%(title)s”: the license has ended"),
        (
            _("What you agreed to ended on %(ends)s, and the story was taken down everywhere at that moment."),
            _("If everyone agrees once more, it can be read again for five years."),
        ),
        _RENEW,
    ),
    "ended_team": Words(
        _("“%(title)s”: the license has ended"),
        (
            _("The license of your team's story ended on %(ends)s. It was taken down everywhere at that moment."),
            _("Everyone whose consent it needs has had a mail with a link to renew it."),
        ),
        _DESK,
    ),
}
