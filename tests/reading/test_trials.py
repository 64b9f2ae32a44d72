"""From rows of a trial to observations: numbers, percentages, yes and no, groups, what is left out."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from loyalty.errors import LoyaltyError
from loyalty.reading import build, open_workbook, recognise
from loyalty.reading.numbers import measures
from loyalty.reading.sheets import Column
from loyalty.reading.tables import Tables, tables_of_frames
from tests.reading.sheets_by_hand import lines, notes, read, sheet

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
ANSWERS = json.loads((SAMPLE_DATA / "answers.json").read_text(encoding="utf-8"))
BILLS = """
Bill no.|Date|Server|Party size|Bill|Tip|Tip (%)|Dessert|Group
1|09/17/2024|Ana|2|$84.50|$16.00|18.9%|yes|no mint
2|09/17/2024|ana|4|1,204.00|$150|12.5 %|no|Mint
3|09/18/2024|Ben|3|60|9.00|15|Yes|No  Mint
4|09/18/2024|Ben||void|void|N/A||Mint
5|09/19/2024|Ben|1|14.50|2.00|13.8|no|
6|09/20/2024|Ben|2|40.00|6.00||no|Mint
7|09/21/2024|Ana|2|20.00|4.00|20%|yes|no mint
8|someday|Ana|2|20.00|4.00|20%|yes|no mint
"""


def trials(tables: Tables) -> pl.DataFrame:
    assert tables.trials is not None
    return tables.trials


def trial(rows: str, **roles: str) -> Tables:
    return read(lines(rows), roles={"trials": roles})


def values(*cells: str | None) -> list[float | None]:
    return measures(Column(text=pl.Series(cells, dtype=pl.String))).values.to_list()


def test_a_table_of_bills() -> None:
    tables = trial(BILLS, group="Group", outcome="Tip (%)")
    assert tables.roles["trials"] == {"group": "Group", "outcome": "Tip (%)", "date": "Date"}
    assert trials(tables).to_dicts()[1] == {
        "group": "Mint",
        "outcome": 12.5,
        "date": datetime(2024, 9, 17),
        "Party size": 4.0,
        "Bill": 1204.0,
        "Tip": 150.0,
        "Dessert": 0.0,
        "Server": "Ana",
        "day": date(2024, 9, 17).toordinal(),
        "month": 2024 * 12 + 8,
    }
    assert trials(tables)["group"].to_list() == ["no mint", "Mint", "no mint", "Mint", "no mint", "no mint"]
    assert trials(tables)["outcome"].to_list() == [18.9, 12.5, 15.0, None, 20.0, 20.0]
    assert trials(tables)["Dessert"].to_list() == [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]
    assert tables.groupings == {"trials": ("Server",)}
    assert tables.measures == {"trials": ("Party size", "Bill", "Tip", "Dessert")}


def test_every_row_is_accounted_for() -> None:
    """Left out: no group, and nothing to compare; a row without a date still counts."""
    tables = trial(BILLS, group="Group", outcome="Tip (%)")
    assert tables.left_out.select("row", "reason").rows() == [
        (5, "reason.no_outcome"),
        (6, "reason.no_group"),
    ]
    assert notes(tables) == {
        "spellings": 1,
        "percent_kept": 4,
        "yes_no_counted": 7,
        "unread_numbers": 2,
        "unread_dates": 1,
        "no_group": 1,
        "no_outcome": 1,
        "without_outcome": 1,
    }
    assert trials(tables)["date"].null_count() == 1


def test_any_column_of_numbers_can_be_the_outcome() -> None:
    tables = trial(BILLS, group="Dessert", outcome="Tip")
    assert trials(tables).select("group", "outcome").rows()[:2] == [("yes", 16.0), ("no", 150.0)]
    assert tables.measures == {"trials": ("Party size", "Bill", "Tip (%)")}
    assert tables.groupings["trials"] == ("Server",)
    assert tables.roles["trials"]["segment"] == "Group"


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("18.5%", "20 %", "5％", None), [18.5, 20.0, 5.0, None]),
        (("18,5 %", "7,25%"), [18.5, 7.25]),
        (("$4.50", "€3", "(2.00)"), [4.5, 3.0, -2.0]),
        (("yes", "NO", "Yes", ""), [1.0, 0.0, 1.0, None]),
        (("是", "否", "是"), [1.0, 0.0, 1.0]),
        (("да", "нет"), [1.0, 0.0]),
        (("TRUE", "FALSE", "TRUE"), [1.0, 0.0, 1.0]),
        (("1", "0", "yes"), [1.0, 0.0, 1.0]),
        (("converted", "not", "-", "n/a"), [1.0, 0.0, None, None]),
        (("7", "12", "3", "8", "no"), [7.0, 12.0, 3.0, 8.0, None]),  # a number or two is no yes or no
        (("mint", "candy"), [None, None]),
    ],
)
def test_outcomes_are_numbers(cells: tuple[str | None, ...], found: list[float | None]) -> None:
    assert values(*cells) == pytest.approx(found)


def test_what_says_neither_yes_nor_no_is_said_to_be_unread() -> None:
    read_ = measures(Column(text=pl.Series(["yes", "no", "no", "yes", "perhaps", None])))
    assert read_.values.to_list() == [1.0, 0.0, 0.0, 1.0, None, None]
    assert read_.unread.to_list() == [False] * 4 + [True, False]
    assert read_.remarks == {"yes_no_counted": 4}


def test_numbers_in_cells_of_numbers_stay() -> None:
    mixed = Column(text=pl.Series([None, "12%", "yes"]), number=pl.Series([0.5, None, None]))
    assert measures(mixed).values.to_list() == [0.5, 12.0, None]
    assert measures(Column(number=pl.Series([0.185, None]))).values.to_list() == [0.185, None]


def test_dates_and_ids_are_no_measures() -> None:
    rows = """
Order ID|Shipped|Variant|Spend
17|2025-01-02|a|4.50
18|2025-01-03|b|3.20
19|2025-01-04|a|2.10
20|2025-01-05|b|5.00
"""
    tables = trial(rows, group="Variant", outcome="Spend")
    assert tables.measures == {"trials": ()}


def test_a_control_may_be_called_none_and_arms_may_be_numbers() -> None:
    tables = trial("Arm|Result\nNone|1\nmint|2\nNone|3\nmint|4", group="Arm", outcome="Result")
    assert trials(tables)["group"].to_list() == ["None", "mint", "None", "mint"]
    tables = read(sheet([["Arm", "Result"], [0.0, 1.5], [1.0, 2.5], [0.0, 3.5], [1.0, 4.5]]))
    assert trials(tables)["group"].to_list() == ["0", "1", "0", "1"]


def test_trials_of_several_sheets_are_one() -> None:
    """What one sheet says in numbers and another in words is a text of both."""
    one = sheet(lines("Variant|Outcome|Size\na|1|2\nb|2|3\na|3|2\nb|4|5"), "First")
    other = sheet(lines("Variant|Outcome|Size\na|5|small\nb|6|large\na|7|small\nb|8|large"), "Second")
    tables = read(one, other)
    assert trials(tables)["outcome"].to_list() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert trials(tables)["Size"].dtype == pl.String
    assert tables.groupings == {"trials": ("Size",)}


def test_one_sheet_may_be_orders_and_a_trial() -> None:
    rows = lines(
        """
Order ID|Customer ID|Date|Amount|Voucher
1|A|2025-01-02|4.50|yes
2|B|2025-01-03|3.20|no
3|A|2025-01-05|2.10|yes
4|C|2025-01-06|9.00|no
"""
    )
    tables = read(rows, roles={"trials": {"group": "Voucher", "outcome": "Amount"}})
    assert tables.orders is not None
    assert tables.orders["amount"].to_list() == trials(tables)["outcome"].to_list()
    assert tables.roles["trials"] == {
        "group": "Voucher",
        "outcome": "Amount",
        "customer": "Customer ID",
        "date": "Date",
    }


def test_without_anything_to_compare_nothing_is_left() -> None:
    with pytest.raises(LoyaltyError) as caught:
        trial("Arm|Result\na|good\nb|bad\na|good\nb|good", group="Arm", outcome="Result")
    assert caught.value.id == "no_rows_left"
    assert "Trials" in str(caught.value)


@pytest.mark.parametrize("file", ["mint.xlsx", "mint_messy.csv"])
def test_the_mint_experiment_is_read_as_it_was_drawn(file: str) -> None:
    book = open_workbook(SAMPLE_DATA / file)
    tables, answers = build(book, recognise(book)), ANSWERS[file]
    outcome = pl.col("outcome")
    found = (
        trials(tables)
        .group_by("group")
        .agg(outcome.count().alias("n"), outcome.mean().alias("mean"), outcome.std().alias("sd"))
    )
    for group, n, mean, sd in found.iter_rows():
        arm = answers["experiment"]["groups"].pop(group)
        assert (n, mean, sd) == (
            arm["n"],
            pytest.approx(arm["mean"]),
            pytest.approx(arm["standard_deviation"]),
        )
    assert not answers["experiment"]["groups"]
    for measure, total in (("Bill", "bills"), ("Tip", "tips")):
        assert trials(tables)[measure].sum() == pytest.approx(answers["totals"]["trials"][total])
    mess = answers.get("mess", {}).get("trials", {}).get("left_out", {})
    lost = tables.left_out["reason"].to_list()
    for reason, name in (("totals", "totals_rows"), ("no_group", "no_group"), ("no_outcome", "void_bills")):
        assert lost.count(f"reason.{reason}") == mess.get(name, 0)


def test_frames_in_memory() -> None:
    frame = pd.DataFrame(
        {
            "arm": ["a", "b", "a", "b", None],
            "converted": [True, False, False, True, True],
            "spend": [1.5, None, 2.5, 3.5, 4.5],
            "user": [1, 2, 3, 4, 5],
        }
    )
    tables = tables_of_frames({"trials": frame}, {"customer": "user"})
    assert tables.roles["trials"] == {"group": "arm", "outcome": "converted", "customer": "user"}
    assert trials(tables)["outcome"].to_list() == [1.0, 0.0, 0.0, 1.0]
    assert tables.measures == {"trials": ("spend",)}
