"""What a file is, told from its bytes; its name is never believed."""

from __future__ import annotations

import re

from loyalty.errors import LoyaltyError
from loyalty.texts import Message

WORKBOOKS = ("xlsx", "xlsm", "xlsb", "ods", "xls", "biff")

ZIP = b"PK"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# BOF records of Excel 2, 3, 4 and 5 without the compound file around them: [MS-XLS] and OpenOffice's
# "Documentation of the Microsoft Excel File Format", 5.8
BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)

PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
OTHERS = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF87a", "picture"),
    (b"GIF89a", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"RIFF", "media"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"ORC", "orc"),
    (b"Obj\x01", "avro"),
    (b"\x89HDF\r\n\x1a\n", "hdf"),
    (b"SQLite format 3\x00", "database"),
    (b"\x00\x01\x00\x00Standard ", "database"),
    (b"{\\rtf", "document"),
    (b"$FL2@(#)", "statistics"),
    (b"<stata_dta>", "statistics"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|div|style|center|font)\b", re.IGNORECASE)
XML = re.compile(rb"<(?:\?xml|\w+:?\w*\s+xmlns)")
JSON = re.compile(rb"\s*(?:\{\s*\"|\[\s*[\{\[])")
HEAD = 4096
BLANK = b'\xef\xbb\xbf\xff\xfe\x00 \t\r\n,;|"'


def sniff(data: bytes) -> str:
    r"""The kind of a file: one of `WORKBOOKS`, ``"html"`` or ``"text"``.

    Parameters
    ----------
    data
        All bytes of the file.

    Raises
    ------
    LoyaltyError
        ``empty_file``, ``encrypted``, ``packed_file``, ``spreadsheetml`` or ``unsupported_kind``.

    Examples
    --------
    >>> sniff(b"customer,date\nC1,2025-03-01\n")
    'text'
    """
    if not data.strip(BLANK):
        raise LoyaltyError("empty_file")
    if data.startswith(ZIP) and data[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        from loyalty.reading.packages import kind_of_package

        return kind_of_package(data)
    if data.startswith(OLE):
        return _kind_of_compound(data)
    if data.startswith(BIFF):
        return "biff"
    _refuse_others(data)
    return _kind_of_markup(data)


def _kind_of_compound(data: bytes) -> str:
    if _stream(data, "EncryptedPackage"):
        raise LoyaltyError("encrypted")
    if _stream(data, "Workbook") or _stream(data, "Book"):
        return "xls"
    if _stream(data, "WordDocument") or _stream(data, "PowerPoint Document"):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.document"))
    return "xls"


def _stream(data: bytes, name: str) -> bool:
    """Whether a compound file's directory names a stream; [MS-CFB] 2.6.1: UTF-16, then the length."""
    return name.encode("utf-16-le") + b"\x00\x00" in data


def _refuse_others(data: bytes) -> None:
    for magic, name in PACKED:
        if data.startswith(magic):
            raise LoyaltyError("packed_file", kind=name)
    for magic, kind in OTHERS:
        if data.startswith(magic):
            raise LoyaltyError("unsupported_kind", kind=Message(f"kind.{kind}"))
    if data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.picture"))
    if data[:1] == b"\x80" and data[1:2] in b"\x02\x03\x04\x05" and data.endswith(b"."):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.pickle"))


def _kind_of_markup(data: bytes) -> str:
    head = data[:HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if JSON.match(head) and _is_json(data):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.json"))
    if head.startswith(b"MIME-Version:"):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.web_archive"))
    if not head.startswith(b"<"):
        return "text"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise LoyaltyError("spreadsheetml")
    if HTML.search(head):
        return "html"
    if XML.match(head):
        raise LoyaltyError("unsupported_kind", kind=Message("kind.xml"))
    return "text"


def _is_json(data: bytes) -> bool:
    """JSON ends as it begins; a table that starts with a bracket hardly does."""
    return data.rstrip()[-1:] in (b"}", b"]")
