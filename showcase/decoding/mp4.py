"""MP4 and QuickTime videos without anything but picture and sound (ISO/IEC 14496-12).

Nothing moves, so that every offset in the file stays true: the copy begins as zeros, and only what is known to be
needed is written into it. Cameras tell place, time, owner and model in ``udta``, ``meta`` and ``uuid`` boxes and in
tracks of their own; those boxes become ``free`` and stay zeros, and of the media data only the samples of picture and
sound are copied, so that a track of positions, or an archive hidden between samples, is gone too.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil
from pathlib import Path
from typing import IO, Any, Final

from . import ORIGINAL, Problem, RefusedError

_WALKED: Final = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf"}
_KEPT: Final = {
    *(b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"dref", b"elst", b"tapt"),
    *(
        b"stsd",
        b"stts",
        b"ctts",
        b"cslg",
        b"stss",
        b"stsc",
        b"stsz",
        b"stz2",
        b"stco",
        b"co64",
        b"sdtp",
        b"sbgp",
        b"sgpd",
    ),
}
# Versions of QuickTime's descriptions of sound beyond the first.
_COMPRESSED, _LPCM = 1, 2
_NO_MORE: Final = bytes(4)
_SHOWN: Final = {b"vide", b"soun"}
_PLACES: Final = (b"\xa9xyz", b"loci", b"location.ISO6709")
# A film of hours has a few megabytes of tables.
_MOST_TABLES: Final = 64 * 1024 * 1024
_MOST_BRANDS: Final = 1024
_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True)
class Box:
    """A box: its type, where it begins, where its contents begin, and where it ends."""

    kind: bytes
    start: int
    inside: int
    end: int


def read_mp4(source: Path, target: Path) -> dict[str, Any]:
    """Write the video anew; its kind and whether it said where it was taken.

    Raises:
        RefusedError: when it is damaged, of another kind, or in fragments.
    """
    length = source.stat().st_size
    with source.open("rb") as file, (target / ORIGINAL).open("wb") as output:
        boxes = list(_top(file, length))
        brand = _check(file, boxes)
        moov = next(box for box in boxes if box.kind == b"moov")
        tables = _bytes(file, moov.start, moov.end)
        place = any(word in tables for word in _PLACES)
        samples = _blank_moov(tables)
        if not samples or samples[-1][1] > length:
            raise RefusedError(Problem.DAMAGED)
        output.truncate(length)
        _write(output, moov.start, bytes(tables))
        for box in boxes:
            _write_box(file, output, box, samples)
    if brand == b"qt  ":
        return {"kind": "MOV", "content_type": "video/quicktime", "suffix": ".mov", "had_location": place}
    return {"kind": "MP4", "content_type": "video/mp4", "suffix": ".mp4", "had_location": place}


def _top(file: IO[bytes], length: int) -> Iterator[Box]:
    """The boxes of the file, which fill it to its last byte."""
    at = 0
    while at < length:
        file.seek(at)
        box = _box(file.read(16), 0, length - at)
        yield Box(box.kind, at, at + box.inside, at + box.end)
        at += box.end


def _box(data: bytes | bytearray, at: int, end: int) -> Box:
    """The box that begins at an offset and ends by ``end`` at the latest.

    Raises:
        RefusedError: when it does not fit.
    """
    if len(data) < at + 8:
        raise RefusedError(Problem.DAMAGED)
    size, kind = struct.unpack_from(">I4s", data, at)
    inside = at + 8
    if size == 1:
        if len(data) < at + 16:
            raise RefusedError(Problem.DAMAGED)
        (size,) = struct.unpack_from(">Q", data, at + 8)
        inside = at + 16
    stop = end if size == 0 else at + size
    if not inside <= stop <= end:
        raise RefusedError(Problem.DAMAGED)
    return Box(kind, at, inside, stop)


def _check(file: IO[bytes], boxes: list[Box]) -> bytes:
    """The brand of a file that has the parts of a film.

    Raises:
        RefusedError: when one is missing, there twice, or unreasonably big.
    """
    kinds = [box.kind for box in boxes]
    if b"moof" in kinds:
        raise RefusedError(Problem.FRAGMENTED)
    if kinds.count(b"ftyp") != 1 or kinds.count(b"moov") != 1 or b"mdat" not in kinds:
        raise RefusedError(Problem.OTHER_KIND)
    sizes = {box.kind: box.end - box.start for box in boxes}
    if sizes[b"ftyp"] > _MOST_BRANDS or sizes[b"moov"] > _MOST_TABLES:
        raise RefusedError(Problem.DAMAGED)
    return bytes(_bytes(file, boxes[0].inside, boxes[0].inside + 4))


def _bytes(file: IO[bytes], start: int, end: int) -> bytearray:
    file.seek(start)
    return bytearray(file.read(end - start))


def _write(output: IO[bytes], at: int, data: bytes) -> None:
    output.seek(at)
    output.write(data)


def _write_box(file: IO[bytes], output: IO[bytes], box: Box, samples: list[tuple[int, int]]) -> None:
    """Write a box: brands whole, media data by its samples, the tables not again, anything else as a free one."""
    if box.kind == b"moov":
        return
    head = _bytes(file, box.start, box.end if box.kind == b"ftyp" else box.inside)
    if box.kind not in {b"ftyp", b"mdat"}:
        head[4:8] = b"free"
    _write(output, box.start, bytes(head))
    if box.kind == b"mdat":
        for start, end in samples:
            _copy(file, output, max(start, box.inside), min(end, box.end))


def _copy(file: IO[bytes], output: IO[bytes], start: int, end: int) -> None:
    """Copy a stretch of the file to the same place."""
    file.seek(start)
    output.seek(start)
    while start < end and (block := file.read(min(_BLOCK, end - start))):
        output.write(block)
        start += len(block)


def _blank_moov(tables: bytearray) -> list[tuple[int, int]]:
    """Blank in the tables what nobody needs; where the samples of picture and sound lie, in order and merged.

    Raises:
        RefusedError: when there is no picture, or a track's data lie in another file.
    """
    moov = _box(tables, 0, len(tables))
    _blank_inside(tables, moov)
    found: list[tuple[int, int]] = []
    shown = set()
    for track in [box for box in _inside(tables, moov) if box.kind == b"trak"]:
        handler = _handler(tables, track)
        if handler in _SHOWN:
            shown.add(handler)
            found += _samples(tables, _leaves(tables, track), handler)
        else:
            _free(tables, track)
    if b"vide" not in shown:
        raise RefusedError(Problem.OTHER_KIND)
    return _merged(found)


def _inside(data: bytearray, box: Box) -> Iterator[Box]:
    """The boxes inside a box; QuickTime may end a list of them with four zeros."""
    at = box.inside
    while at < box.end:
        if bytes(data[at : box.end]) == _NO_MORE:
            return
        inner = _box(data, at, box.end)
        yield inner
        at = inner.end


def _blank_inside(data: bytearray, box: Box) -> None:
    """Keep below a box what is known to be needed; times of making and names of programs become zero."""
    for inner in list(_inside(data, box)):
        if inner.kind in _WALKED:
            _blank_inside(data, inner)
        elif inner.kind not in _KEPT:
            _free(data, inner)
        elif inner.kind in {b"mvhd", b"tkhd", b"mdhd"}:
            _zero(data, inner.inside + 4, inner.inside + (20 if data[inner.inside] == 1 else 12), inner.end)
        elif inner.kind == b"hdlr":
            _zero(data, inner.inside + 24, inner.end, inner.end)


def _zero(data: bytearray, start: int, end: int, limit: int) -> None:
    if end > limit:
        raise RefusedError(Problem.DAMAGED)
    if end > start:
        data[start:end] = bytes(end - start)


def _free(data: bytearray, box: Box) -> None:
    """Make a box one of nothing."""
    data[box.start + 4 : box.start + 8] = b"free"
    data[box.inside : box.end] = bytes(box.end - box.inside)


def _leaves(data: bytearray, box: Box) -> dict[bytes, Box]:
    """The kept boxes below a track, by type."""
    found: dict[bytes, Box] = {}
    for inner in _inside(data, box):
        found |= _leaves(data, inner) if inner.kind in _WALKED else {inner.kind: inner}
    return found


def _handler(data: bytearray, track: Box) -> bytes:
    """What a track is made of, which its media box says: further handlers below speak of the data."""
    media = next((box for box in _inside(data, track) if box.kind == b"mdia"), None)
    handler = next((box for box in _inside(data, media) if box.kind == b"hdlr"), None) if media else None
    return bytes(data[handler.inside + 8 : handler.inside + 12]) if handler else b""


def _samples(data: bytearray, boxes: dict[bytes, Box], handler: bytes) -> Iterator[tuple[int, int]]:
    """Where a track's samples lie: chunk by chunk, in which they stand one behind the other."""
    if not _is_here(data, boxes[b"dref"]):
        raise RefusedError(Problem.DAMAGED)
    wide = b"co64" in boxes
    offsets = _table(data, boxes[b"co64" if wide else b"stco"], "Q" if wide else "I")
    runs = _table(data, boxes[b"stsc"], "III")
    firsts = [first for (first, _count, _entry) in runs] + [len(offsets) + 1]
    counts = [
        count
        for (first, count, _entry), (_first, following) in zip(runs, pairwise(firsts), strict=True)
        for _chunk in range(min(following, len(offsets) + 1) - first)
    ]
    lengths = _lengths(data, boxes, counts, handler)
    for (offset,), length in zip(offsets, lengths, strict=True):
        yield offset, offset + length


def _is_here(data: bytearray, box: Box) -> bool:
    """Whether all that a track refers to lies in this file, as the lowest flag of each reference says."""
    references = list(_inside(data, Box(box.kind, box.start, box.inside + 8, box.end)))
    return all(data[one.inside + 3] & 1 for one in references)


def _table(data: bytearray, box: Box, shape: str) -> list[tuple[int, ...]]:
    """The rows of a table, which stand behind its flags and their number."""
    row = struct.Struct(f">{shape}")
    (count,) = struct.unpack_from(">I", data, box.inside + 4)
    start = box.inside + 8
    if start + count * row.size > box.end:
        raise RefusedError(Problem.DAMAGED)
    return list(row.iter_unpack(data[start : start + count * row.size]))


def _lengths(data: bytearray, boxes: dict[bytes, Box], counts: list[int], handler: bytes) -> list[int]:
    """How many bytes each chunk has, from the number of samples in each."""
    if b"stsz" not in boxes:
        raise RefusedError(Problem.DAMAGED)  # the compact table is of 4-bit samples, which no camera writes
    box = boxes[b"stsz"]
    (fixed,) = struct.unpack_from(">I", data, box.inside + 4)
    if fixed:
        frame = _frame(data, boxes[b"stsd"]) if handler == b"soun" else 0
        return [max(count * fixed, ceil(count * frame)) for count in counts]
    sizes = _table(data, Box(box.kind, box.start, box.inside + 4, box.end), "I")
    totals = [0, *accumulate(size for (size,) in sizes)]
    ends = [0, *accumulate(counts)]
    if ends[-1] > len(sizes):
        raise RefusedError(Problem.DAMAGED)
    return [totals[end] - totals[start] for start, end in pairwise(ends)]


def _frame(data: bytearray, box: Box) -> float:
    """Bytes of one frame of sound, which QuickTime counts as one sample of size one."""
    at = box.inside + 8 + 16  # behind the entry's own head
    # Offsets and shapes by version of the description, as in Apple's QuickTime File Format.
    version, _revision, _vendor, channels, bits = struct.unpack_from(">HHIHH", data, at)
    if version == _COMPRESSED:
        packet, _bytes_in_packet, frame = struct.unpack_from(">III", data, at + 20)
    elif version == _LPCM:
        frame, packet = struct.unpack_from(">II", data, at + 48)
    else:
        frame, packet = channels * bits, 8
    return frame / packet if packet else 0


def _merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
