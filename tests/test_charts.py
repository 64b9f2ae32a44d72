"""Every picture is a valid one, in both languages and themes, and shows what the result says."""

import json
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from functools import cache

import pytest

from loyalty import benchmarks, charts, limits
from loyalty.charts.heat import contrast, ink, shade
from loyalty.charts.style import palette, span
from loyalty.charts.timeline import number, on_time
from loyalty.core import Estimate, Table, period_name
from loyalty.metrics import METRICS
from loyalty.words import Translator
from tests import results
from tests.results import computed

EN, ZH = Translator("en"), Translator("zh")
MOST_MARKS = 2000


def bullet(result, t, dark=False):
    scales = benchmarks.scales(result.metric)
    band = benchmarks.default_band("nps", "retail") if result.metric == "nps" else None
    return charts.bullet(
        result.overall, band, scales[0] if scales else None, result.unit, t, dark, result.currency
    )


@cache
def defaults():
    """One result of every metric."""
    return {metric.id: next(r for r in computed() if r.metric == metric.id) for metric in METRICS}


SHOWN = {
    "what_if": (charts.effects, charts.claims, charts.worth_curve, charts.trend, charts.groups),
    "nps": (
        charts.distribution,
        charts.divergent,
        charts.trend,
        charts.sparkline,
        charts.comment_counts,
        bullet,
    ),
    "satisfaction": (charts.distribution, charts.comment_counts, charts.trend, charts.groups, bullet),
    "loyalty_index": (charts.questions, charts.trend, charts.groups, bullet),
    "repurchase": (charts.months, charts.trend, bullet),
    "order_value": (charts.months, charts.trend, charts.groups),
    "upsell": (charts.kinds, charts.leads, charts.groups),
    "engagement": (
        charts.spectrum,
        charts.hours,
        charts.weekdays,
        charts.sources,
        charts.trend,
        charts.groups,
    ),
    "journey": (charts.stages, charts.steps, charts.voices, charts.trend, charts.groups),
    "cohorts": (charts.cohorts, charts.cohort_revenue, charts.retention, charts.trend, charts.groups),
    "rfm": (charts.segments, charts.moves, charts.trend, charts.groups),
    "top_customers": (charts.lorenz, charts.trend, charts.groups),
    "clv": (charts.value_curve, charts.value_bins, charts.trend, charts.groups),
    "forecast": (charts.outlook, charts.tracking, charts.conditional, charts.trend, charts.groups),
    "loyal_new": (charts.sides, charts.ways, charts.portions, charts.trend, charts.groups),
    "say_do": (charts.quadrants, charts.attitudes, charts.staying, charts.discounts, charts.groups),
    "experiment": (charts.differences, charts.arms, charts.trend),
}
DRAWN = [
    pytest.param(shape, id, id=f"{id}-{shape.__name__}") for id, shapes in SHOWN.items() for shape in shapes
]


def layers(spec):
    """The single views of a chart, with their data."""
    shared = spec["datasets"]

    def walk(view, data):
        data = view.get("data", data)
        if "layer" in view:
            for part in view["layer"]:
                yield from walk(part, data)
        else:
            yield view, list(shared[data["name"]])

    return list(walk(spec, None))


def marks(spec, kind, **properties):
    """Data of the views with this kind of mark."""
    return [
        rows
        for view, rows in layers(spec)
        if view["mark"]["type"] == kind and properties.items() <= view["mark"].items()
    ]


def words(chart, t, width=340):
    """Every text in the picture as it is drawn."""
    tree = ElementTree.fromstring(charts.svg(chart, t, width=width))
    return [
        word for text in tree.iter("{http://www.w3.org/2000/svg}text") for word in text.itertext() if word
    ]


FURTHER = [
    pytest.param(*pair, marks=pytest.mark.slow) for pair in (("en", True), ("zh", False), ("zh", True))
]


@pytest.mark.parametrize(("shape", "metric"), DRAWN)
@pytest.mark.parametrize(("language", "dark"), [("en", False), *FURTHER])
def test_every_picture_is_drawn(shape, metric, language, dark):
    t = Translator(language)
    chart = shape(defaults()[metric], t, dark)
    spec = chart.to_dict()  # raises where the schema of Vega-Lite is not kept
    assert spec["width"] == "container"
    assert spec["config"]["background"] == "transparent"
    assert chart.description.strip()
    assert charts.png(chart, t, dark, width=340, scale=1).startswith(b"\x89PNG")


@pytest.mark.parametrize("shape", [charts.effects, charts.claims])
def test_no_change_has_no_sign(shape):
    t = Translator("en")
    drawn = words(shape(defaults()["what_if"], t), t, width=700)
    assert "0%" in drawn
    assert "+0%" not in drawn
    assert any(word.startswith("+") for word in drawn)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_every_metric_has_its_pictures(metric):
    result = defaults()[metric.id]
    assert all(shape(result, EN, False) for shape in charts.PICTURES[metric.id])
    assert charts.breakdown(result, EN)
    assert charts.trend(result, EN)


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "metric"), DRAWN)
def test_words_are_in_the_language(shape, metric):
    # names of products and segments are the file's own, and so is the publisher of a benchmark
    own = (
        r"tea|cup|pot|cake|drinks|things|north|south|Survicate|first visit|regular|search|a friend|phone|desk"
        r"|lunch|dinner"
    )
    chart = shape(defaults()[metric], ZH)
    told = [re.sub(own, "", text) for text in (*words(chart, ZH), chart.description)]
    assert not [text for text in told if re.search(r"[A-Za-z]{2,}|[{}]", text)]


def test_chinese_months_and_amounts_stand_on_the_axes():
    result = replace(defaults()["order_value"], currency="CNY")
    told = words(charts.months(result, ZH), ZH, width=700)
    assert any(re.fullmatch(r"\d{1,2}月", text) for text in told)
    assert any(re.fullmatch(r"¥\d+", text) for text in told)


class TestStrangersNames:
    NAME = "a.b[0] 'q' \"w\" \\ <b> ${x} datum.value"

    def spec(self):
        estimate = Estimate(30, 20, 40, 50, self.NAME)
        counts = Table("groups", ("group", "detractors", "passives", "promoters"), ((self.NAME, 5, 10, 35),))
        result = results.nps(by=self.NAME, groups=(estimate,), tables=(counts,))
        pair = (self.NAME, self.NAME, 20, 40, 0.5)
        bought = results.upsell(
            tables=(
                Table("leads", ("start", "kind", "customers", "starters", "share"), (pair,)),
                Table("kinds", ("kind", "customers"), ((self.NAME, 40),)),
            )
        )
        trend = results.nps(trend=trend_of(12, 13))
        return [
            charts.divergent(result, EN),
            charts.groups(result, EN),
            charts.leads(bought, EN),
            charts.kinds(bought, EN),
            charts.trend(trend, EN, events=[("2025-01", self.NAME)]),
        ]

    def test_are_values_and_never_fields_or_expressions(self):
        """But for the title of a tooltip, which Vega shows as it is."""
        for chart in self.spec():
            spec = chart.to_dict()
            held = json.dumps(spec.pop("datasets"), ensure_ascii=False)
            assert "a.b[0]" in held
            spec.pop("description")
            rest = json.dumps(spec, ensure_ascii=False)
            assert len(re.findall(r"a\.b\[0\]", rest)) == len(re.findall(r'"title": "a\.b\[0\]', rest))

    def test_are_drawn_as_they_are(self):
        for chart in self.spec():
            assert any("a.b[0] 'q'" in text for text in words(chart, EN, width=700))

    def test_long_ones_are_cut_and_alike_ones_kept_apart(self):
        names = [f"{'very long name ' * 9}{end}" for end in "xy"]
        groups = tuple(Estimate(30, 20, 40, 50, name) for name in names)
        spec = charts.groups(results.nps(by="by", groups=groups), EN).to_dict()
        [rows] = marks(spec, "rule", strokeWidth=2.5)
        assert len(rows) == 2
        assert rows[0]["name"] == rows[1]["name"]
        assert rows[0]["name"].endswith("…")
        assert rows[0]["mark_y"] != rows[1]["mark_y"]


def trend_of(*values, n=50, start=12 * 2025):
    return tuple(
        Estimate(value, value - 5, value + 5, n, f"{(start + at) // 12}-{(start + at) % 12 + 1:02d}")
        for at, value in enumerate(values)
    )


def test_no_picture_has_more_marks_than_a_browser_draws_at_once():
    months = trend_of(*range(-90, 90), *range(-90, 90), n=10, start=12 * 1990)
    names = ("month", "purchases", "repeat_purchases", "mean", "quartile_1", "median", "quartile_3")
    rows = tuple((month.group, 9, 4, 5.0, 2.0, 4.0, 7.0) for month in months)
    groups = tuple(Estimate(x, x - 9, x + 9, 50, str(x)) for x in range(limits.GROUPS + 1))
    counts = tuple((group.group, 5, 10, 35) for group in groups)
    tables = (
        Table("months", names, rows),
        Table("groups", ("group", "detractors", "passives", "promoters"), counts),
    )
    kinds = tuple((str(at), 50) for at in range(limits.PRODUCTS))
    pairs = tuple((a, b, 5, 50, 0.1) for a, _ in kinds for b, _ in kinds if a != b)
    bought = results.upsell(tables=(Table("kinds", ("kind", "customers"), kinds), Table("leads", (), pairs)))
    large = results.nps(trend=months, groups=groups, tables=tables, currency="EUR", by="by")
    for shape, result in [
        *((shape, large) for shape in (charts.trend, charts.months, charts.groups, charts.divergent)),
        *((shape, bought) for shape in (charts.kinds, charts.leads)),
    ]:
        assert sum(len(rows) for _, rows in layers(shape(result, EN).to_dict())) < MOST_MARKS


def test_what_a_browser_draws_is_the_chart_that_the_schema_knows():
    for metric, shapes in charts.PICTURES.items():
        chart = shapes[0](defaults()[metric], EN, False)
        spec, told = charts.drawing(lambda: chart)  # noqa: B023 - called at once
        assert {**spec, "description": told} == chart.to_dict()
    assert charts.drawing(lambda: None) == ({}, "")


def test_altair_is_not_imported_before_a_chart_is_drawn():
    code = "import sys, loyalty.charts; sys.exit('altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestDistribution:
    def test_three_groups_named_with_their_shares(self):
        told = words(charts.distribution(results.nps(), EN), EN)
        for text in ("Detractors", "20%", "Passives", "30%", "Promoters", "50%"):
            assert text in told

    def test_a_bar_a_score_in_the_colour_of_its_group(self):
        [bars] = marks(charts.distribution(results.nps(), EN).to_dict(), "rect")
        assert [bar["score"] for bar in bars] == list(range(11))
        assert [bar["color"] for bar in bars] == ["#D55E00"] * 7 + ["#BDBDBD"] * 2 + ["#0072B2"] * 2
        assert bars[10]["share"] == pytest.approx(18 / 60)

    def test_every_score_stands_below_its_bar(self):
        told = words(charts.distribution(results.nps(), EN), EN)
        assert {str(score) for score in range(11)} <= set(told)

    def test_somebody_is_never_nobody(self):
        scores = [[score, 0, name] for score, _, name in results.nps().table("scores").rows]
        scores[0][1], scores[10][1] = 1, 999
        table = Table("scores", ("score", "answers", "group"), tuple(map(tuple, scores)))
        [bars] = marks(charts.distribution(results.nps(tables=(table,)), EN).to_dict(), "rect")
        assert [bars[score]["share_text"] for score in (0, 1, 10)] == ["<1%", "", "100%"]

    def test_scores_stand_as_far_apart_as_they_are_read_whatever_their_numbers(self):
        rows = (
            (5, 1, "dissatisfied"),
            (4, 0, "dissatisfied"),
            (3, 2, "neutral"),
            (2, 0, "satisfied"),
            (1, 9, "satisfied"),
        )
        table = Table("scores", ("score", "answers", "group"), rows)
        chart = charts.distribution(results.nps(metric="satisfaction", tables=(table,)), EN)
        [bars] = marks(chart.to_dict(), "rect")
        assert [(bar["place"], bar["score"]) for bar in bars] == [(0, 5), (1, 4), (2, 3), (3, 2), (4, 1)]
        told = words(chart, EN)
        assert [text for text in told if text in "12345"] == ["5", "4", "3", "2", "1"]

    def test_a_scale_without_a_middle_has_two_groups(self):
        rows = ((1, 1, "dissatisfied"), (2, 1, "dissatisfied"), (3, 2, "satisfied"), (4, 6, "satisfied"))
        table = Table("scores", ("score", "answers", "group"), rows)
        chart = charts.distribution(results.nps(metric="satisfaction", tables=(table,)), EN)
        [bars] = marks(chart.to_dict(), "rect")
        assert [bar["color"] for bar in bars] == ["#D55E00"] * 2 + ["#0072B2"] * 2
        assert chart.description == "The answer given most is 4 (60%). Satisfied: 80%, Dissatisfied: 20%."

    def test_description(self):
        assert charts.distribution(results.nps(), EN).description == (
            "The answer given most is 10 (30%). Promoters: 50%, Passives: 30%, Detractors: 20%."
        )


def test_divergent_has_the_middle_group_around_zero():
    counts = Table("groups", ("group", "detractors", "passives", "promoters"), (("a", 10, 20, 70),))
    result = results.nps(by="by", groups=(Estimate(60, 45, 72, 100, "a"),), tables=(counts,))
    [parts] = marks(charts.divergent(result, EN).to_dict(), "bar")
    assert [(part["from"], part["to"]) for part in parts] == [
        pytest.approx((-20, -10)),
        pytest.approx((-10, 10)),
        pytest.approx((10, 80)),
    ]


class TestGroups:
    def test_largest_first_with_interval_and_basis(self):
        groups = (Estimate(30, 20, 40, 90, "b"), Estimate(50, 30, 70, 40, "a"), Estimate(1, -9, 9, 30, ""))
        told = words(charts.groups(results.nps(by="by", groups=groups), EN), EN)
        named = [text for text in dict.fromkeys(told) if text in {"a", "b", "(blank)"}]
        assert named == ["b", "a", "(blank)"]
        assert "50 (30 to 70), n = 40" in told
        assert "all: 30" in told

    def test_one_group_is_not_both_the_highest_and_the_lowest(self):
        alone = results.nps(by="by", groups=(Estimate(50, 30, 70, 40, "a"),))
        assert charts.groups(alone, EN).description == "By by there is only a, with 50 (30 to 70)."

    def test_few_observations_are_hollow_and_said_to_be(self):
        few = Estimate(50, -30, 90, limits.SMALL_SAMPLE - 1, "a")
        enough = Estimate(30, 20, 40, limits.SMALL_SAMPLE, "b")
        chart = charts.groups(results.nps(by="by", groups=(enough, few)), EN)
        [dots] = marks(chart.to_dict(), "point")
        assert [dot["small"] for dot in dots] == [False, True]
        assert any("fewer than 30" in text for text in words(chart, EN))

    def test_intervals_of_few_are_cut_at_the_edge(self):
        groups = (Estimate(0.4, 0.35, 0.45, 500, "a"), Estimate(0.5, 0.01, 0.99, 2, "b"))
        low, high = span(groups, "share")
        assert (low, high) == pytest.approx((0.35 - 0.009, 0.5 + 0.009))

    def test_infinite_ratios_are_not_drawn(self):
        groups = (Estimate(math.inf, 3, math.inf, 9, "a"), Estimate(1, 0.5, 2, 60, "b"))
        spec = charts.groups(results.upsell(by="by", groups=groups), EN).to_dict()
        assert [row["name"] for row in marks(spec, "point")[0]] == ["b"]

    def test_no_groups_no_picture(self):
        assert charts.groups(results.nps(), EN) is None
        assert charts.divergent(results.nps(), EN) is None


class TestTrend:
    def test_the_line_breaks_where_a_month_is_missing(self):
        first, _, third = trend_of(10, 20, 30)
        [rows] = marks(charts.trend(results.nps(trend=(first, third)), EN).to_dict(), "line")
        assert [(row["month"], row["value"]) for row in rows] == [
            ("2025-01", 10),
            ("2025-02", None),
            ("2025-03", 30),
        ]

    def test_events_stand_in_their_month_and_others_are_left_out(self):
        events = [("2025-02", "new machine"), ("2025-03-09", "prices"), ("2030-01", "later")]
        told = words(charts.trend(results.nps(trend=trend_of(10, 20, 30)), EN, events=events), EN)
        assert "new machine" in told
        assert "prices" in told
        assert "later" not in told

    def test_the_last_value_is_written(self):
        assert "31" in words(charts.trend(results.nps(trend=trend_of(10, 20, 31)), EN), EN)

    def test_description(self):
        assert charts.trend(results.nps(trend=trend_of(10, 44, -3, 30)), EN).description == (
            "From 10 in Jan 2025 to 30 in Apr 2025; highest in Feb 2025 with 44, lowest in Mar 2025 with −3."
        )

    @pytest.mark.parametrize("shape", [charts.trend, charts.sparkline])
    def test_one_month_is_no_trend(self, shape):
        assert shape(results.nps(trend=trend_of(10)), EN) is None
        assert shape(results.upsell(trend=trend_of(10, math.inf)), EN) is None

    def test_a_sparkline_has_no_words(self):
        assert words(charts.sparkline(results.nps(trend=trend_of(10, 20, 30)), EN), EN) == []


def test_a_month_stands_within_itself_everywhere_on_earth():
    [row] = on_time([{"month": "2025-02"}])
    assert row["start"] < row["at"] < row["end"]
    assert {row[place][:7] for place in ("start", "at", "end")} == {"2025-02"}
    assert row["at"].endswith("T00:00:00")  # without a time it would be one at Greenwich


@pytest.mark.parametrize("count", [2, 8, 9, 16, 26, 27, 52, 53, 240])
def test_a_telephone_holds_the_labels_of_the_months(count):
    chart = charts.trend(results.nps(trend=trend_of(*range(count), start=12 * 2003 + 4)), EN)
    spec = chart.to_dict()
    [axis] = {json.dumps(view["encoding"]["x"]["axis"]["values"]) for view, _ in layers(spec)}
    labels = [(value["year"], value["month"]) for value in json.loads(axis)]
    assert 1 <= len(labels) <= 21
    assert len(labels) <= 9 or count > 96
    first, last = number("2003-05"), number("2003-05") + count - 1
    assert all(first <= 12 * year + month - 1 <= last for year, month in labels)


def periods(count, months, start):
    """A trend of so many quarters or years, one below the other by two."""
    names = (period_name(start + months * place, months) for place in range(count))
    return tuple(Estimate(30 - 2 * at, 20, 40, 50, name) for at, name in enumerate(names))


class TestLongerPeriods:
    MARCH = 12 * 2024 + 2

    @pytest.mark.parametrize(
        ("t", "named"), [(EN, ["Q1", "Q2", "Q3", "Q4"]), (ZH, ["1季度", "2季度", "3季度", "4季度"])]
    )
    def test_quarters_have_their_names_and_years(self, t, named):
        told = words(charts.trend(results.nps(trend=periods(4, 3, self.MARCH)), t), t)
        assert [word for word in told if word in named] == named
        assert told.count("2024") == 1

    def test_years_are_numbers_alone(self):
        told = words(charts.trend(results.nps(trend=periods(3, 12, self.MARCH)), ZH), ZH)
        assert [word for word in told if word in ("2024", "2025", "2026")] == ["2024", "2025", "2026"]
        assert not [word for word in told if "月" in word and word != "回答月份"]

    @pytest.mark.parametrize(
        ("months", "middles"), [(3, ["2024-02", "2024-05"]), (12, ["2024-07", "2025-07"])]
    )
    def test_a_point_stands_in_the_middle_of_its_period(self, months, middles):
        rows = on_time([{"month": period.group} for period in periods(2, months, self.MARCH)])
        assert [row["at"][:7] for row in rows] == middles
        assert all(row["start"] < row["at"] < row["end"] for row in rows)

    @pytest.mark.parametrize(("first", "missing", "last"), [("2024-Q3", "2024-Q4", "2025-Q1")])
    def test_the_line_breaks_where_a_quarter_is_missing(self, first, missing, last):
        trend = (Estimate(1, 0, 2, 50, first), Estimate(3, 2, 4, 50, last))
        [rows] = marks(charts.trend(results.nps(trend=trend), EN).to_dict(), "line")
        assert [(row["month"], row["value"]) for row in rows] == [(first, 1), (missing, None), (last, 3)]

    @pytest.mark.parametrize(("months", "day"), [(3, "2024-06-30"), (12, "2025-12-01")])
    def test_an_event_late_in_the_last_period_is_seen(self, months, day):
        result = results.nps(trend=periods(2, months, self.MARCH))
        assert "fair" in words(charts.trend(result, EN, events=[(day, "fair")]), EN)
        later = f"{int(day[:4]) + 1}-01-01"
        assert "fair" not in words(charts.trend(result, EN, events=[(later, "fair")]), EN)

    @pytest.mark.parametrize(("months", "name"), [(1, "Month"), (3, "Quarter"), (12, "Year")])
    def test_the_pointer_says_which_kind_of_period(self, months, name):
        for shape in (charts.trend, charts.sparkline):
            spec = shape(results.nps(trend=periods(3, months, self.MARCH)), EN).to_dict()
            assert f'"title": "{name}"' in json.dumps(spec)

    @pytest.mark.parametrize(
        ("t", "told"), [(EN, "From 30 in Q1 2024 to 28 in Q2 2024"), (ZH, "2024年第2季度")]
    )
    def test_the_description_names_quarters(self, t, told):
        assert told in charts.trend(results.nps(trend=periods(2, 3, self.MARCH)), t).description

    @pytest.mark.parametrize("months", [3, 12])
    @pytest.mark.parametrize("count", [2, 8, 9, 17, 80])
    def test_a_telephone_holds_the_labels(self, months, count):
        chart = charts.trend(results.nps(trend=periods(count, months, self.MARCH)), EN)
        ends = [period.group for period in periods(count, months, self.MARCH)]
        axis = next(view["encoding"]["x"]["axis"] for view, _ in layers(chart.to_dict()))
        labels = [12 * value["year"] + value["month"] - 1 for value in axis["values"]]
        assert labels == sorted(set(labels))
        assert number(ends[0]) <= labels[0] <= labels[-1] < number(ends[-1]) + months
        assert axis["labelOverlap"] is True  # a browser leaves out what would run into its neighbour
        assert len(labels) <= 9 or months * count > 96


class TestMonths:
    def test_repeat_purchases_are_part_of_the_bar(self):
        table = Table(
            "months", ("month", "purchases", "repeat_purchases"), (("2025-01", 9, 4), ("2025-02", 7, 5))
        )
        chart = charts.months(results.repurchase(tables=(table,)), EN)
        light, dark = (
            view["encoding"]["y"]["field"]
            for view, _ in layers(chart.to_dict())
            if view["mark"]["type"] == "rect"
        )
        assert (light, dark) == ("purchases", "repeat_purchases")
        assert chart.description == (
            "In Feb 2025, 5 of 7 purchases of known customers were repeat purchases."
        )

    def test_money_has_a_panel_of_its_own(self):
        names = ("month", "purchases", "repeat_purchases", "mean", "quartile_1", "median", "quartile_3")
        table = Table(
            "months", names, (("2025-01", 9, 4, 6.0, 2.0, 5.0, 8.0), ("2025-02", 7, 5, 7.0, 3.0, 5.5, 9.0))
        )
        told = words(charts.months(results.order_value(tables=(table,)), EN), EN)
        assert "Median purchase" in told
        assert "Purchases" in told
        assert "€5" in told or "€4" in told

    def test_without_dates(self):
        assert charts.months(results.order_value(), EN) is None


class TestProducts:
    def test_pairs_of_few_customers_come_only_where_there_are_no_others(self):
        few, enough = ("cup", "tea", 3, 5, 0.6), ("tea", "cup", 12, 40, 0.3)
        names = ("start", "kind", "customers", "starters", "share")
        both = charts.leads(results.upsell(tables=(Table("leads", names, (few, enough)),)), EN)
        alone = charts.leads(results.upsell(tables=(Table("leads", names, (few,)),)), EN)
        assert "tea → cup" in words(both, EN)
        assert "cup → tea" not in words(both, EN)
        assert "cup → tea" in words(alone, EN)
        assert "30% · 12 of 40" in words(both, EN)

    def test_bars_are_shares_of_all_customers(self):
        kinds = Table("kinds", ("kind", "customers"), (("tea", 45), ("cup", 9)))
        chart = charts.kinds(results.upsell(tables=(kinds,)), EN)
        assert [row["share"] for row in marks(chart.to_dict(), "bar")[1]] == [0.5, 0.1]
        assert chart.description == "Most customers bought tea: 45 of 90."


class TestEngagement:
    def test_the_spectrum_names_its_rule(self):
        chart = charts.spectrum(results.engagement(), EN)
        told = words(chart, EN)
        assert "High: two visits or more, one with a purchase or more" in told
        assert "60 · 30%" in told
        assert chart.description == (
            "Of 200 visitors, 60 buy and return (30%), 60 are in between (30%), and 80 came once without "
            "buying (40%)."
        )

    def test_without_visitors_there_is_no_spectrum(self):
        assert charts.spectrum(results.engagement(tables={"lists": None}), EN) is None

    def test_hours_have_a_cell_for_visits_and_one_for_the_share(self):
        chart = charts.hours(results.engagement(), EN)
        cells = marks(chart.to_dict(), "rect")[0]
        assert {cell["place"]: cell["text"] for cell in cells} == {
            "visits monday": "60",
            "visits tuesday": "40",
            "visits saturday": "50",
            "share monday": "50",
            "share tuesday": "25",
            "share saturday": "80",
        }
        assert chart.description == (
            "Most visits come on Monday from 9:00 on (60 of 150), most purchases on Saturday from 18:00 on "
            "(40)."
        )

    def test_the_strongest_colours_are_those_of_the_largest_numbers(self):
        cells = marks(charts.hours(results.engagement(), EN).to_dict(), "rect")[0]
        full = {cell["place"] for cell in cells if cell["color"] == "#0072B2"}
        assert full == {"visits monday", "share saturday"}

    def cells(self, *rows):
        columns = ("weekday", "hour", "visits", "bought", "value")
        chart = charts.hours(results.engagement(tables={"hours": (columns, rows)}), EN)
        return marks(chart.to_dict(), "rect")[0], words(chart, EN)

    def test_shares_of_few_visits_are_drawn_towards_the_average(self):
        """One purchase at one visit is no darker than 60 at 100, and is marked."""
        cells, told = self.cells(
            ("monday", 8, 1, 1, 1.0), ("monday", 9, 100, 60, 0.6), ("monday", 10, 100, 20, 0.2)
        )
        share = {cell["hour"]: cell["share"] for cell in cells if cell["place"].startswith("share")}
        assert share[10] < share[8] < share[9]
        assert [cell["hour"] for cell in cells if cell["open"]] == [8]
        assert any(text.startswith("Dashed: fewer than 30 visits") for text in told)

    def test_where_most_hours_have_few_visits_that_is_said_instead(self):
        cells, told = self.cells(("monday", 8, 4, 1, 0.25), ("monday", 9, 6, 3, 0.5))
        assert not any(cell["open"] for cell in cells)
        assert any(text.startswith("Most hours: fewer than 30 visits") for text in told)

    def test_an_hour_of_unknown_outcome_has_visits_alone(self):
        cells, _ = self.cells(("monday", 8, 40, 0, None), ("monday", 9, 60, 30, 0.5))
        assert [cell["hour"] for cell in cells if cell["place"] == "share monday"] == [9]

    def test_days_in_the_language_from_monday(self):
        told = words(charts.hours(results.engagement(), ZH), ZH, width=700)
        days = [text for text in told if re.fullmatch("周.", text)]
        assert days == [f"周{day}" for day in "一二三四五六日"] * 2

    def test_without_times_there_are_no_hours_and_no_days(self):
        result = results.engagement(tables={"hours": None, "weekdays": None})
        assert charts.hours(result, EN) is None
        assert charts.weekdays(result, EN) is None

    def test_a_day_has_dot_whisker_and_bar(self):
        chart = charts.weekdays(results.engagement(), EN)
        [bars] = marks(chart.to_dict(), "bar")
        assert [(row["name"], row["per_day"]) for row in bars] == [("Mon", 35), ("Sat", 50), ("Sun", 25)]
        [lines] = marks(chart.to_dict(), "rule")
        assert [(row["low"], row["high"]) for row in lines] == [(0.38, 0.46), (0.31, 0.45), (0.2, 0.39)]
        assert chart.description == (
            "On Monday most visits lead to a purchase (42.0%), on Sunday fewest (29.0%)."
        )

    def test_sources_are_named_with_their_intervals(self):
        told = words(charts.sources(results.engagement(), EN), EN, width=700)
        assert "60.0% (55.0% to 65.0%), n = 500" in told
        assert {"(blank)", "All others"} <= set(told)
        assert charts.sources(results.engagement(tables={"sources": None}), EN) is None


class TestJourney:
    def test_what_flows_on_is_the_whole_of_the_next_bar(self):
        chart = charts.stages(results.journey(), EN)
        stream, here, onward = marks(chart.to_dict(), "rect")
        assert [row["reached"] for row in here] == [1.0, 0.6, 0.3]
        assert [row["onward"] for row in onward] == [0.6, 0.3, 0.3]  # the loyal go nowhere else
        fields = [
            (view["encoding"]["x"]["field"], view["encoding"]["x2"]["field"])
            for view, _ in layers(chart.to_dict())
            if view["mark"]["type"] == "rect"
        ]
        assert fields == [("zero", "onward"), ("onward", "reached"), ("zero", "onward")]
        assert stream[1]["next_y"] == pytest.approx(stream[2]["top_y"])
        assert stream[2]["next_y"] is None

    def test_counts_shares_and_days_are_written(self):
        told = words(charts.stages(results.journey(), EN), EN)
        assert {"100 customers · 100%", "60 customers · 60%", "30 customers · 30%"} <= set(told)
        assert {"60% have gone on", "50% have gone on · half within 46 days"} <= set(told)
        assert charts.stages(results.journey(), EN).description == (
            "Of 100 customers, 60 have bought again and 30 have become loyal."
        )

    def test_curves_are_stairs_with_the_days_of_half(self):
        spec = charts.steps(results.journey(), EN).to_dict()
        [line] = marks(spec, "line", interpolate="step-after")
        assert [row["days"] for row in line[:6]] == [0, 20, 30, 90, 180, 200]
        [dot] = marks(spec, "point", filled=True)
        assert [(row["days"], row["half"]) for row in dot] == [(46, 0.5)]
        told = words(charts.steps(results.journey(), EN), EN)
        assert {"First → second purchase", "Second purchase → loyal · half within 46 days"} <= set(told)
        assert charts.steps(results.journey(), EN).description == (
            "First → second purchase: within 200 days 48% have gone on. "
            "Second purchase → loyal: within 200 days 70% have gone on."
        )

    def test_no_half_no_dot(self):
        assert marks(charts.steps(results.journey(median=None), EN).to_dict(), "point", filled=True) == []

    def test_nobody_came_back(self):
        whole = results.journey()
        one = [
            replace(table, rows=table.rows[:1]) if table.name == "steps" else table for table in whole.tables
        ]
        stages = Table("stages", ("stage", "customers"), (("first", 9), ("repeat", 0), ("loyal", 0)))
        result = replace(whole, tables=(stages, *one[1:]))
        assert "0% have gone on" in words(charts.stages(result, EN), EN)
        assert len({row["name"] for row in marks(charts.steps(result, EN).to_dict(), "line")[0]}) == 1

    @pytest.mark.parametrize("last", [1, 6, 40, 200, 420, 1100, 2600, 4000])
    def test_a_telephone_holds_the_labels_of_the_days(self, last):
        rows = tuple((step, day, 0.1, 0.0, 0.2) for step in ("repeat", "loyal") for day in (0, last))
        tables = [
            replace(table, rows=rows) if table.name == "curve" else table
            for table in results.journey().tables
        ]
        spec = charts.steps(results.journey(median=None, tables=tuple(tables)), EN).to_dict()
        [values] = {tuple(view["encoding"]["x"]["axis"]["values"]) for view, _ in layers(spec)}
        assert 2 <= len(values) <= 9
        assert values[-1] <= last

    def test_complaints_by_stage(self):
        chart = charts.voices(results.journey(voices=(("first", 40, 20), ("at the till", 10, 1))), EN)
        told = words(chart, EN)
        assert {"First purchase", "at the till", "20 of 40 · 50% (40.0% to 60.0%)"} <= set(told)
        assert chart.description == (
            "Complaints are most frequent at the stage First purchase: 20 of 40 answers (50%)."
        )

    def test_no_answers_no_picture(self):
        assert charts.voices(results.journey(voices=()), EN) is None


class TestCohorts:
    def cells(self, chart, t=EN):
        """Row and age to the number in the cell and whether its outline is dashed."""
        [rows] = marks(chart.to_dict(), "text")
        return {(row["name"], row["age"]): (row["text"], row["open"]) for row in rows}

    def test_percentages_by_cohort_and_age_all_together_first(self):
        chart = charts.cohorts(results.cohorts(), EN)
        cells = self.cells(chart)
        assert cells == {
            ("All", 1): ("33", False),
            ("All", 2): ("10", False),
            ("Jan 2025 · 40", 1): ("50", False),
            ("Jan 2025 · 40", 2): ("10", False),
            ("Jan 2025 · 40", 3): ("5", True),
            ("○ Feb 2025 · 20", 1): ("0", False),
            ("○ Feb 2025 · 20", 2): ("5", True),
            ("○ Mar 2025 · 10", 1): ("90", True),
        }
        names = list(dict.fromkeys(name for name, _ in cells))
        axes = [view["encoding"]["y"]["sort"] for view, _ in layers(chart.to_dict())]
        assert all(sort == names for sort in axes)

    def test_what_is_running_is_dashed_and_what_is_small_has_a_ring_and_both_are_said(self):
        chart = charts.cohorts(results.cohorts(), EN)
        [(edge, _)] = [
            (view, rows) for view, rows in layers(chart.to_dict()) if view["mark"].get("strokeDash")
        ]
        assert edge["transform"] == [{"filter": "datum.open"}]
        told = words(chart, EN)
        assert "Dashed: the period is still running" in told
        assert any(word.startswith("○ fewer than 30") for word in told)

    def test_nothing_is_said_of_dashes_and_rings_that_are_not_there(self):
        rows = (("2025-01", 0, 40, 40, 1.0, 0.9, 1.0, True), ("2025-01", 1, 40, 20, 0.5, 0.3, 0.7, True))
        curve = Table("curve", results.CURVE, tuple(row[1:7] for row in rows))
        table = Table("cohorts", ("cohort", *results.CURVE, "ended"), rows)
        told = words(charts.cohorts(results.cohorts(tables=(table, curve)), EN), EN)
        assert not [word for word in told if "Dashed" in word or "○" in word]

    def test_the_strongest_colour_is_that_of_the_largest_share_of_enough_customers(self):
        """90 of 100 in March are 9 of 10 customers; January's 50 of 100 are 20 of 40."""
        [rows] = marks(charts.cohorts(results.cohorts(), EN).to_dict(), "text")
        colours = {(row["name"], row["age"]): row["color"] for row in rows}
        assert colours["Jan 2025 · 40", 1] == colours["○ Mar 2025 · 10", 1] == "#0072B2"
        assert colours["All", 1] not in ("#0072B2", colours["All", 2])

    @pytest.mark.parametrize("dark", [False, True])
    def test_every_number_can_be_read_upon_its_colour(self, dark):
        """4.5 to 1 is what WCAG 2 asks for."""
        for share in range(101):
            colour = shade(share / 100, dark)
            assert contrast(colour, ink(colour)) >= 4.5

    def test_money_begins_with_the_first_purchase(self):
        cells = self.cells(charts.cohort_revenue(results.cohorts(), EN))
        assert cells["All", 0] == ("12.0", False)
        assert cells["Jan 2025 · 40", 0] == ("15.0", False)  # 600 of 40 customers
        assert cells["Jan 2025 · 40", 3] == ("0.5", True)

    def test_endless_intervals_do_not_reach_the_browser(self):
        result = results.cohorts()
        revenue = result.table("revenue")
        rows = tuple((*row[:4], -math.inf, math.inf) for row in revenue.rows)
        tables = tuple(replace(one, rows=rows) if one is revenue else one for one in result.tables)
        made = charts.cohort_revenue(replace(result, tables=tables), EN)
        assert json.dumps(made.to_dict(), allow_nan=False)

    def test_without_amounts_there_is_no_picture_of_money(self):
        result = results.cohorts()
        tables = tuple(table for table in result.tables if table.name != "revenue")
        assert charts.cohort_revenue(replace(result, tables=tables), EN) is None

    def test_numbers_are_hidden_where_a_cell_is_too_narrow(self):
        spec = charts.cohorts(results.cohorts(), EN).to_dict()
        [text] = [view for view, _ in layers(spec) if view["mark"]["type"] == "text"]
        assert text["mark"]["opacity"] == {"expr": "bandwidth('x') >= 17 ? 1 : 0"}  # two digits and some room

    def test_descriptions(self):
        assert charts.cohorts(results.cohorts(), EN).description == (
            "33.3% of all customers were still buying one month on: most of those who first came in Jan 2025 "
            "(50.0%), fewest of those of Feb 2025 (0.0%)."
        )

    def test_the_curve_leaves_out_the_first_purchase(self):
        spec = charts.retention(results.cohorts(), EN).to_dict()
        [rows] = marks(spec, "line")
        assert [(row["age"], row["value"]) for row in rows] == [(1, pytest.approx(1 / 3)), (2, 0.1)]
        [points] = marks(spec, "point")
        assert [point["small"] for point in points] == [False, False]

    def test_one_age_is_no_curve(self):
        result = results.cohorts()
        table = result.table("curve")
        short = Table("curve", table.columns, table.rows[:2])
        assert charts.retention(replace(result, tables=(result.tables[0], short)), EN) is None


class TestSegments:
    def test_every_segment_is_named_once_and_every_cell_has_its_customers(self):
        [cells, *_] = marks(charts.segments(defaults()["rfm"], EN).to_dict(), "rect")
        assert len(cells) == 25
        named = [
            row for kind in marks(charts.segments(defaults()["rfm"], EN).to_dict(), "text") for row in kind
        ]
        names = sorted(row["label"].replace("\n", " ") for row in named if "label" in row)
        assert names == sorted(EN(f"rfm.list.{name}") for name in results.SEGMENTS)
        grid = defaults()["rfm"].table("grid")
        told = words(charts.segments(defaults()["rfm"], EN), EN, width=700)
        assert all(EN.count(row[2]) in told for row in grid.rows)

    def test_regions_cover_the_grid_and_do_not_overlap(self):
        _, regions, _ = marks(charts.segments(defaults()["rfm"], EN).to_dict(), "rect")
        areas = [round(r["right"] - r["left"]) * round(r["upper"] - r["lower"]) for r in regions]
        assert sorted(areas) == [1, 1, 1, 2, 2, 2, 4, 4, 4, 4]
        assert sum(areas) == 25
        places = {
            (x, y)
            for r in regions
            for x in range(1, 6)
            for y in range(1, 6)
            if r["left"] < x < r["right"] and r["lower"] < y < r["upper"]
        }
        assert len(places) == 25

    @pytest.mark.parametrize("dark", [False, True])
    def test_the_fullest_cell_has_the_strongest_colour_and_readable_words(self, dark):
        [cells, *_] = marks(charts.segments(results.rfm(), EN, dark).to_dict(), "rect")
        [full] = [cell["color"] for cell in cells if cell["customers"] == 2]
        assert full == palette(dark).value
        assert all(contrast(cell["ink"], cell["color"]) >= 4.5 for cell in cells)

    def test_money_is_without_its_sign_in_a_cell_and_with_it_under_the_pointer(self):
        [cells, *_] = marks(charts.segments(results.rfm(), EN).to_dict(), "rect")
        texts = {cell["list"]: (cell["short_text"], cell["amount_text"]) for cell in cells}
        assert texts["cant_lose"] == ("200", "€200.00")
        assert texts["promising"] == ("", "€0.00")

    def test_description(self):
        assert charts.segments(results.rfm(), EN).description == (
            "The largest segment is At risk with 2 customers (20%); most of the revenue, 38%, comes from "
            "Can't lose them."
        )

    MOVES = (
        ("champions", "champions", 6),
        ("champions", "at_risk", 2),
        ("loyal", "champions", 5),
        ("none", "new_customers", 9),
    )

    def test_moves_up_and_down_have_their_colours_and_stays_and_newcomers_none(self):
        chart = charts.moves(results.rfm(moves=self.MOVES), EN)
        told = words(chart, EN)
        assert "Loyal → Champions" in told
        assert "▲ 5 of 5 · 100%" in told
        assert "▼ 2 of 8 · 25%" in told
        assert not [text for text in told if "Not yet" in text or text.startswith("Champions → Champions")]
        _, bars = marks(chart.to_dict(), "bar")
        assert [bar["color"] for bar in bars] == [palette(False).top, palette(False).bottom]
        assert chart.description == "Most moved from Loyal to Champions: 5 of 5 customers (100%)."

    @pytest.mark.parametrize("moves", [(), (("champions", "champions", 6), ("none", "loyal", 1))])
    def test_nobody_moved(self, moves):
        assert charts.moves(results.rfm(moves=moves), EN) is None


class TestLorenz:
    def test_the_top_is_marked_with_what_it_brings(self):
        chart = charts.lorenz(results.top_customers(), EN)
        [[point]] = marks(chart.to_dict(), "point")
        assert (point["customers"], point["revenue"]) == (0.2, 0.5)
        assert "20% → 50.0%" in words(chart, EN)
        assert chart.description == (
            "The top 20% of the customers bring 50.0% of the revenue; 80% comes from 38.0% of them."
        )

    def test_the_curve_goes_from_nobody_to_everybody(self):
        line, _ = marks(charts.lorenz(defaults()["top_customers"], EN).to_dict(), "line")
        assert (line[0]["customers"], line[0]["revenue"]) == (0, 0)
        assert (line[-1]["customers"], line[-1]["revenue"]) == (1, pytest.approx(1))
        assert len(line) == 101


class TestSayDo:
    def test_each_type_has_its_field(self):
        spec = charts.quadrants(results.say_do(), EN).to_dict()
        [fields] = marks(spec, "rect")
        places = {row["list"]: (row["from"] >= 1, row["top"] > 100) for row in fields}
        assert places == {  # often at the right, thinking well above
            "true": (True, False),
            "latent": (False, False),
            "spurious": (True, True),
            "none": (False, True),
        }
        strength = {row["list"]: row["strength"] for row in fields}
        assert strength["true"] == 1
        assert sorted(strength, key=strength.get) == ["latent", "none", "spurious", "true"]

    def test_fields_say_share_customers_and_revenue(self):
        told = words(charts.quadrants(results.say_do(), EN), EN)
        assert {"True loyalty", "40%", "40 customers", "50% of the revenue"} <= set(told)
        assert {"Bought less often", "Bought at least 2 times", "Think less well of you"} <= set(told)

    def test_without_amounts_fields_say_nothing_of_revenue(self):
        made = results.say_do()
        lists = made.table("lists")
        short = Table("lists", lists.columns[:4], tuple(row[:4] for row in lists.rows))
        told = words(charts.quadrants(replace(made, tables=(short,)), EN), EN)
        assert not [word for word in told if "revenue" in word]

    def test_shares_stand_on_the_whole_and_amounts_on_a_scale_of_their_own(self):
        spec = charts.attitudes(results.say_do(), EN).to_dict()
        [points] = marks(spec, "point")
        assert len(points) == 9
        assert [row["value"] for row in points[:3]] == [0.8, 0.6, 0.5]
        # the longest interval ends at 90
        assert [round(row["high"] / row["value"], 6) for row in points[3:6]] == [1.125, 1.125, 1.25]
        assert points[3]["high"] == pytest.approx(points[3]["value"] * 90 / 80)
        assert 0.9 < points[3]["high"] < 1
        assert [row["small"] for row in points[:3]] == [False, True, False]
        ys = [row["mark_y"] for row in points]
        assert ys == sorted(ys)

    def test_descriptions(self):
        result = results.say_do()
        assert charts.quadrants(result, EN).description == (
            "True loyalty: 40% of 100 customers; Latent loyalty: 10%; Spurious loyalty: 30%; No loyalty: 20%."
        )
        assert charts.staying(result, EN).description == (
            "Bought again within 90 days of the answer: Promoters 50.0%, Detractors 20.0%."
        )
        assert charts.discounts(result, EN).description == (
            "Bought with a discount: First orders 10.0%, Repeat orders 30.0%."
        )

    def test_what_is_not_there_is_not_drawn(self):
        made = results.say_do()
        bare = replace(made, tables=tuple(t for t in made.tables if t.name in ("lists", "matched")))
        assert charts.attitudes(bare, EN) is None
        assert charts.staying(bare, EN) is None
        assert charts.discounts(bare, EN) is None


class TestBullet:
    def test_a_dot_where_the_scale_crosses_zero(self):
        spec = bullet(results.nps(), EN).to_dict()
        assert len(marks(spec, "point")) == 1
        assert len(marks(spec, "rect")) == 1

    def test_a_bar_where_it_does_not(self):
        result = results.repurchase()
        band = benchmarks.default_band("repurchase", "coffee")
        spec = charts.bullet(result.overall, band, None, "share", EN).to_dict()
        [[bar]] = marks(spec, "rect")
        assert (bar["zero"], bar["value"]) == (0, 0.5)
        assert marks(spec, "point") == []

    def test_shades_are_said_in_words_and_the_target_is_named(self):
        told = words(bullet(results.nps(), EN), EN)
        assert "Survicate, 2025: 55" in told
        for text in (
            "very low loyalty",
            "average",
            "a good average",
            "ahead of competitors",
            "among the leaders",
        ):
            assert text in told

    def test_an_area_is_a_shade_where_there_is_no_scale(self):
        band = replace(benchmarks.default_band("nps", "retail"), low=30.0, typical=None, high=60.0)
        result = results.nps()
        chart = charts.bullet(result.overall, band, None, "points", EN)
        [[area]] = marks(chart.to_dict(), "rect")
        assert (area["from"], area["to"]) == (30, 60)
        assert "Survicate, 2025: 30 to 60" in words(chart, EN)

    def test_nothing_to_hold_it_against(self):
        assert charts.bullet(results.upsell().overall, None, None, "ratio", EN) is None
        band = benchmarks.default_band("nps", "retail")
        assert charts.bullet(Estimate(math.nan, -100, 100, 0), band, None, "points", EN) is None

    def test_money_without_an_end_holds_everything(self):
        band = replace(
            benchmarks.default_band("nps", "retail"),
            metric="order_value",
            unit="money",
            low=5.0,
            typical=40.0,
            high=90.0,
        )
        result = results.order_value(low=-math.inf, high=math.inf)
        chart = charts.bullet(result.overall, band, None, "money", EN, currency="EUR")
        domains = {tuple(view["encoding"]["x"]["scale"]["domain"]) for view, _ in layers(chart.to_dict())}
        [(low, high)] = domains
        assert (low, high > 90) == (0, True)


class TestTrials:
    def rows(self, result, kind="point"):
        spec = charts.differences(result, EN).to_dict()
        return [row for rows in marks(spec, kind) for row in rows]

    def test_the_control_is_the_line_at_zero(self):
        spec = charts.differences(results.experiment(), EN).to_dict()
        assert [{"value": 0.0, "words": "control (control)"}] in marks(spec, "rule")
        [domain] = {
            tuple(view["encoding"]["x"]["scale"]["domain"]) for view, _ in layers(spec) if scaled(view)
        }
        assert domain[0] < -2.5
        assert domain[1] > 4

    def test_zero_is_seen_where_all_differences_are_on_one_side(self):
        spec = charts.differences(results.experiment("real"), EN).to_dict()
        [domain] = {
            tuple(view["encoding"]["x"]["scale"]["domain"]) for view, _ in layers(spec) if scaled(view)
        }
        assert domain[0] < 0

    def test_what_zero_lies_within_is_grey_and_a_few_are_hollow(self):
        rows = {row["name"]: row for row in self.rows(results.experiment())}
        assert [name for name, row in rows.items() if row["grey"]] == ["open", "unknown"]
        assert [name for name, row in rows.items() if row["small"]] == ["unknown"]
        assert "Grey: zero lies within the interval" in words(
            charts.differences(results.experiment(), EN), EN
        )
        alone = charts.differences(results.experiment("real"), EN)
        assert "Grey: zero lies within the interval" not in words(alone, EN)

    def test_shares_are_drawn_in_percentage_points(self):
        row = ("a", 100, 0.03, 0.01, 0.05, 0.3, 0.1, 0.5, 0.001, 0.001, None, None)
        table = Table("differences", results.DIFFERENCES, (row,))
        result = results.experiment(unit="share", tables=(table,))
        [drawn, *_] = self.rows(result)
        assert (drawn["value"], drawn["low"], drawn["high"]) == pytest.approx((3, 1, 5))
        told = words(charts.differences(result, EN), EN)
        assert "+3.0 (+1.0 to +5.0)" in told
        assert "Difference from the control, in percentage points" in told

    def test_the_clearest_difference_is_told_to_those_who_cannot_see(self):
        assert charts.differences(results.experiment(), EN).description == (
            "Of the differences from the control “control”, the clearest is that of “real”: +3 (+2 to +4)."
        )

    def test_nothing_to_compare(self):
        assert charts.differences(results.experiment("nobody"), EN) is None

    def test_the_arms_stand_beside_the_control(self):
        spec = charts.arms(results.experiment(), EN).to_dict()
        assert [{"value": 10, "words": "control: 10"}] in marks(spec, "rule")
        assert [row["name"] for row in marks(spec, "point")[0]][:2] == ["control", "real"]

    def test_without_a_control_they_stand_beside_the_whole(self):
        options = {"outcome": "outcome", "control": None, "test": "t"}
        spec = charts.arms(results.experiment(options=options), EN).to_dict()
        assert [{"value": 11, "words": "all: 11"}] in marks(spec, "rule")


def scaled(view):
    return "domain" in view["encoding"].get("x", {}).get("scale", {})
