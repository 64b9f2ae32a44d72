"""Worth, revenue and profit by the levers, and their intervals."""

import math

import numpy as np
import pytest
from scipy.stats import t as student

from loyalty.models.levers import (
    PAIRS,
    Counts,
    Moves,
    elasticity,
    estimate,
    moved,
    profit,
    revenue,
    today,
    worth,
    years,
)


def counts(rows):
    """What single customers did, one row each: before, kept, active, purchases, revenue, new."""
    z = np.array(rows, dtype=float)
    return Counts(len(z), len(z), tuple(z.sum(axis=0)), tuple(float(z[:, i] @ z[:, j]) for i, j in PAIRS))


def state(retention=0.5, spans=1, **more):
    """100 customers of the span before, 80 of the last one, 200 purchases for 4,000, 20 began."""
    return today((100, 100 * retention, 80, 200, 4000, 20), spans, **more)


class TestWorth:
    def test_berger_and_nasr_case_1(self):
        """Their (1998) example: 260 once a year for 10 years after the first, of which 75 % stay each year.

        Money loses 20 % a year, and 50 a customer and year go to promotion half a year later: 568.78.
        """
        now = moved(state(0.75), Moves(order_value=260 / state().spend))
        promotion = sum(50 * 0.75 ** (year - 1) / 1.2 ** (year - 0.5) for year in range(1, 11))
        assert worth(now, 11, 0.2) - promotion == pytest.approx(568.78, abs=0.005)

    def test_for_ever_it_is_the_traditional_formula_a_year_sooner(self):
        """m · r / (1 + i − r), as textbooks have it, begins when the first year is over."""
        assert worth(state(0.6), 400, 0.1) == pytest.approx(50 * 0.6 / (1 + 0.1 - 0.6) + 50)

    def test_half_years_are_steps_of_their_own(self):
        """A customer spends 50 in a half-year and stays for the next with 0.5: 50 (1 + .5 + .25 + .125)."""
        now = state(0.5, spans=2)
        assert (now.frequency, now.spend) == (2.5, 100)
        assert worth(now, 2, 0.0) == pytest.approx(50 * (1 + 0.5 + 0.25 + 0.125))

    def test_margin_is_a_factor(self):
        assert worth(state(margin=0.3), 3, 0.1) == pytest.approx(0.3 * worth(state(), 3, 0.1))

    def test_who_is_recommended_comes_on_top(self):
        """A quarter of the 20 new ones are brought by 80 customers, 1/16 each a year, for 1.5 years."""
        now = state(recommended=0.25)
        assert worth(now, 2, 0.0) == pytest.approx(50 * 1.5 * (1 + 1.5 / 16))

    def test_one_percent_more_retention(self):
        now, step = state(0.6, recommended=0.2), 1e-6
        more = moved(now, Moves(points=0.6 * step))
        slope = (worth(more, 5, 0.1) / worth(now, 5, 0.1) - 1) / step
        assert elasticity(now, 5, 0.1) == pytest.approx(slope, rel=1e-4)
        half = state(0.6, spans=2)
        slope = (worth(moved(half, Moves(points=0.6 * step)), 3, 0.1) / worth(half, 3, 0.1) - 1) / step
        assert elasticity(half, 3, 0.1) == pytest.approx(slope, rel=1e-4)

    def test_nobody_stays_and_everybody_stays(self):
        assert years(state(0.0), 5, 0.1) == 1
        assert years(state(1.0), 5, 0.0) == 5


class TestNextYear:
    def test_who_stays_and_who_comes(self):
        """Half of 80 customers stay, and 30 come, as many as last year: 70 customers spend 50 each."""
        assert revenue(state()) == pytest.approx(3500)

    def test_half_year_by_half_year(self):
        """80 → 40 + 30 = 70 → 35 + 30 = 65, each with 50 in a half-year."""
        assert revenue(state(0.5, spans=2)) == pytest.approx((70 + 65) * 50)

    def test_what_does_not_change_goes_on(self):
        """As many come as go: revenue is that of the last year."""
        steady = today((80, 60, 80, 200, 4000, 20), 1)
        assert revenue(steady) == pytest.approx(4000)

    def test_profit_is_margin_less_what_winning_costs(self):
        """40 % of 3,500, less 10 for each of the 20 new ones of whom a quarter came by themselves."""
        assert profit(state(margin=0.4, cost=10.0, recommended=0.25)) == pytest.approx(1400 - 150)
        assert profit(state(margin=0.4)) == pytest.approx(1400)

    def test_recommended_customers_come_on_top_of_those_who_are_won(self):
        """Twenty are won; with a fifth recommended they are 25."""
        then = moved(state(), Moves(recommended=0.2))
        assert then.new == pytest.approx(25)
        assert then.arrivals == pytest.approx(35)
        assert profit(moved(state(cost=10.0), Moves(recommended=0.2))) == pytest.approx(75 * 50 - 200)


class TestMoves:
    def test_points_and_factors(self):
        then = moved(state(), Moves(points=0.05, frequency=1.5, order_value=1.2, margin=0.4, cost=3.0))
        assert (then.retention, then.frequency, then.order_value) == pytest.approx((0.55, 3.75, 24.0))
        assert (then.margin, then.cost) == (0.4, 3.0)

    def test_nobody_stays_more_than_all(self):
        assert moved(state(0.98), Moves(points=0.05)).retention == 1
        assert moved(state(0.02), Moves(points=-0.05)).retention == 0


def drawn(generator, n):
    """Customers of whom 60 % stay, who buy at least once and for gamma-distributed amounts."""
    before = generator.random(n) < 0.7
    kept = before & (generator.random(n) < 0.6)
    new = ~before & (generator.random(n) < 0.8)
    active = kept | new
    purchases = active * (1 + generator.poisson(2, n))
    paid = np.where(active, generator.gamma(2 * np.maximum(purchases, 1), 10), 0.0)
    rows = np.column_stack([before, kept, active, purchases, paid, new]).astype(float)
    return rows[before | active]


def uneven(generator, n):
    """Customers of whom 35 % stay for the next half-year, and a few of whom buy and spend most."""
    before = generator.random(n) < 0.7
    kept = before & (generator.random(n) < 0.35)
    active = kept | ~before
    purchases = active * (1 + generator.poisson(2 * generator.gamma(0.8, 1 / 0.8, n)))
    paid = np.where(active, generator.lognormal(3, 0.8, n) * purchases, 0.0)
    rows = np.column_stack([before, kept, active, purchases, paid, ~before]).astype(float)
    return rows[before | active]


def gained(totals, spans=1):
    now = today(totals, spans)
    return worth(moved(now, Moves(points=0.05)), 3, 0.1) - worth(now, 3, 0.1)


class TestInterval:
    def test_retention_alone_is_a_share(self):
        """Two of four stay: the variance is that of a share, which here is above that of Agresti & Coull."""
        rows = [[1, 1, 1, 1, 10, 0]] * 2 + [[1, 0, 0, 0, 0, 0]] * 2
        found = estimate(lambda x: x[1] / x[0], counts(rows))
        half = student.ppf(0.975, 3) * math.sqrt(0.25 / 4 * 4 / 3)
        assert (found.value, found.high - found.value) == pytest.approx((0.5, half))

    def test_all_stayed_is_not_certain(self):
        rows = [[1, 1, 1, 1, 10, 0]] * 5
        found = estimate(lambda x: x[1] / x[0], counts(rows))
        z = 1.959963984540054
        wide = (5 + z**2 / 2) / (5 + z**2)
        half = student.ppf(0.975, 4) * math.sqrt(wide * (1 - wide) / (5 + z**2))
        assert found.high - found.value == pytest.approx(half)

    def test_order_value_is_that_of_cochran(self):
        """As the ratio of totals in stats, whose formula is Cochran's (1977), section 6.3."""
        from loyalty.stats import RatioSums, ratio

        rows = drawn(np.random.default_rng(5), 80)
        q, r = rows[:, 3], rows[:, 4]
        expected = ratio(RatioSums(len(rows), r.sum(), q.sum(), r @ r, q @ q, r @ q))
        found = estimate(lambda x: x[4] / x[3], counts(rows))
        assert (found.value, found.low, found.high) == pytest.approx(
            (expected.value, expected.low, expected.high)
        )

    def test_a_bootstrap_of_customers_says_the_same(self):
        generator = np.random.default_rng(2026)
        rows = drawn(generator, 400)
        found = estimate(gained, counts(rows))
        draws = [gained(rows[generator.integers(0, len(rows), len(rows))].sum(axis=0)) for _ in range(2000)]
        low, high = np.quantile(draws, [0.025, 0.975])
        assert found.low == pytest.approx(low, abs=0.12 * (high - low))
        assert found.high == pytest.approx(high, abs=0.12 * (high - low))

    @pytest.mark.slow
    @pytest.mark.parametrize("n", [60, 300])
    def test_it_holds_the_truth_as_often_as_it_says(self, n):
        generator = np.random.default_rng(n)
        truth = gained(drawn(generator, 2_000_000).sum(axis=0))
        found = [estimate(gained, counts(drawn(generator, n))) for _ in range(2000)]
        held = np.mean([each.low <= truth <= each.high for each in found])
        assert 0.93 <= held <= 0.97

    @pytest.mark.parametrize("way", [1, -1])
    def test_what_is_above_zero_by_nature_is_known_by_factors(self, way):
        """Half of the interval, as a share of the value, up and down on the scale of logarithms."""
        rows = drawn(np.random.default_rng(3), 60)
        plain = estimate(lambda x: way * gained(x), counts(rows))
        found = estimate(lambda x: way * gained(x), counts(rows), sign=way)
        spread = math.exp((plain.high - plain.value) / abs(plain.value))
        ends = sorted((found.value / spread, found.value * spread))
        assert (found.low, found.high) == pytest.approx(ends)
        other = estimate(lambda x: -way * gained(x), counts(rows), sign=way)
        assert (other.low, other.high) == pytest.approx((-plain.high, -plain.low)), "not on that side of zero"

    @pytest.mark.slow
    @pytest.mark.parametrize("n", [300, 1000])
    def test_it_holds_the_truth_where_a_few_spend_most(self, n):
        """Half-years, purchases spread by a gamma and money by a logarithmic normal distribution."""
        generator = np.random.default_rng(n)
        truth = gained(uneven(generator, 3_000_000).sum(axis=0), 2)
        found = [estimate(lambda x: gained(x, 2), counts(uneven(generator, n)), sign=1) for _ in range(2000)]
        held = np.mean([each.low <= truth <= each.high for each in found])
        assert 0.925 <= held <= 0.97

    def test_one_customer_says_nothing(self):
        found = estimate(lambda x: x[1] / x[0], counts([[1, 1, 1, 1, 10, 0]]))
        assert (found.low, found.high) == (-math.inf, math.inf)

    def test_counts_add_up(self):
        rows = drawn(np.random.default_rng(1), 50)
        both = counts(rows[:20]) + counts(rows[20:])
        assert both.totals == pytest.approx(counts(rows).totals)
        assert both.products == pytest.approx(counts(rows).products)
        assert both.customers == both.seen == len(rows)
