"""The evidence pack of a story: all that is known of its consents, as plain values for JSON and for print."""

from datetime import datetime
from itertools import chain, repeat
from typing import Any

from django.db.models import TextChoices

from home.taiwan import local

from .comparing import content_of, names, paragraphs
from .models import ConsentEvent, ConsentText, Evidence, Grant, Hold, Mandate, Party, StoryMedia, StoryPage
from .models import StoryRevision as Revision
from .models.record import first_broken, head
from .rules import text_sha256
from .vocabularies import AssetRights, Music, PeopleShown, Verb, channel_labels


def evidence_of(story: StoryPage, now: datetime) -> dict[str, Any]:
    """Everything about one story, instants in ISO 8601 with their offset; what was purged is empty.

    ``intact`` of a hash says that computing it anew, from what is stored, gives the same.
    """
    revisions = story.story_revisions.prefetch_related("parties")
    revisions = revisions.select_related("text", "revision", "submitted_by", "decided_by")
    events = list(ConsentEvent.objects.filter(story=story.translation_key).order_by("seq"))
    told = _handed_in(events)
    return {
        "made_at": _at(now),
        "story": {
            "id": str(story.translation_key),
            "title": story.title,
            "team": story.team.title,
            "address": story.web_url,
            "live": story.live,
            "content": _hash(story.content_hash, story.computed_hash()),
        },
        "revisions": [_revision(one, told.get(one.content_hash, {})) for one in revisions],
        "texts": [_text(one) for one in _texts(story)],
        "parties": [_party(one) for one in story.parties.select_related("guardian_of")],
        "grants": [_grant(one) for one in Grant.objects.filter(party__story=story).select_related("party", "text")],
        "evidence": [_evidence(one) for one in Evidence.objects.filter(party__story=story).select_related("party")],
        "mandates": [_mandate(one) for one in _mandates(story)],
        "holds": [_hold(one) for one in story.holds.select_related("held_by", "released_by")],
        "events": [_event(one) for one in events],
        "record": {"head": head(), "first_broken": first_broken()},
    }


def _handed_in(events: list[ConsentEvent]) -> dict[str, dict[str, Any]]:
    """What the record says last of the handing in of each content."""
    return {one.facts["content_hash"]: one.facts for one in events if one.verb == Verb.SUBMITTED}


def _hash(stored: str, computed: str | None, *, is_purged: bool = False) -> dict[str, Any]:
    """``intact`` is None where something was erased on purpose, which nobody can tell from a change any more."""
    is_erased = computed is None or (is_purged and stored != computed)
    return {"sha256": stored, "intact": None if is_erased else stored == computed}


def _at(instant: datetime | None) -> str | None:
    return local(instant).isoformat() if instant else None


def _who(person: Any) -> str | None:
    return str(person) if person else None


def _texts(story: StoryPage) -> Any:
    used = ConsentText.objects.filter(revisions__story=story) | ConsentText.objects.filter(grants__party__story=story)
    return used.distinct().order_by("pk")


def _mandates(story: StoryPage) -> Any:
    found = Mandate.objects.filter(representative__story=story)
    return found.select_related("representative", "file", "uploaded_by", "confirmed_by", "revoked_by").prefetch_related(
        "parties"
    )


def _revision(one: Revision, told: dict[str, Any]) -> dict[str, Any]:
    """A version; ``told`` is what the record says of its handing in."""
    page = content_of(one)
    is_purged = any(party.purged_at for party in one.parties.all())
    answers = chain(one.declared.get("media", []), repeat({}))
    return {
        "number": one.number,
        "state": str(one.get_state_display()),
        "content": _hash(one.content_hash, page.computed_hash() if page else None, is_purged=is_purged),
        "title": page.title if page else None,
        "text": paragraphs(page),
        "media": [_medium(*pair) for pair in zip(page.media.all(), answers, strict=False)] if page else [],
        "credits": names(page),
        "asked_for": {"text": one.text.code, "channels": channel_labels(one.channels), "adaptation": one.adaptation},
        "declared": {
            "own_or_permitted": one.declared.get("own_or_permitted"),
            "settles_disputes": one.declared.get("settles_disputes"),
            "salt": one.declared.get("salt", ""),
            **_hash(
                told.get("answers_sha256", ""),
                one.computed_declared_hash() if one.declared else None,
                is_purged=is_purged,
            ),
        },
        "handed_in": {"at": _at(one.submitted_at), "by": _who(one.submitted_by)},
        "decided": {"at": _at(one.decided_at), "by": _who(one.decided_by), "reason": one.reason},
    }


def _medium(row: StoryMedia, said: dict[str, str]) -> dict[str, Any]:
    """What is shown, and what its team declared of it (R55)."""
    return {
        "kind": str(row.get_kind_display()),
        "sha256": row.sha256,
        "address": row.url,
        "made_by": row.credit,
        "shows": row.alt,
        "rights": _label(AssetRights, said.get("rights")),
        "rights_note": said.get("rights_note", ""),
        "people": _label(PeopleShown, said.get("people")),
        "music": _label(Music, said.get("music")),
    }


def _label(words: type[TextChoices], code: str | None) -> str:
    return str(words(code).label) if code else ""


def _text(one: ConsentText) -> dict[str, Any]:
    return {
        "code": one.code,
        "lang": one.lang,
        "label": one.label,
        "summary": one.summary,
        "body": one.body,
        "notice": one.notice,
        "content": _hash(one.sha256, text_sha256(*one.words)),
        "effective_from": _at(one.effective_from),
        "retired_at": _at(one.retired_at),
    }


def _party(one: Party) -> dict[str, Any]:
    return {
        "id": one.pk,
        "role": str(one.get_role_display()),
        "name": one.name,
        "email": one.email,
        "represents": one.guardian_of_id,
        "minor": one.minor,
        "birth_year": one.birth_year,
        "checked_on": one.checked_on.isoformat() if one.checked_on else None,
        "asked_at": _at(one.invited_at),
        "opened_at": _at(one.seen_at),
        "refused_at": _at(one.refused_at),
        "erased_at": _at(one.purged_at),
    }


def _grant(one: Grant) -> dict[str, Any]:
    return {
        "id": one.pk,
        "party": one.party_id,
        "name": one.party.name,
        "content_sha256": one.content_hash,
        "text": one.text.code,
        "text_sha256": one.text_sha256,
        "channels": channel_labels(one.channels),
        "adaptation": one.adaptation,
        "granted_at": _at(one.granted_at),
        "starts_at": _at(one.starts_at),
        "ends_at": _at(one.ends_at),
        "withdrawn_at": _at(one.withdrawn_at),
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "event": one.event_seq,
        "party": one.party_id,
        "name_typed": one.name_typed,
        "email": one.email,
        "ip": one.address,
        "browser": one.user_agent,
        "identified_by": one.identified_by,
        "salt": one.salt,
        **_hash(one.digest, None if one.party.purged_at else one.computed_digest()),
    }


def _mandate(one: Mandate) -> dict[str, Any]:
    return {
        "representative": one.representative.name,
        "speaks_for": [party.name for party in one.parties.all()],
        "file_sha256": one.file.sha256,
        "uploaded": {"at": _at(one.uploaded_at), "by": _who(one.uploaded_by)},
        "confirmed": {"at": _at(one.confirmed_at), "by": _who(one.confirmed_by)},
        "revoked": {"at": _at(one.revoked_at), "by": _who(one.revoked_by), "reason": one.revoke_reason},
    }


def _hold(one: Hold) -> dict[str, Any]:
    return {
        "kind": str(one.get_kind_display()),
        "reason": one.reason,
        "held": {"at": _at(one.held_at), "by": _who(one.held_by)},
        "released": {"at": _at(one.released_at), "by": _who(one.released_by), "reason": one.release_reason},
    }


def _event(one: ConsentEvent) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "what": str(one.get_verb_display()),
        "verb": one.verb,
        "at": _at(one.at),
        "party": one.party,
        "facts": one.facts,
        "previous": one.previous,
        "content": _hash(one.hash, one.computed_hash()),
    }
