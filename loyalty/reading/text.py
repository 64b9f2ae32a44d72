"""Text files: from bytes in any encoding to one sheet of text cells."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from loyalty import limits
from loyalty.errors import LoyaltyError, Note, Where
from loyalty.reading import delimiters
from loyalty.reading.cells import Cells, columns_of
from loyalty.reading.sheets import Sheet
from loyalty.texts import Message

BOMS = (  # the longer first: UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Isolated to these, charset-normalizer named the right one for all of 971 short Chinese, Russian, German,
# Spanish and French samples; unrestricted it failed on one in fourteen.
GUESSED = ("utf_8", "gb18030", "cp1251", "cp1252")
ENCODING_NAMES = {"gb18030": "GB18030", "cp1251": "Windows-1251", "cp1252": "Windows-1252"}
SAMPLE = 1 << 16
CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f]")
REPLACED = "\ufffd"
SHOWN = 60  # characters of a line in a note
# Windows-1252's euro beside a number: 0x80 alone is nothing in GB18030, a Serbian letter in Windows-1251
EURO = re.compile(rb"\d[ \xa0]?\x80|(?<![\x81-\xfe])\x80[ \xa0]?-?\d")
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was found in the bytes.

    Parameters
    ----------
    text
        Without byte order marks and NULs; lines end with a line feed.
    encoding
        Name of the codec.
    guessed
        Nothing in the bytes proves the encoding.
    replaced
        Characters that could not be read.
    """

    text: str
    encoding: str
    guessed: bool = False
    replaced: int = 0


def read_text(data: bytes, file: str) -> Sheet:
    """One sheet from a text file: comma, semicolon, TAB, bar or runs of spaces between its cells.

    Raises
    ------
    LoyaltyError
        ``not_a_spreadsheet`` for bytes that are no text, and the limits on rows, columns and cells.
    """
    decoded = decode(data)
    table = delimiters.table_of(decoded.text)
    cells = Cells()
    frame = cells.frame(table.rows)
    name = PurePath(file).stem or file
    where = Where(file=file)
    notes = [*_encoding_notes(decoded, where)]
    if table.mended:
        rows = tuple(table.mended[: limits.EXAMPLE_ROWS])
        notes.append(
            Note("repaired", Message("note.quote_not_closed"), len(table.mended), Where(file, rows=rows))
        )
    if cells.cut:
        notes.append(
            Note("repaired", Message("note.cells_cut", {"limit": limits.CELL_CHARACTERS}), cells.cut, where)
        )
    return Sheet(file, name, columns_of(frame), frame.height, notes=tuple(notes))


def _encoding_notes(decoded: Decoded, where: Where) -> list[Note]:
    notes, lines = [], decoded.text.split("\n")
    if decoded.guessed:
        name = ENCODING_NAMES.get(decoded.encoding, decoded.encoding.upper())
        concerned = [line for line in lines if not line.isascii()] or lines
        place = replace(where, value=concerned[0][:SHOWN])
        notes.append(
            Note("seen", Message("note.encoding_guessed", {"encoding": name}), len(concerned), place)
        )
    if decoded.replaced:
        first = next((line for line in lines if REPLACED in line), "")
        at = max(first.find(REPLACED) - SHOWN // 2, 0)
        place = replace(where, value=first[at : at + SHOWN])
        notes.append(Note("repaired", Message("note.characters_replaced"), decoded.replaced, place))
    return notes


def decode(data: bytes) -> Decoded:
    """Find the encoding: byte order mark, zero bytes, strict UTF-8, then a guess.

    Raises
    ------
    LoyaltyError
        ``not_a_spreadsheet`` when the bytes are no text.

    Examples
    --------
    >>> decode("订单号,金额".encode("gb18030")).encoding
    'gb18030'
    """
    encoding, guessed = _encoding(data)
    try:
        text, replaced = data.decode(encoding), 0
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        replaced = text.count(REPLACED)
    text = text.lstrip("\ufeff").replace("\x00", "")
    sample = text[:SAMPLE]
    if len(CONTROL.findall(sample)) > len(sample) / 100 or replaced > len(text) / 10:
        raise LoyaltyError("not_a_spreadsheet")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, encoding, guessed, replaced)


def decode_page(data: bytes) -> str:
    """Text of a web page: by its own declaration where that holds, else as any text.

    Examples
    --------
    >>> decode_page('<meta charset="gb2312"><td>订单'.encode("gbk"))
    '<meta charset="gb2312"><td>订单'
    """
    declared = CHARSET.search(data[:4096])
    name = declared[1].decode("ascii").lower() if declared else ""
    try:
        return data.decode("gb18030" if name in ("gb2312", "gbk") else name)
    except (LookupError, UnicodeDecodeError):
        return decode(data).text


def _encoding(data: bytes) -> tuple[str, bool]:
    for bom, encoding in BOMS:
        if data.startswith(bom) and not (encoding == "utf-32-le" and len(data) % 4):
            return encoding, False
    if b"\x00" in data and not _is_text_with_zeros(data) and (wide := _wide(data)):
        return wide, True
    if _is_utf8(data):
        return "utf-8", False
    return _guess(data), True


def _is_text_with_zeros(data: bytes) -> bool:
    """A few zero bytes in ordinary text; in UTF-16 they are many, or other control characters are."""
    if data.count(b"\x00") > len(data) / 4 or not _is_utf8(data):
        return False
    return len(CONTROL.findall(data[:SAMPLE].decode("latin-1"))) < min(len(data), SAMPLE) / 100


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: zero bytes stand in fixed places and line ends appear."""
    for encoding, unit in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        head = data[: SAMPLE - SAMPLE % unit]
        head = head[: len(head) - len(head) % unit]
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and re.search("[\r\n,;\t|]", text) and not CONTROL.search(text):
            return encoding
    return None


def _is_utf8(data: bytes) -> bool:
    """Strict UTF-8, or UTF-8 with a few broken characters, such as one cut at the end."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        broken = text.count(REPLACED)
        return sum(map(_beyond_ascii, text.split("\n"))) > 10 * broken + broken
    return True


def _beyond_ascii(line: str) -> int:
    return 0 if line.isascii() else len(line) - len(line.encode("ascii", "ignore"))


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    lines = [line for line in data.split(b"\n") if not line.isascii()]
    sample = b"\n".join(lines)[:SAMPLE]
    best = from_bytes(sample, cp_isolation=list(GUESSED)).best()
    first = best.encoding if best and not EURO.search(sample) else "cp1252"
    for encoding in (first, *GUESSED):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return first
