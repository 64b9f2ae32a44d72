"""What was repaired and left out: told, shown, and given away safely."""

import csv
import io

import polars as pl
import pytest

from loyalty.texts import sentences
from loyalty.ui import repairs, state
from loyalty.words import Translator
from tests.screen import app, texts

ORDERS = """Order,Date,Customer,Amount,Status,Note
1,2025-03-01,C1,10,paid,ok
2,2025-03-02,C2,20,cancelled,=HYPERLINK("http://a.b")
3,2025-03-03,C3,30,paid,ok
4,2025-03-04,C1,40,cancelled,"+1-A1"
5,2025-03-05,C2,50,paid,-5
"""


@pytest.fixture
def data():
    at = app()
    at.file_uploader[0].upload("orders.csv", ORDERS.encode()).run()
    return at.session_state[state.OPENED]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_note_is_told_with_its_place(data, language):
    at = app("data", language, **{state.OPENED: data})
    told = "\n".join(texts(at)).replace("\\", "")
    t = Translator(language)
    assert data.data.notes
    for note in data.data.notes:
        assert t.say(note.message) in told
        assert all(t.say(place) in told for place in note.where.messages())


def test_the_rows_left_out_are_given_away_whole_and_harmless(data):
    file = repairs._csv(repairs._told(Translator("en"), data.data.left_out))
    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert [row["Order"] for row in rows] == ["2", "4"]
    assert [row["Row"] for row in rows] == ["3", "5"]
    assert {row["Reason"] for row in rows} == {sentences("en")["reason.cancelled"]}
    assert [row["Note"] for row in rows] == ['\'=HYPERLINK("http://a.b")', "'+1-A1"]


def test_columns_of_the_file_that_are_called_like_ours_stay_apart():
    rows = pl.DataFrame(
        {"file": ["f"], "sheet": ["s"], "row": [3], "reason": ["reason.copies"], "Reason": ["mine"]}
    )
    told = repairs._told(Translator("en"), rows)
    assert len(set(told.columns)) == 5
    assert "mine" in told.row(0)


def test_nothing_left_out_shows_no_empty_table():
    at = app()
    at.file_uploader[0].upload(
        "a.csv", b"Customer,Date,Amount\nC1,2025-03-01,12.5\nC2,2025-03-02,7.5\n"
    ).run()
    at = app("data", **{state.OPENED: at.session_state[state.OPENED]})
    assert not at.exception
    assert "rows_left_out.csv" not in [each.proto.url for each in at.get("download_button")]
    assert len(at.dataframe) == 3  # sheets, columns, first rows
