"""Experiment: by hand, the long way in scipy and statsmodels, and the mints found again."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats import proportion
from statsmodels.stats.multitest import multipletests

import loyalty
from loyalty import experiment, limits, story
from loyalty.core import REST
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.views.trials import control_of
from loyalty.words import Translator
from tests.tables import dataset, draw_trials, frame

TRIAL = """
group   outcome date       segment
no      3       2025-01-05 lunch
no      5       2025-01-20 dinner
no      4       2025-02-01 dinner
voucher 6       2025-01-11 lunch
voucher 8       2025-02-10 dinner
voucher 7       2025-02-11 -
card    4       2025-01-12 lunch
card    9       2025-02-13 dinner
-       99      2025-02-13 dinner
card    -       2025-02-14 dinner
"""
SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
MINTS = json.loads((SAMPLE_DATA / "answers.json").read_text(encoding="utf-8"))
POPULAR = {"Mints without a word": 0.03, "Two mints and a mention": 0.14, "A second helping": 0.23}


def differences(result):
    """The table as dictionaries, by arm."""
    table = result.table("differences")
    return {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


def alike(one, other):
    """The same differences, but for the last digits of sums."""
    found, wanted = differences(one), differences(other)
    return found.keys() == wanted.keys() and all(found[arm] == pytest.approx(wanted[arm]) for arm in found)


def trial(*groups):
    """Single outcomes by group."""
    names = [name for name, values in groups for _ in values]
    return dataset(trials=frame({"group": names, "outcome": [float(x) for _, some in groups for x in some]}))


# By hand ----------------------------------------------------------------------------------------------


def test_groups_by_hand():
    result = experiment(dataset(trials=TRIAL))
    # 3 + 5 + 4 + 6 + 8 + 7 + 4 + 9 of eight who are in a group and have an outcome
    assert (result.overall.value, result.overall.n, result.unit) == (46 / 8, 8, "number")
    assert {group.group: (group.value, group.n) for group in result.groups} == {
        "no": (4, 3),
        "voucher": (7, 3),
        "card": (6.5, 2),
    }
    assert result.numbers["total"] == 46
    assert (result.numbers["observations"], result.numbers["comparisons"]) == (8, 2)
    assert result.options == {"outcome": "outcome", "control": "no", "test": "t"}
    deviations = {row[0]: row[5] for row in result.table("groups").rows}
    assert deviations == {"no": 1, "voucher": 1, "card": pytest.approx(math.sqrt(12.5))}


def test_differences_by_hand():
    found = differences(experiment(dataset(trials=TRIAL)))
    # variances 1 and 1, three each: standard error √(2/3), four degrees of freedom
    half = stats.t.ppf(0.975, 4) * math.sqrt(2 / 3)
    voucher = found["voucher"]
    assert voucher["difference"] == 3
    assert (voucher["difference_low"], voucher["difference_high"]) == (
        pytest.approx(3 - half),
        pytest.approx(3 + half),
    )
    assert voucher["p"] == pytest.approx(2 * stats.t.sf(3 / math.sqrt(2 / 3), 4))
    # relative 7/4 − 1; on the logarithm the variances are 1/(3·16) and 1/(3·49)
    parts = 1 / (3 * 16), 1 / (3 * 49)
    degrees = sum(parts) ** 2 / sum(part**2 / 2 for part in parts)
    factor = math.exp(stats.t.ppf(0.975, degrees) * math.sqrt(sum(parts)))
    assert voucher["relative"] == 0.75
    assert (voucher["relative_low"], voucher["relative_high"]) == (
        pytest.approx(1.75 / factor - 1),
        pytest.approx(1.75 * factor - 1),
    )
    assert (voucher["needed"], voucher["needed_least"]) == (None, None), "settled"
    card = found["card"]
    assert voucher["p_holm"] == pytest.approx(2 * voucher["p"])
    assert card["p_holm"] == pytest.approx(max(card["p"], 2 * voucher["p"]))


def test_how_many_more_by_hand():
    """2.5 apart, variances 1 of three and 12.5 of two: 1/(3 + k) + 12.5/(2 + k) = (2.5 / 2.8016)²."""
    card = differences(experiment(dataset(trials=TRIAL)))["card"]
    wanted = (2.5 / (stats.norm.ppf(0.975) + stats.norm.ppf(0.8))) ** 2
    assert 1 / (3 + card["needed"]) + 12.5 / (2 + card["needed"]) <= wanted
    assert 1 / (2 + card["needed"]) + 12.5 / (1 + card["needed"]) > wanted
    assert card["needed_least"] <= card["needed"]


def test_nothing_is_needed_where_zero_is_left_out_and_no_number_helps_where_nothing_differs():
    result = experiment(trial(("control", [1, 2, 3]), ("same", [3, 2, 1]), ("far", [11, 12, 13])))
    found = differences(result)
    assert found["far"]["difference_low"] > 0
    assert found["far"]["needed"] is None
    assert found["same"]["needed"] is None
    assert found["same"]["needed_least"] > 0
    assert found["same"]["p"] == 1


def test_trend_by_hand():
    result = experiment(dataset(trials=TRIAL))
    assert [(month.group, month.value, month.n) for month in result.trend] == [
        ("2025-01", 18 / 4, 4),
        ("2025-02", 28 / 4, 4),
    ]
    assert result.change.difference == pytest.approx(2.5)


def test_another_column_may_be_compared():
    result = experiment(dataset(trials=TRIAL), by="segment")
    assert {group.group: (group.value, group.n) for group in result.groups} == {
        "dinner": (26 / 4, 4),
        "lunch": (13 / 3, 3),
        "": (7, 1),
    }
    assert set(differences(result)) == {"lunch"}, "blank is no group to compare"
    assert result.options["control"] == "dinner", "the largest, as none is called a control"
    assert "experiment.note.largest" in [note.id for note in result.notes]


def test_the_control_can_be_chosen():
    found = differences(experiment(dataset(trials=TRIAL), control="voucher"))
    assert {arm: one["difference"] for arm, one in found.items()} == {"no": -3, "card": -0.5}


def test_one_group_alone_has_nothing_to_be_compared_with():
    result = experiment(dataset(trials="group outcome\n control 3\n control 4"))
    assert [table.name for table in result.tables] == ["groups"]
    assert result.groups_differ is None
    assert story.answer(result, Translator("en")).id == "experiment.small.single"


def test_further_outcomes_can_be_compared():
    data = Dataset.from_frames(trials=draw_trials(3))
    result = experiment(data, outcome="bill")
    long = draw_trials(3).drop_nulls(["group", "bill"])
    assert result.overall.value == pytest.approx(long["bill"].mean())
    assert result.options["outcome"] == "bill"
    assert alike(experiment(data, outcome="outcome"), experiment(data))


# Which group is the control ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "control"),
    [
        (["Voucher", "Control group"], "Control group"),
        (["treatment", "CONTROL"], "CONTROL"),
        (["Two mints", "No mint", "Mints without a word"], "No mint"),
        (["B", "A"], "A"),
        (["variant B", "variant A"], "variant A"),
        (["new page", "baseline"], "baseline"),
        (["after", "before"], "before"),
        (["1", "0"], "0"),
        (["mit Gutschein", "ohne Gutschein"], "ohne Gutschein"),
        (["avec", "sans"], "sans"),
        (["Testgruppe", "Kontrollgruppe"], "Kontrollgruppe"),
        (["实验组", "对照组"], "对照组"),
        (["送薄荷糖", "不送"], "不送"),
        (["有优惠券", "无优惠券"], "无优惠券"),
        (["none of the new", "control, old"], "control, old"),
        (["noodles", "anchovy", "control"], "control"),
    ],
)
def test_a_control_is_known_by_its_name(names, control):
    for sizes in (range(1, 1 + len(names)), range(len(names), 0, -1)):
        assert control_of(dict(zip(names, sizes, strict=True))) == (control, True)


@pytest.mark.parametrize("names", [["red", "blue"], ["noodles", "rice"], ["Anna", "Ben"], ["notes", "cards"]])
def test_other_names_are_no_control(names):
    assert control_of({names[0]: 10, names[1]: 20}) == (names[1], False)
    assert control_of({names[0]: 10, names[1]: 10}) == (min(names), False)


# The long way -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_single_observations_the_long_way(seed):
    drawn = draw_trials(seed).drop("customer")
    result = experiment(dataset(trials=drawn))
    known = drawn.drop_nulls(["group", "outcome"]).to_pandas()
    arms = {name: arm["outcome"].to_numpy() for name, arm in known.groupby("group")}
    found = differences(result)
    tests = {
        name: stats.ttest_ind(values, arms["control"], equal_var=False)
        for name, values in arms.items()
        if name != "control"
    }
    corrected = multipletests([test.pvalue for test in tests.values()], method="holm")[1]
    for (name, test), p_holm in zip(tests.items(), corrected, strict=True):
        low, high = test.confidence_interval()
        one = found[name]
        assert (one["difference_low"], one["difference_high"]) == pytest.approx((low, high))
        assert (one["p"], one["p_holm"]) == (pytest.approx(test.pvalue), pytest.approx(p_holm))
        assert (one["needed"] is None) == (test.pvalue < 0.05)
    for group in result.groups:
        low, high = stats.t.interval(
            0.95, group.n - 1, arms[group.group].mean(), stats.sem(arms[group.group])
        )
        assert (group.low, group.high) == pytest.approx((low, high))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_in_several_groups_the_long_way(seed):
    """Cluster-robust least squares in statsmodels, arm by arm against the control."""
    drawn = draw_trials(seed)
    result = experiment(dataset(trials=drawn))
    known = drawn.with_row_index("row").drop_nulls(["group", "outcome"]).to_pandas()
    known["who"] = known["customer"].fillna("row " + known["row"].astype(str))
    for name, one in differences(result).items():
        pair = known[known["group"].isin([name, "control"])]
        treated = (pair["group"] == name).astype(float)
        fit = sm.OLS(pair["outcome"], sm.add_constant(treated)).fit(
            cov_type="cluster", cov_kwds={"groups": pd.factorize(pair["who"])[0], "use_correction": False}
        )
        people = pair["who"].nunique()
        half = stats.t.ppf(0.975, people - 1) * fit.bse["group"] * math.sqrt(people / (people - 1))
        assert one["difference"] == pytest.approx(fit.params["group"])
        assert one["difference_high"] - one["difference"] == pytest.approx(half)
    assert "experiment.note.shared" in [note.id for note in result.notes]
    counted = known.dropna(subset=["customer"]).groupby("customer")["group"].agg(set)
    both = [
        sum({"control", name} <= groups for groups in counted)
        for name in known["group"].unique()
        if name != "control"
    ]
    assert result.numbers["shared"] == max(both)


@pytest.mark.parametrize("seed", [1, 2])
def test_yes_and_no_the_long_way(seed):
    drawn = draw_trials(seed).drop("customer")
    result = experiment(dataset(trials=drawn), outcome="dessert")
    known = drawn.drop_nulls(["group", "dessert"]).to_pandas()
    assert result.unit == "share"
    assert result.numbers["hits"] == known["dessert"].sum()
    counts = known.groupby("group")["dessert"].agg(["sum", "size"])
    for group in result.groups:
        hits, n = counts.loc[group.group]
        low, high = proportion.proportion_confint(hits, n, method="wilson")
        assert (group.value, group.low, group.high) == pytest.approx((hits / n, low, high))
    usual = counts.loc["control"]
    for name, one in differences(result).items():
        hits, n = counts.loc[name]
        low, high = proportion.confint_proportions_2indep(hits, n, *usual, method="newcomb")
        assert (one["difference_low"], one["difference_high"]) == pytest.approx((low, high))
        score = proportion.test_proportions_2indep(hits, n, *usual, method="score", correction=False)
        assert one["p"] == pytest.approx(score.pvalue, rel=0.1, abs=0.01)


def test_customers_who_come_again_say_less():
    """Everybody four times the same: as if everybody had come once."""
    once = draw_trials(5).drop_nulls(["group", "outcome"]).with_row_index("row")
    once = once.with_columns(customer=pl.lit("c") + pl.col("row").cast(pl.String)).drop("row")
    often = pl.concat([once] * 4)
    one, four = (experiment(dataset(trials=each)) for each in (once, often))
    for name, found in differences(four).items():
        for end in ("difference", "difference_low", "difference_high", "p", "relative_low", "relative_high"):
            assert found[end] == pytest.approx(differences(one)[name][end])
    assert four.overall.n == 4 * one.overall.n


def test_the_bootstrap_the_long_way():
    drawn = draw_trials(7).drop("customer")
    result = experiment(dataset(trials=drawn), outcome="bill", test="bootstrap")
    known = drawn.drop_nulls(["group", "bill"]).to_pandas()
    arms = {name: arm["bill"].to_numpy() for name, arm in known.groupby("group")}

    def gap(one, other, axis):
        return one.mean(axis=axis) - other.mean(axis=axis)

    for name, one in differences(result).items():
        samples = (arms[name], arms["control"])
        theirs = stats.bootstrap(samples, gap, n_resamples=9_999, method="BCa", rng=1)
        low, high = theirs.confidence_interval
        assert one["difference"] == pytest.approx(arms[name].mean() - arms["control"].mean())
        assert (one["difference_low"], one["difference_high"]) == pytest.approx(
            (low, high), abs=0.08 * (high - low)
        )


def test_the_bootstrap_is_for_numbers_of_which_there_are_not_too_many(monkeypatch):
    data = dataset(trials=draw_trials(8))
    shares = experiment(data, outcome="dessert", test="bootstrap")
    assert alike(shares, experiment(data, outcome="dessert"))
    assert "experiment.note.shares" in [note.id for note in shares.notes]
    monkeypatch.setattr(limits, "RESAMPLED", 100)
    many = experiment(data, test="bootstrap")
    assert alike(many, experiment(data))
    assert "experiment.note.many" in [note.id for note in many.notes]


def test_many_groups_are_compared_but_for_the_rest():
    names = [f"arm {at}" for at in range(limits.GROUPS + 5)]
    rows = [(name, float(at + place)) for at, name in enumerate(names) for place in range(4)]
    data = dataset(trials=frame({"group": [r[0] for r in rows], "outcome": [r[1] for r in rows]}))
    result = experiment(data)
    assert result.groups[-1].group == REST
    assert len(result.table("differences").rows) == limits.GROUPS - 1
    assert result.numbers["comparisons"] == limits.GROUPS - 1
    assert result.table("groups").rows[-1][1] == 4 * 5


# The mints --------------------------------------------------------------------------------------------


@cache
def mints(file, test="t"):
    return experiment(loyalty.read(SAMPLE_DATA / file), test=test)


@pytest.mark.parametrize("file", ["mint.xlsx", "mint_messy.csv"])
def test_the_mints_are_as_the_readme_says(file):
    result, truth = mints(file), MINTS[file]["experiment"]
    assert result.options["control"] == truth["control"]
    assert {row[0]: row[1] for row in result.table("groups").rows} == {
        name: arm["n"] for name, arm in truth["groups"].items()
    }
    for name, *numbers in result.table("groups").rows:
        arm = truth["groups"][name]
        assert (numbers[1], numbers[4]) == pytest.approx((arm["mean"], arm["standard_deviation"]))
    for name, one in differences(result).items():
        arm = truth["groups"][name]
        assert (one["difference"], one["relative"]) == pytest.approx((arm["difference"], arm["effect"]))


@pytest.mark.parametrize("file", ["mint.xlsx", "mint_messy.csv"])
@pytest.mark.parametrize("test", ["t", "bootstrap"])
def test_the_three_effects_are_found_again(file, test):
    """+3, +14 and +23 % lie within the intervals, each within that of its own arm alone."""
    found = differences(mints(file, test))
    for name, effect in POPULAR.items():
        holding = [arm for arm, one in found.items() if one["relative_low"] <= effect <= one["relative_high"]]
        assert holding == [name]
        assert found[name]["p_holm"] < 0.05
        assert found[name]["needed"] is None
    published = [row[:3] for row in mints(file, test).table("published").rows]
    assert published == list(zip(("mints", "mention", "second"), POPULAR.values(), POPULAR, strict=True))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "+0.65 (+0.34 to +0.96), that is +3.4% of the control's mean (+1.8% to +5.1%;",
                "+2.66 (+2.33 to +3), that is +14.1% of the control's mean (+12.2%",
                "+4.32 (+3.97 to +4.68), that is +22.9% of the control's mean (+20.8%",
                "+3.0%. This lies within your interval for “Mints without a word”, +1.8% to +5.1%.",
                "+14.0%. This lies within your interval for “Two mints and a mention”, +12.2% to +16.0%.",
                "+23.0%. This lies within your interval for “A second helping”, +20.8% to +25.0%.",
            ],
        ),
        (
            "zh",
            [
                "“A second helping”：+4.32（+3.97至+4.68），相对于对照组为 +22.9%（+20.8%至+25.0%；",
                "+3.0%。在您“Mints without a word”一组的区间之内（+1.8%至+5.1%）。",
                "+14.0%。在您“Two mints and a mention”一组的区间之内（+12.2%至+16.0%）。",
                "+23.0%。在您“A second helping”一组的区间之内（+20.8%至+25.0%）。",
            ],
        ),
    ],
)
@pytest.mark.parametrize("file", ["mint.xlsx", "mint_messy.csv"])
def test_the_page_says_so(file, language, told):
    t = Translator(language)
    parts = [story.part(mints(file), name, t) for name in ("differences", "published")]
    said = "\n".join(t.say(part) for part in parts)
    assert [sentence for sentence in told if sentence not in said] == []


def test_trials_of_other_things_are_not_held_against_the_mints():
    assert [table.name for table in experiment(dataset(trials=TRIAL)).tables] == ["differences", "groups"]


# What cannot be answered ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trials", "options", "id"),
    [
        ("group\n a", {}, "missing_columns"),
        ("outcome\n 3", {}, "missing_columns"),
        ("group outcome\n a -\n - 3", {}, "no_outcomes"),
        ("group outcome\n a 3\n b 4", {"control": "c"}, "unknown_option"),
        ("group outcome\n a 3\n b 4", {"outcome": "group"}, "unknown_option"),
        ("group outcome\n a 3\n b 4", {"test": "chi"}, "unknown_option"),
        ("group outcome\n a 3\n b 4", {"by": "colour"}, "unknown_group"),
    ],
)
def test_what_cannot_be_answered_is_said(trials, options, id):
    with pytest.raises(LoyaltyError) as caught:
        experiment(dataset(trials=trials), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_the_groups_are_named_where_the_control_is_none_of_them():
    with pytest.raises(LoyaltyError, match="no, voucher, card"):
        experiment(dataset(trials=TRIAL), control="nobody")


def test_values_that_are_all_alike_are_no_proof():
    one = differences(experiment(trial(("control", [5] * 40), ("new", [6] * 40))))["new"]
    assert (one["difference"], one["difference_low"], one["difference_high"]) == (1, -math.inf, math.inf)
    assert (one["p"], one["p_holm"], one["needed"]) == (None, None, None)


def test_money_that_is_skewed_has_an_interval_that_is():
    values = np.random.default_rng(4).lognormal(3, 1.3, 60).round(2)
    data = trial(("control", np.full(60, 20) + np.arange(60) % 3), ("new", values))
    t, drawn = (differences(experiment(data, test=test))["new"] for test in ("t", "bootstrap"))
    assert t["difference_high"] - t["difference"] == pytest.approx(t["difference"] - t["difference_low"])
    assert drawn["difference_high"] - drawn["difference"] > drawn["difference"] - drawn["difference_low"]
