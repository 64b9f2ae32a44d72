"""Zip packages: which kind of workbook one is, and whether it is safe to unpack."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.texts import Message

CHUNK = 1 << 20  # inflated bytes looked at together
PIECE = 1 << 16  # packed bytes given to the inflater together
CENTRAL = b"PK\x01\x02"  # each entry of the central directory begins so
LOCAL_HEADER = 30  # bytes before name and extra field; PKWARE APPNOTE 4.3.7
STORED, DEFLATED = 0, 8
ENCRYPTED = 0x1

ROW_OF_SIX_DIGITS = re.compile(rb' r="(\d{6,})')
COLUMN_OF_TWO_LETTERS = re.compile(rb' r="([A-Z]{2,})\d')
REFERENCE = re.compile(rb' r="([A-Z]+)(\d+)"')
CACHELESS = (b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />")


def kind_of_package(data: bytes) -> str:
    """Kind of a zip file by the names of its parts.

    Raises
    ------
    LoyaltyError
        ``encrypted``, ``packed_file``, ``unsupported_kind`` or ``damaged``.
    """
    entries = _entries(data)
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise LoyaltyError("encrypted")
    names = {entry.filename.lower() for entry in entries}
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        return "xlsm"
    if any(re.fullmatch(r"(.*/)?workbook\d*\.xml", name) or name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return _kind_of_open_document(data, entries)
    return _refuse(names)


def _kind_of_open_document(data: bytes, entries: list[zipfile.ZipInfo]) -> str:
    for entry in entries:
        if entry.filename == "mimetype" and b"spreadsheet" not in next(
            _inflated(data, entry), b"spreadsheet"
        ):
            raise LoyaltyError("unsupported_kind", kind=Message("kind.document"))
    return "ods"


def _refuse(names: set[str]) -> str:
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.document"))
    if any(name.endswith(".iwa") or name == "index.zip" for name in names):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.numbers"))
    raise LoyaltyError("packed_file", kind="zip")


def _entries(data: bytes) -> list[zipfile.ZipInfo]:
    if data.count(CENTRAL) > limits.PACKAGE_PARTS:
        raise _unsafe("parts")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise LoyaltyError("damaged") from error
    if len(entries) > limits.PACKAGE_PARTS:
        raise _unsafe("parts")
    return entries


def _unsafe(reason: str) -> LoyaltyError:
    return LoyaltyError("unsafe_file", reason=Message(f"unsafe.{reason}"))


@dataclass
class Worksheet:
    """What the XML of one sheet tells beside its cells.

    Parameters
    ----------
    cells
        Cells present.
    errors
        Cells that hold an error such as #REF!.
    cacheless
        Formulas that were never calculated, so that the file holds no value for them.
    """

    cells: int = 0
    errors: int = 0
    cacheless: int = 0
    highest: int = 99_999
    widest: int = 26
    rest: bytes = b""

    def feed(self, chunk: bytes) -> None:
        """Count in the whole rows of what has come so far."""
        seen = self.rest + chunk
        end = seen.rfind(b"</row>")
        if end < 0 and len(seen) < 4 * CHUNK:
            self.rest = seen
            return
        end = end if end >= 0 else len(seen)
        self.rest = seen[end:]
        self._count(seen[:end])

    def finish(self) -> None:
        """Count in what is left."""
        self._count(self.rest)
        self.rest = b""

    def _count(self, xml: bytes) -> None:
        self.cells += xml.count(b"<c ")
        self.errors += xml.count(b't="e"')
        if b"<f" in xml:
            self.cacheless += sum(map(xml.count, CACHELESS))
        self.highest = max(self.highest, *map(int, ROW_OF_SIX_DIGITS.findall(xml)), 0)
        self.widest = max(self.widest, *map(_column, COLUMN_OF_TWO_LETTERS.findall(xml)), 0)


def _column(letters: bytes) -> int:
    """
    >>> _column(b"XFD")
    16384
    """
    number = 0
    for letter in letters[:7]:
        number = number * 26 + letter - 64
    return number


@dataclass
class Package:
    """What inspecting a package found."""

    worksheets: dict[str, Worksheet] = field(default_factory=dict)
    inflated: int = 0


def inspect(data: bytes) -> Package:
    """Unpack every part once without keeping it, and refuse what is built to overload a reader.

    Raises
    ------
    LoyaltyError
        ``unsafe_file`` or ``damaged``.
    """
    entries = _entries(data)
    if sum(entry.compress_size for entry in entries) > len(data):
        raise _unsafe("overlap")
    package = Package()
    for entry in entries:
        _inspect_part(data, entry, package)
    return package


def _inspect_part(data: bytes, entry: zipfile.ZipInfo, package: Package) -> None:
    size, worksheet, markup = 0, None, entry.filename.lower().endswith((".xml", ".rels"))
    for chunk in _inflated(data, entry):
        if markup:
            _refuse_entities(chunk)
            if size == 0 and b"<worksheet" in chunk:
                worksheet = package.worksheets[entry.filename] = Worksheet()
        size += len(chunk)
        package.inflated += len(chunk)
        _refuse_bomb(size, entry.compress_size, package.inflated)
        if worksheet:
            worksheet.feed(chunk)
    if worksheet:
        worksheet.finish()
        _refuse_corners(data, entry, worksheet)


def _refuse_entities(chunk: bytes) -> None:
    """No spreadsheet program writes a document type; entities in one can stand for gigabytes."""
    if b"<!DOCTYPE" in chunk or b"<\x00!\x00D\x00O" in chunk or b"\x00<\x00!\x00D\x00O" in chunk:
        raise _unsafe("entities")


def _refuse_bomb(size: int, compressed: int, total: int) -> None:
    if total > limits.INFLATED_BYTES:
        raise _unsafe("inflated")
    if size > limits.INFLATED_GRACE and size > limits.INFLATED_RATIO * max(compressed, 1):
        raise _unsafe("ratio")


def _refuse_corners(data: bytes, entry: zipfile.ZipInfo, sheet: Worksheet) -> None:
    """A cell in the far corner makes readers ask for the whole rectangle."""
    if not _too_sparse(sheet.highest * sheet.widest, sheet.cells):
        return
    highest = widest = present = 0
    rest = b""
    for chunk in _inflated(data, entry):
        seen = rest + chunk
        end = seen.rfind(b"<")
        rest = seen[end:] if len(seen) < 2 * CHUNK else b""
        for letters, digits in REFERENCE.findall(seen[:end]):
            present += 1
            highest, widest = max(highest, int(digits)), max(widest, _column(letters))
    if _too_sparse(highest * widest, present):
        raise _unsafe("corner")


def _too_sparse(box: int, cells: int) -> bool:
    return box > limits.BOX_CELLS or (box > limits.BOX_GRACE and box > limits.BOX_RATIO * cells)


def _inflated(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes a part really inflates to, whatever its headers claim."""
    start = entry.header_offset
    header = data[start : start + LOCAL_HEADER]
    if not header.startswith(b"PK\x03\x04") or len(header) < LOCAL_HEADER:
        raise LoyaltyError("damaged")
    start += LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == STORED:
        yield from (packed[at : at + CHUNK] for at in range(0, len(packed), CHUNK))
    elif entry.compress_type == DEFLATED:
        yield from _deflated(packed)
    else:
        raise _unsafe("method")


def _deflated(packed: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for at in range(0, len(packed), PIECE):
            piece = packed[at : at + PIECE]
            while piece and not stream.eof:
                if chunk := stream.decompress(piece, CHUNK):
                    yield chunk
                piece = stream.unconsumed_tail
    except zlib.error as error:
        raise LoyaltyError("damaged") from error
    if not stream.eof:
        raise LoyaltyError("damaged")
