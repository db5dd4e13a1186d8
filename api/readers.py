"""Who reads, and what is for them: the rule of the door's channel, less what their key's partner may not have."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from home.visibility import Channel

from .models import Change, ChangeQuerySet, Entry, EntryQuerySet, Key, Scope
from .serializers import BY_TYPE
from .serializers.documents import STORY


@dataclass(frozen=True)
class Reader:
    """Somebody who reads on a channel: without a key, or with a partner's.

    A story is told to everyone as its card, because to republish is to sublicense: whole only to a partner who has
    accepted its license, and not at all to a commercial one.
    """

    channel: Channel = Channel.PARTNER_SITES
    key: Key | None = None
    gets_stories: bool = True
    # Ids of the licenses under which stories are read whole.
    licenses: frozenset[str] = frozenset()

    @classmethod
    def with_key(cls, key: Key, channel: Channel) -> Self:
        """The partner a key belongs to."""
        stories = key.partner.gets_stories
        accepted = (one.license_id for one in key.partner.acceptances.all())
        whole = stories and Scope.STORIES in key.scopes
        return cls(channel, key, gets_stories=stories, licenses=frozenset(accepted if whole else ()))

    @property
    def signature(self) -> str:
        """What an answer depends on beside the question, as a text for its tag; the same for readers of the same."""
        licenses = " ".join(sorted(self.licenses))
        return f"{int(self.channel)} {self.gets_stories} {licenses}"

    def visible(self, now: datetime) -> EntryQuerySet:
        """What may be read now."""
        return self._without_stories(Entry.objects.visible(self.channel, now))

    def told(self) -> EntryQuerySet:
        """What has ever been told to these readers."""
        return self._without_stories(Entry.objects.told_on(self.channel))

    def changes(self) -> ChangeQuerySet:
        """What these readers were told, in order."""
        changes = Change.objects.told_on(self.channel)
        return changes if self.gets_stories else changes.exclude(type=STORY)

    def gets_whole(self, entry: Entry) -> bool:
        """Whether an entry is read with everything it has, or as its card."""
        return not BY_TYPE[entry.type].full_needs_key or entry.license in self.licenses

    def _without_stories(self, entries: EntryQuerySet) -> EntryQuerySet:
        return entries if self.gets_stories else entries.exclude(type=STORY)
