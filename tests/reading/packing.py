"""Small xlsx packages made by hand, so that a test decides over every byte."""

import io
import struct
import zipfile
import zlib

HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SPREADSHEETML = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = b"http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONSHIPS_TYPE = b"application/vnd.openxmlformats-package.relationships+xml"
CONTENT_TYPES = b"http://schemas.openxmlformats.org/package/2006/content-types"
DOCUMENT = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml."


def parts(sheet: bytes, name: bytes = b"Orders", prolog: bytes = b"") -> dict[str, bytes]:
    """The parts of a workbook with one sheet, `sheet` being what stands in its sheetData."""
    kinds = b"".join(
        b'<Override PartName="/xl/%s.xml" ContentType="%s%s+xml"/>' % (part, CONTENT_TYPE, kind)
        for part, kind in ((b"workbook", b"sheet.main"), (b"worksheets/sheet1", b"worksheet"))
    )
    defaults = b'<Default Extension="rels" ContentType="%s"/>' % RELATIONSHIPS_TYPE
    book = b'<sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets>' % name
    return {
        "[Content_Types].xml": HEAD + b'<Types xmlns="%s">%s%s</Types>' % (CONTENT_TYPES, defaults, kinds),
        "_rels/.rels": _link(b"officeDocument", b"xl/workbook.xml"),
        "xl/workbook.xml": HEAD
        + b'<workbook xmlns="%s" xmlns:r="%s">%s</workbook>' % (SPREADSHEETML, DOCUMENT, book),
        "xl/_rels/workbook.xml.rels": _link(b"worksheet", b"worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": HEAD
        + prolog
        + b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (SPREADSHEETML, sheet),
    }


def _link(kind: bytes, target: bytes) -> bytes:
    link = b'<Relationship Id="rId1" Type="%s/%s" Target="%s"/>' % (DOCUMENT, kind, target)
    return HEAD + b'<Relationships xmlns="%s">%s</Relationships>' % (RELATIONSHIPS, link)


def row(number: int, **cells: float) -> bytes:
    """One row with numbers in the columns named."""
    inner = b"".join(
        b'<c r="%s%d"><v>%s</v></c>' % (column.encode(), number, str(value).encode())
        for column, value in cells.items()
    )
    return b'<row r="%d">%s</row>' % (number, inner)


def xlsx(sheet: bytes, method: int = zipfile.ZIP_DEFLATED, **options: bytes) -> bytes:
    """A workbook with one sheet."""
    return zipped(parts(sheet, **options), method)


def zipped(content: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, data in content.items():
            package.writestr(name, data)
    return file.getvalue()


def lying(data: bytes, part: str, claimed: int) -> bytes:
    """The same package, whose headers claim that a part is `claimed` bytes long."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entry = package.getinfo(part)
    changed = bytearray(data)
    struct.pack_into("<L", changed, entry.header_offset + 22, claimed)
    central = data.index(b"PK\x01\x02")
    while data[central + 46 : central + 46 + len(part)] != part.encode():
        central = data.index(b"PK\x01\x02", central + 1)
    struct.pack_into("<L", changed, central + 24, claimed)
    return bytes(changed)


def overlapping(entries: int) -> bytes:
    """A zip file whose entries are all the same bytes: 1 MB of zeros, many times."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = bytes(range(256)) * 400
    packed = compressor.compress(plain) + compressor.flush()
    crc, name = zlib.crc32(plain), b"xl/workbook.xml"
    sizes = struct.pack("<LLL", crc, len(packed), len(plain))
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0x21) + sizes
    local += struct.pack("<HH", len(name), 0) + name + packed
    central = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0x21) + sizes
    central += struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<HHHHLLH", 0, 0, entries, entries, len(central) * entries, len(local), 0)
    return local + central * entries + b"PK\x05\x06" + end
