"""What a party's consent page shows: the revision asked about as it was frozen, and where the party stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import cached_property

from home.taiwan import local

from . import mails
from .comparing import Comparison, compare
from .flows.answers import asked_of, is_renewable, kept_of, needs_age, unended
from .flows.asking import requester_of
from .models import ConsentText, Grant, Party, StoryPage, StoryRevision
from .vocabularies import AssetKind, PartyRole, PartyState, channel_labels


@dataclass(frozen=True)
class Medium:
    """One thing the story shows: a photo by its number, a file by its own, or an address elsewhere."""

    kind: str
    label: str
    alt: str
    credit: str
    photo: Any
    file: Any
    url: str

    @property
    def is_photo(self) -> bool:
        """Whether it is shown as a picture on the page."""
        return self.kind == AssetKind.PHOTO and self.photo is not None


class Asked:
    """A party's page at one instant. Reading it changes nothing.

    ``kept`` is the version on the story's page whose license is renewed beside the question about a newer one.
    """

    def __init__(self, party: Party, now: datetime, kept: StoryRevision | None = None) -> None:
        self.party, self.now, self.is_kept = party, now, kept is not None
        asked = kept or asked_of(party)
        self.revision: StoryRevision | None = asked or party.story_revisions.order_by("-number").first()
        # All the party was asked about has been sent back to the team.
        self.is_returned = asked is None and self.revision is not None
        self.text: ConsentText | None = ConsentText.current(now)
        self.state, self.last = self._last_word()
        # Whether anything can be withdrawn: a consent to an earlier version too.
        self.stands = bool(unended(party, now))

    def _last_word(self) -> tuple[PartyState, Grant | None]:
        """Where the party stands towards what it is asked, and the grant that says so."""
        if self.party.refused_at is not None:
            return PartyState.REFUSED, None
        content_hash = self.revision.content_hash if self.revision else ""
        grants = list(self.party.grants.filter(content_hash=content_hash).select_related("text").order_by("pk"))
        if not grants:
            return PartyState.INVITED, None
        standing = [
            one for one in grants if one.withdrawn_at is None and (one.ends_at is None or one.ends_at > self.now)
        ]
        if standing:
            return PartyState.GRANTED, max(standing, key=lambda one: (one.ends_at is not None, one.pk))
        return (PartyState.WITHDRAWN if grants[-1].withdrawn_at else PartyState.ENDED), grants[-1]

    @cached_property
    def story(self) -> StoryPage | None:
        """The story with exactly the content asked about; None where it has been erased."""
        if self.revision is None or self.revision.revision is None:
            return None
        frozen: StoryPage = self.revision.revision.as_object()
        return frozen

    @cached_property
    def media(self) -> list[Medium]:
        """What the story shows, in its order."""
        rows = self.story.media.all() if self.story else []
        return [
            Medium(row.kind, row.get_kind_display(), row.alt, row.credit, row.photo, row.file, row.url) for row in rows
        ]

    @cached_property
    def changes(self) -> Comparison | None:
        """What differs from the version the party agreed to last; None where it has agreed to this one, or to none."""
        if self.last is not None or self.revision is None or self.story is None:
            return None
        given = self.party.grants.order_by("-pk").first()
        before = given and self.party.story_revisions.filter(content_hash=given.content_hash).first()
        if not before or before == self.revision or before.revision is None:
            return None
        return compare(before, self.revision)

    @property
    def can_answer(self) -> bool:
        """Whether there is something to agree to."""
        return self.story is not None and self.text is not None and not self.is_returned

    @property
    def is_age_forgotten(self) -> bool:
        """Whether a consent was taken back because the date of birth beside it was mistyped, and is asked for anew."""
        return self.state == PartyState.WITHDRAWN and self.party.minor is None and needs_age(self.party, self.now)

    @property
    def is_renewable(self) -> bool:
        """Whether a running consent ends soon enough to be given again, and has not been already."""
        if self.is_returned or self.state != PartyState.GRANTED or self.last is None or self.last.ends_at is None:
            return False
        standing = [one for one in unended(self.party, self.now) if one.content_hash == self.last.content_hash]
        return is_renewable(standing, self.now) and all(one.ends_at for one in standing)

    @property
    def has_renewed(self) -> bool:
        """Whether a consent that waits for the others stands beside the running one."""
        if self.last is None or self.last.ends_at is None:
            return False
        same = [one for one in unended(self.party, self.now) if one.content_hash == self.last.content_hash]
        return any(one.ends_at is None for one in same)

    @cached_property
    def kept(self) -> "Asked | None":
        """The version on the story's page that the party agreed to, where another is asked about."""
        found = None if self.is_kept else kept_of(self.party)
        return Asked(self.party, self.now, found) if found else None

    @property
    def can_renew(self) -> bool:
        """Whether the version on the story's page can be agreed to for five more years: it ends soon, or has ended."""
        return self.can_answer and (self.is_renewable or self.state == PartyState.ENDED)

    @property
    def waits_anew(self) -> bool:
        """Whether the party has agreed to that version once more, and others have not."""
        return self.has_renewed or (self.last is not None and self.last.ends_at is None)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The license in six lines."""
        return pairs(self.text.summary) if self.text else []

    @property
    def notice(self) -> list[tuple[str, str]]:
        """What the Personal Data Protection Act wants told."""
        return pairs(self.text.notice) if self.text else []

    @property
    def requester(self) -> str:
        """Who asks."""
        return requester_of(self.party)

    @property
    def is_guardian(self) -> bool:
        """Whether the party answers beside a minor."""
        return self.party.role == PartyRole.GUARDIAN

    @cached_property
    def speaks_for(self) -> list[str]:
        """The names of those a representative speaks for by its mandates."""
        named = Party.objects.filter(
            spoken_for_by__representative=self.party, spoken_for_by__revoked_at=None
        ).distinct()
        return list(named.values_list("name", flat=True))

    @cached_property
    def guardian(self) -> Party | None:
        """The legal representative a minor has named for what is asked now."""
        required = self.party.guardians.filter(story_revisions=self.revision) if self.revision else None
        return required.order_by("-pk").first() if required is not None else None

    @property
    def guardian_agreed(self) -> bool:
        """Whether that representative's consent stands."""
        return self.guardian is not None and Asked(self.guardian, self.now).state == PartyState.GRANTED

    @property
    def needs_guardian(self) -> bool:
        """Whether a minor who has agreed still needs somebody beside him."""
        return bool(self.party.minor) and self.state == PartyState.GRANTED and not self.guardian_agreed

    @property
    def may_name_guardian(self) -> bool:
        """Whether a minor may name a legal representative, or another address of one who has never answered."""
        return bool(self.party.minor) and (self.guardian is None or self.guardian.may_be_moved)

    @property
    def guardian_said_no(self) -> bool:
        """Whether that representative's last word was no."""
        no = {PartyState.REFUSED, PartyState.WITHDRAWN}
        return self.guardian is not None and Asked(self.guardian, self.now).state in no

    @property
    def decides_anew(self) -> bool:
        """Whether what was agreed to as a minor ended on the day of majority, because the representative said no."""
        if (
            self.party.minor is not False
            or self.state != PartyState.ENDED
            or self.last is None
            or not self.last.ends_at
        ):
            return False
        return self.party.guardians.exists() and local(self.last.ends_at).date() == self.party.checked_on

    @property
    def channels(self) -> list[str]:
        """The names of the channels of the last grant."""
        return channel_labels(self.last.channels) if self.last else []

    @property
    def valid_until(self) -> str:
        """The last valid second of the last grant, in words; empty while its term has not begun."""
        return mails.last_second(self.last.ends_at) if self.last and self.last.ends_at else ""


def pairs(text: str) -> list[tuple[str, str]]:
    """Lines as in "who：the bureau" as pairs of a name and a value."""
    return [(name, value) for name, _colon, value in (line.partition("：") for line in text.splitlines()) if name]
