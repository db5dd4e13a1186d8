"""Who may be shown where, written anew from the words of the consent document: dictionaries and loops, no code of ours.

It shares nothing with ``showcase.rules``. What the tests compare with it, they compare with a second reading of the
same sentences, by the names the sentences use. Instants are aware datetimes, channels sets of words.
"""

from zoneinfo import ZoneInfo

SITE = "site"
CHANNELS = (SITE, "partner_sites", "facebook", "broadcast", "print")
TAIPEI = ZoneInfo("Asia/Taipei")


def five_years_after(instant):
    """The same time of day on the same date five years on; there is no 29 February in such a year."""
    here = instant.astimezone(TAIPEI)
    day = 28 if (here.month, here.day) == (2, 29) else here.day
    return here.replace(year=here.year + 5, day=day)


def comes_of_age(born_on, on):
    """Whether somebody has reached the age of majority of that day: 20 until the end of 2022, then 18."""
    age = 20 if (on.year, on.month, on.day) <= (2022, 12, 31) else 18
    birthday = (born_on.year + age, born_on.month, born_on.day)
    return (on.year, on.month, on.day) >= birthday


class Model:
    """One story: its parties, its contents, and everything anybody has said about them."""

    def __init__(self):
        # By the party: whose guardian, whether a minor (None: not asked), whether the last word was a refusal.
        self.parties = {}
        self.required = {}
        # In the order given: party, content, channels, adaptation, start, end, withdrawn.
        self.grants = []
        self.mandates = {}
        self.holds = set()
        self.live = None
        self.expires = None

    # What people do.

    def add(self, party, ward=None):
        self.parties.setdefault(party, {"ward": ward, "minor": None, "refused": False})

    def require(self, content, party):
        self.required.setdefault(content, set()).add(party)

    def check_age(self, party, minor, now):
        """Who is of age answers alone; what a guardian had said no to has ended. Returns the grants that have."""
        self.parties[party]["minor"] = minor
        ended = []
        for content, parties in self.required.items() if not minor else ():
            beside = parties.intersection(self.guardians(party))
            if any(self.said_no(one, content) for one in beside):
                ended += [one for one in self.standing(party, now) if one["content"] == content]
            parties.difference_update(beside)
        for one in ended:
            one["end"] = now
        return ended

    def guardians(self, party):
        return [one for one, who in self.parties.items() if who["ward"] == party]

    def grant(self, party, content, channels, adaptation, now, renewing=False):
        """The last word of a party on a content. True when it changed anything."""
        standing = [one for one in self.standing(party, now) if one["content"] == content]
        if renewing:
            standing = [one for one in standing if one["end"] is None]
        said = [one for one in standing if (one["channels"], one["adaptation"]) == (frozenset(channels), adaptation)]
        changed = [one for one in standing if one not in said]
        self.take_back(changed, now)
        if said and not changed:
            return False
        if not said:
            self.put(party, content, channels, adaptation)
            self.parties[party]["refused"] = False
        self.settle(content, now)
        return True

    def put(self, party, content, channels, adaptation, term=(None, None), withdrawn=None):
        """A grant just as it is, as it may lie in a database."""
        self.grants.append(
            {
                "party": party,
                "content": content,
                "channels": frozenset(channels),
                "adaptation": adaptation,
                "start": term[0],
                "end": term[1],
                "withdrawn": withdrawn,
            }
        )

    def refuse(self, party, now):
        self.take_back(self.standing(party, now), now)
        self.parties[party]["refused"] = True

    def withdraw(self, party, now):
        standing = self.standing(party, now)
        self.take_back(standing, now)
        return bool(standing)

    def confirm(self, representative, parties):
        self.mandates.setdefault(representative, set()).update(parties)

    # What follows from it.

    def standing(self, party, now):
        """The grants of a party, for any content, that are neither withdrawn nor over."""
        return [
            one
            for one in self.grants
            if one["party"] == party and one["withdrawn"] is None and (one["end"] is None or now < one["end"])
        ]

    def answered(self, party):
        """Whether a party has ever said yes or no, whatever became of it: its address is right, nobody moves it."""
        return self.parties[party]["refused"] or any(one["party"] == party for one in self.grants)

    def take_back(self, grants, now):
        for one in grants:
            one["withdrawn"] = now

    def of(self, party, content):
        return [one for one in self.grants if (one["party"], one["content"]) == (party, content)]

    def in_force(self, party, content, now):
        """The grant that counts for a party now: of several, the one given last."""
        counts = None
        for one in self.of(party, content):
            if one["withdrawn"] is None and one["start"] is not None and one["start"] <= now < one["end"]:
                counts = one
        return counts

    def waiting(self, party, content):
        """The grants that wait for the others, the last one last."""
        return [one for one in self.of(party, content) if one["withdrawn"] is None and one["end"] is None]

    def said_no(self, party, content):
        given = self.of(party, content)
        return self.parties[party]["refused"] or (bool(given) and given[-1]["withdrawn"] is not None)

    def representatives(self, party, content):
        """Who speaks for a party that has not said no himself: asked too, with a confirmed mandate."""
        if self.said_no(party, content):
            return []
        asked = self.required.get(content, ())
        return [one for one, named in self.mandates.items() if party in named and one in asked]

    def alone(self, party, content):
        """Whether a party is a minor beside whom no guardian is asked."""
        beside = [one for one in self.required.get(content, ()) if self.parties[one]["ward"] == party]
        return self.parties[party]["minor"] is True and not beside

    def settle(self, content, now):
        """A term begins when nobody's consent is missing; returns it, with who is in it, or None."""
        asked = self.required.get(content, set())
        if not asked or any(self.alone(one, content) for one in asked):
            return None
        voices = {one: [one, *self.representatives(one, content)] for one in asked}
        anew = all(
            any(SITE in grants[-1]["channels"] for voice in some if (grants := self.waiting(voice, content)))
            for some in voices.values()
        )
        if anew:
            return self.begin([one for one in asked if self.waiting(one, content)], content, now, five_years_after(now))
        for some in voices.values():
            if not any(self.in_force(voice, content, now) or self.waiting(voice, content) for voice in some):
                return None
        ends = [one["end"] for party in asked if (one := self.in_force(party, content, now))]
        late = [one for one in asked if self.waiting(one, content) and not self.in_force(one, content, now)]
        return self.begin(late, content, now, min(ends)) if ends and late else None

    def begin(self, parties, content, start, end):
        for party in parties:
            for one in self.waiting(party, content):
                one["start"], one["end"] = start, end
        return frozenset(parties), start, end

    def agreed(self, content, now):
        """By the party, the grants that count for it; None where somebody's is missing or a minor is alone."""
        asked = self.required.get(content, set())
        found = {}
        for party in asked:
            own = self.in_force(party, content, now)
            spoken = [self.in_force(one, content, now) for one in self.representatives(party, content)]
            found[party] = [own] if own else [one for one in spoken if one]
            if not found[party] or self.alone(party, content):
                return None
        return found or None

    def license(self, content, now):
        """What all grants have in common: (channels, adaptation, from, until); None where no channel is left."""
        agreed = self.agreed(content, now)
        if agreed is None:
            return None
        common = {
            channel
            for channel in CHANNELS
            if all(any({SITE, channel} <= one["channels"] for one in grants) for grants in agreed.values())
        }
        longest = [max(grants, key=lambda one: one["end"]) for grants in agreed.values()]
        if not common:
            return None
        return (
            common,
            all(one["adaptation"] for one in longest),
            max(one["start"] for one in longest),
            min(one["end"] for one in longest),
        )

    def shown(self, channel, now):
        """Whether the story may stand on a channel: live, not held, and everybody agreed to this channel."""
        if self.live is None or self.holds or (self.expires is not None and now >= self.expires):
            return False
        license_now = self.license(self.live, now)
        return license_now is not None and channel in license_now[0]
