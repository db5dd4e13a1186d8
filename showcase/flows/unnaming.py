"""Who is erased from a story, and by what all that is kept of it knows them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from home.letters import texts_of
from showcase import mails
from showcase.models import Party, StoryPage

# One character stands in too many other words.
_SHORTEST_NAME: Final = 2


@dataclass(frozen=True)
class Erased:
    """People to be erased: by number as parties, by name, by address, and by number as accounts."""

    parties: frozenset[int]
    names: frozenset[str]
    addresses: frozenset[str]
    users: frozenset[int]

    @classmethod
    def of(cls, parties: Collection[Party]) -> "Erased":
        """What is known of parties that are erased together."""
        return cls(
            frozenset(one.pk for one in parties),
            frozenset(one.name for one in parties if one.name),
            frozenset(one.email.lower() for one in parties if one.email),
            frozenset(one.user_id for one in parties if one.user_id),
        )

    def is_named_in(self, text: str) -> bool:
        """Whether a text is, or holds, one of the names."""
        return text.strip() in self.names or any(one in text for one in self.names if len(one) >= _SHORTEST_NAME)

    def letters(self, story: StoryPage, titles: Collection[str]) -> Callable[[EmailMessage], bool]:
        """Which of a story's letters go: those to the people, wherever they were sent, and those that name them.

        What goes to a mailbox somebody else shares stays his. A title is the story's, whoever's name it holds.
        """
        told = {mails.plain(one) for one in {*titles, story.team.title}}
        named = Erased(self.parties, frozenset(map(mails.plain, self.names)), self.addresses, self.users)

        def goes(mail: EmailMessage) -> bool:
            to = mail[mails.PARTY_HEADER]
            if to is not None and int(to) in self.parties:
                return True
            if to is None and any(one.addr_spec.lower() in self.addresses for one in mail["To"].addresses):
                return True
            texts = texts_of(mail)
            for title in sorted(told, key=len, reverse=True):
                texts = [text.replace(title, "") for text in texts]
            return any(map(named.is_named_in, texts))

        return goes
