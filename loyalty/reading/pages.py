"""Tables of a web page: what many web systems export as ".xls"."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from loyalty import limits
from loyalty.errors import LoyaltyError

UNSEEN = ("script", "style")
BREAKS = ("br", "p", "div", "li")
BREAK = "\v"  # line feeds of the source are no breaks


@dataclass
class PageTable:
    """One table, its cells as text.

    Parameters
    ----------
    name
        The caption, or ``"Table 1"``.
    rows
        Cells that span several columns or rows stand at their top left, the rest of the span is empty.
    outer
        Another table stands in one of its cells: it lays out the page.
    """

    name: str = ""
    rows: list[list[str]] = field(default_factory=list)
    outer: bool = False
    reaching_down: dict[int, int] = field(default_factory=dict)

    def add_row(self) -> None:
        """Begin a row, with empty cells where cells of rows above reach down."""
        self.rows.append([])
        self._skip_spans()

    def add_cell(self, text: str, across: int, down: int) -> None:
        """Add a cell and what it spans."""
        row = self.rows[-1]
        if down > 1:
            self.reaching_down.update(dict.fromkeys(range(len(row), len(row) + across), down - 1))
        row.extend([text, *[""] * (across - 1)])
        self._skip_spans()
        if len(row) > limits.COLUMNS:
            raise LoyaltyError("too_many_columns", columns=len(row), limit=limits.COLUMNS)

    def _skip_spans(self) -> None:
        row = self.rows[-1]
        while self.reaching_down.get(len(row), 0) > 0:
            self.reaching_down[len(row)] -= 1
            row.append("")


class TableReader(HTMLParser):
    """Collects the tables of a page; nested ones on their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[PageTable] = []
        self._open: list[PageTable] = []
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._unseen = 0
        self._caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what the tag begins; what HTML leaves unclosed is closed by it."""
        if tag == "table":
            self._begin_table()
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].add_row()
        elif tag in ("td", "th") and self._open:
            self._begin_cell(dict(attrs))
        elif tag == "caption" and self._open:
            self._text = []
        elif tag in BREAKS and self._text:
            self._text.append(BREAK)
        if tag in UNSEEN:
            self._unseen += 1

    def handle_endtag(self, tag: str) -> None:
        """End what the tag ends."""
        if tag in UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        if not self._open:
            return
        if tag == "caption":
            self._open[-1].name, self._text = _clean(self._text or []), None
        elif tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table":
            self.tables.append(self._open.pop())

    def handle_data(self, data: str) -> None:
        """Add text to the open cell."""
        if self._text is not None and not self._unseen:
            self._text.append(data)

    def finish(self) -> list[PageTable]:
        """Close everything; the tables that hold rows and do not only lay out the page."""
        self.close()
        self._end_cell()
        self.tables.extend(reversed(self._open))
        return [table for table in self.tables if not table.outer and any(map(any, table.rows))]

    def _begin_table(self) -> None:
        if self._open:
            self._open[-1].outer = True
        self._text = None
        self._open.append(PageTable())

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        if not self._open[-1].rows:
            self._open[-1].add_row()
        self._text = []
        across, down = (_span(attributes.get(name)) for name in ("colspan", "rowspan"))
        self._span = min(across, limits.COLUMNS), min(down, limits.ROWS)

    def _end_cell(self) -> None:
        if self._text is not None and self._open and self._open[-1].rows:
            self._open[-1].add_cell(_clean(self._text), *self._span)
        self._text = None


def _span(value: str | None) -> int:
    return max(int(value), 1) if value and value.isascii() and value.isdigit() and len(value) < 8 else 1


def _clean(parts: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(parts).split(BREAK))
    return "\n".join(line for line in lines if line)


def tables_of(page: str) -> list[PageTable]:
    """The tables of a page that hold something.

    Raises
    ------
    LoyaltyError
        ``no_tables``.

    Examples
    --------
    >>> [table.rows for table in tables_of("<table><tr><th>day<th>sum<tr><td>1.3.<td>4,50</table>")]
    [[['day', 'sum'], ['1.3.', '4,50']]]
    """
    reader = TableReader()
    reader.feed(page)
    tables = reader.finish()
    if not tables:
        raise LoyaltyError("no_tables")
    if any(len(table.rows) > 1 for table in tables):
        tables = [table for table in tables if len(table.rows) > 1]
    for number, table in enumerate(tables, 1):
        table.name = table.name or f"Table {number}"
    return tables
