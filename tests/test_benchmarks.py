"""Figures against the collection they were taken from; placements against arithmetic on paper."""

import csv
import math
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from loyalty import LoyaltyError, benchmarks
from loyalty.bands import COLUMNS, published
from loyalty.benchmarks import Band, Placement, band_for, bands, default_band, place, read_own, to_csv
from loyalty.core import Estimate, Result
from loyalty.metrics import METRICS
from loyalty.texts import LANGUAGES, sentences
from loyalty.words import Translator

EN, ZH = Translator("en"), Translator("zh")
NAMES = sentences("en")

LINE = Band(
    metric="nps",
    measure="nps",
    industry="coffee",
    region="us",
    low=None,
    typical=50,
    high=None,
    unit="points",
    currency=None,
    statistic="median",
    year=2024,
    publisher="Somebody",
    source_title="",
    source_url="",
    trust="medium",
    note="",
)
AREA = replace(LINE, low=40, high=60)


def result(metric="nps", unit="points", currency=None, **options):
    return Result(metric, Estimate(1, 0, 2, 10), unit, options=options, currency=currency)


STANDARD = result(method="standard")
REPURCHASE = result("repurchase", "share", kind="orders", window=None, term=30)


# Where an interval stands -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "value", "high", "band", "position"),
    [
        (51, 60, 69, LINE, "above"),
        (31, 40, 49, LINE, "below"),
        (50, 60, 70, LINE, "unclear"),  # touches the line
        (45, 50, 55, LINE, "unclear"),
        (61, 70, 79, AREA, "above"),
        (21, 30, 39, AREA, "below"),
        (40, 50, 60, AREA, "within"),
        (45, 50, 61, AREA, "unclear"),
        (39, 45, 50, AREA, "unclear"),
        (0, 50, 100, AREA, "unclear"),
    ],
)
def test_the_whole_interval_is_placed(low, value, high, band, position):
    assert place(Estimate(value, low, high, 100), band).position == position


@pytest.mark.parametrize(
    ("estimate", "band", "needed"),
    [
        # arm 20, distance 10: (20/10)² · 100 = 400, and one more to clear it; 401 − 100
        (Estimate(60, 40, 80, 100), LINE, 301),
        # only the arm towards the line counts: (12/4)² · 50 = 450; 451 − 50
        (Estimate(46, 10, 58, 50), LINE, 401),
        # above the area: arm 15 down, 5 above its end: 9 · 40 = 360; 361 − 40
        (Estimate(65, 50, 70, 40), AREA, 321),
        # below it: arm 9 up, distance 3: 9 · 10 = 90; 91 − 10
        (Estimate(37, 20, 46, 10), AREA, 81),
        # inside: up 15 over 5 is 9, down 30 over 15 is 4; the larger: 9 · 20 = 180; 181 − 20
        (Estimate(55, 25, 70, 20), AREA, 161),
        # on the line, or on an end: no number of answers would do
        (Estimate(50, 40, 60, 100), LINE, None),
        (Estimate(60, 50, 70, 100), AREA, None),
        # touching already: one more
        (Estimate(60, 50, 70, 100), LINE, 1),
        (Estimate(math.inf, 1, math.inf, 5), LINE, None),
        (Estimate(55, -math.inf, math.inf, 1), LINE, None),
        (Estimate(math.nan, math.nan, math.nan, 0), LINE, None),
    ],
)
def test_how_many_more_would_settle_it(estimate, band, needed):
    assert place(estimate, band) == Placement("unclear", needed)


@pytest.mark.parametrize("n", [11, 401, 12345])
@pytest.mark.parametrize(("value", "arm"), [(58, 13.7), (42.5, 4.2), (66, 21)])
def test_as_many_more_do_settle_it_and_one_fewer_does_not(n, value, arm):
    needed = place(Estimate(value, value - arm, value + arm, n), AREA).needed

    def with_more(more):
        shrunk = arm * math.sqrt(n / (n + more))
        return place(Estimate(value, value - shrunk, value + shrunk, n + more), AREA).position

    assert with_more(needed) != "unclear"
    assert with_more(needed - 1) == "unclear"


def test_a_band_with_one_end_only_is_a_line():
    leader = replace(LINE, high=80)
    assert place(Estimate(65, 60, 70, 9), leader).position == "above"
    assert leader.edges == (50, 50)
    assert replace(LINE, typical=None, low=70).edges is None


# What is said -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimate", "band", "english"),
    [
        (
            Estimate(60, 55, 65, 400),
            LINE,
            "Your whole interval, 55 to 65, lies above the Coffee figure of 50 (Somebody, 2024).",
        ),
        (
            Estimate(30, 25, 35, 400),
            replace(AREA, year=None),
            "Your whole interval, 25 to 35, lies below the Coffee range of 40 to 60 (Somebody, undated).",
        ),
        (
            Estimate(60, 40, 80, 1000),
            LINE,
            "Cannot tell yet: your interval, 40 to 80, takes in the Coffee figure of 50 (Somebody, 2024). If "
            "your number stays as it is, it would be settled with this many more answers: about 3,001.",
        ),
    ],
)
def test_the_sentence_in_english(estimate, band, english):
    assert EN.say(benchmarks.verdict(estimate, band, EN)) == english


def test_the_sentence_in_chinese():
    said = ZH.say(benchmarks.verdict(Estimate(50, 45, 55, 90), AREA, ZH))
    assert said == "您的整个区间45至55位于“咖啡”的基准范围40至60之内（Somebody，2024 年）。"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("band", [LINE, AREA])
@pytest.mark.parametrize(
    "estimate",
    [
        Estimate(70, 65, 75, 9),
        Estimate(20, 15, 25, 9),
        Estimate(50, 45, 55, 9),
        Estimate(57, 45, 70, 9),
        Estimate(60, 45, 75, 9),
        Estimate(math.nan, math.nan, math.nan, 0),
        Estimate(math.inf, 1, math.inf, 3),
        Estimate(45, -math.inf, math.inf, 1),
    ],
)
def test_every_position_has_its_sentence(estimate, band, language):
    t = Translator(language)
    sentence = t.markdown(benchmarks.verdict(estimate, band, t))
    assert "Somebody" in sentence
    assert "{" not in sentence


def test_a_users_publisher_is_escaped():
    band = replace(LINE, publisher="![x](http://a.b)", industry="$mine$")
    sentence = EN.markdown(benchmarks.verdict(Estimate(60, 55, 65, 9), band, EN))
    assert r"\!\[x\]" in sentence
    assert r"\$mine\$" in sentence


def test_old_and_second_hand_figures_say_so():
    assert str(benchmarks.caption(default_band("nps", "retail"))).endswith("read second-hand")
    assert str(benchmarks.caption(default_band("nps", "airlines"))).endswith("an old figure")
    assert str(benchmarks.caption(default_band("nps", "accounting"))) == (
        "pooled client score · ClearlyRated, 2022 · North America"
    )


def test_the_top_of_a_band_is_its_potential_until_it_is_passed():
    assert str(benchmarks.potential(Estimate(45, 40, 50, 9), AREA, EN)).startswith(
        "The upper end of the published figures is 60:"
    )
    assert benchmarks.potential(Estimate(70, 65, 75, 9), AREA, EN) is None
    assert benchmarks.potential(Estimate(45, 40, 50, 9), LINE, EN) is None


# Which figure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "industry", "publisher", "typical"),
    [  # the rules and the figures of the collection's own description
        ("nps", "retail", "Survicate", 55),  # not Satmetrix's 46, nor XM Institute's 29
        ("nps", "e_commerce", "Satmetrix", 47),
        ("nps", "insurance", "Satmetrix", 35),  # before ClearlyRated's 42
        ("nps", "legal_services", "ClearlyRated", 32),
        ("nps", "fitness", "IHRSA / The Retention People", 39),
        ("nps", "utilities", "Survicate", 42),  # only Temkin has it: falls back to the figure for all
        ("nps", "coffee", "Survicate", 42),
        ("nps", None, "Survicate", 42),
        ("repurchase", "coffee", "Metrilo", 0.30),
        ("repurchase", "tea_drinks", "Metrilo", 0.21),
        ("order_value", "beauty_cosmetics", "Oberlo (Dynamic Yield data)", 71),
    ],
)
def test_default_publishers(metric, industry, publisher, typical):
    band = default_band(metric, industry)
    assert (band.publisher, band.typical) == (publisher, pytest.approx(typical))


@pytest.mark.parametrize(
    ("metric", "industry"),
    [
        ("repurchase", "automotive"),  # S&P counts the same brand again, another thing
        ("repurchase", None),
        ("order_value", "e_commerce"),
        ("upsell", "banking"),  # products per customer are no upsell ratio
        ("loyalty_index", "retail"),
        ("nonsense", "retail"),
    ],
)
def test_no_figure_rather_than_one_that_measures_something_else(metric, industry):
    assert default_band(metric, industry) is None


def test_own_figures_come_first():
    own = [
        replace(LINE, measure="", trust="own"),
        replace(LINE, industry="cross_industry", typical=10, trust="own"),
    ]
    assert default_band("nps", "coffee", own) == own[0]
    assert default_band("nps", "retail", own) == own[1]
    assert default_band("repurchase", "coffee", own).publisher == "Metrilo"
    assert benchmarks.choices(STANDARD, "coffee", own)[0] == own[0]


def test_low_trust_is_off_until_chosen():
    doubtful = replace(LINE, trust="low")
    assert default_band("nps", "coffee", [doubtful]).publisher == "Survicate"
    assert benchmarks.choices(STANDARD, "coffee", [doubtful])[-1] == doubtful


def test_a_figure_fits_only_the_definition_it_was_measured_by():
    assert band_for(STANDARD, "retail").typical == 55
    assert band_for(result(method="one_to_ten"), "retail") is None
    assert band_for(REPURCHASE, "coffee").typical == pytest.approx(0.3)
    assert band_for(replace(REPURCHASE, options={"kind": "orders", "window": 90}), "coffee") is None
    assert band_for(replace(REPURCHASE, options={"kind": "subscription", "window": None}), "coffee") is None


@pytest.mark.parametrize(
    ("currency", "found"),
    [("USD", True), ("US$", True), ("$", False), ("CNY", False), ("€", False), (None, False)],
)
def test_amounts_are_compared_in_one_currency_only(currency, found):
    assert (band_for(result("order_value", "money", currency), "fashion") is not None) is found


def test_own_amounts_in_the_sign_of_the_file():
    [own] = read_own("metric,industry,low,typical,high,unit,publisher\norder_value,coffee,,30,,CNY,Me")
    assert band_for(result("order_value", "money", "元"), "coffee", [own]) == own
    assert band_for(result("order_value", "money", "USD"), "coffee", [own]) is None


@pytest.mark.parametrize(
    ("answer", "industry", "id"),
    [
        (result("upsell", "ratio"), "banking", "published"),
        (result(method="one_to_ten"), "retail", "definition"),
        (result("order_value", "money", "CNY"), "fashion", "currency"),
        (REPURCHASE, "airlines", "industry"),
    ],
)
def test_why_there_is_no_figure(answer, industry, id):
    message = benchmarks.missing(answer, industry)
    assert message.id == f"band.missing.{id}"
    assert all(Translator(language).say(message) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("currency", "said"),
    [
        ("EUR", "yours are in EUR"),
        ("£", "yours are in GBP"),
        ("¥", "yours are in ¥"),
        ("$", "$ in your file may stand for that"),
        (None, "your file names no currency"),
    ],
)
def test_why_amounts_are_not_compared(currency, said):
    message = benchmarks.missing(result("order_value", "money", currency), "fashion")
    assert said in Translator("en").say(message)
    assert Translator("zh").say(message)


def test_options_named_here_are_options_of_the_metrics():
    from loyalty import METRICS

    metrics = {metric.id: metric for metric in METRICS}
    for id, definitions in benchmarks.DEFINITIONS.items():
        options = {option.name: option.choices for option in metrics[id].options}
        for definition in definitions:
            for name, value in definition.options.items():
                assert value in options[name]


# Ways of reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "label"),
    [  # the table of the mission
        (-100, "very_low"),
        (0, "very_low"),
        (1, "average"),
        (30, "average"),
        (31, "good_average"),
        (50, "good_average"),
        (69, "ahead"),
        (71, "leaders"),
        (100, "leaders"),
    ],
)
def test_reading_of_the_score(value, label):
    scale = benchmarks.scales("nps")[0]
    message = benchmarks.reading(Estimate(value, value, value, 1), scale)
    assert message.holes["label"].id == f"scale.nps.{label}"


def test_reading_takes_the_whole_interval():
    scale = benchmarks.scales("loyalty_index")[0]
    assert str(benchmarks.reading(Estimate(50, 39, 76, 9), scale)) == (
        "By this reading the interval reaches from “below average” to “above average”."
    )


def test_a_scale_is_silent_outside_its_range():
    bain = benchmarks.scales("nps")[1]
    assert benchmarks.reading(Estimate(5, -5, 15, 9), bain) is None


def test_a_number_between_two_steps_has_not_yet_reached_the_upper_one():
    armatis = benchmarks.scales("satisfaction")[0]  # acceptable 70 to 74 %, good 75 to 79 %
    message = benchmarks.reading(Estimate(0.75, 0.745, 0.751, 9), armatis)
    assert [message.holes[end].id for end in ("first", "last")] == [
        "scale.satisfaction.acceptable",
        "scale.satisfaction.good",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", ["nps", "loyalty_index", "repurchase", "satisfaction"])
def test_every_step_has_a_name_and_every_scale_an_owner(metric, language):
    found = benchmarks.scales(metric)
    assert found
    for scale in found:
        assert all(f"scale.{metric}.{step.label}" in sentences(language) for step in scale.steps)
        assert list(scale.steps) == sorted(scale.steps, key=lambda step: step.low)
        assert Translator(language).say(benchmarks.whose(scale))


# The file ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("band", published(), ids=lambda band: f"{band.metric}-{band.industry}-{band.key}")
def test_every_figure_has_its_passport(band):
    assert band.publisher
    assert band.source_title
    assert band.source_url.startswith(("http://", "https://"))
    assert band.trust in {"high", "medium", "convention"}
    assert any(figure is not None for figure in (band.low, band.typical, band.high))
    known = [f"industry.{band.industry}", f"region.{band.region}", f"benchmarks.measure.{band.measure}"]
    scale = band.trust == "convention"
    known.append(
        f"scale.{band.metric}.{band.statistic}" if scale else f"benchmarks.statistic.{band.statistic}"
    )
    assert [id for id in known if id not in NAMES] == []
    assert benchmarks.metric_name(band.metric)
    assert "benchmarks.as_written" not in {note.id for note in benchmarks.notes(band)}


def test_keys_are_unique():
    assert not [key for key, count in Counter(band.key for band in published()).items() if count > 1]


# Figures that the mission names; they are not in the collection.
NAMED_BY_THE_MISSION = {"engaged_spend": 1.37, "engaged_visits": 1.44}


def collected():
    return [band for band in published() if band.measure not in NAMED_BY_THE_MISSION]


def test_figures_named_by_the_mission():
    """Gallup, retail banking: +37 %; consumer electronics: 1.44 times the visits."""
    found = {band.measure: band for band in published() if band.measure in NAMED_BY_THE_MISSION}
    assert {measure: band.typical for measure, band in found.items()} == NAMED_BY_THE_MISSION
    assert {band.publisher for band in found.values()} == {"Gallup"}
    assert {band.industry for band in found.values()} == {"banking", "electronics"}


def collection():
    corpus = os.environ.get("LOYALTY_CORPUS")
    path = Path(corpus).parent / "benchmarks.csv" if corpus else None
    if path is None or not path.exists():
        pytest.skip("the collection of figures lies beside LOYALTY_CORPUS, which is not set or has none")
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not row["metric"].startswith("email_")]


def as_collected(band):
    """A band in the words of the collection."""
    scale = 100 if band.unit == "share" else 1
    figures = ["" if x is None else round(x * scale, 6) for x in (band.low, band.typical, band.high)]
    statistic = NAMES.get(f"benchmarks.statistic.{band.statistic}")
    if band.trust == "convention":
        statistic = "band: " + NAMES[f"scale.{band.metric}.{band.statistic}"]
    industry, region = NAMES[f"industry.{band.industry}"], NAMES[f"region.{band.region}"]
    passport = (band.publisher, band.source_title, band.source_url, str(band.year or ""), band.trust)
    return industry, region, *figures, statistic, *passport


def test_figures_are_those_of_the_collection():
    theirs = Counter(
        (
            row["industry"],
            row["region"],
            *(row[name] and float(row[name]) for name in ("low", "typical", "high")),
            row["statistic"],
            *(row[name] for name in ("publisher", "source_title", "source_url", "year", "trust")),
        )
        for row in collection()
    )
    assert Counter(map(as_collected, collected())) == theirs


def test_notes_are_those_of_the_collection():
    ours = Counter("; ".join(map(str, benchmarks.notes(band))) for band in collected())
    assert ours == Counter(row["note"].replace(", CAC", "; CAC") for row in collection())


def test_industries_have_a_name_in_every_language():
    codes = benchmarks.industries()
    assert codes[0] == benchmarks.CROSS_INDUSTRY
    assert len(codes) == len(set(codes)) > 50
    for language in LANGUAGES:
        names = [sentences(language)[f"industry.{code}"] for code in codes]
        assert len(set(names)) == len(names)


# The user's own figures -------------------------------------------------------------------------------

HEADER = "metric,industry,low,typical,high,unit,publisher"


def test_published_figures_survive_the_way_out_and_in():
    assert read_own(to_csv(bands())) == bands()


def test_own_figures_from_a_file_as_spreadsheet_programs_save_it():
    text = f"{HEADER},statistic,year\r\nnps,茶与饮品,,45,,points,我的店,中位数,2024\r\n\r\n".replace(
        "NPS", "nps"
    )
    for raw in (
        text,
        text.encode("utf-8-sig"),
        text.encode("gb18030"),
        text.replace(",", ";"),
        text.replace(",", "\t"),
    ):
        [band] = read_own(raw)
        assert (band.industry, band.typical, band.publisher, band.year) == ("tea_drinks", 45, "我的店", 2024)
        assert (band.statistic, band.trust, band.measure) == ("中位数", "own", "")


def test_own_figures_from_an_editor():
    rows = [
        {
            "metric": "repurchase",
            "industry": "Bike rental",
            "typical": 24.5,
            "high": math.nan,
            "unit": "percent",
        }
        | {"publisher": "Me", "year": 2024.0, "low": None},
        dict.fromkeys(COLUMNS),
    ]
    [band] = read_own(rows)
    assert (band.industry, band.low, band.typical, band.high) == ("Bike rental", None, 0.245, None)
    assert (band.unit, band.year) == ("share", 2024)


def test_percent_signs_are_understood():
    [band] = read_own(f"{HEADER}\nrepurchase,coffee,20%,30 %,40%,percent,Me")
    assert (band.low, band.typical, band.high) == (0.2, 0.3, 0.4)


@pytest.mark.parametrize(
    ("text", "id", "rows", "value"),
    [
        ("", "columns", (), None),
        ("metric,typical\nnps,4", "columns", (), None),
        (HEADER, "empty", (), None),
        (f"{HEADER}\nnps,coffee,,5,,points,Me\nnps,coffee,,5,,points,Me,Inc.", "cells", (3,), "Inc."),
        (f"{HEADER}\nluck,coffee,,5,,points,Me", "metric", (2,), "luck"),
        (f"{HEADER}\nnps,,,5,,points,Me", "industry", (2,), None),
        (f"{HEADER}\nnps,coffee,,5,,furlongs,Me", "unit", (2,), "furlongs"),
        (f'{HEADER}\nnps,coffee,,"4,5",,points,Me', "number", (2,), "4,5"),
        (f"{HEADER}\nnps,coffee,inf,5,,points,Me", "number", (2,), "inf"),
        (f"{HEADER}\nnps,coffee,,,,points,Me", "none", (2,), None),
        (f"{HEADER}\nnps,coffee,9,,5,points,Me\nnps,coffee,,6,5,points,Me", "order", (2, 3), "9"),
        (f"{HEADER}\nnps,coffee,,5,,points,", "publisher", (2,), None),
        (f"{HEADER},year\nnps,coffee,,5,,points,Me,soon", "year", (2,), "soon"),
        (f"{HEADER},trust\nnps,coffee,,5,,points,Me,blind", "trust", (2,), "blind"),
    ],
)
def test_what_is_wrong_with_own_figures(text, id, rows, value):
    with pytest.raises(LoyaltyError) as caught:
        read_own(text)
    assert caught.value.id == f"own_figures_{id}"
    assert (caught.value.place.rows, caught.value.place.value) == (rows, value)
    for language in LANGUAGES:
        what, _, fix = Translator(language).error(caught.value)
        assert what
        assert fix


def test_own_figures_that_are_no_text():
    with pytest.raises(LoyaltyError, match="encoding"):
        read_own(b"PK\x03\x04\xff\xff\xff")


def test_exported_texts_are_no_formulas_and_come_back():
    band = replace(
        LINE, measure="", publisher='=HYPERLINK("http://a.b")', industry="@x", typical=-5.0, trust="own"
    )
    [header, row] = list(csv.reader(to_csv([band]).decode("utf-8-sig").splitlines()))
    cells = dict(zip(header, row, strict=True))
    assert (cells["publisher"][0], cells["industry"], cells["typical"]) == ("'", "'@x", "-5")
    assert read_own(to_csv([band])) == (band,)


@pytest.mark.parametrize("t", [EN, ZH], ids=["en", "zh"])
def test_own_figures_of_every_metric_can_be_placed(t):
    """What an unclear place is waiting for has a name for each of them."""
    for metric in METRICS:
        band = replace(LINE, metric=metric.id, unit=metric.unit, trust="own", typical=0.5)
        assert t.say(benchmarks.verdict(Estimate(0.4, 0.3, 0.6, 50), band, t))
