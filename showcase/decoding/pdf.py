"""Print and zines: PDF files without what programs write about people into them, and without anything that acts.

The file is written anew from what its pages need. What earlier versions of it held is not among that.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from . import ORIGINAL, Problem, RefusedError

_MAGIC: Final = b"%PDF-"
# About people and programs; what opens, runs or hands on something; files inside; forms and notes with their authors.
_DROPPED: Final = (
    *("/Metadata", "/PieceInfo", "/LastModified", "/SpiderInfo", "/Collection"),
    *("/OpenAction", "/AA", "/JavaScript", "/EmbeddedFiles", "/AF", "/EF", "/XFA", "/AcroForm", "/Perms", "/DSS"),
    *("/Thumb", "/Legal", "/Threads", "/B"),
)
_START, _MARKER, _SCAN = b"\xff\xd8", b"\xff", 0xDA
# Comments and all applications' segments, but those of the frame (0), of colours (2), and what Adobe's decoders need.
_TELLING: Final = {0xFE, *range(0xE0, 0xF0)} - {0xE0, 0xE2, 0xEE}
_LINK: Final = "/Link"
_SAFE_ACTIONS: Final = {"/URI", "/GoTo", "/Named"}


def read_pdf(source: Path, target: Path) -> dict[str, Any]:
    """Write the document anew; its kind.

    Raises:
        RefusedError: when it is no PDF from its first byte on, is encrypted, or cannot be read to its last page.
    """
    with source.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise RefusedError(Problem.OTHER_KIND)
        try:
            _write(PdfReader(file), target / ORIGINAL)
        except PyPdfError as error:
            raise RefusedError(Problem.DAMAGED) from error
    return {"kind": "PDF", "content_type": "application/pdf", "suffix": ".pdf"}


def _write(reader: PdfReader, path: Path) -> None:
    if reader.is_encrypted:
        raise RefusedError(Problem.ENCRYPTED)
    if not len(reader.pages):
        raise RefusedError(Problem.DAMAGED)
    writer = _cleaned(reader)
    with TemporaryFile(dir=path.parent) as once:
        # Copied from its root once more: what the dropped names alone led to is left behind.
        writer.write(once)
        last = PdfWriter(clone_from=PdfReader(once))
    last.metadata = None
    with path.open("wb") as output:
        last.write(output)


def _cleaned(reader: PdfReader) -> PdfWriter:
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    for one in _dictionaries(writer):
        _clean(one)
    return writer


def _dictionaries(writer: PdfWriter) -> Iterator[DictionaryObject]:
    """Every dictionary of the document, also those that stand inside another object."""
    waiting: list[Any] = [writer._root_object, *writer._objects]  # noqa: SLF001 - pypdf has no public way to all of them
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            yield one
            # Only what stands inside: what is referred to is an object of its own, and comes anyway.
            waiting += [dict.__getitem__(one, name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list(list.__iter__(one))


def _clean(one: DictionaryObject) -> None:
    """Take out of a dictionary what nobody who reads the pages needs."""
    for name in _DROPPED:
        one.pop(NameObject(name), None)
    if one.get("/S") in _ACTIONS and one.get("/S") not in _SAFE_ACTIONS:
        one.clear()
    if "/Annots" in one:
        links = [note for note in one["/Annots"] if note.get_object().get("/Subtype") == _LINK]  # type: ignore[attr-defined]  # an array
        one[NameObject("/Annots")] = ArrayObject(links)
    if isinstance(one, StreamObject) and _is_jpeg(one):
        with suppress(ValueError):
            one._data = without_segments(one._data)  # noqa: SLF001 - its bytes as they are, still JPEG


_ACTIONS: Final = {
    *("/GoTo", "/GoToR", "/GoToE", "/Launch", "/Thread", "/URI", "/Sound", "/Movie", "/Hide", "/Named", "/SubmitForm"),
    *(
        "/ResetForm",
        "/ImportData",
        "/JavaScript",
        "/SetOCGState",
        "/Rendition",
        "/Trans",
        "/GoTo3DView",
        "/RichMediaExecute",
    ),
}


def _is_jpeg(one: StreamObject) -> bool:
    """Whether a stream is a photo as a camera wrote it."""
    return one.get("/Filter") in ("/DCTDecode", ["/DCTDecode"])


def without_segments(content: bytes) -> bytes:
    """A JPEG without comments and without what cameras and programs wrote about it, its picture bit for bit the same.

    Raises:
        ValueError: when it is no JPEG.
    """
    if content[:2] != _START:
        raise ValueError("No JPEG.")
    kept, at = [content[:2]], 2
    while content[at : at + 1] == _MARKER and content[at + 1] != _SCAN:
        marker = content[at + 1]
        # A marker may be preceded by any number of fill bytes.
        end = at + 1 if marker == _MARKER[0] else at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if marker not in _TELLING and marker != _MARKER[0]:
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])
