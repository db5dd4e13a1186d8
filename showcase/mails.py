"""Mails about a story: only to its parties and the people who look after it, through the outbox, as text and HTML.

What teams type is harmless in them: one line, no control or bidirectional characters, no address a mail program would
turn into a link, cut where it is long. No pictures: a mail's picture needs a public address, and a photo nobody has
agreed to yet must have none.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from home.models import User
from home.taiwan import roc_instant
from programs.models import Membership
from programs.models.teams import Role

from .links import address_of, give_link
from .mail_words import MAILS
from .models import ConsentEvent, Grant, Party, StoryDraft, StoryPage, StoryRevision
from .vocabularies import Verb, channel_labels

STAFF_GROUPS: Final = ("審核", "管理")
# Mails to people of the team lead to the desk: they act there, not by a party's link.
AT_THE_DESK: Final = frozenset({"cleared", "refused", "withdrawn_author", "returned", "approved"})
# By which purging finds every letter about a story, whatever its text is encoded as.
STORY_HEADER: Final = "X-Story"
# By which it finds those to one party, whatever address they were sent to.
PARTY_HEADER: Final = "X-Party"
_DAY: Final = timedelta(days=1)
_LONGEST_TITLE: Final = 60
_LONGEST_REASON: Final = 2000
# Where a mail program would see the address of a site.
_DOT: Final = re.compile(r"(?<=\w)\.(?=[^\W\d_])")
_WIDE: Final = str.maketrans({"@": "\uff20"})


def plain(text: str, longest: int = _LONGEST_TITLE) -> str:
    """A text somebody typed, on one line, without characters one cannot see and without anything that links."""
    seen = (" " if one.isspace() else one for one in text if one.isspace() or unicodedata.category(one)[0] != "C")
    line = " ".join("".join(seen).split()).replace("://", "\uff1a//").translate(_WIDE)
    line = _DOT.sub("\uff0e", line)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def marks_of(story: StoryPage | StoryDraft) -> list[str]:
    """By what every letter about a story is known: our header, or its address in the admin in Wagtail's own.

    Of a story also letters about its draft, written before it was handed in.
    """
    if isinstance(story, StoryDraft):
        return [f"{STORY_HEADER}: {story.uid}"]
    drafts = [mark for draft in StoryDraft.objects.filter(story=story) for mark in marks_of(draft)]
    edited_at = reverse("wagtailadmin_pages:edit", args=[story.pk])
    return [f"{STORY_HEADER}: {story.translation_key}", edited_at, *drafts]


def asked_again(story: StoryPage, now: datetime) -> int:
    """How many mails in the last 24 hours asked somebody about a story who had been asked before."""
    asked = ConsentEvent.objects.filter(story=story.translation_key, verb=Verb.INVITED)
    today = list(asked.filter(at__gt=now - _DAY).values_list("party", flat=True))
    before = set(asked.filter(at__lte=now - _DAY, party__in=today).values_list("party", flat=True))
    return len(today) - len(set(today) - before)


def is_flooding(story: StoryPage, now: datetime, **acts: Any) -> bool:
    """Whether acts on a story, as ``party=…`` or ``verb=…``, were so many in 24 hours that no more mails follow."""
    done = ConsentEvent.objects.filter(story=story.translation_key, at__gt=now - _DAY, **acts)
    return done.count() > settings.STORY_MAILS_A_DAY


def write_to_party(name: str, party: Party, **facts: Any) -> None:
    """Write one of the mails of ``mail_words`` to a party; who has no address or is erased gets none."""
    if not party.email or party.purged_at is not None:
        return
    if not party.link_hash:
        give_link(party)
    address = _desk() if name in AT_THE_DESK else address_of(party)
    write(name, party.email, {"party": party, "story": party.story, "address": address, **facts})


def write_to_writer(name: str, writer: User, draft: StoryDraft, **facts: Any) -> None:
    """Write to somebody who writes a draft; the mail leads to its first step."""
    address = f"{settings.PUBLIC_URL}{reverse('desk_words', args=[draft.uid])}"
    write(name, writer.email, {"story": draft, "address": address, **facts})


def write(name: str, email: str, facts: dict[str, Any]) -> None:
    """Write a mail in Chinese: its subject on one line, its text, and the same as HTML.

    ``facts``: ``story``, or the draft of one, and ``address``; and where the mail speaks of them ``party``,
    ``requester``, ``grant``, ``revision``, ``reason``, ``ends_at``, ``days``, ``at``.
    """
    words, story = MAILS[name], facts["story"]
    with translation.override("zh-hant"):
        values = _values(facts)
        context = {
            "title": values["title"],
            "paragraphs": [str(one) % values for one in words.paragraphs],
            "reason": "\n".join(plain(line, _LONGEST_REASON) for line in facts.get("reason", "").splitlines()),
            "rows": receipt(facts["grant"], values["title"], values["team"]) if "grant" in facts else [],
            "buttons": [(str(label), f"{facts['address']}{after}") for label, after in words.buttons],
            "note": str(words.note) % values,
        }
        subject = plain(str(words.subject) % values, 2 * _LONGEST_TITLE)
        text = render_to_string("showcase/mails/frame.txt", context)
        about = story.uid if isinstance(story, StoryDraft) else story.translation_key
        headers = {STORY_HEADER: str(about), "Auto-Submitted": "auto-generated"}
        if "party" in facts:
            headers[PARTY_HEADER] = str(facts["party"].pk)
        mail = EmailMultiAlternatives(subject, text, None, [email], headers=headers)
        mail.attach_alternative(render_to_string("showcase/mails/frame.html", context), "text/html")
    mail.send()


def tell_staff(name: str, story: StoryPage, **facts: Any) -> None:
    """Write to everyone who may approve stories, each by himself, without names of the parties."""
    reviewers = User.objects.filter(is_active=True, groups__name__in=STAFF_GROUPS).distinct()
    address = f"{settings.PUBLIC_URL}{reverse('wagtailadmin_pages:edit', args=[story.pk])}"
    for reviewer in reviewers:
        write(name, reviewer.email, {"story": story, "address": address, **facts})


def tell_team(name: str, story: StoryPage, besides: Collection[str], **facts: Any) -> None:
    """Write to the head of the story's team, who looks after it, unless at one of the addresses in ``besides``."""
    heads = Membership.objects.filter(team=story.team, role=Role.HEAD, user__is_active=True).select_related("user")
    for head in heads.exclude(user__email__in=besides):
        write(name, head.user.email, {"story": story, "address": _desk(), **facts})


def receipt(grant: Grant, title: str, team: str) -> list[tuple[str, str]]:
    """What somebody agreed to, as rows of a name and a value: word for word what the record of consent can prove."""
    until = last_second(grant.ends_at) if grant.ends_at else _("five years from the moment the last of you agrees")
    return [
        (_("Story"), title),
        (_("Team"), team),
        (_("Agreed on"), roc_instant(grant.granted_at, seconds=True)),
        (_("Published on"), "、".join(channel_labels(grant.channels))),
        (_("May be adapted"), _("Yes, it may") if grant.adaptation else _("No, it may not")),
        (_("Valid until"), until),
        (_("License text"), f"{grant.text.label} ({grant.text.code})"),
        (_("Fingerprint of the content (SHA-256)"), grant.content_hash),
        (_("Fingerprint of the license text (SHA-256)"), grant.text_sha256),
    ]


def last_second(ends_at: datetime) -> str:
    """The last valid second of a term, in words."""
    return roc_instant(ends_at - timedelta(seconds=1), seconds=True)


def _desk() -> str:
    return f"{settings.PUBLIC_URL}/desk/"


def _values(facts: dict[str, Any]) -> dict[str, str]:
    """What the words' placeholders stand for in one mail, all of it harmless."""
    story: StoryPage | StoryDraft = facts["story"]
    party: Party | None = facts.get("party")
    team = plain(story.team.title)
    instants = {"at": facts.get("at"), "lapses": party.lapses_at if party else None}
    return {
        "title": plain(_title(story, facts.get("revision"))),
        "team": team,
        "requester": plain(facts.get("requester", "")) or team,
        "role": str(party.get_role_display()) if party else "",
        "ends": last_second(facts["ends_at"]) if facts.get("ends_at") else "",
        "days": str(facts.get("days", "")),
        **{name: roc_instant(instant) if instant else "" for name, instant in instants.items()},
    }


def _title(story: StoryPage | StoryDraft, story_revision: StoryRevision | None) -> str:
    """The title of what the mail is about: the draft, the revision it names, else the newest one handed in."""
    if isinstance(story, StoryDraft):
        return str(story)
    if story_revision and story_revision.revision:
        return str(story_revision.revision.content["title"])
    newest = StoryPage.objects.filter(pk=story.pk).values_list("draft_title", flat=True).first()
    return newest or story.title
