"""The sample files: made anew they are the same, and their promised answers are found by another road."""

import csv
import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from scipy.stats import ttest_ind
from statsmodels.duration.survfunc import SurvfuncRight

FOLDER = Path(__file__).parent.parent / "sample_data"
ANSWERS = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))
README = (FOLDER / "README.md").read_text(encoding="utf-8")

# Sheets and headers of the tidy workbooks: order id, day, customer, kind of product, amount, segment, score.
TIDY = {
    "cafe.xlsx": (
        "Orders",
        ["Order ID", "Date", "Customer ID", "Category", "Amount", "Branch"],
        "Survey",
        "How likely are you to recommend us to a friend? (0-10)",
        "Branch",
    ),
    "shop.xlsx": (
        "Orders",
        ["Order ID", "Order Date", "Customer ID", "Category", "Amount", "Country"],
        "Survey",
        "How likely are you to recommend us to a friend? (0-10)",
        "Country",
    ),
    "studio.xlsx": (
        "Payments",
        ["Payment ID", "Date", "Member ID", "Product", "Amount", "Location"],
        "Survey",
        "How likely are you to recommend us to a friend? (0-10)",
        "Location",
    ),
    "tea_zh.xlsx": (
        "订单",
        ["订单号", "下单时间", "会员号", "类别", "金额", "门店"],
        "问卷",
        "您有多大可能向朋友推荐我们？（0-10分）",
        "门店",
    ),
}
MESSY = {
    "cafe_messy.xlsx": {"orders": "Receipts", "responses": "Survey 2024-25", "visits": "Web visits"},
    "shop_messy.xlsx": {"orders": "Order lines", "responses": "Survey"},
    "tea_zh_messy.xlsx": {"orders": "订单明细", "responses": "问卷结果", "visits": "小程序访问"},
}
MESSY_CSV = {
    "studio_messy.csv": ("orders", "cp1252", ";"),
    "studio_messy_survey.csv": ("responses", "utf-8-sig", ","),
    "tea_zh_messy.csv": ("orders", "gb18030", ","),
    "mint_messy.csv": ("trials", "utf-8-sig", ","),
}
SECTIONS = {
    "cafe.xlsx": "The café",
    "shop.xlsx": "The online shop",
    "studio.xlsx": "The yoga studio",
    "tea_zh.xlsx": "茶铺",
    "mint.xlsx": "The mint experiment",
}
PLANNED = {"Mints without a word": 0.03, "Two mints and a mention": 0.14, "A second helping": 0.23}


QUESTIONS = ["recommend", "again", "other"]
VISITS = {"cafe.xlsx": "Visits", "tea_zh.xlsx": "访问"}
# Segments as the literature draws them: recency from 5 down to 1, frequency from 1 to 5.
RFM_GRID = """
new_customers   potential_loyalists potential_loyalists champions  champions
promising       potential_loyalists potential_loyalists loyal      loyal
about_to_sleep  about_to_sleep      need_attention      loyal      loyal
hibernating     hibernating         at_risk             at_risk    cant_lose
hibernating     hibernating         at_risk             at_risk    cant_lose
"""


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make_sample_data", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_files_are_what_the_script_makes(make, tmp_path):
    make.make(tmp_path)
    assert make.differences(tmp_path) == []
    assert {path.name for path in tmp_path.iterdir()} == {*ANSWERS, "answers.json", "README.md"}


def test_a_changed_file_is_noticed(make, tmp_path):
    (tmp_path / "answers.json").write_text("{}", encoding="utf-8")
    assert make.differences(tmp_path) == ["answers.json"]


def test_files_are_small_enough_for_a_repository():
    assert all((FOLDER / name).stat().st_size < 1_200_000 for name in ANSWERS)


def look(file, path):
    found = ANSWERS[file]
    for key in path.split("."):
        found = found[key]
    return found


def section(file):
    """The part of the README that is about one tidy file."""
    start = README.index(f"\n## {SECTIONS[file]}")
    return README[start : README.index("\n### ", start)]


@pytest.mark.parametrize("file", SECTIONS)
def test_readme_and_answers_agree(file):
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| `([\w.]+)` \|$", section(file), re.MULTILINE)
    assert len(rows) > (30 if file in TIDY else 4)
    for printed, path in rows:
        answer = look(file, path)
        if isinstance(answer, str):
            assert printed == answer
        else:
            digits = len(printed.partition(".")[2])
            assert float(printed) == pytest.approx(answer, abs=0.500001 * 10**-digits), path


@pytest.mark.parametrize("file", TIDY)
def test_readme_names_every_segment_and_month(file):
    for name, found in ANSWERS[file]["order_value"]["by_segment"].items():
        assert f"| {found['purchases']} | {found['value']:.2f} |" in row(file, name)
    for name, found in ANSWERS[file]["order_value"]["by_month"].items():
        assert row(file, name).startswith(f"| {name} | {found['purchases']} | {found['value']:.2f} |")
    for name, found in ANSWERS[file]["nps"]["standard"]["by_month"].items():
        assert row(file, name).endswith(f"| {found['n']} | {found['value']:.1f} |")


def row(file, name):
    return next(line for line in section(file).splitlines() if line.startswith(f"| {name} |"))


def test_readme_prints_the_mint_experiment():
    for name, arm in ANSWERS["mint.xlsx"]["experiment"]["groups"].items():
        assert row("mint.xlsx", name) == (
            f"| {name} | {arm['n']} | {arm['mean']:.2f} | {arm['standard_deviation']:.2f} "
            f"| {arm['difference']:.2f} | {arm['ratio']:.4f} | {arm['effect']:+.1%} |"
        )


@pytest.mark.parametrize("file", [*MESSY, *MESSY_CSV])
def test_readme_lists_the_mess(file):
    for table, kinds in ANSWERS[file]["mess"].items():
        for what, n in kinds["left_out"].items():
            assert f"| {file} | {table} | {what.replace('_', ' ')} | {n} | |" in README


def tidy_orders(file):
    sheet, headers, *_ = TIDY[file]
    lines = pd.read_excel(
        FOLDER / file, sheet_name=sheet, engine="calamine", dtype=dict.fromkeys(headers[:3:2], str)
    )
    lines = lines[headers].set_axis(["order", "date", "customer", "kind", "amount", "segment"], axis=1)
    lines["day"] = pd.to_datetime(lines["date"]).dt.normalize()
    return lines


def purchases(lines):
    orders = lines.groupby("order", as_index=False).agg(
        day=("day", "first"),
        customer=("customer", "first"),
        amount=("amount", "sum"),
        segment=("segment", "first"),
    )
    return orders[orders["amount"].round(2) > 0].sort_values(["day", "order"])


@pytest.mark.parametrize("file", TIDY)
def test_totals_and_order_value_the_pandas_way(file):
    lines = tidy_orders(file)
    bought = purchases(lines)
    totals, value = ANSWERS[file]["totals"]["orders"], ANSWERS[file]["order_value"]
    assert totals["rows"] == len(lines)
    assert totals["purchases"] == len(bought) == value["purchases"]
    assert totals["customers"] == bought["customer"].nunique()
    assert totals["return_orders"] == (lines.groupby("order")["amount"].sum().round(2) < 0).sum()
    assert (totals["first_day"], totals["last_day"]) == tuple(
        f"{day:%Y-%m-%d}" for day in (lines["day"].min(), lines["day"].max())
    )
    assert totals["revenue_after_returns"] == pytest.approx(lines["amount"].sum())
    assert value["value"] == pytest.approx(bought["amount"].mean())
    again = bought["customer"].notna() & bought.duplicated("customer")
    assert value["repeat_purchases"] == again.sum()
    for month, its in bought.assign(again=again).groupby(bought["day"].dt.strftime("%Y-%m")):
        assert value["by_month"][month] == {
            "purchases": len(its),
            "value": pytest.approx(its["amount"].mean()),
            "median": pytest.approx(its["amount"].median()),
            "repeat_purchases": its["again"].sum(),
        }


@pytest.mark.parametrize("file", TIDY)
def test_repurchase_the_pandas_way(file):
    lines = tidy_orders(file)
    known = purchases(lines).dropna(subset="customer")
    counted = known.groupby("customer").agg(
        n=("order", "size"), first=("day", "min"), home=("segment", "first")
    )
    counted["second"] = (
        known.groupby("customer")["day"]
        .nth(1)
        .set_axis(known.groupby("customer").nth(1)["customer"].to_numpy())
    )
    any_time = ANSWERS[file]["repurchase"]["any_time"]
    assert any_time["value"] == pytest.approx((counted["n"] >= 2).mean())
    for segment, its in counted.groupby("home"):
        assert any_time["by_segment"][segment]["repeat"] == (its["n"] >= 2).sum()
    last, window = lines["day"].max(), pd.Timedelta(days=90)
    ripe = counted[counted["first"] + window <= last]
    within = (ripe["second"] - ripe["first"]) <= window
    assert ANSWERS[file]["repurchase"]["within_90_days"] == {
        "customers": len(ripe),
        "repeat": within.sum(),
        "value": pytest.approx(within.mean()),
    }
    if file == "studio.xlsx":
        due = counted[counted["first"] + pd.Timedelta(days=30) <= last]
        renewal = ANSWERS[file]["repurchase"]["renewal"]
        assert (renewal["customers"], renewal["repeat"]) == (len(due), (due["n"] >= 2).sum())


@pytest.mark.parametrize("file", TIDY)
def test_upsell_the_pandas_way(file):
    lines = tidy_orders(file)
    lines = lines[lines["order"].isin(purchases(lines)["order"])].dropna(subset="customer")
    kinds = lines.groupby("customer")["kind"].nunique()
    upsell = ANSWERS[file]["upsell"]
    assert (upsell["several"], upsell["one"]) == ((kinds >= 2).sum(), (kinds == 1).sum())
    assert upsell["value"] == pytest.approx((kinds >= 2).sum() / (kinds == 1).sum())


@pytest.mark.parametrize("file", TIDY)
def test_nps_the_pandas_way(file):
    *_, sheet, question, segment = TIDY[file]
    answers = pd.read_excel(FOLDER / file, sheet_name=sheet, engine="calamine")
    nps = ANSWERS[file]["nps"]

    def score(values):
        return 100 * ((values >= 9).mean() - (values <= 6).mean())

    assert nps["standard"]["value"] == pytest.approx(score(answers[question]))
    for name, its in answers.groupby(segment):
        assert nps["standard"]["by_segment"][name]["value"] == pytest.approx(score(its[question]))
    scale = answers[question][answers[question] >= 1]
    second = 100 * ((scale >= 6).mean() - (scale <= 5).mean())
    assert nps["one_to_ten"]["value"] == pytest.approx(second)


def tidy_answers(file):
    """The survey; the five questions are its last columns, the day is its second."""
    *_, sheet, _, segment = TIDY[file]
    answers = pd.read_excel(FOLDER / file, sheet_name=sheet, engine="calamine")
    questions = dict(zip(answers.columns[-5:-1], ["recommend", "rating", "again", "other"], strict=True))
    return answers.rename(columns={answers.columns[1]: "date", segment: "segment"} | questions)


@pytest.mark.parametrize("file", TIDY)
def test_satisfaction_the_pandas_way(file):
    answers, found = tidy_answers(file), ANSWERS[file]["satisfaction"]
    assert found["scores"] == answers["rating"].astype(str).value_counts().to_dict()
    segments = dict(list(answers.groupby("segment")))
    assert found["by_segment"].keys() == segments.keys()
    parts = [(its, found["by_segment"][name]) for name, its in segments.items()]
    for its, promised in [(answers, found), *parts]:
        stars = its["rating"]
        assert (promised["n"], promised["good"]) == (stars.count(), stars.isin([4, 5]).sum())
        assert promised["low"] == stars.isin([1, 2]).sum()
        assert promised["value"] == pytest.approx(stars.isin([4, 5]).mean())
        assert promised["mean"] == pytest.approx(stars.mean())


@pytest.mark.parametrize("file", TIDY)
def test_the_loyalty_index_the_pandas_way(file):
    answers, found = tidy_answers(file), ANSWERS[file]["loyalty_index"]
    low, high = pd.Series({"recommend": 0, "again": 1, "other": 1}), pd.Series([10, 5, 5], QUESTIONS)
    points = 100 * (answers[QUESTIONS] - low) / (high - low)
    assert found["questions"] == pytest.approx(points.mean().to_dict())
    index = points.mean(axis="columns")
    quarters = answers["date"].dt.to_period("Q").astype(str).str.replace("Q", "-Q")
    for name, groups in (("by_segment", answers["segment"]), ("by_quarter", quarters)):
        expected = index.groupby(groups).agg(["count", "mean"])
        assert {group: (its["n"], its["value"]) for group, its in found[name].items()} == {
            group: (n, pytest.approx(mean)) for group, n, mean in expected.itertuples()
        }
    assert (found["n"], found["value"]) == (len(index), pytest.approx(index.mean()))
    covariance = points.dropna().cov().to_numpy()
    alpha = 3 / 2 * (1 - covariance.trace() / covariance.sum())
    assert found["alpha"] == {"n": len(points.dropna()), "value": pytest.approx(alpha)}


@pytest.mark.parametrize("file", ["cafe.xlsx", "tea_zh.xlsx"])
def test_engagement_the_pandas_way(file):
    visits = pd.read_excel(FOLDER / file, sheet_name=VISITS[file], engine="calamine", dtype={0: str})
    visits.columns = ["visitor", "time", "seconds", "source", "bought"]
    visits["bought"] = visits["bought"].isin(["yes", "是"])
    visits = visits.sort_values("time")
    again, weekend = visits.duplicated("visitor"), visits["time"].dt.day_name().str.startswith("S")
    found = ANSWERS[file]["engagement"]
    parts = {"new": ~again, "returning": again, "weekdays": ~weekend, "weekends": weekend}
    sources = {name: visits["source"] == name for name in visits["source"].unique()}
    assert found["sources"].keys() == sources.keys()
    for promised, part in [
        (found, again | True),
        *((found[name], part) for name, part in parts.items()),
        *((found["sources"][name], part) for name, part in sources.items()),
    ]:
        hits = visits.loc[part, "bought"]
        assert (promised["visits"], promised["bought"]) == (len(hits), hits.sum())
        assert promised["value"] == pytest.approx(hits.mean())
    length = visits["seconds"]
    assert found["seconds"] == {"mean": pytest.approx(length.mean()), "median": length.median()}
    people = visits.groupby("visitor")["bought"].agg(["size", "sum"])
    level = np.select(
        [(people > [1, 0]).all(axis=1), (people == [1, 0]).all(axis=1)], ["high", "low"], "middle"
    )
    assert found["visitors"] == len(people)
    assert found["levels"] == pd.Series(level).value_counts().to_dict()
    spent = purchases(tidy_orders(file)).groupby("customer")["amount"].sum()
    matched = pd.DataFrame({"high": level == "high"}, people.index).join(spent, how="inner")
    high, others = (matched.loc[matched["high"] == side, "amount"] for side in (True, False))
    assert found["spending"] == {
        "customers": len(matched),
        "engaged": len(high),
        "engaged_mean": pytest.approx(high.mean()),
        "others_mean": pytest.approx(others.mean()),
        "ratio": pytest.approx(high.mean() / others.mean()),
    }


def customers(file):
    """Identified purchases with the place each has in the customer's history, and the last day of all."""
    lines = tidy_orders(file)
    known = purchases(lines).dropna(subset="customer")
    return known.assign(place=known.groupby("customer").cumcount()), lines["day"].max()


@pytest.mark.parametrize("file", TIDY)
def test_the_journey_the_pandas_way(file):
    """Stages by pandas, the steps by the Kaplan–Meier estimate of statsmodels."""
    known, last = customers(file)
    found, n = ANSWERS[file]["journey"], known.groupby("customer").size()
    assert found["stages"] == {"first": (n == 1).sum(), "repeat": (n == 2).sum(), "loyal": (n >= 3).sum()}
    assert (found["customers"], found["value"]) == (len(n), pytest.approx((n >= 3).mean()))
    home = known[known["place"] == 0].set_index("customer")["segment"]
    assert found["by_segment"] == pytest.approx((n >= 3).groupby(home).mean().to_dict())
    days = known.pivot(index="customer", columns="place", values="day")
    for name, start in (("first_repeat", 0), ("repeat_loyal", 1)):
        its = days[days[start].notna()]
        came = its[start + 1].notna()
        waited = (its[start + 1].fillna(last) - its[start]).dt.days
        curve, promised = SurvfuncRight(waited, came.astype(int)), found["steps"][name]
        assert (promised["customers"], promised["passed"]) == (len(its), came.sum())
        for end in (90, 180, 365):
            left = np.r_[1.0, curve.surv_prob][np.searchsorted(curve.surv_times, end, side="right")]
            assert promised[f"within_{end}"] == pytest.approx(1 - left)
        assert promised["median"] == curve.quantile(0.5)


@pytest.mark.parametrize("file", TIDY)
def test_cohorts_the_pandas_way(file):
    known, last = customers(file)
    month = known["day"].dt.to_period("M")
    start = month.groupby(known["customer"]).transform("min")
    age = (month - start).map(lambda offset: offset.n)
    active = known["customer"].groupby([start, age]).nunique().unstack(fill_value=0)
    ended = (last + pd.Timedelta(days=1)).to_period("M")  # the first month that has not
    expected = {
        str(begun): " ".join(map(str, counts.iloc[: (ended - begun).n]))
        for begun, counts in active.reindex(columns=range(len(active)), fill_value=0).iterrows()
        if begun < ended
    }
    found = ANSWERS[file]["cohorts"]
    assert {name: its["active"] for name, its in found["months"].items()} == expected
    assert {name: its["customers"] for name, its in found["months"].items()} == {
        name: int(counts.split()[0]) for name, counts in expected.items()
    }
    ripe = active[active.index + 1 < ended]
    assert (found["customers"], found["active"]) == (ripe[0].sum(), ripe[1].sum())
    assert found["value"] == pytest.approx(ripe[1].sum() / ripe[0].sum())


@pytest.mark.parametrize("file", TIDY)
def test_rfm_the_pandas_way(file):
    known, _ = customers(file)
    people = known.groupby("customer").agg(recency=("day", "max"), frequency=("order", "size"))
    scores = 1 + 5 * (people.rank(method="min").astype(int) - 1) // len(people)
    grid = pd.DataFrame(
        [line.split() for line in RFM_GRID.strip().splitlines()], [5, 4, 3, 2, 1], range(1, 6)
    )
    names = pd.Series([grid.loc[r, f] for r, f in scores.itertuples(index=False)])
    found = ANSWERS[file]["rfm"]
    assert found["segments"] == names.value_counts().reindex(found["segments"], fill_value=0).to_dict()
    assert (found["customers"], sum(found["segments"].values())) == (len(people), len(people))
    assert found["value"] == pytest.approx(names.isin(["champions", "loyal"]).mean())


@pytest.mark.parametrize("file", TIDY)
def test_the_best_customers_the_numpy_way(file):
    """From the curve of Lorenz, and the Gini coefficient from the mean difference of any two."""
    spent = customers(file)[0].groupby("customer")["amount"].sum().sort_values(ascending=False).to_numpy()
    revenue = np.r_[0, spent.cumsum()] / spent.sum()
    people, found = np.linspace(0, 1, len(revenue)), ANSWERS[file]["top_customers"]
    assert (found["customers"], found["revenue"]) == (len(spent), pytest.approx(spent.sum()))
    assert found["value"] == pytest.approx(np.interp(0.2, people, revenue))
    assert found["for_four_fifths"] == pytest.approx(np.interp(0.8, revenue, people))
    apart = np.abs(spent[:, None] - spent).mean()
    assert found["gini"] == pytest.approx(apart / (2 * spent.mean()))


def bills():
    return pd.read_excel(FOLDER / "mint.xlsx", sheet_name="Bills", engine="calamine")


def test_the_mint_experiment_the_pandas_way():
    parties, found = bills(), ANSWERS["mint.xlsx"]
    tips = parties.groupby("Group")["Tip %"]
    usual = tips.mean()[found["experiment"]["control"]]
    assert found["totals"]["trials"] == {
        "rows": len(parties),
        "first_day": f"{parties['Date'].min():%Y-%m-%d}",
        "last_day": f"{parties['Date'].max():%Y-%m-%d}",
        "bills": pytest.approx(parties["Bill"].sum()),
        "tips": pytest.approx(parties["Tip"].sum()),
    }
    assert found["experiment"]["n"] == len(parties)
    assert found["experiment"]["value"] == pytest.approx(parties["Tip %"].mean())
    assert found["experiment"]["groups"].keys() == {"No mint", *PLANNED}
    for name, its in tips:
        assert found["experiment"]["groups"][name] == {
            "n": len(its),
            "mean": pytest.approx(its.mean()),
            "standard_deviation": pytest.approx(its.std()),
            "difference": pytest.approx(its.mean() - usual),
            "ratio": pytest.approx(its.mean() / usual),
            "effect": pytest.approx(its.mean() / usual - 1),
        }


def test_tips_in_percent_are_those_of_the_bills():
    parties = bills()
    assert (100 * parties["Tip"] / parties["Bill"]).to_list() == pytest.approx(
        parties["Tip %"].to_list(), abs=0.0501
    )


@pytest.mark.parametrize("name", PLANNED)
def test_the_planned_effects_of_the_mints_can_be_found(name):
    """More is left than by chance, and the effect that was planned lies in its interval."""
    tips = {group: its.to_numpy() for group, its in bills().groupby("Group")["Tip %"]}
    treated, usual = tips[name], tips["No mint"]
    assert ttest_ind(treated, usual, equal_var=False).pvalue < 0.01
    interval = ttest_ind(treated, (1 + PLANNED[name]) * usual, equal_var=False).confidence_interval()
    assert interval.low < 0 < interval.high


def test_the_tips_of_the_messy_bills():
    rows = [row for row in grid("mint_messy.csv", "trials") if len(row) == 8 and row[7].strip()][1:]
    tips = {name: [] for name in ANSWERS["mint.xlsx"]["experiment"]["groups"]}
    spelled = {name.casefold(): name for name in tips}
    for *_, percent, group in rows:
        if percent != "N/A":
            tips[spelled[" ".join(group.casefold().split())]].append(float(percent.removesuffix("%")))
    for name, arm in ANSWERS["mint_messy.csv"]["experiment"]["groups"].items():
        assert len(tips[name]) == arm["n"]
        assert sum(tips[name]) / len(tips[name]) == pytest.approx(arm["mean"])


def grid(file, table):
    if file in MESSY_CSV:
        _, encoding, delimiter = MESSY_CSV[file]
        with (FOLDER / file).open(encoding=encoding, newline="") as text:
            return list(csv.reader(text, delimiter=delimiter))
    return CalamineWorkbook.from_path(FOLDER / file).get_sheet_by_name(MESSY[file][table]).to_python()


EVERY_TABLE = [(file, table) for file, tables in MESSY.items() for table in tables]
EVERY_TABLE += [(file, table) for file, (table, *_) in MESSY_CSV.items()]


@pytest.mark.parametrize(("file", "table"), EVERY_TABLE)
def test_messy_rows_are_the_tidy_rows_and_the_counted_mess(file, table):
    answers = ANSWERS[file]
    left_out = sum(answers["mess"][table]["left_out"].values())
    assert len(grid(file, table)) == 1 + answers["totals"][table]["rows"] + left_out


def wanted(actions):
    """How many would be on each list if all had agreed."""
    return {name: n + actions["no_consent"][name] for name, n in actions["lists"].items()}


@pytest.mark.parametrize("messy", [*MESSY, *MESSY_CSV])
def test_messy_answers_are_the_tidy_answers(messy):
    tidy = ANSWERS[f"{messy.partition('_messy')[0]}.xlsx"]
    for key, answers in ANSWERS[messy].items():
        if key == "totals":
            assert all(tidy["totals"][table] == found for table, found in answers.items())
        elif (messy, key) == ("shop_messy.xlsx", "actions"):  # its orders do not say who agreed
            assert wanted(answers) == wanted(tidy[key])
        elif key == "actions" and "responses" not in ANSWERS[messy]["totals"]:
            assert wanted(answers) == wanted(tidy[key]) | {"refer": 0, "recover": 0}
        elif key != "mess":
            assert answers == tidy[key]


def as_number(cell):
    """An amount in any of the styles that the README of the messy café and tea shop names."""
    if isinstance(cell, float):
        return cell
    digits = float(re.sub(r"[^\d.]", "", cell))
    return -digits if cell[0] in "-(" else digits


@pytest.mark.parametrize(
    ("file", "paid", "state", "done"),
    [
        ("cafe_messy.xlsx", 10, 13, {"completed", "refund"}),
        ("tea_zh_messy.xlsx", 9, 12, {"已完成", "已退款"}),
        ("tea_zh_messy.csv", 9, 12, {"已完成", "已退款"}),
    ],
)
def test_the_money_of_the_messy_files(file, paid, state, done):
    rows = {row[0]: row for row in grid(file, "orders") if len(row) > state and row[state] in done}
    total = sum(as_number(row[paid]) for row in rows.values() if row[paid] not in ("N/A", "未填"))
    assert total == pytest.approx(ANSWERS[file]["totals"]["orders"]["revenue_after_returns"])


def test_the_money_of_the_messy_studio():
    paid = [row[7] for row in grid("studio_messy.csv", "orders") if row and row[-1] == "paid"]
    total = sum(float(cell.removesuffix(" €").replace(".", "").replace(",", ".")) for cell in paid)
    assert total == pytest.approx(ANSWERS["studio.xlsx"]["totals"]["orders"]["revenue_after_returns"])


def test_the_money_of_the_messy_shop():
    rows = [row for row in grid("shop_messy.xlsx", "orders")[1:] if row[6]]
    total = sum(row[4] * float(row[6].replace(",", ".")) for row in rows)
    assert total == pytest.approx(ANSWERS["shop.xlsx"]["totals"]["orders"]["revenue_after_returns"])
