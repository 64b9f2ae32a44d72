"""What a metric's page gives away."""

import csv
import io
import json

import pytest

from loyalty import charts
from loyalty.metrics import METRICS
from loyalty.scorecard import scorecard
from loyalty.texts import sentences
from loyalty.ui import downloads
from loyalty.words import Translator
from tests.samples import opened


@pytest.fixture(scope="module")
def results():
    found = {}
    for metric in METRICS:
        data = opened(metric.id).data
        [card] = scorecard(data, "segment" if data.by_choices("orders") else None, [metric])
        found[metric.id] = card.result
    return found


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_the_table_holds_the_whole_the_groups_and_the_months(metric, language, results):
    result = results[metric.id]
    file = downloads.as_csv(Translator(language), result).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(file, newline=""))
    assert header[1] == sentences(language)[f"{metric.id}.title"]
    estimates = [result.overall, *result.groups, *result.trend]
    assert [float(row[1]) for row in rows] == pytest.approx([each.value for each in estimates])
    assert [int(row[4]) for row in rows] == [each.n for each in estimates]
    assert [row[0] for row in rows[1 : 1 + len(result.groups)]] == [group.group for group in result.groups]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_the_json_says_what_the_result_says(metric, results):
    result = results[metric.id]
    record = json.loads(downloads.as_json(result))
    assert record["metric"] == metric.id
    assert record["overall"]["value"] == pytest.approx(result.overall.value)
    assert [group["group"] for group in record["groups"]] == [group.group for group in result.groups]


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_every_metric_has_a_picture_to_give_away(metric, language, results):
    result, t = results[metric.id], Translator(language)
    assert downloads.has_picture(result)
    chart = charts.PICTURES[metric.id][0](result, t, False)
    assert charts.svg(chart, t).startswith("<svg")
