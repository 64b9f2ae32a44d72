"""What a file is, by its first bytes; the signatures are those of the formats' own descriptions."""

import pytest

from loyalty.errors import LoyaltyError
from loyalty.reading.formats import sniff
from tests.reading.packing import parts, xlsx, zipped

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def refusal(data: bytes) -> tuple[str, str]:
    with pytest.raises(LoyaltyError) as caught:
        sniff(data)
    return caught.value.id, str(caught.value)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"customer,date\n", "text"),
        ("\ufeff订单号;金额\n".encode(), "text"),
        ("a\tb\n".encode("utf-16"), "text"),
        (b"<none>,1\n<none>,2\n", "text"),
        (b"[ref],1\n[ref],2\n", "text"),
        (b"BMW,4\nAudi,5\n", "text"),
        (b"<html><body><table>", "html"),
        (b"\r\n <!DOCTYPE html>\n<html>", "html"),
        ("\ufeff<TABLE border=1>".encode(), "html"),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        (bytes.fromhex("0900040002001000"), "biff"),
        (bytes.fromhex("0902060000001000"), "biff"),
        (bytes.fromhex("0904060000001000"), "biff"),
        (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0\0", "xls"),
        (OLE + b"\0" * 600 + "Book".encode("utf-16-le") + b"\0\0", "xls"),
        (xlsx(b""), "xlsx"),
        (zipped(parts(b"") | {"xl/vbaProject.bin": b"x"}), "xlsm"),
        (zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}), "xlsb"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}),
            "ods",
        ),
    ],
)
def test_kind_is_told_from_the_content(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\0" * 50, b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_without_content_is_empty(data: bytes) -> None:
    assert refusal(data)[0] == "empty_file"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n...", "picture"),
        (b"\xff\xd8\xff\xe0...", "picture"),
        (b"BM\x0a\x00\x00\x00....", "picture"),
        (b"PAR1....", "Parquet"),
        (b"\x80\x04\x95\x10\x00.", "pickle"),
        (b"SQLite format 3\x00", "database"),
        (b'{"orders": [1, 2]}', "JSON"),
        (b'[{"order": 1}]\n', "JSON"),
        (b'<?xml version="1.0"?><orders/>', "XML"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "web page"),
        (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}), "document"),
        (zipped({"Index/Document.iwa": b"x", "Metadata/Properties.plist": b"x"}), "Numbers"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
            "document",
        ),
        (OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le") + b"\0\0", "document"),
    ],
)
def test_other_kinds_are_named(data: bytes, words: str) -> None:
    id, sentence = refusal(data)
    assert id == "unsupported_kind"
    assert words in sentence


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07\x01", "RAR"),
        (zipped({"orders.csv": b"a,b\n"}), "zip"),
    ],
)
def test_archives_are_to_be_unpacked(data: bytes, name: str) -> None:
    id, sentence = refusal(data)
    assert id == "packed_file"
    assert name in sentence


def test_spreadsheetml_is_to_be_saved_as_xlsx() -> None:
    data = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/>'
    id, sentence = refusal(data)
    assert id == "spreadsheetml"
    assert ".xlsx" in sentence


def test_encrypted_files_are_said_to_be_protected() -> None:
    encrypted = zipped({"xl/workbook.xml": b"x"})
    flagged = encrypted.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    assert flagged != encrypted
    assert refusal(flagged)[0] == "encrypted"
    assert refusal(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0\0")[0] == "encrypted"


@pytest.mark.parametrize("data", [b"PK\x05\x06" + b"\0" * 18, b"PK\x03\x04 cut off", xlsx(b"")[:-30]])
def test_broken_zip_files_are_damaged(data: bytes) -> None:
    assert refusal(data)[0] == "damaged"
