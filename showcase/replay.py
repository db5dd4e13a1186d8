"""The record of consent replayed: what it alone says of who must agree, who did, and what is held (I14)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from home.visibility import Reason

from .rules import Given, Signatory
from .vocabularies import HoldKind, Verb


class Event(Protocol):
    """What is read of a consent event."""

    verb: str
    party: int | None
    at: datetime
    facts: dict[str, Any]


@dataclass
class Replayed:
    """One story as its events tell it."""

    # By content hash: who must agree.
    required: dict[str, list[int]] = field(default_factory=dict)
    # By content hash and party: the grants by number, in the order given.
    grants: dict[tuple[str, int], dict[int, Given]] = field(default_factory=dict)
    # None where an age was forgotten again.
    minors: dict[int, bool | None] = field(default_factory=dict)
    wards: dict[int, int] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)
    spoken_for_by: dict[int, set[int]] = field(default_factory=dict)
    holds: dict[int, Reason] = field(default_factory=dict)

    def signatories(self, content_hash: str) -> list[Signatory]:
        """Whose consent a content needs, as plain values for the rules, in the order of their numbers."""
        return [
            Signatory(
                party,
                tuple(self.grants.get((content_hash, party), {}).values()),
                refused=party in self.refused,
                minor=self.minors.get(party),
                guardian_of=self.wards.get(party),
                spoken_for_by=frozenset(self.spoken_for_by.get(party, ())),
            )
            for party in sorted(self.required.get(content_hash, ()))
        ]


def replay(events: Iterable[Event]) -> Replayed:
    """The state of one story after its events, in their order; verbs that change no state are passed over."""
    told = Replayed()
    for event in events:
        if act := _ACTS.get(Verb(event.verb)):
            act(told, event)
    return told


def _required(told: Replayed, event: Event) -> None:
    party = _party(event)
    told.required.setdefault(event.facts["content_hash"], []).append(party)
    if ward := event.facts["guardian_of"]:
        told.wards[party] = ward


def _checked(told: Replayed, event: Event) -> None:
    party = _party(event)
    told.minors[party] = event.facts["minor"]
    # What a minor had agreed to against a legal representative's no.
    for grants in told.grants.values():
        for number in grants.keys() & set(event.facts.get("ended", ())):
            grants[number] = replace(grants[number], ends_at=event.at)
    if event.facts["minor"] is False:
        guardians = {guardian for guardian, ward in told.wards.items() if ward == party}
        for content_hash, parties in told.required.items():
            told.required[content_hash] = [one for one in parties if one not in guardians]


def _let_go(told: Replayed, event: Event) -> None:
    party = _party(event)
    told.wards.pop(party, None)
    for content_hash, parties in told.required.items():
        told.required[content_hash] = [one for one in parties if one != party]


def _granted(told: Replayed, event: Event) -> None:
    party = _party(event)
    given = Given(event.facts["channels"], event.facts["adaptation"])
    told.grants.setdefault((event.facts["content_hash"], party), {})[event.facts["grant"]] = given
    told.refused.discard(party)


def _cleared(told: Replayed, event: Event) -> None:
    starts_at, ends_at = (datetime.fromisoformat(event.facts[name]) for name in ("starts_at", "ends_at"))
    for grants in told.grants.values():
        for number in grants.keys() & set(event.facts["grants"]):
            grants[number] = replace(grants[number], starts_at=starts_at, ends_at=ends_at)


def _withdrawn(told: Replayed, event: Event) -> None:
    for grants in told.grants.values():
        for number in grants.keys() & set(event.facts["grants"]):
            grants[number] = replace(grants[number], withdrawn_at=event.at)


def _refused(told: Replayed, event: Event) -> None:
    told.refused.add(_party(event))


def _mandated(told: Replayed, event: Event) -> None:
    for party in event.facts["parties"]:
        told.spoken_for_by.setdefault(party, set()).add(_party(event))


def _revoked(told: Replayed, event: Event) -> None:
    for party in event.facts["parties"]:
        told.spoken_for_by[party].discard(_party(event))


def _held(told: Replayed, event: Event) -> None:
    told.holds[event.facts["hold"]] = Reason.LEGAL if event.facts["kind"] == HoldKind.DISPUTE else Reason.HELD


def _released(told: Replayed, event: Event) -> None:
    told.holds.pop(event.facts["hold"], None)


def _party(event: Event) -> int:
    """The number of the party an event is about.

    Raises:
        ValueError: an event that must name one does not.
    """
    if event.party is None:
        raise ValueError(event)
    return event.party


_ACTS = {
    Verb.REQUIRED: _required,
    Verb.LET_GO: _let_go,
    Verb.CHECKED: _checked,
    Verb.GRANTED: _granted,
    Verb.CLEARED: _cleared,
    Verb.WITHDRAWN: _withdrawn,
    Verb.REFUSED: _refused,
    Verb.MANDATED: _mandated,
    Verb.REVOKED: _revoked,
    Verb.HELD: _held,
    Verb.RELEASED: _released,
}
