"""What a party answers: open, agree, refuse, withdraw, renew. Answering twice is answering once."""

from datetime import date, datetime

from django.db.models import F

from home.taiwan import local
from home.visibility import Channel
from showcase import mails, rules
from showcase.models import ConsentText, Grant, Party, Requirement, StoryRevision
from showcase.models.consent import signatory
from showcase.vocabularies import PartyRole, RevisionState, Verb

from .acts import How, act_on, authors_of, keep_evidence, record
from .clearing import settle

# Who is asked for a date of birth; the others declare that they are of age.
ASKED_FOR_AGE = frozenset({PartyRole.AUTHOR, PartyRole.COAUTHOR, PartyRole.PORTRAYED})
RENEWABLE_DAYS = 180
# A revision that a refusal stops.
OPEN_STATES = frozenset({RevisionState.SUBMITTED, RevisionState.IN_REVIEW})


class StaleError(Exception):
    """What was shown is no longer what is asked: another revision or another text."""


class SiteMissingError(Exception):
    """Consent without the site is none: nothing of the story would be shown anywhere."""


class ContradictionError(Exception):
    """Another year of birth was given before, or a day by which a minor would have been of age then already."""


class AgeMissingError(Exception):
    """Whether the person is a minor today has to be asked first."""


class NothingToRenewError(Exception):
    """The license still runs for longer than its renewal may be asked for."""


def open_page(party: Party, now: datetime) -> None:
    """Note that the page was opened by a person (never by GET: a scanner opens pages too), once for each invitation."""
    if party.seen_at is not None:
        return
    with act_on(party.story):
        # As it stands now that nobody else may open it or erase the party in between.
        party.refresh_from_db(fields=["seen_at", "purged_at"])
        if party.seen_at is None and party.purged_at is None:
            party.seen_at = now
            party.save(update_fields=["seen_at"])
            record(Verb.SEEN, party.story, now, party)


def asked_of(party: Party) -> StoryRevision | None:
    """The revision a party is asked about: the newest that needs its consent and was not sent back."""
    open_ones = party.story_revisions.exclude(state=RevisionState.RETURNED)
    return open_ones.order_by("-number").first()


def kept_of(party: Party) -> StoryRevision | None:
    """The version on the story's page, where the party agreed to it and another is asked about: renewed beside it.

    None for who has said no since, or taken that consent back: then only what is asked can be agreed to.
    """
    asked, open_ones = asked_of(party), party.story_revisions.exclude(state=RevisionState.RETURNED)
    live = open_ones.filter(content_hash=F("story__content_hash")).first()
    kept = live if live != asked else None
    given = list(party.grants.filter(content_hash=kept.content_hash).order_by("pk")) if kept else []
    if not given or given[-1].withdrawn_at or not any(one.ends_at for one in given):
        return None
    return None if Party.objects.filter(pk=party.pk, refused_at__isnull=False).exists() else kept


def is_erased(party: Party) -> bool:
    """Whether a party was erased, perhaps since it was read: then nothing more is kept of it."""
    return Party.objects.filter(pk=party.pk, purged_at__isnull=False).exists()


def needs_age(party: Party, now: datetime) -> bool:
    """Whether the date of birth has to be asked first: never asked yet, or a minor whose age may have changed."""
    of_today = party.checked_on == local(now).date()
    return party.role in ASKED_FOR_AGE and (party.minor is None or (party.minor and not of_today))


def check_age(party: Party, born_on: date, now: datetime) -> None:
    """Keep whether somebody is a minor today, and the year; the date itself is forgotten (R15, R16).

    Raises:
        ContradictionError: when another year was given before, or a minor gives an earlier day than before.
    """
    with act_on(party.story):
        # As it stands now that nobody else may answer in between.
        party.refresh_from_db(fields=["minor", "birth_year", "checked_on", "purged_at"])
        if party.purged_at is not None:
            return
        if party.birth_year not in (None, born_on.year):
            raise ContradictionError
        if not rules.fits_check(born_on, party.minor, party.checked_on):
            raise ContradictionError
        _check_age(party, born_on, now)


def _check_age(party: Party, born_on: date, now: datetime) -> None:
    today = local(now).date()
    minor = rules.is_minor(born_on, today)
    if party.minor == minor and party.checked_on == today:
        return
    party.minor, party.birth_year, party.checked_on = minor, born_on.year, today
    party.save(update_fields=["minor", "birth_year", "checked_on"])
    needed = Requirement.objects.filter(party__guardian_of=party).select_related("party", "story_revision")
    alone = [] if minor else list(needed)
    revisions = [one.story_revision for one in alone]
    ended = _end_refused(party, alone, now)
    for one in alone:
        one.delete()
    record(Verb.CHECKED, party.story, now, party, minor=minor, **({"ended": ended} if ended else {}))
    # Perhaps only the legal representative's consent was missing.
    for story_revision in revisions:
        settle(story_revision, now)


def _end_refused(party: Party, guarded: list[Requirement], now: datetime) -> list[int]:
    """End what a minor has agreed to and a legal representative said no to: of age, the person decides anew (R15)."""
    contents = [(one.party, one.story_revision.content_hash) for one in guarded]
    refused = {content_hash for guardian, content_hash in contents if signatory(guardian, content_hash).withdrew}
    numbers = sorted(one.pk for one in unended(party, now) if one.content_hash in refused)
    Grant.objects.filter(pk__in=numbers).update(ends_at=now)
    return numbers


def grant(  # noqa: PLR0913 - each is something the person was shown, ticked or typed
    party: Party,
    *,
    content_hash: str,
    text_sha256: str,
    channels: Channel,
    adaptation: bool,
    now: datetime,
    how: How,
    renewing: bool = False,
) -> Grant:
    """Agree to the revision as it was shown; when everyone has, the term begins.

    What is renewed may also be the version on the story's page, while a newer one is asked about.

    Raises:
        StaleError: the revision or the text shown is not the current one.
        SiteMissingError: without the site there is nothing to agree to.
        AgeMissingError: nobody has asked for the date of birth, or not today of a minor.
        NothingToRenewError: a renewal long before the end.
    """
    if not channels & Channel.SITE:
        raise SiteMissingError
    if needs_age(party, now):
        raise AgeMissingError
    with act_on(party.story):
        story_revision, text = _asked_now(party, (content_hash, text_sha256), now, renewing=renewing)
        given = Grant(
            party=party,
            content_hash=content_hash,
            text=text,
            text_sha256=text_sha256,
            channels=int(channels),
            adaptation=adaptation,
            granted_at=now,
        )
        same, other = _said_before(given, renewing=renewing)
        # Other channels than before: the old word is taken back as the new one is given.
        take_back(other, party, now)
        if not same:
            given.save()
            _agreed(given, story_revision, how)
        elif other:
            # Narrowed to what waited for a renewal, it counts in the running term at once.
            settle(story_revision, now)
        given = same[0] if same else given
    given.refresh_from_db()
    return given


def _said_before(given: Grant, *, renewing: bool) -> tuple[list[Grant], list[Grant]]:
    """The standing grants of the same content that say the same as a new one, and those that say something else.

    Raises:
        NothingToRenewError: a renewal long before the end.
    """
    standing = _standing(given.party, given.content_hash, given.granted_at)
    if renewing:
        renewable = is_renewable(standing, given.granted_at)
        # Beside the running term, which goes on as it was granted, only what waits is the word of a renewal.
        standing = [one for one in standing if one.ends_at is None]
        if not standing and not renewable:
            raise NothingToRenewError
    same = [one for one in standing if (one.channels, one.adaptation) == (given.channels, given.adaptation)]
    return same, [one for one in standing if one not in same]


def _agreed(given: Grant, story_revision: StoryRevision, how: How) -> None:
    """What follows a grant: it is recorded, its receipt written, and the term begins if it was the last one missing."""
    party, now = given.party, given.granted_at
    party.refused_at = None
    party.seen_at = party.seen_at or now
    party.save(update_fields=["refused_at", "seen_at"])
    event = record(
        Verb.GRANTED,
        party.story,
        now,
        party,
        grant=given.pk,
        content_hash=given.content_hash,
        text_sha256=given.text_sha256,
        channels=given.channels,
        adaptation=given.adaptation,
    )
    keep_evidence(event, party, how)
    _reopen(story_revision)
    settle(story_revision, now)
    if not mails.is_flooding(party.story, now, party=party.pk):
        # After the term has begun, if it has: the receipt says until when.
        given.refresh_from_db()
        mails.write_to_party("granted", party, grant=given, revision=story_revision)


def is_renewable(standing: list[Grant], now: datetime) -> bool:
    """Whether a running license ends soon enough to be renewed, or has ended."""
    ends = [one.ends_at for one in standing if one.ends_at]
    return not ends or (max(ends) - now).days < RENEWABLE_DAYS


def _asked_now(
    party: Party, shown: tuple[str, str], now: datetime, *, renewing: bool
) -> tuple[StoryRevision, ConsentText]:
    """The revision and the text agreed to, if what was shown is what is asked now, and the party still there."""
    text = ConsentText.current(now)
    asked = [asked_of(party), kept_of(party) if renewing else None]
    found = next((one for one in asked if one and text and (one.content_hash, text.sha256) == shown), None)
    if found is None or text is None or is_erased(party):
        raise StaleError
    return found, text


def _standing(party: Party, content_hash: str, now: datetime) -> list[Grant]:
    """The grants of a content that are neither withdrawn nor ended."""
    return [one for one in unended(party, now) if one.content_hash == content_hash]


def unended(party: Party, now: datetime) -> list[Grant]:
    """The party's grants, for whatever content, that are neither withdrawn nor ended."""
    return [one for one in party.grants.filter(withdrawn_at=None) if one.ends_at is None or one.ends_at > now]


def take_back(grants: list[Grant], party: Party, now: datetime) -> None:
    """Let grants count no more, and record it, inside the caller's transaction."""
    if grants:
        numbers = [one.pk for one in grants]
        Grant.objects.filter(pk__in=numbers).update(withdrawn_at=now)
        record(Verb.WITHDRAWN, party.story, now, party, grants=numbers)


def _reopen(story_revision: StoryRevision) -> None:
    """A refused revision waits again once whoever refused has agreed after all."""
    refusing = story_revision.parties.filter(refused_at__isnull=False)
    if story_revision.state == RevisionState.REFUSED and not refusing.exists():
        story_revision.state = RevisionState.SUBMITTED
        story_revision.save(update_fields=["state"])


def refuse(party: Party, now: datetime, how: How) -> None:
    """Say no: the revision cannot be published with this person's part in it. A consent that stands is withdrawn."""
    with act_on(party.story):
        story_revision = asked_of(party)
        is_open = story_revision is not None and story_revision.state in OPEN_STATES
        if (party.refused_at is not None and not is_open) or is_erased(party):
            return
        take_back(unended(party, now), party, now)
        party.refused_at = now
        party.save(update_fields=["refused_at"])
        keep_evidence(record(Verb.REFUSED, party.story, now, party), party, how)
        if story_revision and is_open:
            story_revision.state = RevisionState.REFUSED
            story_revision.save(update_fields=["state"])
        if not mails.is_flooding(party.story, now, party=party.pk):
            _tell_authors("refused", party)


def withdraw(party: Party, now: datetime, how: How) -> bool:
    """Take back every consent that stands, in every state of the story; hidden at once. False when none stood."""
    with act_on(party.story):
        numbers = [one.pk for one in unended(party, now)]
        if not numbers:
            return False
        Grant.objects.filter(pk__in=numbers).update(withdrawn_at=now)
        keep_evidence(record(Verb.WITHDRAWN, party.story, now, party, grants=numbers), party, how)
        # However often that was today: of a consent taken back there is a proof, and staff settle what follows.
        mails.write_to_party("withdrawn", party, at=now, revision=asked_of(party))
        mails.tell_staff("withdrawn_staff", party.story)
        if not mails.is_flooding(party.story, now, party=party.pk):
            _tell_authors("withdrawn_author", party)
    return True


def _tell_authors(name: str, party: Party) -> None:
    """Tell the story's authors what somebody else has done, not who."""
    for author in authors_of(party.story).exclude(pk=party.pk):
        mails.write_to_party(name, author)
