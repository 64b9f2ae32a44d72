"""What holds for every metric, whatever it computes; no metric is named here."""

from __future__ import annotations

import importlib
import inspect
import json
import math
import operator
import pickle
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import loyalty
from loyalty import METRICS, charts, limits
from loyalty.benchmarks import bands
from loyalty.columns import ROLES
from loyalty.core import REST
from loyalty.errors import LoyaltyError
from loyalty.story.stories import STORIES
from loyalty.texts import LANGUAGES, sentences
from tests.tables import dataset, draw_orders, draw_responses, draw_trials, draw_visits

HERE = Path(__file__).parent
DRAWN = {
    "orders": draw_orders(21, days=1250),  # more than three whole years, for questions of years
    "responses": draw_responses(22),
    "visits": draw_visits(23),
    "trials": draw_trials(24),
}
UNITS = {"points", "share", "score", "stars", "ratio", "money", "number", "count"}
PEOPLE = {"orders": "customer", "responses": "customer", "visits": "visitor", "trials": "customer"}
LEAN = 0.1  # of a number: how far the light prior of a model may move what it says of fifty customers
DAYS = {"orders": "date", "responses": "date", "visits": "time", "trials": "date"}


def questions(metric):
    """The defaults, and then every value of every option at least once, in step with the others."""
    steps = max((len(option.choices) for option in metric.options), default=0)
    mixed = [{o.name: o.choices[step % len(o.choices)] for o in metric.options} for step in range(steps)]
    return [question for place, question in enumerate([{}, *mixed]) if question not in mixed[: place - 1]]


QUESTIONS = [  # the defaults always, every other choice where slow tests are run
    pytest.param(
        metric,
        question,
        id="-".join([metric.id, *(f"{name}={value}" for name, value in question.items())]),
        marks=[pytest.mark.slow] if question else [],
    )
    for metric in METRICS
    for question in questions(metric)
]
every_metric = pytest.mark.parametrize("metric", METRICS, ids=[metric.id for metric in METRICS])
every_question = pytest.mark.parametrize(("metric", "question"), QUESTIONS)


def ask(metric, tables, question, by="segment"):
    return metric.compute(dataset(**tables), by=by, **question)


def changed(change):
    """The drawn tables, each changed by a function of its name and its frame."""
    return {name: change(name, frame) for name, frame in DRAWN.items()}


def main(metric, frame):
    """The drawn tables with another one in the place of the metric's main table."""
    return {**DRAWN, metric.table: frame}


@cache
def _answer(metric, question):
    return ask(metric, DRAWN, dict(question))


def answer(metric, question):
    """The same question to the drawn table, by segment; asked once."""
    return _answer(metric, tuple(question.items()))


def record(result):
    """The result as nested lists and dictionaries, floats rounded to nine digits."""

    def rounded(value):
        if isinstance(value, dict):
            return {key: rounded(item) for key, item in value.items()}
        if isinstance(value, list):
            return [rounded(item) for item in value]
        return float(f"{value:.9g}") if isinstance(value, float) else value

    return rounded(result.to_dict())


def estimates(result):
    return [result.overall, *result.groups, *result.trend]


# What a result is


@every_question
def test_a_result_says_what_was_asked(metric, question):
    result = answer(metric, question)
    assert result.metric == metric.id
    assert result.by == "segment"
    assert result.unit in UNITS
    assert set(result.options) == {option.name for option in metric.options}
    assert all(result.options[name] == value for name, value in question.items() if value is not None)
    assert not question or result.groups
    alone = ask(metric, DRAWN, question, by=None)
    assert alone.by == metric.by
    assert bool(alone.groups) == bool(metric.by)


@every_question
def test_every_number_has_an_interval_around_it(metric, question):
    for estimate in estimates(answer(metric, question)):
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.low < estimate.high
        assert type(estimate.n) is int
        assert estimate.n > 0


@every_question
def test_a_result_can_be_pickled_compared_and_written_as_json(metric, question):
    result = answer(metric, question)
    assert pickle.loads(pickle.dumps(result)) == result
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False)) == result.to_dict()
    assert len(result.to_pandas()) == len(estimates(result))


def test_asking_again_changes_nothing():
    """Whatever else is asked of the same data in between."""
    data, asked = dataset(**DRAWN), [question.values for question in QUESTIONS]

    def answers():
        return [record(metric.compute(data, by="segment", **question)) for metric, question in asked]

    for question, first, again in zip(asked, answers(), answers(), strict=True):
        assert again == first, question


@every_question
def test_groups_pool_to_the_whole(metric, question):
    result = answer(metric, question)
    assert sum(group.n for group in result.groups) == result.overall.n
    assert_pooled(result)


def assert_pooled(result):
    """The groups make up the whole in the way that the result names."""
    assert result.pool in {"mean", "total", "none"}
    if result.pool != "none":
        assert pooled(result) == pytest.approx(additive(result.unit, result.overall.value))


def pooled(result):
    """The whole, put together from the groups."""
    if result.pool == "total":
        return sum(group.value for group in result.groups)
    weights = [group.n if group.base is None else group.base for group in result.groups]
    parts = [additive(result.unit, group.value) for group in result.groups]
    return sum(map(operator.mul, parts, weights)) / sum(weights)


def additive(unit, value):
    """What of a number can be averaged: of odds the share behind them."""
    if unit != "ratio":
        return value
    return 1.0 if value == math.inf else value / (1 + value)


@every_question
def test_groups_are_in_the_order_of_their_size(metric, question):
    result = answer(metric, question)
    sizes = [group.n for group in result.groups if group.group != REST]
    assert sizes == sorted(sizes, reverse=True)
    assert {group.group for group in result.groups} <= {*DRAWN[metric.table]["segment"].fill_null(""), REST}


@every_question
def test_many_segments_are_pooled_into_a_rest(metric, question):
    frame = DRAWN[metric.table].with_row_index("place")
    person = pl.coalesce(PEOPLE[metric.table], pl.col("place").cast(pl.String))
    many = frame.with_columns(segment="s" + (person.hash(5) % 120).cast(pl.String)).drop("place")
    result = ask(metric, main(metric, many), question)
    assert len(result.groups) <= limits.GROUPS + 1
    assert sum(group.n for group in result.groups) == result.overall.n
    assert_pooled(result)
    if len(result.groups) > limits.GROUPS:
        assert result.groups[-1].group == REST
        assert len({group.group for group in result.groups}) == limits.GROUPS + 1


@every_question
def test_the_trend_goes_forward_and_ends_with_the_change(metric, question):
    result = answer(metric, question)
    months = [point.group for point in result.trend]
    assert months == sorted(set(months))
    assert all(re.fullmatch(r"\d{4}(-\d{2}|-Q[1-4])?", month) for month in months)
    assert len({len(month) for month in months}) <= 1
    assert all(point.n <= result.overall.n for point in result.trend)
    finite = [point for point in result.trend if math.isfinite(point.value)]
    if len(finite) < 2:
        assert result.change is None
    else:
        assert (result.change.before, result.change.after) == tuple(finite[-2:])


# What must not matter


@every_question
def test_the_order_of_rows_does_not_matter(metric, question):
    expected = record(answer(metric, question))
    assert record(ask(metric, changed(lambda _, frame: frame.reverse()), question)) == expected
    shuffled = changed(lambda _, frame: frame.sample(fraction=1, shuffle=True, seed=3))
    assert record(ask(metric, shuffled, question)) == expected


@every_question
def test_the_names_of_customers_do_not_matter(metric, question):
    known = pl.concat([frame[PEOPLE[table]] for table, frame in DRAWN.items()]).drop_nulls().unique()
    names = {
        name: f"客户 {place:05} '\"; -- <b>{place}</b>"
        for place, name in enumerate(known.sort(descending=True))
    }
    renamed = changed(lambda table, frame: frame.with_columns(pl.col(PEOPLE[table]).replace(names)))
    assert record(ask(metric, renamed, question)) == record(answer(metric, question))


@every_question
def test_rows_without_what_is_needed_do_not_matter(metric, question):
    frame = DRAWN[metric.table]
    expected = answer(metric, question).overall
    for roles in lacking(metric.needs[0]):
        roles = [role for role in roles if role in frame.columns]
        strangers = (
            frame.with_row_index("place")
            .with_columns(
                *(
                    pl.lit(f"new {role} ").add(pl.col("place").cast(pl.String)).alias(role)
                    for role in ids(metric.table)
                )
            )
            .with_columns(pl.lit(None, dtype=frame.schema[role]).alias(role) for role in roles)
        )
        found = ask(metric, main(metric, pl.concat([frame, strangers.drop("place")])), question).overall
        assert alike(found, expected)


def lacking(need):
    """Roles without which a row does not count: each by itself, or all of them where one is enough."""
    each = [(roles,) if isinstance(roles, str) else roles for roles in need.roles]
    return [[role for roles in each for role in roles]] if need.partly else each


def ids(table):
    """Roles that tell rows apart, but for customers."""
    names = [role.name for role in ROLES[table].values() if role.type == "id" and role.name != PEOPLE[table]]
    return [name for name in names if name in DRAWN[table].columns]


def alike(one, other):
    numbers = [(one.value, other.value), (one.low, other.low), (one.high, other.high)]
    return one.n == other.n and all(a == b or math.isclose(a, b, rel_tol=1e-9) for a, b in numbers)


@every_question
def test_four_hundred_years_later_it_is_the_same(metric, question):
    """The calendar repeats after 146,097 days, so every month and every distance stays."""
    ages = timedelta(days=146_097)
    later = changed(
        lambda _, frame: frame.with_columns(
            pl.col(name) + ages for name, type_ in frame.schema.items() if type_.is_temporal()
        )
    )
    here, there = answer(metric, question), ask(metric, later, question)
    assert alike(here.overall, there.overall)
    assert [int(point.group[:4]) + 400 for point in here.trend] == [
        int(point.group[:4]) for point in there.trend
    ]
    assert all(map(alike, here.trend, there.trend))
    assert all(map(alike, here.groups, there.groups))


# What must matter, and how much


@every_question
def test_a_twin_town_doubles_the_basis_and_keeps_the_number(metric, question):
    """Everybody once more under another name: the same number (of a total: twice), a narrower interval."""

    def with_twins(table, frame):
        return pl.concat([frame, frame.with_columns(pl.col(PEOPLE[table], *ids(table)) + "'")])

    one, two = answer(metric, question), ask(metric, changed(with_twins), question)
    lean = LEAN if metric.modelled else 1e-6
    for single, double in zip(estimates(one), estimates(two), strict=True):
        assert double.group == single.group
        assert double.n == 2 * single.n
        factor = 2 if one.pool == "total" else 1
        assert double.value == pytest.approx(factor * single.value, rel=lean)
        assert double.low >= factor * (single.low - lean * abs(single.low)) - 1e-9
        assert double.high <= factor * (single.high + lean * abs(single.high)) + 1e-9
    if one.groups_differ is not None:
        assert two.groups_differ <= one.groups_differ


@every_question
def test_lines_written_twice_are_not_new_customers(metric, question):
    """The same lines of the same orders and answers of the same people: only amounts of money double."""
    frames = changed(lambda table, frame: frame.drop_nulls([PEOPLE[table], *ids(table)]))
    twice = {name: pl.concat([frame, frame]) for name, frame in frames.items()}
    factor = {"money": 2}
    one, two = ask(metric, frames, question), ask(metric, twice, question)
    for single, double in zip(estimates(one), estimates(two), strict=True):
        assert double.value == pytest.approx(factor.get(one.unit, 1) * single.value)


@every_question
def test_another_currency_changes_amounts_of_money_alone(metric, question):

    def dearer(table, frame):
        money = [role.name for role in ROLES[table].values() if role.type == "money"]
        return frame.with_columns(pl.col(name) * 7 for name in money if name in frame.columns)

    here, there = answer(metric, question), ask(metric, changed(dearer), question)
    factor = 7 if here.unit == "money" else 1
    for one, other in zip(estimates(here), estimates(there), strict=True):
        assert (other.value, other.n) == (pytest.approx(factor * one.value), one.n)
        assert (other.low, other.high) == (pytest.approx(factor * one.low), pytest.approx(factor * one.high))
    assert there.groups_differ == pytest.approx(here.groups_differ)


# Little data


@every_question
def test_one_row_is_refused_or_answered_honestly(metric, question):
    frame = DRAWN[metric.table].drop_nulls()
    for row in (frame.head(1), frame.tail(1)):
        try:
            result = ask(metric, main(metric, row), question)
        except LoyaltyError as error:
            in_words(error)
            continue
        assert result.overall.n == 1
        assert result.overall.low < result.overall.high
        assert result.overall.high - result.overall.low > 0.5, "one observation says little"
        assert result.groups_differ is None
        assert result.change is None


@every_question
def test_an_empty_table_is_refused_in_words(metric, question):
    with pytest.raises(LoyaltyError) as caught:
        ask(metric, main(metric, DRAWN[metric.table].clear()), question)
    assert caught.value.id == "no_rows"
    in_words(caught.value)


@pytest.mark.parametrize("amount", [0.0, -9.0])
@pytest.mark.parametrize(
    "metric", [metric for metric in METRICS if metric.table == "orders"], ids=lambda m: m.id
)
def test_orders_that_come_to_nothing_are_said_to_be_no_purchases(metric, amount):
    with pytest.raises(LoyaltyError) as caught:
        ask(metric, main(metric, DRAWN["orders"].with_columns(amount=pl.lit(amount))), {})
    assert caught.value.id == "no_purchases"
    in_words(caught.value)


@every_metric
def test_a_period_without_rows_is_said_to_be_one(metric):
    with pytest.raises(LoyaltyError) as caught:
        metric.compute(dataset(**DRAWN).between(date(1999, 1, 1), date(1999, 12, 31)))
    assert caught.value.id == "no_rows"
    in_words(caught.value)


@every_metric
def test_what_is_missing_is_named(metric):
    for need in metric.needs:
        others = {name: frame for name, frame in DRAWN.items() if name != need.table}
        with pytest.raises(LoyaltyError) as caught:
            metric.compute(dataset(**others))
        assert caught.value.id == "missing_table"
        in_words(caught.value)
    wanted = [(need.table, roles) for need in metric.needs for roles in need.roles]
    for table, roles in wanted:
        roles = [roles] if isinstance(roles, str) else roles
        lacking = {**DRAWN, table: DRAWN[table].drop(roles, strict=False)}
        with pytest.raises(LoyaltyError) as caught:
            ask(metric, lacking, {}, by=None)
        assert caught.value.id == "missing_columns"
        for language in LANGUAGES:
            assert all(
                sentences(language)[f"role.{role}"] in caught.value.in_language(language) for role in roles
            )


@every_metric
def test_an_unknown_option_or_segment_is_refused(metric):
    for option in metric.options:
        with pytest.raises(LoyaltyError) as caught:
            ask(metric, DRAWN, {option.name: "nonsense"})
        assert caught.value.id == "unknown_option"
        in_words(caught.value)
    with pytest.raises(LoyaltyError) as caught:
        ask(metric, DRAWN, {}, by="nonsense")
    assert caught.value.id == "unknown_group"
    in_words(caught.value)


def in_words(error):
    """An error is a sentence with something to do, in every language."""
    for language in LANGUAGES:
        what, fix = (sentences(language)[message.id] for message in (error.what, error.fix))
        assert what
        assert fix
        assert "{" not in error.in_language(language)
        assert "Message(" not in error.in_language(language)


# What belongs to a metric


@every_metric
def test_a_metric_is_declared_in_full(metric):
    assert metric.unit in UNITS
    assert metric.better in {"higher", "lower", "neither"}
    assert metric.references
    assert all(option.default in option.choices for option in metric.options)
    choices = {option.name: option.choices for option in metric.options}
    conditions = [option.when for option in metric.options if option.when]
    assert all(value in choices[name] for name, value in conditions)
    assert len({need.table for need in metric.needs}) == len(metric.needs)
    for need in metric.needs:
        wanted = [role for roles in need.roles for role in ([roles] if isinstance(roles, str) else roles)]
        assert set(wanted) <= set(ROLES[need.table])


def test_ids_are_unique():
    assert len({metric.id for metric in METRICS}) == len(METRICS)


@every_metric
def test_a_metric_has_its_module_page_test_and_function(metric):
    module = importlib.import_module(f"loyalty.metrics.{metric.id}")
    assert module.METRIC is metric
    assert metric.compute is getattr(module, metric.id) is getattr(loyalty, metric.id)
    assert metric.id in loyalty.__all__
    assert (HERE.parent / "pages" / f"{metric.id}.py").is_file()
    assert (HERE / "metrics" / f"test_{metric.id}.py").is_file()


@every_metric
def test_options_are_the_keywords_of_the_function(metric):
    keywords = inspect.signature(metric.compute).parameters
    assert list(keywords)[:2] == ["data", "by"]
    assert {name: keywords[name].default for name in list(keywords)[2:]} == {
        o.name: o.default for o in metric.options
    }


@every_metric
def test_the_docstring_says_what_one_has_to_know(metric):
    doc = inspect.getdoc(metric.compute)
    for heading in ("Parameters", "Returns", "Raises", "Notes", "Examples"):
        assert f"\n{heading}\n{'-' * len(heading)}\n" in doc
    assert ">>> " in doc
    assert all(option.name in doc for option in metric.options)
    assert "interval" in doc


@every_metric
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_texts_of_a_metric_are_there(metric, language):
    texts = sentences(language)
    keys = ["title", "short", "card", "question", "what", "unlock", "count", "basis"]
    for option in metric.options:
        keys += [f"option.{option.name}.{key}" for key in ("label", "help", *map(str, option.choices))]
    for question in questions(metric):
        result = answer(metric, question)
        keys += [f"number.{name}" for name in re.findall("⟨(.+?)⟩", result.formula)]
        keys += [f"table.{table.name}" for table in result.tables]
        assert {f"column.{column}" for table in result.tables for column in table.columns} <= texts.keys()
    assert {f"{metric.id}.{key}" for key in keys} <= texts.keys()


@every_metric
def test_a_metric_has_its_sentences_its_advice_and_its_pictures(metric):
    assert metric.id in STORIES
    assert charts.PICTURES[metric.id]


sorting = [metric for metric in METRICS if metric.members]


@pytest.mark.slow
@pytest.mark.parametrize("metric", sorting, ids=[metric.id for metric in sorting])
@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_customers_are_as_long_as_they_are_said_to_be(metric, language):
    data, texts = dataset(**DRAWN), sentences(language)
    for question in questions(metric):
        sizes = {row[0]: row[1] for row in metric.compute(data, **question).table("lists").rows}
        listed = loyalty.members(metric.id, data, **question)
        assert {name: n for name, n in sizes.items() if n} == listed["list"].value_counts().to_dict()
        assert not listed.duplicated(["list", "customer"]).any()
        assert listed["customer"].notna().all()
        assert {f"{metric.id}.list.{name}" for name in sizes} <= texts.keys()
        assert {f"column.{name}" for name in listed.columns} <= texts.keys()
        for name, n in sizes.items():
            assert len(loyalty.members(metric.id, data, name, **question)) == n


@every_question
def test_the_formula_is_filled_from_the_numbers(metric, question):
    result = answer(metric, question)
    names = re.findall("⟨(.+?)⟩", result.formula)
    assert names
    assert set(names) <= set(result.numbers)


@every_metric
def test_benchmarks_are_sourced(metric):
    for band in bands(metric.id):
        assert band.publisher
        assert band.source_title
        assert band.source_url.startswith(("https://", "http://"))
        assert band.statistic
        assert any(figure is not None for figure in (band.low, band.typical, band.high))
