"""WebM videos without anything but picture and sound (RFC 8794, RFC 9559).

Nothing moves: what nobody needs becomes a ``Void`` element of the same length, filled with zeros. So go tags,
attachments, chapters, titles, dates, and every track that is neither picture nor sound, with its blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from . import ORIGINAL, Problem, RefusedError

_HEAD, _SEGMENT, _CLUSTER, _VOID = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xEC
_DOCTYPE, _TRACK, _TRACK_NUMBER, _TRACK_TYPE = 0x4282, 0xAE, 0xD7, 0x83
_BLOCKS: Final = {0xA3, 0xA1}
# Elements whose children are looked at, with the children that stay.
_HEAD_KEPT: Final = {0x4286, 0x42F7, 0x42F2, 0x42F3, _DOCTYPE, 0x4287, 0x4285}
_KEPT: Final = {
    _SEGMENT: {0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, _CLUSTER},
    0x1549A966: {0x2AD7B1, 0x4489, 0x4D80, 0x5741},
    0x1654AE6B: {_TRACK},
    _TRACK: {
        *(_TRACK_NUMBER, 0x73C5, _TRACK_TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383, 0x55EE),
        *(0x22B59C, 0x22B59D, 0x86, 0x63A2, 0x56AA, 0x56BB, 0xE0, 0xE1),
    },
    _CLUSTER: {0xE7, 0xA7, 0xAB, 0xA3, 0xA0},
    0xA0: {0xA1, 0x9B, 0xFB, 0x75A2},
}
# Names of programs, which have to be there and may be empty.
_EMPTIED: Final = {0x4D80, 0x5741}
_SHOWN: Final = {1, 2}  # picture and sound
_UNKNOWN: Final = -1
_BLOCK: Final = 1024 * 1024
_MOST_HEAD: Final = 1024


@dataclass(frozen=True)
class Element:
    """An element: its number, where it begins, where its contents begin, and where it ends."""

    number: int
    start: int
    inside: int
    end: int


def read_webm(source: Path, target: Path) -> dict[str, Any]:
    """Write the video anew; its kind. Whether it said where it was taken is not looked for: no camera writes WebM.

    Raises:
        RefusedError: when it is damaged, or of another kind.
    """
    with source.open("rb") as file, (target / ORIGINAL).open("wb+") as output:
        while block := file.read(_BLOCK):
            output.write(block)
        _Film(output).blank()
    return {"kind": "WEBM", "content_type": "video/webm", "suffix": ".webm"}


class _Film:
    """One file, blanked in place from its first element to its last."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.length = file.seek(0, 2)
        self.shown = set[int]()

    def blank(self) -> None:
        """Blank what nobody needs.

        Raises:
            RefusedError: when it is no WebM, or does not end where it says.
        """
        head = self._element(0, self.length)
        if head.number != _HEAD or head.end > _MOST_HEAD or self._doctype(head) != b"webm":
            raise RefusedError(Problem.OTHER_KIND)
        segment = self._element(head.end, self.length)
        if segment.number != _SEGMENT or segment.end != self.length:
            raise RefusedError(Problem.DAMAGED)
        self._walk(segment)
        if not self.shown:
            raise RefusedError(Problem.OTHER_KIND)

    def _doctype(self, head: Element) -> bytes:
        """What the head says the file is; anything else in it goes."""
        said = b""
        for element in self._inside(head):
            if element.number == _DOCTYPE:
                said = self._bytes(element)
            elif element.number not in _HEAD_KEPT:
                self._void(element)
        return said.rstrip(b"\0")

    def _walk(self, parent: Element) -> None:
        """Keep below an element what is known to be needed."""
        kept = _KEPT[parent.number]
        for element in self._inside(parent):
            if element.number not in kept or self._is_foreign(element):
                self._void(element)
            elif element.number in _EMPTIED:
                self._fill(element.inside, element.end)
            elif element.number in _KEPT:
                self._walk(element)

    def _is_foreign(self, element: Element) -> bool:
        """Whether it is a track that is neither picture nor sound, or a block of one."""
        if element.number in _BLOCKS:
            number, _width = self._number(element.inside, keep_marker=False)
            return number not in self.shown
        if element.number != _TRACK:
            return False
        facts = {one.number: int.from_bytes(self._bytes(one)) for one in self._inside(element) if self._is_fact(one)}
        if facts[_TRACK_TYPE] not in _SHOWN:
            return True
        self.shown.add(facts[_TRACK_NUMBER])
        return False

    @staticmethod
    def _is_fact(element: Element) -> bool:
        return element.number in {_TRACK_TYPE, _TRACK_NUMBER}

    def _inside(self, parent: Element) -> Iterator[Element]:
        """The elements inside one, which fill it; one of unknown length ends where the next of its rank begins."""
        at = parent.inside
        while at < parent.end:
            element = self._element(at, parent.end)
            if element.number == _CLUSTER and element.end == _UNKNOWN:
                element = Element(_CLUSTER, element.start, element.inside, self._end_of_cluster(element, parent.end))
            yield element
            at = element.end

    def _end_of_cluster(self, cluster: Element, limit: int) -> int:
        """Where a cluster of unknown length ends: before what can stand beside it only."""
        at = cluster.inside
        while at < limit:
            element = self._element(at, limit)
            if element.number in _KEPT[_SEGMENT] or element.end == _UNKNOWN:
                return at
            at = element.end
        return at

    def _element(self, at: int, limit: int) -> Element:
        """The element at an offset, which ends by ``limit``.

        Raises:
            RefusedError: when it does not fit, or has no length where it must have one.
        """
        number, width = self._number(at, keep_marker=True)
        length, more = self._number(at + width, keep_marker=False)
        inside = at + width + more
        if length == (1 << 7 * more) - 1:
            if number == _CLUSTER:
                return Element(number, at, inside, _UNKNOWN)
            if number != _SEGMENT:
                raise RefusedError(Problem.DAMAGED)
            return Element(number, at, inside, limit)
        if inside + length > limit:
            raise RefusedError(Problem.DAMAGED)
        return Element(number, at, inside, inside + length)

    def _number(self, at: int, *, keep_marker: bool) -> tuple[int, int]:
        """A number of variable width, and its width in bytes.

        Raises:
            RefusedError: where there is none.
        """
        self.file.seek(at)
        first = self.file.read(1)
        if not first or not first[0]:
            raise RefusedError(Problem.DAMAGED)
        width = 9 - first[0].bit_length()
        rest = self.file.read(width - 1)
        if len(rest) < width - 1:
            raise RefusedError(Problem.DAMAGED)
        number = int.from_bytes(first + rest)
        return (number if keep_marker else number - (1 << 7 * width)), width

    def _bytes(self, element: Element) -> bytes:
        if element.end - element.inside > _MOST_HEAD:
            raise RefusedError(Problem.DAMAGED)
        self.file.seek(element.inside)
        return self.file.read(element.end - element.inside)

    def _void(self, element: Element) -> None:
        """Make an element one of nothing, of the same length."""
        length = element.end - element.start
        narrow = length <= 2 + 0x7E
        size = bytes([0x80 | length - 2]) if narrow else (1 << 56 | length - 9).to_bytes(8)
        self.file.seek(element.start)
        self.file.write(bytes([_VOID]) + size)
        self._fill(element.start + 1 + len(size), element.end)

    def _fill(self, start: int, end: int) -> None:
        """Write zeros."""
        self.file.seek(start)
        while start < end:
            start += self.file.write(bytes(min(_BLOCK, end - start)))
