"""Where a story and each of its parties stand: pure functions over plain values. Nothing here reads clock or database.

No job moves a stage: an hour later the same rows may give another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from .rules import Given, Signatory, license_of
from .vocabularies import PartyState, RevisionState, Stage

# Staff's list and partners' webhook name the same thirty days.
EXPIRING_WITHIN: Final = timedelta(days=30)
# What is stored of a revision says it all: nobody need ask its consents.
_STORED: Final = {RevisionState.RETURNED: Stage.RETURNED, RevisionState.REFUSED: Stage.REFUSED}


@dataclass(frozen=True)
class Asked:
    """One party as it was asked about one content: instants in UTC or any zone, grants in the order given."""

    grants: tuple[Given, ...] = ()
    invited_at: datetime | None = None
    lapses_at: datetime | None = None
    seen_at: datetime | None = None
    refused_at: datetime | None = None

    @property
    def refuses(self) -> bool:
        """Whether the party said no, and was not asked again since."""
        if self.refused_at is None:
            return False
        return self.invited_at is None or self.invited_at <= self.refused_at

    def outlived(self, grant: Given) -> bool:
        """Whether a grant ended or was taken back before the party was asked once more."""
        over = grant.withdrawn_at or grant.ends_at
        return self.invited_at is not None and over is not None and over < self.invited_at


def party_state(asked: Asked, now: datetime) -> PartyState:
    """Where a party stands: its last word, until it is asked anew; without a word, how far the question has come."""
    if asked.refuses:
        return PartyState.REFUSED
    if any(one.waits or one.runs(now) for one in asked.grants):
        return PartyState.GRANTED
    if asked.grants and not asked.outlived(asked.grants[-1]):
        withdrawn = asked.grants[-1].withdrawn_at is not None
        return PartyState.WITHDRAWN if withdrawn else PartyState.ENDED
    return _unanswered(asked, now)


def _unanswered(asked: Asked, now: datetime) -> PartyState:
    """How far the question has come with somebody who has not answered it."""
    if asked.lapses_at is not None and asked.lapses_at <= now:
        return PartyState.LAPSED
    return PartyState.SEEN if asked.seen_at else PartyState.INVITED


@dataclass(frozen=True)
class Standing:
    """One revision of a story, with all that decides its stage."""

    # None: never handed in.
    state: RevisionState | None = None
    required: Sequence[Signatory] = ()
    # Its content is what stands on the page, and the page is published.
    live: bool = False
    # A later revision is.
    replaced: bool = False
    held: bool = False
    # Nothing personal is left of any of its parties.
    purged: bool = False


def stage(standing: Standing, now: datetime) -> Stage:
    """Where a revision stands at an instant."""
    if standing.state is None:
        return Stage.DRAFT
    if standing.purged:
        return Stage.PURGED
    if standing.replaced:
        return Stage.SUPERSEDED
    if standing.held:
        return Stage.HELD
    return _STORED.get(standing.state) or _by_license(standing, now)


def _by_license(standing: Standing, now: datetime) -> Stage:
    """The stage of a revision that nobody stopped: what its consents and the clock say."""
    given = license_of(standing.required, now)
    if given is None:
        return _without_license(standing.required, now)
    if not standing.live:
        return Stage.CLEARED
    return Stage.EXPIRING if given.ends_at - now <= EXPIRING_WITHIN else Stage.PUBLISHED


def _without_license(required: Sequence[Signatory], now: datetime) -> Stage:
    """Withdrawn, ended, or not yet agreed by all: in the order in which partners are told the reason."""
    if any(one.grants and one.withdrew and not one.running(now) and not one.waiting for one in required):
        return Stage.RETRACTED
    ended = any(one.ends_at is not None and one.ends_at <= now for party in required for one in party.grants)
    return Stage.EXPIRED if ended else Stage.COLLECTING
