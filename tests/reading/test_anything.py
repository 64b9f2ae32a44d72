"""Whatever stands in a sheet: it is read or refused with a sentence, and no row is lost silently."""

from __future__ import annotations

import contextlib
import csv
from datetime import datetime
from importlib.resources import files

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.columns import TABLES
from loyalty.errors import LoyaltyError
from loyalty.reading import build, recognise
from loyalty.reading.body import body
from loyalty.texts import LANGUAGES, say
from tests.reading.sheets_by_hand import sheet, workbook

NAMES = [
    row["name"]
    for row in csv.DictReader(files("loyalty").joinpath("synonyms.csv").read_text("utf-8").splitlines())
    if row["role"] != "!"
]
SALT = [
    "",
    " ",
    "N/A",
    "-",
    "x",
    "不",
    '="7"',
    "'8",
    "12,5",
    "$3.50",
    "(4)",
    "Total",
    "合计",
    "2025-02-30",
    "31/12/2024",
]
SALT += [
    "12/31/2024",
    "1.234",
    "9e9",
    "yes",
    "否",
    "cancelled",
    "refunded",
    "\u200b",
    "🙂",
    "a" * 300,
    "{x}",
    "2:05",
    "C77",
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(SALT),
    st.text(max_size=6),
    st.integers(-5, 60_000).map(float),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
)
KINDS = st.sampled_from(["any", "number", "date", "score", "word", "yes_no"])
OF_KIND = {
    "any": CELLS,
    "number": st.integers(-20, 500).map(float),
    "date": st.datetimes(datetime(2020, 1, 1), datetime(2025, 1, 1)),
    "score": st.integers(0, 10).map(float),
    "word": st.sampled_from(["Anna", "Ben", "anna", "Eve", None]),
    "yes_no": st.sampled_from(["yes", "no", None]),
}


@st.composite
def grids(draw: st.DrawFn) -> list[list[object]]:
    width = draw(st.integers(1, 7))
    header = draw(st.lists(st.sampled_from(NAMES), min_size=width, max_size=width))
    columns = [draw(st.lists(OF_KIND[draw(KINDS)], min_size=6, max_size=6)) for _ in range(width)]
    rows = [list(row) for row in zip(*columns, strict=True)][: draw(st.integers(0, 6))]
    above = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=2))
    below = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=2))
    return [*above, header, *rows, *below]


@given(grids())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_grid_is_read_or_refused_and_every_row_accounted_for(grid: list[list[object]]) -> None:
    page = sheet(grid)
    book = workbook(page)
    [plan] = recognise(book)
    tables = None
    with contextlib.suppress(LoyaltyError):
        tables = build(book, [plan])
    if tables is None:
        return
    found = body(page, plan.header)
    outside = sum(map(len, found.left_out.values()))
    for table in plan.tables:
        frame = getattr(tables, table)
        lost = tables.left_out.height - outside
        assert frame.height <= len(found.rows)
        if len(plan.tables) == 1 and not any(note.message.id == "note.side_by_side" for note in tables.notes):
            marked = sum(n.count for n in tables.notes if n.message.id == "note.out_of_range")
            assert len(found.rows) - marked <= frame.height + lost
            assert frame.height + lost - marked <= len(found.rows)
    for note in tables.notes:
        for language in LANGUAGES:
            assert say(note.message, language)


@given(grids(), st.sampled_from(TABLES), st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_choice_of_roles_is_read_or_refused(
    grid: list[list[object]], table: str, data: st.DataObject
) -> None:
    from loyalty.columns import ROLES

    book = workbook(sheet(grid))
    [plan] = recognise(book)
    roles = data.draw(
        st.dictionaries(st.sampled_from(list(ROLES[table])), st.sampled_from(plan.headers), max_size=5)
    )
    with contextlib.suppress(LoyaltyError):
        build(book, recognise(book, {table: roles}))


def test_moments_among_the_answers_are_no_words() -> None:
    grid: list[list[object]] = [["Rating", "Customer"], [None, "a"], [datetime(2000, 1, 1), "b"], [4, "c"]]
    book = workbook(sheet(grid))
    tables = build(book, recognise(book, {"responses": {"rating": "Rating", "customer": "Customer"}}))
    assert tables.responses["rating"].drop_nulls().to_list() == [4.0]
