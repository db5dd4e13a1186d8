"""What has changed between two revisions of a story, for those who must agree again."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from bs4 import BeautifulSoup

from .models import StoryMedia, StoryPage, StoryRevision

# So many differences are read at a glance; more of them are folded.
FEW: Final = 6


@dataclass(frozen=True)
class Line:
    """One paragraph or name: ``same``, ``removed`` or ``added``."""

    change: str
    text: str


@dataclass(frozen=True)
class Comparison:
    """Title, text, media and names of two revisions, beside each other."""

    title: list[Line]
    text: list[Line]
    credits: list[Line]
    removed: list[StoryMedia]
    added: list[StoryMedia]
    kept: list[StoryMedia]

    @property
    def many(self) -> bool:
        """Whether the differences are more than a telephone shows at once."""
        lines = [*self.title, *self.text, *self.credits]
        return sum(one.change != "same" for one in lines) + len(self.removed) + len(self.added) > FEW


def compare(before: StoryRevision, after: StoryRevision) -> Comparison:
    """The differences of what people agree to; ``before`` and ``after`` are of one story and not erased."""
    old, new = content_of(before), content_of(after)
    had, has = _media(old), _media(new)
    return Comparison(
        _lines(_title(old), _title(new)),
        _lines(paragraphs(old), paragraphs(new)),
        _lines(names(old), names(new)),
        removed=[row for key, row in had.items() if key not in has],
        added=[row for key, row in has.items() if key not in had],
        kept=[row for key, row in has.items() if key in had],
    )


def _title(page: StoryPage | None) -> list[str]:
    return [page.title if page else ""]


def _media(page: StoryPage | None) -> dict[Any, StoryMedia]:
    """What a story shows, in its order, by what makes it the same thing."""
    return {_identity(row): row for row in page.media.all()} if page else {}


def content_of(story_revision: StoryRevision) -> StoryPage | None:
    """A revision's page as it was handed in; None where it was erased."""
    found: StoryPage | None = story_revision.revision.as_object() if story_revision.revision else None
    return found


def paragraphs(page: StoryPage | None) -> list[str]:
    """The text of a story, paragraph by paragraph."""
    blocks = BeautifulSoup(str(page.body), "html.parser").find_all(["p", "h2", "h3", "h4", "li"]) if page else []
    return [text for text in (" ".join(block.get_text(" ").split()) for block in blocks) if text]


def names(page: StoryPage | None) -> list[str]:
    """Who is named under a story, and as what."""
    return [f"{one.name}（{one.get_role_display()}）" for one in page.credits.all()] if page else []


def _identity(row: StoryMedia) -> tuple[Any, ...]:
    """What consent takes of a medium."""
    return row.kind, row.sha256, row.url, row.credit


def _lines(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """Both texts as one, in the order of reading."""
    found = list[Line]()
    for tag, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Line("same", text) for text in before[first:last]]
        else:
            found += [Line("removed", text) for text in before[first:last]]
            found += [Line("added", text) for text in after[begin:end]]
    return found
