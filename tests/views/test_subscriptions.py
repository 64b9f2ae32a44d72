"""Subscriptions as their payments show them, against the same counted payment by payment."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import polars as pl
import pytest

import loyalty
from loyalty.errors import LoyaltyError
from loyalty.views.subscriptions import regular, subscriptions
from tests.promises import SAMPLE_DATA
from tests.tables import dataset

START = datetime(2024, 1, 1)
TERM, LATE = 30, 37  # days: a quarter of a term, in whole days, after it is due


def drawn(seed, people=60, days=400):
    """Payments now and then too early, too late, twice a day; some walk-ins."""
    chance, rows = random.Random(seed), []
    for who in range(people):
        day = chance.randrange(days)
        while day < days:
            rows += [(f"s{who:02}", day)] * chance.choice([1, 1, 1, 2])
            day += chance.choice([28, 29, 30, 30, 31, 35, 37, 38, 60, 500])
    rows += [(None, chance.randrange(days)) for _ in range(5)]
    chance.shuffle(rows)
    return rows


def of(rows):
    frame = pl.DataFrame(rows, schema=["customer", "days"], orient="row")
    dates = [START + timedelta(days=days) for days in frame["days"]]
    return dataset(orders=frame.select("customer", date=pl.Series(dates), amount=pl.lit(20.0)))


def counted(rows):
    """Decided renewals and whether it runs of every subscription, and by customer the running ones."""
    last, runs, now = max(day for _, day in rows), [], {}
    for who in sorted({who for who, _ in rows if who}):
        run = []
        for day in sorted({day for name, day in rows if name == who}):
            if run and day - run[-1] > LATE:
                runs.append((len(run) - 1, False))
                run = []
            run.append(day)
        decided = sum(day + LATE <= last for day in run)
        runs.append((min(decided, len(run) - 1), decided < len(run)))
        if decided < len(run):
            now[who] = (len(run) - 1, last - run[-1])
    return Counter(runs), now


@pytest.mark.parametrize("seed", range(8))
def test_payments_are_counted_one_by_one(seed):
    rows = drawn(seed)
    found, (runs, now) = subscriptions(of(rows), TERM), counted(rows)
    assert Counter(zip(found.renewals.tolist(), found.active.tolist(), strict=True)) == runs
    names = found.histories.customer.gather(found.place).to_list()
    who = zip(found.subscribers.renewals.tolist(), found.subscribers.since.tolist(), strict=True)
    assert dict(zip(names, who, strict=True)) == now


def test_payments_are_as_far_apart_as_they_were():
    """Twelve who pay every 28 days, although a payment lasts thirty."""
    rows = [(f"s{who:02}", 28 * k) for who in range(12) for k in range(6)]
    assert subscriptions(of(rows), TERM).every == 28


def test_a_fit_is_made_once():
    data = of(drawn(1))
    assert subscriptions(data, TERM) is subscriptions(data, TERM)
    assert subscriptions(data, TERM) is not subscriptions(data, 90)


def test_nobody_who_may_still_pay():
    with pytest.raises(LoyaltyError) as caught:
        subscriptions(of([*((f"s{who:02}", 0) for who in range(12)), (None, 300)]), TERM)
    assert caught.value.id == "no_subscribers"


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        ([30, 31, 28, 31], {"percent": 100, "term": 30}),  # the first of each month
        ([7], {"percent": 100, "term": 7}),
        ([91, 92, 90, 92], {"percent": 100, "term": 90}),
        ([365, 366], {"percent": 100, "term": 365}),
        ([30, 30, 30, 45], {"percent": 75, "term": 30}),
        ([30, 45, 30, 60], None),  # half of them
        ([14], None),
        ([3, 11, 25, 4], None),
    ],
)
def test_payments_that_come_a_term_apart_are_told_from_a_shop(gaps, told):
    """Twelve customers, eight gaps each, whichever day they began."""
    rows = []
    for who in range(12):
        days = [who, *(gaps * 8)[:8]]
        rows += [(f"s{who:02}", sum(days[: place + 1])) for place in range(len(days))]
    assert [note.holes for note in regular(of(rows))] == ([told] if told else [])


def test_from_a_few_payments_nothing_is_told():
    rows = [("s", 30 * k) for k in range(10)]
    assert not list(regular(of(rows)))
    assert list(regular(of([*rows, ("s", 300)])))


@pytest.mark.parametrize(("name", "term"), [("studio", [30]), ("cafe", []), ("shop", []), ("tea_zh", [])])
def test_of_the_samples_the_studio_alone_is_paid_by_the_month(name, term):
    data = loyalty.read(SAMPLE_DATA / f"{name}.xlsx")
    for found in (loyalty.clv(data), loyalty.forecast(data)):
        assert [note.holes["term"] for note in found.notes if note.id == "models.regular"] == term
    if term:
        found = loyalty.clv(data, kind="subscription")
        assert "models.regular" not in [note.id for note in found.notes]
