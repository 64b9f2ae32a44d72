"""What purchases are worth today, against lifetimes, the papers and sums by hand."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from loyalty.models import bg_nbd, pareto_nbd
from loyalty.models.value import MONTH, discounted, discounted_purchases, monthly, per_month, until

LIFETIMES = json.loads((Path(__file__).parents[1] / "vectors" / "lifetimes.json").read_text(encoding="utf-8"))
MODELS = {
    "bg_nbd": {"r": 0.243, "alpha": 30.9, "a": 0.793, "b": 2.426},
    "mbg_nbd": {"r": 0.525, "alpha": 43.3, "a": 0.891, "b": 1.614},
    "pareto_nbd": {"r": 0.553, "alpha": 74.0, "s": 0.606, "beta": 81.7},
}


@pytest.mark.parametrize("found", LIFETIMES, ids=lambda found: f"{found['model']}-{found['months']}")
def test_value_is_that_of_lifetimes(found):
    history = (np.array(found[name]) for name in ("frequency", "recency", "age"))
    model = import_module(f"loyalty.models.{found['model']}")
    how = found["months"], found["discount"]
    value = discounted_purchases(model, found["params"], *how, *history, month=found["month"])
    np.testing.assert_allclose(value, found["value"], rtol=1e-9)


@pytest.mark.parametrize(("months", "discount", "times"), [(1, 0, 1), (1, 1, 0.5), (2, 0, 2), (2, 1, 0.75)])
def test_value_of_five_customers_is_that_of_the_tests_of_lifetimes_and_pymc_marketing(
    months, discount, times
):
    """For months of 30 days. The second month is held there to be as good as the first, or a tenth off."""
    params = {"r": 0.16385072, "alpha": 1.86428187, "a": 1.85034151, "b": 3.18105431}
    history = [0, 0, 6, 0, 2], [0, 0, 142, 0, 9], [298, 224, 292, 147, 183]
    value = discounted_purchases(bg_nbd, params, months, discount, *history, month=30)
    published = np.array([0.016053, 0.021171, 0.030461, 0.031686, 0.001607])
    if months == 1:
        np.testing.assert_allclose(value, times * published, rtol=0, atol=5e-7)
    else:
        np.testing.assert_allclose(value, times * published, rtol=0.1)


def test_value_without_end_is_that_of_fader_hardie_and_lee_2005():
    """Discounted for ever, the Pareto/NBD has a closed form; short steps and 5,000 weeks come close to it."""
    params = {"r": 0.5629966, "alpha": 12.5590370, "s": 0.4081095, "beta": 10.5148048}
    rate, step, history = 0.0027, 0.25, (7, 35, 77.86)  # a week; the example of BTYD
    value = discounted_purchases(pareto_nbd, params, 20_000, np.expm1(rate * step), *history, month=step)
    middle = np.exp(rate * step / 2)  # a step's purchases are in its middle, but discounted from its end
    np.testing.assert_allclose(
        value * middle, pareto_nbd.discounted_purchases(params, rate, *history), rtol=1e-5
    )
    np.testing.assert_allclose(value * middle, 1.864183328, rtol=1e-5)


@pytest.mark.parametrize("kind", MODELS)
def test_value_is_the_sum_over_months(kind):
    """Month by month and customer by customer, as the definition has it."""
    model, history = (
        import_module(f"loyalty.models.{kind}"),
        ([0, 0, 2, 7], [0, 0, 30, 200], [0, 270, 250, 270]),
    )
    value = discounted_purchases(model, MODELS[kind], 12, 0.01, *history)
    for k, customer in enumerate(zip(*history, strict=True)):
        bought = [float(model.expected_purchases(MODELS[kind], n * MONTH, *customer)[0]) for n in range(13)]
        by_hand = sum((bought[n] - bought[n - 1]) / 1.01**n for n in range(1, 13))
        assert value[k] == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize("kind", MODELS)
def test_who_left_long_ago_is_worth_a_number(kind):
    """After a thousand purchases long ago, the chance of being there still rounds to nothing."""
    value = discounted_purchases(
        import_module(f"loyalty.models.{kind}"), MODELS[kind], 12, 0.01, [1000, 0], [10, 0], [1e5, 1e12]
    )
    assert np.isfinite(value).all()
    assert (value >= 0).all()


def test_a_month_is_a_twelfth_of_a_year_and_twelve_rates_make_the_annual_one():
    assert until(5).ends.tolist() == [5]
    assert monthly(12).ends[-1] == pytest.approx(365.25)
    assert (1 + per_month(0.2)) ** 12 == pytest.approx(1.2)
    assert discounted(24, per_month(0.1)).weights[0, [11, 23]] == pytest.approx([1 / 1.1, 1 / 1.21])
