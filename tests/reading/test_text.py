"""Text tables in the encodings and dialects people send."""

from __future__ import annotations

import csv
import io

import pytest

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading.delimiters import table_of
from loyalty.reading.sheets import Sheet
from loyalty.reading.text import decode, decode_page, read_text

CHINESE = "订单编号,买家会员名,实付金额\n1001,小明,25.50\n1002,李华,18.00\n1003,王芳,36.80\n"
RUSSIAN = "Номер заказа;Покупатель;Сумма\n1001;Анна Петрова;1250,50\n1002;Иван Смирнов;980,00\n"
FRENCH = "Commande;Client;Montant\n1001;Hélène Lefèvre;25,50\n1002;François Noël;18,00\n"
GERMAN = "Bestellung;Kundin;Straße\n1001;Jürgen Groß;Königsallee\n1002;Käthe Müller;Schöne Aussicht\n"


def cells(sheet: Sheet) -> list[list[str | None]]:
    columns = [
        column.text.to_list() if column.text is not None else [None] * sheet.height
        for column in sheet.columns
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def notes(sheet: Sheet) -> dict[str, int]:
    return {note.message.id: note.count for note in sheet.notes}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "gb18030"),
        (CHINESE, "gbk"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "utf-32"),
        (CHINESE, "utf-32-be"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-16-le"),
        (FRENCH, "cp1252"),
        (FRENCH, "latin-1"),
        (GERMAN, "cp1252"),
        (GERMAN, "utf-16-be"),
        ("name,city\nJohn,Leeds\n", "utf-16-le"),
    ],
)
def test_encodings(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.replaced == 0


@pytest.mark.parametrize("amount", ["4,50 €", "4,50€", "€4.50", "€ 4.50", "4,50\xa0€"])
@pytest.mark.parametrize("title", ["", "Umsätze 2025\n", "Café\n"])
def test_the_euro_is_no_letter(title: str, amount: str) -> None:
    text = f"{title}Datum;Betrag\n" + f"02.01.2025;{amount}\n" * 60
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("encoding", ["gb18030", "cp1251", "cp1252"])
def test_letters_that_appear_late(encoding: str) -> None:
    """The guess must not rest on the head of the file when the head is plain ASCII."""
    word = {
        "gb18030": "咖啡馆会员,订单金额",
        "cp1251": "Постоянный покупатель,сумма",
        "cp1252": "Crème brûlée,né",
    }
    text = "customer,comment\n" * 20_000 + f"C1,{word[encoding]}\n" * 3
    assert decode(text.encode(encoding)).text == text


def test_the_guess_is_said_with_a_line_to_check_it_by() -> None:
    sheet = read_text(CHINESE.encode("gb18030"), "orders.csv")
    (note,) = sheet.notes
    assert note.message.id == "note.encoding_guessed"
    assert note.message.holes["encoding"] == "GB18030"
    assert note.count == 4
    assert note.where.value == "订单编号,买家会员名,实付金额"
    assert not read_text(CHINESE.encode(), "orders.csv").notes


def test_two_marks_are_both_dropped() -> None:
    assert decode(b"\xef\xbb\xbf\xef\xbb\xbfa,b\n").text == "a,b\n"


def test_zero_bytes_are_dropped() -> None:
    assert decode(b"a,b,c\n\x00,2,3\n").text == "a,b,c\n,2,3\n"


def test_broken_characters_are_counted() -> None:
    good = "订单编号,买家会员名\n" * 50
    decoded = decode(good.encode() + b"C1,\xe5\xae\n")
    assert decoded.encoding == "utf-8"
    assert decoded.text.startswith(good)
    assert decoded.replaced == decoded.text.count("�") == 1
    assert notes(read_text(good.encode() + b"C1,\xe5\xae\n", "a.csv")) == {"note.characters_replaced": 1}


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 20, b"\x01\x02\x03\x04" * 400, b"MZ\x00\x02" + bytes(range(0, 250, 3)) * 30],
)
def test_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(LoyaltyError) as caught:
        decode(data)
    assert caught.value.id == "not_a_spreadsheet"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    sheet = read_text(f"a,b{end}1,2{end}{end}3,4{end}".encode(), "x.csv")
    assert cells(sheet) == [["a", "b"], ["1", "2"], [None, None], ["3", "4"]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb\n1,5\t2;3\n4\t5\n", "\t"),
        ("a|b|c\n1|x, y|3\n", "|"),
        ('name,comment\nA,"x; y; z; w"\nB,"p; q"\nC,r\n', ","),
        ("Report\nMarch 2025\n\nday;sum\n1;2\n3;4\n5;6\n7;8\n", ";"),
        ("customer\nC1\nC2\n", "\x1f"),
        ("2025-03-01 10:00:00\n2025-03-02 11:00:00\n", "\x1f"),
        ("It was a nice day, all in all\nWe came back\nThe tea was good\nSo was the cake\n" * 3, "\x1f"),
        (" 0004 19970101  2   29.33\n 0021 19970101 12  129.33\n 0050 19970101  1 6.79\n", " "),
        ("sep=;\na;b\n1;2\n", ";"),
        ("order,line,item,sum\n\t6901,\t69011,tea,5\n\t6902,\t69021,tea,5\n", ","),
        ("item,order,state,sum,paid\ntea\t,25-1\t,sent,5,2025-01-02 10:00:00\t\n" * 9, ","),
    ],
)  # fmt: skip
def test_delimiters(text: str, delimiter: str) -> None:
    assert table_of(text).delimiter == delimiter


def test_runs_of_spaces_separate_columns() -> None:
    sheet = read_text(
        b" 00004 0001 19970101  2   29.33\r\n 00021 0002 19970102  3   63.34\r\n" * 2, "cdnow.txt"
    )
    assert cells(sheet)[:2] == [["00004", "0001", "19970101", "2", "29.33"], ["00021", "0002", "19970102", "3", "63.34"]]  # fmt: skip # noqa: E501


def test_the_separator_line_of_excel_is_no_row() -> None:
    assert cells(read_text(b"sep=|\r\na|b,c\r\n1|2\r\n", "x.csv")) == [["a", "b,c"], ["1", "2"]]


def test_ragged_rows_keep_every_cell() -> None:
    assert cells(read_text(b"a,b\n1\n2,3,4\n", "x.csv")) == [
        ["a", "b", None],
        ["1", None, None],
        ["2", "3", "4"],
    ]


def test_quotes_hold_delimiters_line_ends_and_quotes() -> None:
    text = 'id,comment\n1,"good, really\nvery ""good"""\n2, "x, y"\n'
    assert cells(read_text(text.encode(), "x.csv"))[1] == ["1", 'good, really\nvery "good"']


@pytest.mark.parametrize("rest", ["3,c\n", "3,c\n" * 1000])
def test_a_quote_that_is_never_closed_takes_one_line_only(rest: str) -> None:
    sheet = read_text(f'id,size\n1,"12 inch\n2,b\n{rest}'.encode(), "pizza.csv")
    assert cells(sheet)[:4] == [["id", "size"], ["1", '"12 inch'], ["2", "b"], ["3", "c"]]
    assert sheet.height == 3 + rest.count("\n")
    (note,) = sheet.notes
    assert (note.message.id, note.where.rows) == ("note.quote_not_closed", (2,))


def test_many_stray_quotes_are_no_quotes() -> None:
    lines = [f'{n},"stray {n}' for n in range(9)]
    assert [row[1] for row in cells(read_text("\n".join(lines).encode(), "x.csv"))][-2:] == [
        '"stray 7',
        '"stray 8',
    ]


def test_a_cell_longer_than_excel_allows_is_cut_and_counted() -> None:
    long = "x" * (limits.CELL_CHARACTERS + 5)
    sheet = read_text(f"a,b\n1,{long}\n".encode(), "x.csv")
    assert len(cells(sheet)[1][1] or "") == limits.CELL_CHARACTERS
    assert notes(sheet) == {"note.cells_cut": 1}


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b"1," * 600, "too_many_columns"),
        pytest.param(b"1\n" * 1_100_000, "too_many_rows", marks=pytest.mark.slow),
    ],
)
def test_limits_are_said(data: bytes, id: str) -> None:
    with pytest.raises(LoyaltyError) as caught:
        read_text(data, "x.csv")
    assert caught.value.id == id


def test_blank_columns_at_the_right_do_not_count() -> None:
    sheet = read_text(b"a,b" + b"," * 5_000 + b"\n1,2\n", "x.csv")
    assert cells(sheet) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "utf-8", "nonsense", "windows-1251"])
def test_pages_say_their_encoding_or_it_is_guessed(declared: str) -> None:
    text = "Номер заказа" if declared == "windows-1251" else "订单编号 买家会员名 实付金额"
    page = f'<meta http-equiv="Content-Type" content="charset={declared}"><table><tr><td>{text}</table>'
    encoding = {"nonsense": "utf-8", "gb2312": "gbk"}.get(declared, declared)
    assert decode_page(page.encode(encoding)) == page


@pytest.mark.parametrize("dialect", ["excel", "excel-tab", "unix"])
def test_the_dialects_of_the_csv_module(dialect: str) -> None:
    rows = [["id", "comment"], ["1", 'a "b", c\nd'], ["2", "x;y"], ["3", "z"]]
    file = io.StringIO()
    csv.writer(file, dialect).writerows(rows)
    assert cells(read_text(file.getvalue().encode(), "x.csv")) == rows


def test_quotes_that_stand_inside_a_cell_do_not_join_lines() -> None:
    sheet = read_text(b'id,size\n1,"12" inch\n2,"9" inch\n3,b\n', "pizza.csv")
    assert [row[0] for row in cells(sheet)] == ["id", "1", "2", "3"]
