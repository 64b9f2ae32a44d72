"""Customers whose amounts are drawn."""

import numpy as np
import pytest

from loyalty.models import spending_rehearsal as rehearsal
from loyalty.models import terms

TRUTH = terms.params("gamma_gamma", {"mean": 30, "steady": 2, "alike": 4})


def shop(customers=2000, purchases=2, seed=1):
    return rehearsal.rehearse(TRUTH, customers, purchases, seed)


def test_everyone_came_back_and_on_average_so_often():
    found = shop()
    assert found.frequency.min() == 1
    assert found.frequency.mean() == pytest.approx(2, rel=0.1)
    assert (rehearsal.rehearse(TRUTH, 50, 1, 1).frequency == 1).all()


def test_amounts_have_the_mean_that_the_shop_knows():
    found = shop()
    people = rehearsal.purses(found)
    assert len(people) == rehearsal.PEOPLE
    for each in people:
        assert len(each.amounts) == found.frequency[each.number]
        assert (
            np.mean(each.amounts) == pytest.approx(each.observed) == pytest.approx(found.money[each.number])
        )


def test_amounts_of_a_customer_scatter_as_the_truth_says():
    """Of amounts with shape p, the squared coefficient of variation is 1 / p."""
    truth = terms.params("gamma_gamma", {"mean": 30, "steady": 2, "alike": 30})
    found = [each for seed in range(40) for each in rehearsal.purses(rehearsal.rehearse(truth, 10, 20, seed))]
    squares = [np.var(each.amounts, ddof=1) / each.true**2 for each in found if len(each.amounts) > 20]
    assert len(squares) > 30
    assert np.mean(squares) == pytest.approx(1 / 2, rel=0.15)


def test_tenths_are_the_customers():
    found = shop()
    groups = rehearsal.tenths(found)
    for name, column in (("observed", found.money), ("actual", found.future), ("expected", found.expected)):
        assert np.mean([getattr(group, name) for group in groups]) == pytest.approx(column.mean())
    means = [group.observed for group in groups]
    assert means == sorted(means)


def test_three_customers_are_three_groups():
    assert [group.number for group in rehearsal.tenths(shop(customers=3))] == [1, 2, 3]


def test_who_had_the_highest_averages_comes_down():
    top = rehearsal.tenths(shop())[-1]
    assert top.actual < top.expected * 1.2 < top.observed


def test_shares_of_true_means_by_drawing():
    found = shop()
    drawn = TRUTH["p"] * TRUTH["v"] / np.random.default_rng(5).gamma(TRUTH["q"], size=200_000)
    for each in rehearsal.means(found):
        assert each.true == pytest.approx(((each.low <= drawn) & (drawn < each.high)).mean(), abs=0.005)
        assert each.found == pytest.approx(each.true, abs=0.05)


def test_lines_meet_at_the_mean_of_all():
    """Fader & Hardie: the expectation is a weighted mean of the customer's own and that of all."""
    lines = rehearsal.pulls(shop())
    at_mean, slopes = [], []
    for count in rehearsal.COUNTS:
        (x, y), (x2, y2) = ((each.observed, each.expected) for each in lines if each.purchases == count)
        slopes.append((y2 - y) / (x2 - x))
        at_mean.append((y - slopes[-1] * x) / (1 - slopes[-1]))  # where the line meets the diagonal
    assert at_mean == pytest.approx([at_mean[0]] * 3)
    assert at_mean[0] == pytest.approx(30, rel=0.1)
    assert slopes == sorted(slopes)


def test_nobody_with_one_repeat_purchase_is_no_trouble():
    found = rehearsal.rehearse(TRUTH, 30, 10, 3)
    assert len(rehearsal.once(found)) <= (found.frequency == 1).sum()
