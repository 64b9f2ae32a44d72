"""Zip packages: which kind of workbook one is, and whether it is safe to unpack."""

from __future__ import annotations

import html
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
ERROR_CELL = re.compile(rb'<c (?=[^>]*t="e")[^>]*?r="[A-Z]+(\d{1,10})"')
CACHELESS_CELL = re.compile(  # an empty value of t="str" is the calculated result ""
    rb'<c (?![^>]*t="str")[^>]*?r="[A-Z]+(\d{1,10})"[^>]*><f[^<]*</f>(?:</c>|<v></v>|<v ?/>)'
)
RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)")
NAMES_BYTES = 1 << 20  # of the XML that names the sheets


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
    if not entries:
        raise LoyaltyError("damaged")
    if len(entries) > limits.PACKAGE_PARTS:
        raise _unsafe("parts")
    return entries


def _unsafe(reason: str) -> LoyaltyError:
    return LoyaltyError("unsafe_file", reason=Message(f"unsafe.{reason}"))


@dataclass
class Worksheet:
    """What the XML of one sheet tells beside its values.

    Parameters
    ----------
    cells
        Cells present.
    errors, error_rows
        Cells that hold an error such as #REF!, and the first rows with one.
    cacheless, cacheless_rows
        Formulas that were never calculated, so that the file holds no value for them.
    highest, widest
        Upper bounds of row and column, cheaply had: rows below 100,000 and columns up to Z are not looked at.
    """

    cells: int = 0
    errors: int = 0
    error_rows: list[int] = field(default_factory=list)
    cacheless: int = 0
    cacheless_rows: list[int] = field(default_factory=list)
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
        self.highest = max(self.highest, *map(int, ROW_OF_SIX_DIGITS.findall(xml)), 0)
        self.widest = max(self.widest, *map(_column, COLUMN_OF_TWO_LETTERS.findall(xml)), 0)
        if b't="e"' in xml:
            self.errors += _first_rows(ERROR_CELL, xml, self.error_rows)
        if b"</f></c>" in xml or b"</f><v></v>" in xml or b"</f><v/>" in xml or b"</f><v />" in xml:
            self.cacheless += _first_rows(CACHELESS_CELL, xml, self.cacheless_rows)


def _first_rows(cell: re.Pattern[bytes], xml: bytes, rows: list[int]) -> int:
    """Number of cells that match; their rows go to `rows` while these are few."""
    found = cell.findall(xml)
    for row in dict.fromkeys(map(int, found)):
        if len(rows) < limits.EXAMPLE_ROWS and row not in rows:
            rows.append(row)
    return len(found)


def _column(letters: bytes) -> int:
    """Number of a column.

    >>> _column(b"XFD")
    16384
    """
    number = 0
    for letter in letters[:7]:
        number = number * 26 + letter - 64
    return number


@dataclass
class Package:
    """What inspecting a package found.

    Parameters
    ----------
    parts
        Worksheets by the name of their part.
    book, links
        The XML that names the sheets, and the one that says which part each is.
    inflated
        Bytes of all parts.
    """

    parts: dict[str, Worksheet] = field(default_factory=dict)
    book: bytes = b""
    links: bytes = b""
    inflated: int = 0

    def worksheets(self) -> dict[str, Worksheet]:
        """Worksheets by the name the user knows; those that cannot be matched are left out."""
        targets = {}
        for tag in RELATIONSHIP.findall(self.links):
            link = _attributes(tag)
            targets[link.get("Id")] = link.get("Target", "").rpartition("/")[2]
        sheets = {}
        for tag in SHEET.findall(self.book):
            sheet = _attributes(tag)
            file = targets.get(next((value for name, value in sheet.items() if name.endswith(":id")), None))
            found = [part for name, part in self.parts.items() if name.rpartition("/")[2] == file]
            if len(found) == 1 and "name" in sheet:
                sheets[sheet["name"]] = found[0]
        return sheets


def _attributes(tag: bytes) -> dict[str, str]:
    pairs = ATTRIBUTE.findall(tag.decode("utf-8", "replace"))
    return {name: html.unescape(value) for name, value in pairs}


def inspect(data: bytes, package: Package) -> None:
    """Unpack every part once without keeping it, and refuse what is built to overload a reader.

    Parameters
    ----------
    data
        The bytes of the file.
    package
        Filled with what is found.

    Raises
    ------
    LoyaltyError
        ``unsafe_file`` or ``damaged``.
    """
    entries = _entries(data)
    if sum(entry.compress_size for entry in entries) > len(data):
        raise _unsafe("overlap")
    for entry in entries:
        _inspect_part(data, entry, package)


def _inspect_part(data: bytes, entry: zipfile.ZipInfo, package: Package) -> None:
    name = entry.filename
    size, worksheet, markup = 0, None, name.lower().endswith((".xml", ".rels"))
    for chunk in _inflated(data, entry):
        if markup:
            _refuse_entities(chunk, first=size == 0)
        if markup and size == 0:
            worksheet = _known_part(name, chunk, package)
        size += len(chunk)
        package.inflated += len(chunk)
        _refuse_bomb(size, entry.compress_size, package.inflated)
        if worksheet:
            worksheet.feed(chunk)
    if worksheet:
        worksheet.finish()
        _refuse_corners(data, entry, worksheet)


def _known_part(name: str, beginning: bytes, package: Package) -> Worksheet | None:
    if name.endswith("workbook.xml"):
        package.book = beginning[:NAMES_BYTES]
    elif name.endswith("workbook.xml.rels"):
        package.links = beginning[:NAMES_BYTES]
    elif b"<worksheet" in beginning:
        return package.parts.setdefault(name, Worksheet())
    return None


def _refuse_entities(chunk: bytes, first: bool) -> None:
    """No spreadsheet program writes a document type; entities in one can stand for gigabytes."""
    wide = first and b"\x00" in chunk[:4]  # UTF-16: the document type must come in its first lines
    if b"<!DOCTYPE" in (chunk.replace(b"\x00", b"") if wide else chunk):
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
