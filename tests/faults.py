"""``python -m tests.faults``: seeds one fault at a time into a copy of the hub, and a test must notice each.

Every fault is a mistake somebody could make: a view that forgets the rule, ``<=`` for ``<``, a guardian ignored. It
is applied to a copy in a temporary folder; the test named with it runs there in a fresh process and must fail. First
all of these tests must pass in the copy without any fault, which also makes the database the others start from.
``python -m tests.faults WORD`` takes only faults whose names contain the word.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "static_root", "*_cache", "__pycache__", ".hypothesis")
RULES, WORDS = "tests/showcase/test_rules.py", "tests/showcase/test_last_words.py"
ANSWERS, EDGES = "tests/showcase/test_answers.py", "tests/showcase/test_license_edges.py"
PAGES, MEDIA = "tests/showcase/test_consent_pages.py", "tests/showcase/test_media.py"
PROVED = "tests/showcase/test_proved_addresses.py"
RECORD, API = "tests/showcase/test_record.py", "tests/api/test_stories.py"


@dataclass(frozen=True)
class Fault:
    """A mistake: where, what becomes what, and the test that must notice."""

    name: str
    file: str
    old: str
    new: str
    test: str


FAULTS = (
    # The rule as a function.
    Fault("the last instant counts", "showcase/rules.py", "<= now < self.ends_at", "<= now <= self.ends_at", RULES),
    Fault(
        "a withdrawn grant counts",
        "showcase/rules.py",
        "if self.withdrawn_at is not None or self.starts_at is None",
        "if self.starts_at is None",
        RULES,
    ),
    Fault(
        "a minor alone counts",
        "showcase/rules.py",
        "if is_unguarded(one, by_id.values()):",
        "if False:",
        RULES,
    ),
    Fault(
        "a channel without the site", "showcase/rules.py", "wanted = Channel.SITE | channel", "wanted = channel", RULES
    ),
    Fault("a hold is ignored", "showcase/rules.py", "next(iter(sorted(holds, reverse=True)), None)", "None", RULES),
    Fault("one tick is enough", "showcase/rules.py", "all(any(one.channels", "any(any(one.channels", RULES),
    Fault("a mandate beats a no", "showcase/rules.py", "[] if one.withdrew else [by_id", "[by_id", RULES),
    Fault(
        "a renewal begins with the first who renews",
        "showcase/rules.py",
        "if all(map(_agree_anew",
        "if any(map(_agree_anew",
        RULES,
    ),
    Fault("the longest term counts", "showcase/rules.py", "min(map(_end, longest))", "max(map(_end, longest))", RULES),
    Fault(
        "29 February becomes 28 March",
        "showcase/rules.py",
        "month=month + 1, day=min(",
        "month=3 if (month, here.day) == (1, 29) else month + 1, day=min(",
        RULES,
    ),
    Fault("of age a year too early", "home/ages.py", "(date(2023, 1, 1), 18)", "(date(2022, 1, 1), 18)", RULES),
    Fault(
        "the first grant counts",
        "showcase/rules.py",
        "if one.runs(now)]\n        return found[-1]",
        "if one.runs(now)]\n        return found[0]",
        RULES,
    ),
    # The rule as SQL.
    Fault(
        "SQL: the last instant counts",
        "showcase/models/consent.py",
        "ends_at__gt=now)",
        "ends_at__gte=now)",
        f"{ANSWERS}::test_the_last_second_is_valid_the_next_is_not_and_a_clock_set_back_revives_nothing",
    ),
    Fault(
        "SQL: a withdrawn grant counts",
        "showcase/models/consent.py",
        "in_force = Q(withdrawn_at=None, starts_at__lte=now",
        "in_force = Q(starts_at__lte=now",
        f"{ANSWERS}::test_a_withdrawal_hides_at_once_and_agreeing_again_joins_the_running_term",
    ),
    Fault(
        "SQL: a minor alone counts",
        "showcase/models/consent.py",
        "required.filter(~agreed | (Q(party__minor=True) & ~Q(Exists(guarded))))",
        "required.filter(~agreed)",
        f"{WORDS}::test_both_faces_hide_an_adult_who_turns_out_to_be_a_minor_alone",
    ),
    Fault(
        "SQL: a channel without the site",
        "showcase/models/consent.py",
        "int(Channel.SITE | allowing)",
        "int(allowing)",
        f"{WORDS}::test_both_faces_want_everyones_site_first",
    ),
    Fault(
        "SQL: a mandate beats a refusal",
        "showcase/models/consent.py",
        "        & Q(party__refused_at=None)\n",
        "",
        f"{WORDS}::test_whoever_refused_is_not_spoken_for_again_because_somebody_asked_once_more",
    ),
    Fault(
        "SQL: a mandate beats a withdrawal",
        "showcase/models/consent.py",
        "        & ~Q(_withdrew())\n",
        "",
        f"{WORDS}::test_whoever_withdrew_is_not_spoken_for",
    ),
    Fault(
        "SQL: an unconfirmed mandate counts",
        "showcase/models/consent.py",
        "        party__mandates__confirmed_at__isnull=False,\n",
        "",
        f"{WORDS}::test_a_mandate_speaks_for_nobody_until_a_second_person_has_confirmed_it",
    ),
    Fault(
        "SQL: consent to another version counts",
        "showcase/models/consent.py",
        'in_force, ~Exists(later), party=party, content_hash=OuterRef("story_revision__content_hash")',
        "in_force, ~Exists(later), party=party",
        f"{WORDS}::test_consent_to_one_version_is_none_to_another_however_it_goes_live",
    ),
    Fault(
        "SQL: a hold is ignored",
        "showcase/models/stories.py",
        "public_pages(now), ~Exists(held), cleared",
        "public_pages(now), cleared",
        f"{ANSWERS}::test_a_hold_hides_and_only_a_second_person_releases_it",
    ),
    # The flows.
    Fault(
        "whoever held releases",
        "showcase/flows/holds.py",
        "if held.held_by == by:",
        "if held.held_by is None:",
        f"{ANSWERS}::test_a_hold_hides_and_only_a_second_person_releases_it",
    ),
    Fault(
        "whoever uploaded confirms",
        "showcase/flows/mandates.py",
        "if mandate.uploaded_by == by:",
        "if mandate.uploaded_by is None:",
        f"{WORDS}::test_a_mandate_speaks_for_nobody_until_a_second_person_has_confirmed_it",
    ),
    Fault(
        "a stale content is agreed to",
        "showcase/flows/answers.py",
        "if one and text and (one.content_hash, text.sha256) == shown), None)",
        "if one and text and text.sha256 == shown[1]), None)",
        f"{WORDS}::test_i3_what_was_not_shown_is_not_agreed_to",
    ),
    Fault(
        "coming of age revives what the guardian refused",
        "showcase/flows/answers.py",
        "    Grant.objects.filter(pk__in=numbers).update(ends_at=now)\n    return numbers",
        "    return []",
        "tests/showcase/test_coming_of_age.py",
    ),
    Fault(
        "evidence is missing",
        "showcase/flows/answers.py",
        "    keep_evidence(event, party, how)\n",
        "",
        f"{PAGES}::test_agreeing_keeps_how_and_the_page_then_says_so",
    ),
    Fault(
        "a refusal leaves consent standing",
        "showcase/flows/answers.py",
        "        take_back(unended(party, now), party, now)\n        party.refused_at",
        "        party.refused_at",
        f"{WORDS}::test_refusing_what_is_new_takes_back_what_was_agreed",
    ),
    Fault(
        "asking again forgets a refusal",
        "showcase/flows/asking.py",
        "party.seen_at = party.reminded_at = None",
        'party.seen_at = party.reminded_at = party.refused_at = None\n    party.save(update_fields=["refused_at"])',
        f"{WORDS}::test_whoever_refused_is_not_spoken_for_again_because_somebody_asked_once_more",
    ),
    Fault(
        "a refusal may be moved to another mailbox",
        "showcase/models/consent.py",
        "return self.role != PartyRole.AUTHOR and self.refused_at is None and",
        "return self.role != PartyRole.AUTHOR and",
        f"{PROVED}::test_r15_i6_a_minor_does_not_move_the_no_of_the_legal_representative_to_another_mailbox",
    ),
    Fault(
        "a withdrawal may be moved to another mailbox",
        "showcase/models/consent.py",
        "and not self.grants.all()",
        "and not self.grants.filter(withdrawn_at=None)",
        f"{PROVED}::test_nobody_of_the_team_moves_a_no_to_a_mailbox_of_his_own",
    ),
    Fault(
        "the server lets any address be moved",
        "showcase/flows/asking.py",
        "        if not party.may_be_moved:\n            raise AlreadyAnsweredError\n",
        "",
        f"{PROVED}::test_nobody_of_the_team_moves_a_no_to_a_mailbox_of_his_own",
    ),
    Fault(
        "asking again goes to an address read before it was corrected",
        "showcase/flows/asking.py",
        "_read_anew(party)\n        asked = asked_of(party)",
        "asked = asked_of(party)",
        f"{PROVED}::test_asking_again_uses_the_address_as_it_was_just_corrected",
    ),
    Fault(
        "a second mail when handed in twice",
        "showcase/flows/handing_in.py",
        "and not agreed and not asked:",
        "and not agreed:",
        f"{ANSWERS}::test_handing_in_twice_is_one_revision_and_one_mail_each",
    ),
    Fault(
        "an old link goes on",
        "showcase/links.py",
        "_digest(token_of(party))\n    extend_link(party, now)",
        "party.link_hash\n    extend_link(party, now)",
        f"{ANSWERS}::test_a_new_link_kills_the_one_before",
    ),
    Fault(
        "a lapsed link opens",
        "showcase/links.py",
        "Party.objects.filter(opens, link_hash",
        "Party.objects.filter(link_hash",
        f"{PAGES}::test_a_link_that_opens_nothing_never_says_why",
    ),
    Fault(
        "no flow tells the ledger",
        "showcase/flows/acts.py",
        "        changed.send(StoryPage, refs=[(StoryPage, story.pk)])\n",
        "",
        f"{API}::test_a_hold_and_its_release_are_told",
    ),
    # The record.
    Fault(
        "an event is not chained",
        "showcase/models/record.py",
        "previous=last.hash if last else ORIGIN",
        "previous=ORIGIN",
        f"{RECORD}::test_every_act_follows_from_the_one_before",
    ),
    Fault(
        "the replay forgets withdrawals",
        "showcase/replay.py",
        "    Verb.WITHDRAWN: _withdrawn,\n",
        "",
        f"{ANSWERS}::test_a_withdrawal_hides_at_once_and_agreeing_again_joins_the_running_term",
    ),
    # The doors.
    Fault(
        "a clock set back revives",
        "home/models/clock.py",
        "return max(system, recorded) if recorded else system",
        "return system",
        f"{EDGES}::test_i7_at_no_door_a_clock_set_back_revives_what_has_ended",
    ),
    Fault(
        "a GET decides",
        "showcase/consent_views.py",
        '    if request.method == "POST":\n        answers.open_page(asked.party, asked.now)\n        answers.refuse(',
        '    if request.method != "HEAD":\n        answers.open_page(asked.party, asked.now)\n        answers.refuse(',
        f"{PAGES}::test_i9_nothing_that_reads_decides_anything",
    ),
    Fault(
        "the photo's view forgets the rule",
        "showcase/media_views.py",
        "public = is_shown(Clock.now(), media__photo__uid=uid)",
        "public = True",
        f"{MEDIA}::test_r54_nothing_of_a_hidden_story_is_read_by_any_method_or_header",
    ),
    Fault(
        "HEAD leaks that a photo is there",
        "showcase/media_views.py",
        "if found is None or not (public or may_see_privately(request, found.image)):",
        'if found is None or not (request.method == "HEAD" or public or may_see_privately(request, found.image)):',
        f"{MEDIA}::test_r54_nothing_of_a_hidden_story_is_read_by_any_method_or_header",
    ),
    Fault(
        "a party reads another story's photo",
        "showcase/media_views.py",
        "if party is None or found is None or not is_asked_about(party, found.image):",
        "if party is None or found is None:",
        f"{MEDIA}::test_a_party_sees_what_it_is_asked_about_and_nothing_else",
    ),
    Fault(
        "another team's members see drafts",
        "showcase/media_reading.py",
        "Membership.objects.filter(uses, user=user)",
        "Membership.objects.filter(uses)",
        f"{MEDIA}::test_members_of_the_team_see_what_nobody_else_does",
    ),
    Fault(
        "proxies keep a consent page",
        "showcase/consent_views.py",
        '        response["Cache-Control"] = "no-store"\n',
        "",
        f"{PAGES}::test_nobody_keeps_frames_or_is_told_of_the_page",
    ),
)


def copied(folder: Path) -> Path:
    """A copy of the tree, with its own var/ and the same environment."""
    made = folder / f"copy{len(list(folder.iterdir()))}"
    shutil.copytree(ROOT, made, ignore=LEFT_OUT)
    (made / ".venv").symlink_to(ROOT / ".venv")
    (made / "var").mkdir()
    return made


def run(tree: Path, tests: list[str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run tests in a copy; the copied migrations make the database there once."""
    # Compiled anew each time, everything would take three times as long.
    unset = {"DATABASE_URL", "CI", "PYTHONDONTWRITEBYTECODE"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, *tests]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


@contextmanager
def seeded(tree: Path, fault: Fault) -> Iterator[None]:
    """The copy with a fault.

    Raises:
        ValueError: the code has changed: the fault fits it nowhere, or in several places.
    """
    file = tree / fault.file
    text = file.read_text(encoding="utf-8")
    if text.count(fault.old) != 1:
        raise ValueError(fault.name)
    file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")


def is_killed(trees: Queue[Path], fault: Fault) -> bool:
    """Whether the fault's test fails, and does not merely break before it begins."""
    tree = trees.get()
    try:
        with seeded(tree, fault):
            return run(tree, [fault.test], "-x", "--reuse-db").returncode == 1
    finally:
        trees.put(tree)


def main() -> int:
    """Print which fault each test noticed; 1 when one was missed."""
    faults = [one for one in FAULTS if all(word in one.name for word in sys.argv[1:])]
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="qingju-faults-") as name:
        first = copied(Path(name))
        sound = run(first, sorted({one.test for one in faults}), "--create-db", "--reuse-db")
        if sound.returncode:
            print(sound.stdout)  # noqa: T201 - what it is run for
            return 1
        trees: Queue[Path] = Queue()
        trees.put(first)
        for _number in range((os.cpu_count() or 1) - 1):
            another = copied(Path(name))
            for file in (first / "var").glob("*.sqlite3*"):
                shutil.copy(file, another / "var")
            trees.put(another)
        with ThreadPoolExecutor(trees.qsize()) as workers:
            killed = list(workers.map(lambda one: is_killed(trees, one), faults))
    for fault, gone in zip(faults, killed, strict=True):
        print(f"{'noticed' if gone else 'MISSED '}  {fault.name}")  # noqa: T201 - what it is run for
    print(f"{sum(killed)} of {len(faults)} faults noticed in {time.perf_counter() - begun:.0f} s")  # noqa: T201
    return 0 if all(killed) else 1


if __name__ == "__main__":
    sys.exit(main())
