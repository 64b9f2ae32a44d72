"""Files that no one here wrote, against numbers worked out the long way in the test.

They lie outside the project, in the folder that the environment variable LOYALTY_CORPUS names.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

import loyalty
from tests.long_way import segments

CORPUS = os.environ.get("LOYALTY_CORPUS")
pytestmark = pytest.mark.skipif(
    not CORPUS, reason="LOYALTY_CORPUS does not name the folder of real spreadsheets"
)


def real(name: str) -> Path:
    return Path(CORPUS or "") / "real" / name


@pytest.fixture(scope="module")
def retail() -> loyalty.Dataset:
    return loyalty.read(real("online_retail_40k.xlsx"))


@pytest.fixture(scope="module")
def invoices() -> pd.DataFrame:
    """One row an invoice, by pandas: quantity times price summed, first day, customer."""
    lines = pd.read_excel(
        real("online_retail_40k.xlsx"), engine="calamine", dtype={"InvoiceNo": str, "StockCode": str}
    )
    lines["amount"] = lines["Quantity"] * lines["UnitPrice"]
    return (
        lines.groupby("InvoiceNo")
        .agg(amount=("amount", "sum"), date=("InvoiceDate", "min"), customer=("CustomerID", "min"))
        .reset_index()
    )


def test_online_retail_order_value(retail: loyalty.Dataset, invoices: pd.DataFrame) -> None:
    sales = invoices[invoices["amount"] > 0]
    result = loyalty.order_value(retail)
    assert result.overall.n == len(sales)
    assert result.overall.value == pytest.approx(sales["amount"].mean(), rel=1e-12)
    returned = invoices[invoices["amount"] < 0]
    assert result.numbers["returns"] == len(returned)
    assert result.numbers["returned"] == pytest.approx(-returned["amount"].sum(), rel=1e-12)


def test_online_retail_order_value_by_month(retail: loyalty.Dataset, invoices: pd.DataFrame) -> None:
    sales = invoices[invoices["amount"] > 0]
    expected = sales.groupby(sales["date"].dt.strftime("%Y-%m"))["amount"]
    trend = {point.group: point for point in loyalty.order_value(retail).trend}
    assert {month: point.n for month, point in trend.items()} == expected.size().to_dict()
    for month, mean in expected.mean().items():
        assert trend[month].value == pytest.approx(mean, rel=1e-12)
    months = loyalty.order_value(retail).table("months")
    median = {row[0]: row[months.columns.index("median")] for row in months.rows}
    assert median == pytest.approx(expected.median().to_dict(), rel=1e-12)


def test_online_retail_repurchase(retail: loyalty.Dataset, invoices: pd.DataFrame) -> None:
    known = invoices[(invoices["amount"] > 0) & invoices["customer"].notna()]
    counts = known["customer"].value_counts()
    result = loyalty.repurchase(retail)
    assert result.numbers["customers"] == len(counts)
    assert result.numbers["repeat"] == (counts > 1).sum()


def test_online_retail_repurchase_within_90_days(retail: loyalty.Dataset, invoices: pd.DataFrame) -> None:
    known = invoices[(invoices["amount"] > 0) & invoices["customer"].notna()]
    last = invoices["date"].dt.normalize().max()
    due = back = 0
    for _, days in known["date"].dt.normalize().groupby(known["customer"]):
        first, *later = sorted(days)
        if first + pd.Timedelta(days=90) <= last:
            due += 1
            back += bool(later) and later[0] - first <= pd.Timedelta(days=90)
    result = loyalty.repurchase(retail, window=90)
    assert (result.numbers["customers"], result.numbers["repeat"]) == (due, back)


def test_online_retail_histories(retail: loyalty.Dataset, invoices: pd.DataFrame) -> None:
    """Credit notes, of which there are many, are no purchases and are taken off what was spent."""
    known = invoices[invoices["customer"].notna()].assign(day=invoices["date"].dt.normalize())
    days = known[known["amount"] > 0].groupby("customer")["day"].agg(["min", "max", "nunique"])
    last, owner = invoices["date"].dt.normalize().max(), known["customer"]
    spent = known.groupby("customer")["amount"].sum()[days.index]
    later = known[known["day"] > owner.map(days["min"])].groupby("customer")["amount"].sum()
    repeat = days["nunique"] - 1
    found = loyalty.histories(retail)
    assert found["customer"].tolist() == [str(int(each)) for each in days.index]
    assert found["frequency"].tolist() == repeat.tolist()
    assert found["recency"].tolist() == (days["max"] - days["min"]).dt.days.tolist()
    assert found["age"].tolist() == (last - days["min"]).dt.days.tolist()
    assert found["spent"].to_numpy() == pytest.approx(spent.to_numpy(), rel=1e-9, abs=1e-9)
    money = (later.reindex(days.index) / repeat).where(repeat > 0).to_numpy()
    assert found["money"].to_numpy() == pytest.approx(money, rel=1e-9, abs=1e-9, nan_ok=True)


def test_online_retail_upsell_by_product(retail: loyalty.Dataset) -> None:
    lines = pd.read_excel(real("online_retail_40k.xlsx"), engine="calamine", dtype={"StockCode": str})
    product = retail.roles["orders"]["product"]
    bought = lines[(lines["Quantity"] * lines["UnitPrice"] > 0) & lines["CustomerID"].notna()]
    kinds = bought.groupby("CustomerID")[product].nunique()
    kinds = kinds[kinds > 0]
    result = loyalty.upsell(retail, kind="product")
    assert result.overall.n == len(kinds)
    assert result.overall.value == pytest.approx((kinds > 1).sum() / (kinds == 1).sum(), rel=1e-12)


def test_online_retail_says_what_it_did(retail: loyalty.Dataset) -> None:
    lines = pd.read_excel(real("online_retail_40k.xlsx"), engine="calamine")
    counts = {note.count for note in retail.notes}
    assert int(lines["CustomerID"].isna().sum()) in counts


def test_airline_nps() -> None:
    answers = pd.read_csv(real("nps_airline_1.csv"))
    score = answers["How likely are you to recommend this airline?"]
    sign = (score >= 9).astype(int) - (score <= 6).astype(int)
    data = loyalty.read(real("nps_airline_1.csv"))
    result = loyalty.nps(data, by=data.by_choices("responses")[0])
    assert result.overall.n == len(answers)
    assert result.overall.value == pytest.approx(100 * sign.mean(), rel=1e-12)
    expected = 100 * sign.groupby(answers["Airline"]).mean()
    found = {group.group: group.value for group in result.groups if group.group in expected.index}
    assert len(found) >= 20
    assert found == pytest.approx(expected[list(found)].to_dict(), rel=1e-12)


def test_store_nps_with_its_comments() -> None:
    answers = pd.read_csv(real("nps_store_3.csv"))
    score = answers["Would you recommend C&BSco to your friends and family? (Score 0-10)"]
    result = loyalty.nps(loyalty.read(real("nps_store_3.csv")))
    assert result.numbers == {
        "detractors": (score <= 6).sum(),
        "passives": score.between(7, 8).sum(),
        "promoters": (score >= 9).sum(),
        "answers": score.notna().sum(),
    }
    months = pd.to_datetime(answers["Completion Date"], dayfirst=True).dt.strftime("%Y-%m")
    assert {point.group: point.n for point in result.trend} == months[score.notna()].value_counts().to_dict()
    assert result.table("comments").rows


def test_orders_with_a_return_flag() -> None:
    orders = pd.read_csv(real("orders_returns.csv"))
    kept = orders[~orders["Return"]]
    data = loyalty.read(real("orders_returns.csv"))
    result = loyalty.upsell(data)
    assert result.numbers["customers"] == kept["Customer ID"].nunique()
    assert result.overall.value == 0.0  # everyone stands in one row
    assert data.left_out is not None
    assert len(data.left_out) == orders["Return"].sum()


CDNOW = {"orders": {"customer": "Column 2", "date": "Column 3", "quantity": "Column 4", "amount": "Column 5"}}


def test_cdnow_without_a_header() -> None:
    orders = pd.read_csv(
        real("cdnow_sample.txt"), sep=r"\s+", header=None, names=["master", "id", "date", "cds", "dollars"]
    )
    days = orders.groupby(["id", "date"], as_index=False)["dollars"].sum()
    days = days[days["dollars"] > 0]
    data = loyalty.read(real("cdnow_sample.txt"), roles=CDNOW)
    bought = days["id"].value_counts()
    assert loyalty.repurchase(data).numbers["customers"] == len(bought)
    assert loyalty.repurchase(data).numbers["repeat"] == (bought > 1).sum()
    value = loyalty.order_value(data)
    assert value.overall.n == len(days)
    assert value.overall.value == pytest.approx(days["dollars"].mean(), rel=1e-12)


@pytest.mark.parametrize(("period", "code"), [("month", "M"), ("quarter", "Q")])
def test_online_retail_cohorts(retail: loyalty.Dataset, period: str, code: str) -> None:
    """Counts, shares and revenue exactly; prices have up to three decimals, so revenue in thousandths."""
    lines = pd.read_excel(
        real("online_retail_40k.xlsx"), engine="calamine", dtype={"InvoiceNo": str, "StockCode": str}
    )
    lines["paid"] = lines["Quantity"] * (lines["UnitPrice"] * 1000).round().astype(int)
    invoices = lines.groupby("InvoiceNo").agg(
        paid=("paid", "sum"), date=("InvoiceDate", "min"), customer=("CustomerID", "min")
    )
    last = lines["InvoiceDate"].max().normalize().to_period(code)
    over = lines["InvoiceDate"].max().normalize() == last.end_time.normalize()
    bought = invoices[(invoices["paid"] > 0) & invoices["customer"].notna()]
    bought = bought.assign(at=bought["date"].dt.to_period(code))
    start = bought.groupby("customer")["at"].min()
    expected = {}
    for cohort, members in start.groupby(start):
        theirs = bought[bought["customer"].isin(members.index)]
        for age in range((last - cohort).n + 1):
            there = theirs[theirs["at"] == cohort + age]
            active = there["customer"].nunique()
            counts = (len(members), active, active / len(members), int(there["paid"].sum()))
            expected[str(cohort).replace("Q", "-Q"), age] = (*counts, bool(over or cohort + age < last))
    result = loyalty.cohorts(retail, period=period)
    table = result.table("cohorts")
    names = ("cohort", "age", "customers", "active", "share", "revenue", "ended")
    found = {}
    for row in table.rows:
        cohort, age, customers, active, share, revenue, ended = (row[table.columns.index(n)] for n in names)
        assert abs(1000 * revenue - round(1000 * revenue)) < 1e-3
        found[cohort, age] = (customers, active, share, round(1000 * revenue), ended)
    assert found == expected
    ended_next = [each for (_, age), each in expected.items() if age == 1 and each[-1]]
    active, customers = sum(each[1] for each in ended_next), sum(each[0] for each in ended_next)
    assert (result.overall.value, result.overall.n) == (active / customers, customers)


@pytest.mark.parametrize("axis", ["frequency", "both"])
def test_online_retail_rfm(retail: loyalty.Dataset, invoices: pd.DataFrame, axis: str) -> None:
    """Scores, segments and moves of every customer, everybody compared with everybody."""
    bought = invoices[(invoices["amount"] > 0) & invoices["customer"].notna()]
    bought = bought.assign(
        day=bought["date"].dt.normalize(), customer=bought["customer"].astype(int).astype(str)
    )
    today = invoices["date"].max().normalize()
    expected = segments(bought, today, axis)
    found = loyalty.members("rfm", retail, axis=axis).set_index("customer").sort_index()
    assert len(found) > 100
    assert found["list"].to_dict() == expected["segment"].to_dict()
    for score in ("recency", "frequency", "money"):
        assert found[f"{score}_score"].to_dict() == expected[score].to_dict()
    assert found["purchases"].to_dict() == bought.groupby("customer").size().to_dict()
    result = loyalty.rfm(retail, axis=axis)
    assert result.overall.value == expected["segment"].isin(["champions", "loyal"]).mean()
    then = segments(bought[bought["day"] <= today - pd.Timedelta(days=90)], today, axis)["segment"]
    now = expected["segment"]
    pairs = pd.DataFrame({"then": then.reindex(now.index).fillna("none"), "now": now})
    assert {row[:2]: row[2] for row in result.table("moves").rows} == pairs.value_counts().to_dict()


@pytest.mark.parametrize("top", [5, 10, 20])
def test_online_retail_top_customers(retail: loyalty.Dataset, invoices: pd.DataFrame, top: int) -> None:
    bought = invoices[(invoices["amount"] > 0) & invoices["customer"].notna()]
    spent = bought.groupby("customer")["amount"].sum().sort_values(ascending=False)
    whole, part = divmod(top * len(spent), 100)
    expected = (spent.iloc[:whole].sum() + part / 100 * spent.iloc[whole]) / spent.sum()
    result = loyalty.top_customers(retail, top=top)
    assert result.overall.value == pytest.approx(expected, rel=1e-12)
    mean_difference = sum((spent - amount).abs().sum() for amount in spent) / len(spent) ** 2
    assert result.numbers["gini"] == pytest.approx(mean_difference / 2 / spent.mean(), rel=1e-9)
    listed = loyalty.members("top_customers", retail, top=top)
    assert listed["amount"].tolist() == pytest.approx(spent.iloc[: len(listed)].tolist(), rel=1e-12)
    assert len(listed) == whole + bool(part)
