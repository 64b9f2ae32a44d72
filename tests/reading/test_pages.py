"""Tables of web pages, as old web systems export them."""

import pytest

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading.pages import tables_of


def rows(page: str) -> list[list[str]]:
    (table,) = tables_of(page)
    return table.rows


def test_a_plain_table() -> None:
    page = "<html><body><table><tr><th>Day</th><th>Sum</th></tr><tr><td>1</td><td>4,50</td></tr></table>"
    assert rows(page) == [["Day", "Sum"], ["1", "4,50"]]


def test_what_is_left_unclosed() -> None:
    assert rows("<table><tr><td>a<td>b<tr><td>c<td>d") == [["a", "b"], ["c", "d"]]


def test_text_is_what_the_reader_sees() -> None:
    page = (
        "<table><tr><td> a&nbsp;&amp;\n  b <b>c</b><script>var x = '<td>'</script><style>td {}</style></td>"
        "<td>one<br>two<br/></td><td>&#20013;&#25991;</td></tr></table>"
    )
    assert rows(page) == [["a & b c", "one\ntwo", "中文"]]


def test_spans_keep_the_columns_in_place() -> None:
    page = (
        "<table><tr><td rowspan=2>shop<td colspan=2>sum<td>n"
        "<tr><td>net<td>gross<td>1"
        "<tr><td>A<td>2<td>3<td>4</table>"
    )
    assert rows(page) == [["shop", "sum", "", "n"], ["", "net", "gross", "1"], ["A", "2", "3", "4"]]


def test_tables_that_only_lay_out_the_page_are_no_tables() -> None:
    inner = "<table><caption>Orders</caption><tr><td>a<td>b<tr><td>1<td>2</table>"
    tables = tables_of(f"<table><tr><td>menu<td>{inner}</table>{inner}<table><tr><td>footer</table>")
    assert [table.name for table in tables] == ["Orders", "Orders"]
    assert tables[0].rows == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    "page", ["<html><p>Please log in</p>", "<table></table>", "<table><tr><td> </table>"]
)
def test_a_page_without_a_table(page: str) -> None:
    with pytest.raises(LoyaltyError) as caught:
        tables_of(page)
    assert caught.value.id == "no_tables"


@pytest.mark.parametrize("span", ["", "x", "-3", "0", "9" * 30])
def test_spans_that_are_nonsense(span: str) -> None:
    assert rows(f'<table><tr><td colspan="{span}">a<td>b</table>') == [["a", "b"]]


def test_a_span_over_everything_is_refused() -> None:
    with pytest.raises(LoyaltyError) as caught:
        tables_of(f"<table><tr><td>a<td colspan={limits.COLUMNS * 9}>b</table>")
    assert caught.value.id == "too_many_columns"
