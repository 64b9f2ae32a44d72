"""Subscriptions as their payments show them, against the same counted payment by payment."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import polars as pl
import pytest

from loyalty.errors import LoyaltyError
from loyalty.views.subscriptions import subscriptions
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
