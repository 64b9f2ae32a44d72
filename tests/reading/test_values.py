"""What cells say, in the styles that the exports of the world use."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.reading.dates import dates
from loyalty.reading.numbers import comma_evidence, currencies, numbers, scores
from loyalty.reading.sheets import Column
from loyalty.reading.values import categories, ids, seconds, texts, truths


def text(*cells: str | None) -> Column:
    return Column(text=pl.Series(cells, dtype=pl.String))


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("$1,045.00", "-$12.00", "$-3", "1250"), (1045.0, -12.0, -3.0, 1250.0)),
        (("(420.81)", "1,250.00"), (-420.81, 1250.0)),
        (("1.234,56 €", "45,00 €"), (1234.56, 45.0)),
        (("1 234,50", "12\u00a0500,00", "1\u202f234,5"), (1234.5, 12500.0, 1234.5)),
        (("1’234.50", "1'000.00"), (1234.5, 1000.0)),
        (("598元", "¥1,280.00", "￥1,280.00"), (598.0, 1280.0, 1280.0)),
        (("250k", "£1000", "1.2万"), (250_000.0, 1000.0, 12_000.0)),
        (("12,5%", "5%"), (0.125, 0.05)),
        (("7-", "−3", "+4", "12.50-"), (-7.0, -3.0, 4.0, -12.5)),
        (("１２３．５", "7"), (123.5, 7.0)),
        (("3 pcs", "2件", "5 шт."), (3.0, 2.0, 5.0)),
        (("399,00", "0,00", "1.499,00"), (399.0, 0.0, 1499.0)),
        (("USD 12.50", "12.50 EUR", "1 250 руб."), (12.5, 12.5, 1250.0)),
        (("1.234.567", "12"), (1234567.0, 12.0)),
        (("₹1,23,456", "₹12"), (123456.0, 12.0)),
        (("0,125", "0,250"), (0.125, 0.25)),
        (("2.5E+03", "$7"), (2500.0, 7.0)),
        (("  12.5 ", "\t3"), (12.5, 3.0)),
        (("-", "N/A", "", None, "4"), (None, None, None, None, 4.0)),
        (("C536366", "12 May", "abc"), (None, None, None)),
    ],
)
def test_numbers(cells: tuple[str, ...], values: tuple[float, ...]) -> None:
    found = numbers(text(*cells)).values.to_list()
    assert found == pytest.approx(list(values))


def test_the_style_of_a_number_is_that_of_its_column() -> None:
    assert numbers(text("1.234", "0,5", "12,75")).values.to_list() == [1234.0, 0.5, 12.75]
    assert numbers(text("1,234", "0.5", "12.75")).values.to_list() == [1234.0, 0.5, 12.75]


def test_a_number_that_may_be_either_follows_the_hint_or_is_remarked() -> None:
    doubtful = text("1.234", "2.500")
    assert numbers(doubtful).values.to_list() == [1.234, 2.5]
    assert numbers(doubtful).remarks == {"number_style": 2}
    assert numbers(doubtful, hint=True).values.to_list() == [1234.0, 2500.0]
    assert numbers(doubtful, decimal_comma=True).values.to_list() == [1234.0, 2500.0]
    assert numbers(doubtful, decimal_comma=True).remarks == {}
    assert numbers(text("1,234"), decimal_comma=True).values.to_list() == [1.234]


def test_unreadable_numbers_are_told_from_missing_ones() -> None:
    parsed = numbers(text("4", "free", None, "n/a"))
    assert parsed.unread.to_list() == [False, True, False, False]


def test_numbers_in_cells_of_several_kinds() -> None:
    column = Column(
        text=pl.Series([None, "£3.60", "x"]),
        number=pl.Series([2.0, None, None]),
        moment=pl.Series([None, None, None], dtype=pl.Datetime("us")),
    )
    assert numbers(column).values.to_list() == [2.0, 3.6, None]


@given(
    st.lists(st.decimals(-9_999_999, 9_999_999, places=2), min_size=1, max_size=30),
    st.sampled_from(["", "$", "€", "¥"]),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_written_amounts_come_back(amounts: list, sign: str, comma: bool) -> None:
    def write(amount: object) -> str:
        english = f"{amount:,.2f}"
        swapped = english.replace(",", " ").replace(".", ",").replace(" ", ".")
        return f"{sign}{swapped if comma else english}"

    found = numbers(text(*map(write, amounts))).values.to_list()
    assert found == pytest.approx([float(amount) for amount in amounts])


def test_the_currency_beside_a_number() -> None:
    found = currencies(text("$1", "598元", "12.50 EUR", "USD 3", "7", "￥8", None)).to_list()
    assert found == ["$", "元", "EUR", "USD", None, "￥", None]


def test_evidence_of_a_decimal_comma() -> None:
    assert comma_evidence(text("12,50", "1.234,00", "7")) == 2
    assert comma_evidence(text("12.50", "1,234")) == -1
    assert comma_evidence(Column(number=pl.Series([1.5]))) == 0


DAY = datetime(2025, 3, 5)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2025-03-05", DAY),
        ("2025-03-05 10:00:00 +0200", datetime(2025, 3, 5, 10)),
        ("2025-03-05T08:04:21+00:00", datetime(2025, 3, 5, 8, 4, 21)),
        ("2025-03-05T08:04:21.123Z", datetime(2025, 3, 5, 8, 4, 21)),
        ("2025/3/5 22:02", datetime(2025, 3, 5, 22, 2)),
        ("2025.03.05", DAY),
        ("2025年3月5日", DAY),
        ("2025年3月5日 14时05分", datetime(2025, 3, 5, 14, 5)),
        ("2025年3月5日下午2:05", datetime(2025, 3, 5, 14, 5)),
        ("2025年3月5日星期三", DAY),
        ("２０２５年３月５日", DAY),
        ("20250305", DAY),
        ("20250305101500", datetime(2025, 3, 5, 10, 15)),
        ("5-Mar-2025", DAY),
        ("05-Mar-25", DAY),
        ("5 March 2025", DAY),
        ("March 5, 2025", DAY),
        ("Mar 5, 2025 10:23:05 PM PDT", datetime(2025, 3, 5, 22, 23, 5)),
        ("05-Mar-2025 14:22:10 IST", datetime(2025, 3, 5, 14, 22, 10)),
        ("Mar-05-25", DAY),
        ("Wed Mar 05 2025", DAY),
        ("Wednesday, 5 March 2025", DAY),
        ("1st April 2025", datetime(2025, 4, 1)),
        ("5 марта 2025 г.", DAY),
        ("5 de marzo de 2025", DAY),
        ("5. März 2025", DAY),
        ("5 févr. 2025", datetime(2025, 2, 5)),
        ("45721", DAY),
        ("45721.5", datetime(2025, 3, 5, 12)),
        ("1741132800", DAY),
        ("1741132800000", DAY),
        ("2025-03", datetime(2025, 3, 1)),
        ("2025年3月", datetime(2025, 3, 1)),
        ("Mar 2025", datetime(2025, 3, 1)),
        ("未发货", None),
        ("30/02/2025", None),
        ("2025-13-01", None),
        ("25:00", None),
        ("12.50", None),
    ],
)
def test_dates(cell: str, moment: datetime | None) -> None:
    assert dates(text(cell)).values.to_list() == [moment]


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (("08/14/25", "01/02/25"), (date(2025, 8, 14), date(2025, 1, 2))),
        (("14/08/2025", "01/02/2025"), (date(2025, 8, 14), date(2025, 2, 1))),
        (("10/8/26 5:18 PM", "10/13/26 12:05 AM"), (date(2026, 10, 8), date(2026, 10, 13))),
        (("28.11.2026 14:05:00", "03.04.2026 09:00:00"), (date(2026, 11, 28), date(2026, 4, 3))),
        (("03.04.2026", "05.06.2026"), (date(2026, 4, 3), date(2026, 6, 5))),
        (("31-12-2024", "01-02-2025"), (date(2024, 12, 31), date(2025, 2, 1))),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_column(cells: tuple, days: tuple) -> None:
    parsed = dates(text(*cells))
    assert parsed.values.dt.date().to_list() == list(days)
    assert parsed.remarks == {}


def test_an_order_that_nothing_shows_is_remarked_and_can_be_chosen() -> None:
    column = text("03/04/2025", "05/06/2025", "07/07/2025")
    assert dates(column).values.dt.date().to_list()[0] == date(2025, 3, 4)
    assert dates(column).remarks == {"month_first": 2}
    assert dates(column, hint=True).remarks == {"day_first": 2}
    chosen = dates(column, day_first=True)
    assert chosen.values.dt.date().to_list() == [date(2025, 4, 3), date(2025, 6, 5), date(2025, 7, 7)]
    assert chosen.remarks == {}


def test_a_file_sorted_by_day_shows_its_order() -> None:
    column = text("01/10/2024", "05/10/2024", "02/11/2024", "03/12/2024", "04/01/2025", "01/02/2025")
    parsed = dates(column)
    assert parsed.values.dt.date().to_list()[:3] == [date(2024, 10, 1), date(2024, 10, 5), date(2024, 11, 2)]
    assert parsed.remarks == {}


def test_dates_in_both_orders_are_remarked() -> None:
    parsed = dates(text("25/12/2024", "31/01/2025", "01/13/2025"))
    assert parsed.values.dt.date().to_list() == [date(2024, 12, 25), date(2025, 1, 31), date(2025, 1, 13)]
    assert parsed.remarks == {"date_orders": 1}


def test_two_digit_years_do_not_lie_ahead() -> None:
    assert dates(text("25/12/24", "25/12/65")).values.dt.year().to_list() == [2024, 1965]


def test_dates_in_cells_of_several_kinds() -> None:
    column = Column(
        text=pl.Series([None, "2025-03-05", "soon", None]),
        number=pl.Series([45721.0, None, None, 20250305.0]),
        moment=pl.Series([None, None, None, None], dtype=pl.Datetime("us")),
    )
    parsed = dates(column)
    assert parsed.values.to_list() == [DAY, DAY, None, DAY]
    assert parsed.unread.to_list() == [False, False, True, False]


def test_numbers_that_are_no_dates_stay_unread() -> None:
    parsed = dates(Column(number=pl.Series([12.5, 45721.0, None])))
    assert parsed.values.to_list() == [None, DAY, None]
    assert parsed.unread.to_list() == [True, False, False]


STYLES = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%B %d, %Y", "%Y年%m月%d日", "%Y%m%d", "%d-%b-%Y"]


@given(st.lists(st.dates(date(1995, 1, 1), date(2026, 12, 31)), min_size=1), st.sampled_from(STYLES))
@settings(max_examples=80, deadline=None)
def test_written_days_come_back(days: list[date], style: str) -> None:
    found = dates(text(*(day.strftime(style) for day in days))).values.dt.date().to_list()
    assert found == days


def test_every_day_of_many_years_is_a_day() -> None:
    days = pl.date_range(date(1999, 12, 25), date(2028, 3, 5), eager=True)
    written = days.dt.strftime("%d %B %Y")
    assert dates(Column(text=written)).values.dt.date().to_list() == days.to_list()


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (('="00123"', "'00124", "\t00125", "00126 "), ("00123", "00124", "00125", "00126")),
        (("573415.0", "8.0", None), ("573415", "8", None)),
        (("573415.0", "C12"), ("573415.0", "C12")),
        (("Anna@Example.COM ", "x"), ("anna@example.com", "x")),
        (("散客", "-", "N/A", "guest", "anonymous", "7"), (None, None, None, None, None, "7")),
    ],
)
def test_ids(cells: tuple, found: tuple) -> None:
    assert ids(text(*cells)).to_list() == list(found)


def test_ids_in_number_cells_have_no_decimals() -> None:
    column = Column(text=pl.Series([None, "C536366", None]), number=pl.Series([536365.0, None, 1.5]))
    assert ids(column).to_list() == ["536365", "C536366", "1.5"]


def test_texts_of_moments() -> None:
    column = Column(moment=pl.Series([DAY, datetime(2025, 3, 5, 14, 5)]))
    assert texts(column).to_list() == ["2025-03-05", "2025-03-05 14:05:00"]


def test_yes_and_no_in_several_languages() -> None:
    yes, no = (
        ("yes", "Y", "TRUE", "1", "是", "有", "да", "sí", "oui", "Ja", "sim", "✓"),
        ("no", "N", "False", "0", "否", "无", "нет", "non", "Nein", "não"),
    )
    assert truths(text(*yes)).values.all()
    assert not truths(text(*no)).values.any()
    assert truths(Column(number=pl.Series([1.0, 0.0, 7.0]))).values.to_list() == [True, False, None]
    assert truths(text("maybe", None)).unread.to_list() == [True, False]


def test_a_date_of_cancelling_says_yes() -> None:
    assert truths(text("2025-01-02 10:00", None, "no")).values.to_list() == [True, None, False]
    moments = Column(moment=pl.Series([DAY, None], dtype=pl.Datetime("us")))
    assert truths(moments).values.to_list() == [True, None]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("125秒", 125.0),
        ("2:05", 125.0),
        ("0:02:05", 125.0),
        ("1:02:03", 3723.0),
        ("2分5秒", 125.0),
        ("1 h 20 min", 4800.0),
        ("5 min", 300.0),
        ("3分钟", 180.0),
        ("90", 90.0),
        ("1.5 hours", 5400.0),
        ("25 мин", 1500.0),
        ("long", None),
    ],
)
def test_durations_in_seconds(cell: str, found: float | None) -> None:
    assert seconds(text(cell)).values.to_list() == [found]


def test_bare_durations_are_in_the_unit_of_the_header() -> None:
    column = Column(number=pl.Series([2.0]))
    assert seconds(column, "Duration (seconds)").values.to_list() == [2.0]
    assert seconds(column, "Minutes spent").values.to_list() == [120.0]
    assert seconds(column, "停留时长（分钟）").values.to_list() == [120.0]
    assert seconds(column, "Stay, hours").values.to_list() == [7200.0]


def test_answers_on_a_scale() -> None:
    column = text(
        "10 - Extremely likely", "9分", "8/10", "Very satisfied (5)", "★★★★☆", "7", "4 Agree", "N/A"
    )
    assert scores(column).values.to_list() == [10.0, 9.0, 8.0, 5.0, 4.0, 7.0, 4.0, None]


def test_answers_without_a_number_stay_unread() -> None:
    parsed = scores(text("don't know", "跳过", "9"))
    assert parsed.values.to_list() == [None, None, 9.0]
    assert parsed.unread.to_list() == [True, True, False]


def test_spellings_become_the_commonest() -> None:
    found, changed = categories(text("Old Town", "OLD TOWN", "old  town", "Old Town", "Station", None))
    assert found.to_list() == ["Old Town", "Old Town", "Old Town", "Old Town", "Station", None]
    assert changed == 2


def test_north_america_is_no_missing_region() -> None:
    assert categories(text("NA", "EU"))[0].to_list() == ["NA", "EU"]


def test_days_that_a_spreadsheet_program_took_for_months_are_turned_back() -> None:
    """A file of 2024 with the day first, opened where the month comes first: 3 April has become 4 March."""
    written = [date(2024, month, day) for month in range(1, 13) for day in (2, 9, 14, 28)]
    column = Column(
        text=pl.Series([f"{d.day:02}/{d.month:02}/{d.year}" if d.day > 12 else None for d in written]),
        moment=pl.Series([datetime(d.year, d.day, d.month, 9, 30) if d.day <= 12 else None for d in written]),
    )
    parsed = dates(column)
    assert parsed.values.dt.date().to_list() == written
    assert parsed.values.dt.hour().to_list()[:3] == [9, 9, 0]
    assert parsed.remarks == {"dates_swapped": 24}
    assert "dates_swapped" not in dates(column, day_first=False).remarks


def test_date_cells_beside_written_dates_are_usually_right() -> None:
    written = [date(2024, month, day) for month in range(1, 13) for day in (2, 9, 14, 28)]
    column = Column(
        text=pl.Series(
            [f"{d.day:02}/{d.month:02}/{d.year}" if i % 2 else None for i, d in enumerate(written)]
        ),
        moment=pl.Series(
            [None if i % 2 else datetime(d.year, d.month, d.day) for i, d in enumerate(written)]
        ),
    )
    assert dates(column).values.dt.date().to_list() == written
