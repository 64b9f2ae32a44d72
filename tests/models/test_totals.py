"""Totals of many customers, and whether what really happens lies in their intervals."""

from __future__ import annotations

import math
import tracemalloc
from importlib import import_module

import numpy as np
import pytest
from scipy.stats import binom, nbinom, poisson

from loyalty.models import bg_nbd, gamma_gamma, ranges
from loyalty.models.fitting import Fit
from loyalty.models.spending import Spending
from loyalty.models.totals import Totals, moments, people, totals
from loyalty.models.value import MONTH, Windows, discounted, monthly, until
from loyalty.texts import Message
from tests.models.test_stress import FEW
from tests.models.test_stress import histories as drawn_histories
from tests.shops import SHOP, SHOP_MONEY, drawn, seen_spending, shop

MONTHS, DISCOUNT = 12, 0.008
YEAR = until(MONTHS * MONTH)
WINDOWS = Windows(
    monthly(MONTHS).ends, np.concatenate([monthly(MONTHS).weights, discounted(MONTHS, DISCOUNT).weights])
)


def happened(seen, times, windows):
    """What is really bought, or spent, in each window."""
    stretch = np.searchsorted(windows.ends, seen.when)
    return windows.weights @ np.bincount(stretch, times, len(windows.ends))


def held(name, times, windows):
    """How often what happened lay within the intervals: of purchases and of revenue."""
    rng, found = np.random.default_rng(2005), np.zeros((2, len(windows.weights)))
    for _ in range(times):
        model, seen = drawn(name, rng)
        history = seen.frequency, seen.recency, seen.age
        fit = model.fit(*history)
        kinds = (None, np.ones(len(seen.who))), (seen_spending(seen), seen.amount)
        for row, (spending, each) in enumerate(kinds):
            low, high = totals(model, fit, windows, people(*history), spending).interval()
            real = happened(seen, each, windows)
            found[row] += (low[:, 0] <= real) & (real <= high[:, 0])
    return found


def test_intervals_hold_what_happens():
    """Twenty-five shops tell intervals that are much too narrow; the slow test of fits is the exact one."""
    assert held("300 customers", 25, YEAR).min() >= 20


def of_number(mean, variance, amount=(1.0, 0.0)):
    """Totals of so many amounts with a mean and a variance, of parameters that are known."""
    each, scatter = amount
    square = each**2 + scatter
    chance = mean * scatter + variance * each**2
    fields = (mean * each, np.zeros((0, *mean.shape)), chance, mean * square, mean)
    return Totals(*(np.atleast_2d(field) for field in fields))


MEANS = np.linspace(0.2, 16, 1000)
NUMBERS = {
    "Poisson": (MEANS, poisson(MEANS)),
    "negative binomial": (1.5 * MEANS, nbinom(2 * MEANS, 1 / 1.5)),
    "scattered": (4 * MEANS, nbinom(MEANS / 3, 1 / 4)),
    "binomial": (MEANS * (1 - MEANS / 20), binom(20, MEANS / 20)),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_intervals_hold_numbers_from_next_to_none_to_many(name):
    """Whole numbers jump, so it is the mean of many totals that is held to 95 %."""
    variance, law = NUMBERS[name]
    low, high = (end[0] for end in of_number(MEANS, variance).interval())
    held = law.cdf(np.floor(high)) - law.cdf(np.ceil(low) - 1)
    assert held.min() > 0.86
    for few in (MEANS < 1.5, (MEANS >= 1.5) & (MEANS < 4.5), MEANS >= 4.5):
        assert abs(held[few].mean() - 0.95) < 0.005


@pytest.mark.parametrize("mean", [0.5, 2.0, 4.0, 8.0, 30.0])
def test_intervals_hold_sums_of_few_amounts(mean):
    """A Poisson number of exponential amounts, from next to none to many."""
    rng, times = np.random.default_rng(3), 40_000
    number = rng.poisson(mean, times)
    total = np.where(number, rng.gamma(np.maximum(number, 1)), 0.0)
    low, high = of_number(np.array([mean]), np.array([mean]), (1.0, 1.0)).interval()
    assert 0.93 < ((low[0, 0] <= total) & (total <= high[0, 0])).mean() < 0.975


def test_a_total_that_may_well_be_nothing_begins_there():
    """Poisson's e^-3.6 is more than 2.5 %, and e^-3.8 is not."""
    low, _ = of_number(np.array([3.6, 3.8]), np.array([3.6, 3.8])).interval()
    assert low[0, 0] == 0 < low[0, 1]


NEWCOMERS = {
    "bg_nbd": {"r": 0.8, "alpha": 60.0, "a": 0.9, "b": 2.0},
    "mbg_nbd": {"r": 0.8, "alpha": 60.0, "a": 0.9, "b": 2.0},
    "pareto_nbd": {"r": 0.8, "alpha": 60.0, "s": 0.9, "beta": 120.0},
}


@pytest.mark.parametrize("kind", NEWCOMERS)
def test_spread_of_new_customers_is_that_of_drawn_ones(kind):
    """Mean and mean square of what 60,000 customers buy in windows after their first purchase."""
    model, n = import_module(f"loyalty.models.{kind}"), 60_000
    seen = shop(kind, NEWCOMERS[kind], SHOP_MONEY, np.zeros(n), MONTHS * MONTH, np.random.default_rng(1))
    month = np.searchsorted(WINDOWS.ends, seen.when)
    bought = np.bincount(seen.who * MONTHS + month, minlength=n * MONTHS).reshape(n, MONTHS)
    real = WINDOWS.weights @ bought.T
    found = moments(model, NEWCOMERS[kind], WINDOWS, (np.zeros(1), np.zeros(1)))
    there = model.probability_alive(NEWCOMERS[kind], 0, 0, 0)
    for guess, drawn_ in ((found.sums, real), (found.squares, real**2)):
        error = drawn_.std(axis=1) / math.sqrt(n)
        assert (abs(there * guess[:, 0] - drawn_.mean(axis=1)) < 4 * error).all()


def fit_of(model, params, spread=0.0):
    """A fit as if parameters were known with the same error each."""
    return Fit(model, params, 0.0, {}, "ok", Message(""), {}, 1, False, spread**2 * np.eye(len(params)), None)


STAYING = {"r": 2.0, "alpha": 50.0, "a": 1e-9, "b": 1e3}
HISTORIES = np.array([0.0, 3.0, 3.0]), np.array([0.0, 40.0, 90.0]), np.array([100.0, 100.0, 100.0])


def test_whoever_stays_buys_by_a_negative_binomial():
    """Greenwood & Yule: mean c·t/(α+T), variance that times 1 + t/(α+T), whichever stretch of time t is."""
    shape, rate = STAYING["r"] + HISTORIES[0], STAYING["alpha"] + HISTORIES[2]
    weights = WINDOWS.weights
    mean = shape / rate * (weights.sum(axis=1) * MONTH)[:, None]
    alone = shape / rate * ((weights**2).sum(axis=1) * MONTH)[:, None]
    found = totals(bg_nbd, fit_of("bg_nbd", STAYING), WINDOWS, people(*HISTORIES, [0, 1, 2]))
    np.testing.assert_allclose(found.expected, mean, rtol=1e-6)
    np.testing.assert_allclose(found.from_chance, alone + mean**2 / shape, rtol=1e-6)
    assert not found.from_parameters.any()


def test_spread_of_money_is_that_of_drawn_money():
    params, n = {"p": 4.0, "q": 6.0, "v": 30.0}, 200_000
    rng = np.random.default_rng(4)
    count, mean = np.array([0.0, 3.0]), np.array([np.nan, 33.0])
    spending = Spending(fit_of("gamma_gamma", params), count, mean)
    found = totals(
        bg_nbd, fit_of("bg_nbd", STAYING), until(60), people(count, [0, 40], 100, [0, 1]), spending
    )
    for group, (own, paid) in enumerate(zip(count, np.nan_to_num(mean), strict=True)):
        bought = rng.poisson(60 * rng.gamma(2 + own, 1 / 150, n))
        scale = rng.gamma(params["p"] * own + params["q"], 1 / (params["v"] + own * paid), n)
        spent = rng.gamma(np.maximum(params["p"] * bought, 1e-300)) / scale
        assert found.expected[0, group] == pytest.approx(spent.mean(), rel=0.01)
        assert found.from_chance[0, group] == pytest.approx(spent.var(), rel=0.05)


def test_error_of_parameters_is_that_of_drawn_parameters():
    """For a covariance as small as a large shop's, the totals are nearly normal."""
    rng, chaos = np.random.default_rng(3), 0.05
    fit, money = fit_of("bg_nbd", SHOP, chaos), fit_of("gamma_gamma", SHOP_MONEY, chaos)
    count, mean = HISTORIES[0], np.array([np.nan, 30.0, 60.0])
    found = totals(bg_nbd, fit, until(200), people(*HISTORIES), Spending(money, count, mean))

    def moved(params):
        return {name: value * math.exp(chaos * rng.normal()) for name, value in params.items()}

    drawn_ = [
        bg_nbd.expected_purchases(moved(SHOP), 200, *HISTORIES)
        @ gamma_gamma.expected_money(moved(SHOP_MONEY), count, mean)
        for _ in range(2000)
    ]
    assert math.sqrt(found.from_parameters[0, 0]) == pytest.approx(np.std(drawn_), rel=0.08)


def test_groups_add_up():
    rng = np.random.default_rng(8)
    model, seen = drawn("300 customers", rng)
    history = seen.frequency, seen.recency, seen.age
    fit, money = model.fit(*history), gamma_gamma.fit(seen.frequency, seen.money)
    spending = Spending(money, seen.frequency, seen.money)
    whole = totals(model, fit, WINDOWS, people(*history), spending)
    parts = totals(model, fit, WINDOWS, people(*history, rng.integers(0, 4, 300)), spending)
    np.testing.assert_allclose(parts.expected.sum(axis=1), whole.expected[:, 0])
    np.testing.assert_allclose(parts.from_chance.sum(axis=1), whole.from_chance[:, 0])


def lognormal(between, cv):
    """Customers' means, and amounts around them, of lognormal distributions."""
    spread = math.sqrt(math.log1p(cv**2))

    def spending(n, rng):
        mean = 25 * np.exp(rng.normal(0, between, n))
        return lambda who: mean[who] * np.exp(rng.normal(-(spread**2) / 2, spread, len(who)))

    return spending


def menu(n, rng):
    """Everybody has favourites on a short list of prices, and pays for one guest or more."""
    prices, taste = np.array([2.2, 2.8, 3.4, 4.2, 6.5, 9.8]), rng.dirichlet(np.full(6, 0.8), n)
    favourites, guests = taste.cumsum(axis=1), rng.gamma(2, 0.4, n)

    def spend(who):
        count = 1 + rng.poisson(guests[who])
        buyer = np.repeat(np.arange(len(who)), count)
        item = (rng.random((len(buyer), 1)) > favourites[who[buyer], :-1]).sum(axis=1)
        return np.bincount(buyer, prices[item], len(who))

    return spend


def price_list(n, rng):
    """Four prices for whoever comes; Gamma-Gamma often ends where a customer's amounts do not vary."""
    return lambda who: rng.choice([12.0, 20.0, 35.0, 90.0], len(who), p=[0.5, 0.3, 0.15, 0.05])


OTHER_MONEY = {
    "lognormal": lognormal(0.5, 0.6),
    "uneven amounts": lognormal(0.3, 1.0),
    "menu": menu,
    "price list": price_list,
    "Gamma-Gamma": SHOP_MONEY,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHER_MONEY)
def test_intervals_hold_revenue_of_other_distributions(name):
    """Totals in 95 of 100 shops; single customers in 95 of 100 at least, for many begin at nothing."""
    rng, times, held, over = np.random.default_rng(7), 200, np.zeros(2), []
    month_and_year = Windows(WINDOWS.ends, WINDOWS.weights[[0, -1]])
    for _ in range(times):
        seen = shop("bg_nbd", SHOP, OTHER_MONEY[name], rng.uniform(0, 730, 500), MONTHS * MONTH, rng)
        history = seen.frequency, seen.recency, seen.age
        fit, spending = bg_nbd.fit(*history), seen_spending(seen)
        low, high = totals(bg_nbd, fit, month_and_year, people(*history), spending).interval()
        real = happened(seen, seen.amount, month_and_year)
        held += (low[:, 0] <= real) & (real <= high[:, 0])
        most = ranges.value(bg_nbd, fit, YEAR, *history, spending)[1]
        spent = np.bincount(seen.who, seen.amount, len(most))
        over.append((spent > most)[seen.frequency > 0].mean())
    assert abs(held / times - 0.95).max() < 3 * math.sqrt(0.95 * 0.05 / times)
    assert np.mean(over) < 0.045  # by the scatter in the model, 0.06 at the price list


def test_scatter_is_what_was_seen_whatever_the_model_says():
    """Lognormal amounts, and a fit that knows of no scatter: errors and variances as they were drawn."""
    rng, n, cv = np.random.default_rng(9), 20_000, 0.6
    mean, spread = np.exp(rng.normal(3, 0.3, n)), math.sqrt(math.log1p(cv**2))
    count = rng.integers(0, 8, n).astype(float)
    who = np.repeat(np.arange(n), count.astype(int))
    amount = mean[who] * np.exp(rng.normal(-(spread**2) / 2, spread, len(who)))
    paid = np.divide(np.bincount(who, amount, n), count, out=np.full(n, np.nan), where=count > 0)
    own = np.bincount(who, (amount - paid[who]) ** 2, n)
    spending = Spending(fit_of("gamma_gamma", {"p": 1e6, "q": 12.0, "v": 11 * 21e-6}), count, paid, own)
    again = count > 0  # who buys the more, the more often he has bought
    real = (count * (cv * mean) ** 2).sum(), (count * (spending.mean - mean))[again]
    assert (count * spending.variance).sum() == pytest.approx(real[0], rel=0.04)
    errors = (count**2 * (spending.square - spending.mean**2))[again]
    assert errors.sum() == pytest.approx((real[1] ** 2).sum(), rel=0.04)


def test_scatter_of_one_who_bought_again_twice_is_not_taken_at_its_word():
    """Two equal amounts are no sign that all are equal: the light prior has a scatter of a half."""
    count, paid = np.array([2.0, 1.0]), np.array([20.0, 20.0])
    spending = Spending(fit_of("gamma_gamma", {"p": 1e6, "q": 1e6, "v": 20.0}), count, paid, np.zeros(2))
    assert spending.scatter == pytest.approx(0.5 * 2 / 3)


@pytest.mark.parametrize("kind", NEWCOMERS)
def test_unit_of_time_and_currency_change_nothing(kind):
    model, seen = import_module(f"loyalty.models.{kind}"), drawn("300 customers", np.random.default_rng(8))[1]

    def value(unit, cent):
        count, money = seen.frequency, seen.money * cent
        history = count, seen.recency / unit, seen.age / unit
        own = seen_spending(seen).deviations * cent**2
        spending = Spending(gamma_gamma.fit(count, money), count, money, own)
        windows = discounted(MONTHS, DISCOUNT, month=MONTH / unit)
        found = totals(model, model.fit(*history), windows, people(*history), spending)
        return np.array([found.expected, *found.interval()]).ravel() / cent

    np.testing.assert_allclose(value(7, 100), value(1, 1), rtol=1e-7)


def test_amounts_without_a_variance_have_that_of_the_data():
    """q of 1.9: by the model no purchase has a finite variance."""
    params, money = {"p": 1.0, "q": 1.9, "v": 20.0}, np.array([np.nan, 10.0, 30.0])
    spending = Spending(fit_of("gamma_gamma", params), np.array([0.0, 1.0, 2.0]), money)
    assert np.isinf(gamma_gamma.second_moment(params, 0, 0))
    assert spending.square[0] == pytest.approx(500 / 400 * spending.mean[0] ** 2)


def test_nobody_who_is_there_buys_nothing_for_sure():
    gone = totals(bg_nbd, fit_of("bg_nbd", SHOP), until(30), people(1000, 1, 100_000))
    assert [float(each[0, 0]) for each in (gone.expected, *gone.interval())] == [0, 0, 0]


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("kind", NEWCOMERS)
def test_whatever_the_customers_their_totals_are_numbers(kind, name):
    """From little money to much, and where the fit says next to nothing."""
    model, history = import_module(f"loyalty.models.{kind}"), drawn_histories(name)
    fit, customers = model.fit(*history), people(*history)
    amounts = np.exp(np.random.default_rng(1).normal(3, 3, len(history[0])))
    money, kinds = np.where(history[0] > 0, amounts, np.nan), [None]
    if history[0].any():
        kinds.append(Spending(gamma_gamma.fit(history[0], money), history[0], money))
    for spending in kinds:
        found = totals(model, fit, WINDOWS, customers, spending)
        low, high = found.interval()
        assert np.isfinite([*found.expected, *low, *high]).all()
        assert (low <= found.expected).all()
        assert (found.expected <= high).all()
        if spending:
            ends = ranges.value(model, fit, WINDOWS, *history, spending)
            assert np.isfinite(ends).all()
    assert np.isfinite(ranges.purchases(model, fit, 365, *history)).all()


def test_many_small_groups_take_no_more_room_than_their_customers():
    """Two thousand customers with histories of their own, each a group: not a cell for each pair of both."""
    age = np.arange(100.0, 2100.0)
    customers = people(np.full(2000, 2.0), age / 2, age, np.arange(2000))
    each, times = np.vstack([age, age**2]), np.arange(2000.0)
    tracemalloc.start()
    found = customers.totals(each, times)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == pytest.approx(each * times)
    assert peak < 20 * age.nbytes


def test_sums_of_groups_are_the_same_in_both_ways(monkeypatch):
    rng = np.random.default_rng(5)
    x, age = rng.integers(0, 4, 500).astype(float), rng.integers(50, 90, 500).astype(float)
    customers = people(x, np.where(x > 0, age / 2, 0.0), age, rng.integers(0, 6, 500))
    each, times = rng.random((3, len(customers.few[0]))), rng.random(500)
    expected = [
        [(row[customers.place] * times)[customers.groups == g].sum() for g in range(6)] for row in each
    ]
    for sparse in (0, np.inf):
        monkeypatch.setattr("loyalty.models.totals.SPARSE", sparse)
        assert customers.totals(each, times) == pytest.approx(np.array(expected))
