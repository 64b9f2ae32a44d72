"""Fitted models of a Dataset: which one answers, what it says of customers and of all together."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2

import loyalty
from loyalty.core import REST
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.limits import GROUPS
from loyalty.models import bg_nbd, gamma_gamma
from loyalty.models.totals import people
from loyalty.models.value import MONTH, Windows, discounted, monthly, until
from loyalty.views.choice import choose
from loyalty.views.fits import PURCHASE_MODELS, Fitted, fitted, main_groups, no_dropout
from loyalty.views.histories import Histories, histories
from tests import cdnow, retail
from tests.shops import SHOPS, drawn, seen_spending, shop

SAMPLES = Path(__file__).parents[2] / "sample_data"


@pytest.fixture(scope="module")
def sample():
    """CDNOW's purchases, a tenth of the customers, with what they paid."""
    log = cdnow.log()
    days = [date.fromordinal(day) for day in log.day.tolist()]
    return Dataset.from_frames(
        orders=pl.DataFrame(log._asdict()).select("customer", "amount", date=pl.Series(days))
    )


@pytest.mark.parametrize(
    ("states", "logliks", "expected"),
    [
        (("ok", "ok", "ok"), (-10, -9, -8), ("pareto_nbd", "likelihood")),
        (("ok", "ok", "ok"), (-8.0004, -8, -9), ("bg_nbd", "alike")),
        (("ok", "ok", "boundary"), (-10, -9, -8), ("mbg_nbd", "sound")),
        (("weak", "boundary", "ok"), (-8, -8, -9), ("pareto_nbd", "only_ok")),
        (("boundary", "weak", "flat"), (-10, -9, -9.5), ("mbg_nbd", "none_ok")),
        (("ok", "boundary", "weak"), (-400, -90, -100), ("mbg_nbd", "far_likelier")),
        (("ok", "ok", "boundary"), (-11, -11.5, -8), ("pareto_nbd", "far_likelier")),
    ],
)
def test_the_soundest_and_likeliest_model_answers(states, logliks, expected):
    judged = zip(states, logliks, strict=True)
    assert choose(dict(zip(PURCHASE_MODELS, judged, strict=True))) == expected


def test_few_who_came_again_are_no_ground_for_a_model():
    days = [date(2025, 1, 1) + timedelta(days=day) for day in (*range(30), 40, 50)]
    names = [*map(str, range(30)), "1", "2"]
    data = Dataset.from_frames(orders=pl.DataFrame({"customer": names, "date": days}))
    with pytest.raises(LoyaltyError, match="2 of 30") as raised:
        fitted(data)
    assert raised.value.id == "too_few_repeats"


def test_what_is_fitted_once_is_not_fitted_again(sample):
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(fitted, (sample, sample))
    assert one is other
    assert fitted(sample, "bg_nbd").fits is one.fits
    assert fitted(sample, "bg_nbd").why == "asked"


def test_of_each_customer_it_says_what_the_chosen_model_says(sample):
    found, own = fitted(sample, "bg_nbd"), histories(sample)
    history = own.frequency, own.recency, own.age
    fit, money = bg_nbd.fit(*history), gamma_gamma.fit(own.frequency, own.money)
    spend = gamma_gamma.expected_money(money, own.frequency, own.money)
    bought = bg_nbd.expected_purchases(fit, [30.4375, 60.875], *history)
    np.testing.assert_allclose(found.alive, bg_nbd.probability_alive(fit, *history))
    np.testing.assert_allclose(found.purchases([30.4375, 60.875]), bought)
    np.testing.assert_allclose(found.spend, spend)
    month = 1.1 ** (1 / 12)
    by_hand = (bought[0] / month + (bought[1] - bought[0]) / month**2) * spend
    np.testing.assert_allclose(found.value(2, 0.1), by_hand)


def test_totals_are_sums_over_customers(sample):
    found = fitted(sample)
    assert found.total(90).value == pytest.approx(found.purchases(90).sum())
    assert found.total(90, revenue=True).value == pytest.approx((found.purchases(90) * found.spend).sum())
    value = found.total_values(12, 0.1, None)[0]
    assert value.value == pytest.approx(found.value(12, 0.1).sum())
    assert value.n == len(found.histories.frequency)
    single, cumulative = found.by_month(6)
    assert sum(each.value for each in single) == pytest.approx(cumulative[-1].value)
    whole = found.total(6 * 365.25 / 12)
    assert cumulative[-1].value == pytest.approx(whole.value)
    assert cumulative[-1].high == pytest.approx(whole.high)
    assert all(each.low < each.value < each.high for each in (*single, *cumulative))


def test_another_model_may_be_right():
    """Buckland, Burnham & Augustin (1997): variance of the chosen model, and the squares to the others."""
    data, days = Dataset.from_frames(orders=orders_of_a_shop(0.3, 60)), 365
    found, each = fitted(data), {name: fitted(data, name) for name in PURCHASE_MODELS}
    likely = {name: math.exp(of.fit.loglik - found.fit.loglik) for name, of in each.items()}
    expected = {name: of.purchases(days).sum() for name, of in each.items()}
    away = [(expected[name] - expected[found.chosen]) ** 2 * likely[name] for name in PURCHASE_MODELS]

    def variance(of):
        return of._in_doubt(until(days), of._people(None)[0], None).from_parameters[0, 0]

    alone = each[found.chosen]
    assert variance(found) - variance(alone) == pytest.approx(sum(away) / sum(likely.values()), rel=1e-6)
    assert found.total(days).low < alone.total(days).low < alone.total(days).high < found.total(days).high
    assert found.total(days).value == alone.total(days).value


SHARES = (0.5, 0.3, 0.15, 0.05)  # of the customers in each of four segments
TIMES = 300  # shops of each kind
WINDOWS = Windows(
    monthly(12).ends, np.concatenate([monthly(12).weights[[0, 11, 14, 23]], discounted(12, 0.008).weights])
)  # first and last month, a quarter, a year, a year discounted


@pytest.mark.slow
@pytest.mark.parametrize("name", SHOPS)
def test_intervals_hold_what_happens_in_95_of_100_shops(name):
    """Totals of all customers, of segments down to one in twenty, and of those who came in one month.

    Each model is fitted and one chosen, as for a file. By the likeliest model alone a year held 0.87 of the
    small Pareto shops; by gamma distributions a month of the smallest segment of 300 customers held 0.63.
    """
    rng = np.random.default_rng(2005)
    inside = np.stack([held(name, rng) for _ in range(TIMES)])
    assert 0.93 < inside.mean() < 0.97
    for each in (0, 1), (0, 2):  # of a group, of a window
        shares = inside.mean(axis=each)
        assert shares.min() > 0.92
        assert shares.max() < 0.98


def held(name, rng):
    """Whether what happened lay within: of purchases and of revenue, window by window, group by group."""
    _, seen = drawn(name, rng)
    history, n = (seen.frequency, seen.recency, seen.age), len(seen.age)
    fits = {model: import_module(f"loyalty.models.{model}").fit(*history) for model in PURCHASE_MODELS}
    judged, spending = {model: (fit.state, fit.loglik) for model, fit in fits.items()}, seen_spending(seen)
    own = Histories(
        pl.Series(map(str, range(n))), None, np.zeros(n, int), *history, seen.money, seen.money, 450
    )
    found = Fitted(own, fits, *choose(judged), spending.fit, spending.deviations)
    month = (seen.age // MONTH).astype(int)
    cells = rng.choice(4, n, p=SHARES) + 4 * (month == month.min())
    stretch, customers = np.searchsorted(WINDOWS.ends, seen.when), people(*history, cells)
    inside = []
    for kind, amounts in ((None, np.ones(len(seen.who))), (spending, seen.amount)):
        expected, real = found._in_doubt(WINDOWS, customers, kind), np.zeros((12, customers.count))
        np.add.at(real, (stretch, cells[seen.who]), amounts)
        of = np.arange(customers.count)
        for way in (0 * of, of % 4, of // 4):
            low, high = expected.pooled(way).interval()
            happened = WINDOWS.weights @ real @ np.eye(way.max() + 1)[way]
            inside.append((low <= happened) & (happened <= high))
    return np.hstack(inside)


def test_groups_are_named_and_add_up(sample):
    found = fitted(sample)
    names = ["b" if count else None for count in found.histories.frequency]
    none, b = found.total_values(12, 0.1, names)
    assert (none.group, b.group) == ("", "b")
    assert (none.n, b.n) == (names.count(None), names.count("b"))
    assert none.value + b.value == pytest.approx(found.total_values(12, 0.1, None)[0].value)


def test_single_customers_lie_within_their_intervals(sample):
    found = fitted(sample, "bg_nbd")
    low, high = found.interval(365)
    assert (low <= found.purchases(365) + 1).all()
    assert (high >= np.floor(found.purchases(365))).all()
    low, high = found.value_interval(12, 0.1)
    assert (low <= found.value(12, 0.1)).all()
    assert (high > 0).any()


def test_without_amounts_there_is_no_money():
    data = Dataset.from_frames(orders=orders_of_a_shop(1e-12).drop("amount"))
    found = fitted(data)
    assert found.money is None
    assert found.total(30).value > 0
    with pytest.raises(LoyaltyError) as raised:
        found.total_values(12, 0.1, None)[0]
    assert raised.value.id == "missing_columns"


def test_where_all_was_returned_nothing_is_said_of_money():
    bought = [
        (str(who), date(2025, 1, 1) + timedelta(days=day), 10.0) for who in range(12) for day in (0, 9, 60)
    ]
    returned = [(str(who), date(2025, 3, 10), -20.0) for who in range(12)]
    lines = pl.DataFrame(bought + returned, schema=["customer", "date", "amount"], orient="row")
    with pytest.raises(LoyaltyError) as raised:
        fitted(Dataset.from_frames(orders=lines)).total_values(12, 0.1, None)[0]
    assert raised.value.id == "no_money"
    assert raised.value.holes["customers"] == 12


@pytest.mark.parametrize("days", [5, 27, 28])
def test_next_to_no_time_is_no_ground_for_a_model(days):
    """Fourteen who buy on the first and the last day, and one who comes in between."""
    rows = [(str(who), day) for who in range(14) for day in (0, days - 1)] + [("late", 3)]
    lines = pl.DataFrame(
        [(who, date(2025, 1, 1) + timedelta(days=day), 10.0) for who, day in rows],
        schema=["customer", "date", "amount"],
        orient="row",
    )
    data = Dataset.from_frames(orders=lines)
    if days == 28:
        assert fitted(data).histories.reach == 28
        return
    for ask in (loyalty.clv, loyalty.forecast):
        with pytest.raises(LoyaltyError) as raised:
            ask(data)
        assert raised.value.id == "too_short"
        assert raised.value.holes["days"] == days


def orders_of_a_shop(leaving, n=400):
    """Two years of a shop from which customers leave, or never do."""
    rng = np.random.default_rng(2)
    params = {"r": 2.0, "alpha": 60.0, "a": leaving, "b": 3.0}
    seen = shop("bg_nbd", params, {"p": 5.0, "q": 4.0, "v": 30.0}, np.zeros(n), 730, rng)
    first = rng.integers(0, 730, n)
    who, day = np.append(np.arange(n), seen.who), np.append(first, first[seen.who] + np.ceil(seen.when))
    amount = np.append(np.full(n, 20.0), seen.amount)
    lines = pl.DataFrame({"customer": who, "day": day.astype(int), "amount": amount}).filter(
        pl.col("day") < 730
    )
    start = pl.lit(date(2023, 1, 1))
    return lines.select(pl.col("customer").cast(pl.String), "amount", date=start + pl.duration(days="day"))


@pytest.mark.parametrize(("leaving", "expected"), [(1e-12, True), (1.0, False)])
def test_leaving_is_seen_where_customers_leave(leaving, expected):
    assert no_dropout(fitted(Dataset.from_frames(orders=orders_of_a_shop(leaving)))) is expected


@retail.needed
def test_online_retail_shows_nobody_leaving():
    """Worked out apart from this package: at their best all models are the NBD, −35,474.01."""
    lines = retail.lines().drop_nulls("CustomerID")
    lines = lines.filter(pl.col("Quantity") > 0, pl.col("UnitPrice") > 0)
    amount = pl.col("Quantity") * pl.col("UnitPrice")
    orders = lines.select(customer=pl.col("CustomerID").cast(pl.Int64), date="InvoiceDate", amount=amount)
    data = Dataset.from_frames(orders=orders)
    spring = fitted(data, until=date(2011, 8, 31).toordinal())
    assert no_dropout(spring)
    assert spring.if_all_stay.loglik == pytest.approx(-35474.01, abs=0.005)
    history = spring.histories.frequency, spring.histories.recency, spring.histories.age
    assert bg_nbd.fit(*history, prior=False).loglik == pytest.approx(-35474.01, abs=0.005)
    assert {fit.simpler for fit in spring.fits.values()} == {"no_dropout"}
    assert no_dropout(fitted(data))


def test_the_sample_shop_is_found_as_it_was_made():
    """sample_data/maker/shop.py draws customers by BG/NBD with these parameters, in days.

    They lie within the joint 95 % region of the fit: a and b hang together, so each for itself says little.
    """
    truth = {"r": 0.62, "alpha": 160.0, "a": 0.7, "b": 2.8}
    found = fitted(loyalty.read(SAMPLES / "shop.xlsx"))
    own = found.histories
    likely = bg_nbd.log_likelihood(truth, own.frequency, own.recency, own.age).sum()
    assert 2 * (found.fits["bg_nbd"].loglik - likely) < chi2.ppf(0.95, 4)
    assert (found.chosen, found.fit.state) == ("bg_nbd", "ok")
    assert not no_dropout(found)


def test_amounts_at_the_sample_cafe_scatter_as_they_were_paid():
    """Gamma-Gamma sees next to no scatter in means of amounts, among which are a few large orders."""
    data = loyalty.read(SAMPLES / "cafe.xlsx")
    found = fitted(data)
    days = data.purchases.select("customer", "day", "amount").drop_nulls().collect("polars").to_native()
    days = days.group_by("customer", "day").agg(pl.col("amount").sum()).sort("day")
    again = days.group_by("customer").agg(pl.col("amount").slice(1))
    each = again.select(free=pl.col("amount").list.len() - 1.0, variance=pl.col("amount").list.var())
    each = each.filter(pl.col("free") > 0)
    variance = (each["variance"] * each["free"]).sum() / each["free"].sum()
    total = found.by_month(1, revenue=True)[0][0]
    chance = math.sqrt(variance * found.total(365.25 / 12).value)
    assert found.money.simpler == "same_amounts"
    assert (total.high - total.low) / 2 > 1.96 * chance


def test_small_groups_are_one():
    names = ["a"] * 3 + [f"{k:02}" for k in range(40)]
    grouped = main_groups(names)
    assert grouped[:3] == ["a"] * 3
    assert len(set(grouped)) == GROUPS + 1
    assert grouped.count(REST) == 41 - GROUPS
