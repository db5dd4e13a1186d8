"""Files as people hand them in, and files as nobody should."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

CLIPS = Path(__file__).parent / "clips"
CANARY = b"canary-camera"
# As EXIF writes 24° 59' 36.16": whatever holds these bytes tells where a photo was taken.
SECONDS = struct.pack("<II", 904, 25), struct.pack(">II", 904, 25)

pillow_heif.register_heif_opener()


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def clip(name: str) -> SimpleUploadedFile:
    return upload((CLIPS / name).read_bytes(), name)


def drawn(size=(640, 480), mode="RGB") -> Image.Image:
    """Left half red, right half blue."""
    picture = Image.new(mode, size, "red")
    picture.paste(Image.new(mode, (size[0] // 2, size[1]), "blue"), (size[0] // 2, 0))
    return picture


def written(kind="JPEG", picture: Image.Image | None = None, **options) -> bytes:
    output = BytesIO()
    (picture or drawn()).save(output, kind, **options)
    return output.getvalue()


def exif(orientation=1) -> Image.Exif:
    """Where, when and with what a photo was taken."""
    said = Image.Exif()
    said[Base.Orientation] = orientation
    said[Base.Model] = CANARY.decode()
    said.get_ifd(IFD.GPSInfo).update({GPS.GPSLatitude: (24.0, 59.0, 36.16), GPS.GPSLatitudeRef: "N"})
    return said


def photographed(kind="JPEG", size=(640, 480), orientation=1) -> bytes:
    return written(kind, drawn(size), exif=exif(orientation).tobytes())


def with_thumbnail() -> bytes:
    """A photo whose EXIF carries a small copy of it (IFD1), which says where it was taken as well."""
    small = photographed(size=(80, 60))
    tiff = bytearray(exif().tobytes()[6:])
    order = ">" if tiff[:2] == b"MM" else "<"
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    struct.pack_into(f"{order}I", tiff, first + 2 + 12 * count, len(tiff))
    rows = [(0x103, 3, 1, 6), (0x201, 4, 1, len(tiff) + 2 + 36 + 4), (0x202, 4, 1, len(small))]
    ifd = struct.pack(f"{order}H", len(rows))
    for tag, kind, number, value in rows:
        padded = struct.pack(f"{order}HH", value, 0) if kind == 3 else struct.pack(f"{order}I", value)
        ifd += struct.pack(f"{order}HHI", tag, kind, number) + padded
    return written(exif=b"Exif\0\0" + bytes(tiff) + ifd + bytes(4) + small)


def bomb(side=15_000) -> bytes:
    """A PNG of a few kilobytes and 225 million pixels."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + side // 8)) for _row in range(side)) + rows.flush()

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zine(*, password: str = "", canary: str = "canary-zine") -> bytes:
    """A PDF of one page that says a lot about who made it, and would act when opened."""
    writer = PdfWriter(clone_from=BytesIO(written("PDF", title=canary, author=canary)))
    page = writer.pages[0]
    picture = next(iter(page["/Resources"]["/XObject"].values())).get_object()
    picture._data = photographed()
    about = StreamObject()
    about._data = f"<x:xmpmeta>{canary}</x:xmpmeta>".encode()
    for one in (writer.root_object, page, picture):
        one[NameObject("/Metadata")] = writer._add_object(about)
    act = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(canary)}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(act))
    note = {NameObject("/Subtype"): NameObject("/Text"), NameObject("/T"): TextStringObject(canary)}
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(DictionaryObject(note))])
    writer.add_attachment(f"{canary}.txt", canary.encode())
    writer.add_uri(0, "https://team.example.org/", (0, 0, 10, 10))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def said_in(content: bytes) -> bytes:
    """All that a PDF says, with its streams unpacked."""
    reader = PdfReader(BytesIO(content))
    streams = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    return content + b"".join(one.get_data() for one in streams if isinstance(one, StreamObject))
