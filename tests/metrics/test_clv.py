"""Customer lifetime value: against shops that are drawn from known models, and figures worked by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import loyalty
from loyalty import LoyaltyError, clv
from tests.tables import dataset

MONTH = 365.25 / 12
START = date(2023, 1, 1)


def orders(rows):
    """Orders from customer, days since the start and amount."""
    names = ("customer", "date", "amount")
    frame = pl.DataFrame(rows, schema=["customer", "days", "amount"], orient="row")
    dates = frame["days"].map_elements(lambda days: START + timedelta(days=int(days)), pl.Date)
    return frame.with_columns(date=dates.cast(pl.Datetime("us"))).select(*names)


def shop(customers=400, days=500, seed=1, rate=0.02, leaving=0.15, mean=20.0):
    """A shop whose customers all buy at one rate and leave with one chance after each repeat purchase."""
    rng, rows = np.random.default_rng(seed), []
    for number in range(customers):
        own, day = mean * rng.gamma(8, 1 / 8), float(rng.uniform(0, 0.6 * days))
        each = rate * rng.gamma(1.2, 1 / 1.2)
        while day < days:
            rows.append((f"c{number:04}", day, round(own * rng.gamma(6, 1 / 6) + 0.01, 2)))
            day += rng.exponential(1 / each)
            if day < days and rng.random() < leaving:
                rows.append((f"c{number:04}", day, round(own, 2)))
                break
    return orders([*rows, ("last", days, 20.0)])


@pytest.fixture(scope="module")
def data():
    return dataset(orders=shop())


def test_what_was_spent_is_added_up_by_hand():
    """Twelve who pay 10 a month for a year; the first returns one purchase on a later day."""
    rows = [(f"c{who:02}", 30 * month, 10.0) for who in range(12) for month in range(12)]
    found = clv(dataset(orders=orders([*rows, ("c00", 345, -10.0)])))
    assert found.numbers["spent_total"] == 12 * 12 * 10 - 10
    assert found.numbers["spent_mean"] == pytest.approx((12 * 12 * 10 - 10) / 12)
    listed = loyalty.members("clv", dataset(orders=orders([*rows, ("c00", 345, -10.0)])))
    assert listed.set_index("customer")["spent"]["c00"] == 110
    assert set(listed["purchase_days"]) == {12}


def test_the_value_is_purchases_times_money_discounted(data):
    """The formula of the page, from its own numbers; and without a discount nothing is taken off."""
    found = clv(data, discount=0)
    numbers = found.numbers
    assert numbers["discounting"] == pytest.approx(1.0)
    assert found.overall.value == pytest.approx(numbers["expected"] * numbers["each"] / numbers["customers"])
    later = clv(data, discount=20)
    assert 1.2**-1 < later.numbers["discounting"] < 1
    assert later.overall.value < found.overall.value


def test_the_discount_of_a_month_is_the_twelfth_root():
    """With nobody leaving, each month brings the same: Σ (1 + d)^(−k/12) / 12 of what comes in a year."""
    rows = [(f"c{who:02}", 7 * week, 10.0) for who in range(40) for week in range(60)]
    found = clv(dataset(orders=orders(rows)), discount=10, horizon=12)
    expected = sum(1.1 ** (-month / 12) for month in range(1, 13)) / 12
    assert found.numbers["discounting"] == pytest.approx(expected, rel=2e-3)


def test_members_add_up_to_the_whole(data):
    found, listed = clv(data, horizon=6), loyalty.members("clv", data, horizon=6)
    assert len(listed) == found.overall.n
    assert listed["value"].sum() == pytest.approx(found.numbers["total"])
    assert listed["expected_purchases"].sum() == pytest.approx(found.numbers["expected"])
    assert listed["alive"].between(0, 1).all()
    assert (listed["low"] <= listed["value"] + 1e-9).all()
    nothing = listed["high"] == 0  # from whom most likely nothing comes, though something may
    assert (nothing | (listed["value"] <= listed["high"] + 1e-9)).all()


@pytest.mark.parametrize("kind", ["orders", "subscription"])
def test_every_customer_lies_within_the_own_interval(data, kind):
    listed = loyalty.members("clv", data, kind=kind, term=90)
    assert (listed["low"] <= listed["value"]).all()
    assert (listed["value"] <= listed["high"]).all()


def test_lists_are_fifths_and_halves(data):
    sizes = {row[0]: row[1] for row in clv(data).table("lists").rows}
    n = sum(sizes.values())
    assert sizes["top"] == pytest.approx(0.2 * n, abs=0.03 * n)
    assert sizes["top"] + sizes["middle"] == pytest.approx(0.5 * n, abs=0.05 * n)
    listed = loyalty.members("clv", data)
    least = listed.groupby("list")["value"].agg(["min", "max"])
    assert least["min"]["top"] >= least["max"]["middle"]
    assert least["min"]["middle"] >= least["max"]["low"]


def test_every_customer_stands_in_one_bin(data):
    rows = clv(data).table("distribution").rows
    assert [row[0] for row in rows[1:]] == [row[1] for row in rows[:-1]]
    assert sum(row[2] for row in rows) == sum(row[3] for row in rows) == clv(data).overall.n


def test_every_model_is_held_against_what_came(data):
    rows = {row[0]: row for row in clv(data).table("models").rows}
    assert list(rows) == ["bg_nbd", "mbg_nbd", "pareto_nbd", "naive"]
    assert sum(row[1] for row in rows.values()) == 1
    actual = rows["naive"][5]
    for row in rows.values():
        assert row[6] == pytest.approx(row[4] / actual - 1)


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_the_model_asked_for_answers(data, model):
    found = clv(data, model=model)
    assert [row[0] for row in found.table("models").rows if row[1]] == [model]


def test_a_change_of_horizon_fits_nothing(data, monkeypatch):
    """Since nothing is fitted, the models need not even be there."""
    clv(data)
    from loyalty.models import bg_nbd, gamma_gamma, mbg_nbd, pareto_nbd

    for module in (bg_nbd, mbg_nbd, pareto_nbd, gamma_gamma):
        monkeypatch.setattr(module, "fit", None)
    assert clv(data, horizon=36).overall.value > clv(data, horizon=3).overall.value


def test_who_bought_once_is_alive_to_bg_nbd(data):
    """P(alive) of BG/NBD is 1 without a repeat purchase (Fader, Hardie & Lee 2005); not so of MBG/NBD."""
    for model, sure in (("bg_nbd", True), ("mbg_nbd", False)):
        listed = loyalty.members("clv", data, model=model)
        once = listed[listed["purchase_days"] == 1]["alive"]
        assert (once == 1).all() == sure


@pytest.mark.parametrize("horizon", [12, 24])
def test_what_lies_farther_ahead_than_behind_is_said(data, horizon):
    """Five hundred days of orders: a year ahead is less, two are more."""
    notes = [note.holes["ahead"] for note in clv(data, horizon=horizon).notes if note.id == "models.beyond"]
    assert notes == ([round(24 * MONTH)] if horizon == 24 else [])


def test_money_of_small_units_is_told_apart_as_well(data):
    """The same shop, paid in a currency of which a hundred million are one of the other."""
    small = dataset(orders=shop().with_columns(pl.col("amount") * 1e-8))
    one, other = clv(data), clv(small)
    assert other.numbers["top_share"] == pytest.approx(one.numbers["top_share"])
    assert other.table("lorenz").rows == pytest.approx(np.array(one.table("lorenz").rows))
    lists = [loyalty.members("clv", each)[["list", "customer"]].to_numpy().tolist() for each in (data, small)]
    assert lists[0] == lists[1]


def test_shares_of_nothing_are_none():
    """Twelve who returned more than all they had paid, and came again to pay: nothing is spent so far."""
    rows = [(f"c{who:02}", 30 * month, 10.0) for who in range(12) for month in range(12)]
    returned = [(f"c{who:02}", 0, -500.0) for who in range(12)]
    found = clv(dataset(orders=orders([*rows, *((who, -9, amount) for who, _, amount in returned)])))
    assert {row[2] for row in found.table("lorenz").rows} == {0.0}
    assert found.overall.value > 0


@pytest.mark.parametrize("kind", ["orders", "subscription"])
def test_where_all_that_came_later_was_returned_there_is_no_value(kind):
    rows = [(f"c{who:02}", 30 * month, 10.0) for who in range(12) for month in range(12)]
    returned = [(f"c{who:02}", 335, -200.0) for who in range(12)]
    with pytest.raises(LoyaltyError) as caught:
        clv(dataset(orders=orders(rows + returned)), kind=kind)
    assert caught.value.id == "no_money"


def test_subscriptions_of_a_few_weeks_are_not_looked_ahead():
    rows = [(f"c{who:02}", 7 * week, 10.0) for who in range(12) for week in range(4)]
    with pytest.raises(LoyaltyError) as caught:
        clv(dataset(orders=orders(rows)), kind="subscription", term=7)
    assert caught.value.id == "too_short"


def test_too_few_who_came_again_are_refused():
    rows = [(f"c{who:02}", who, 10.0) for who in range(50)] + [("c01", 60, 10.0)]
    with pytest.raises(LoyaltyError) as caught:
        clv(dataset(orders=orders(rows)))
    assert caught.value.id == "too_few_repeats"


def test_where_nobody_leaves_it_says_so():
    """Forty who come about every tenth day until the end, each at a pace of his own."""
    rng = np.random.default_rng(5)
    gaps = [rng.exponential(10 * rng.gamma(4, 1 / 4), 900).cumsum() for _ in range(40)]
    rows = [(f"c{who:02}", day, 10.0) for who, days in enumerate(gaps) for day in (0, *days[days < 365])]
    told = " ".join(map(str, clv(dataset(orders=orders(rows))).notes))
    assert "sign of customers leaving for good" in told
    assert "sign of customers leaving" not in " ".join(map(str, clv(dataset(orders=shop())).notes))


# Subscriptions


def subscribers(paid, term=30, price=20.0):
    """Customers who paid so many times from the start on, every `term` days."""
    return [(f"s{who:04}", term * k, price) for who, times in enumerate(paid) for k in range(times)]


def test_renewals_are_counted_by_hand():
    """Ten terms; of twenty, ten leave after one payment, six after two, four pay all ten times.

    Asked for the first renewal: 20, of whom 10 renew; for the second 10, of whom 4 do.
    """
    data = dataset(orders=orders(subscribers([1] * 10 + [2] * 6 + [10] * 4)))
    found = clv(data, kind="subscription")
    rows = found.table("retention").rows
    assert [row[:4] for row in rows[:3]] == [(1, 20, 10, 0.5), (2, 10, 4, 0.2), (3, 4, 4, 0.2)]
    assert found.overall.n == 4
    assert found.numbers["everyone"] == 20


@pytest.mark.parametrize(("term", "told"), [(7, [30]), (30, []), (90, [])])
def test_a_term_that_is_shorter_than_payments_are_apart_is_said(term, told):
    """Sixty who pay every thirty days for a year and a half; one comes in between."""
    data = dataset(orders=orders([*subscribers([18] * 60), ("s0000", 485, 20.0), ("new", 513, 20.0)]))
    notes = clv(data, kind="subscription", term=term).notes
    assert [note.holes["usual"] for note in notes if note.id == "clv.note.term"] == told


def test_a_renewal_that_is_not_yet_decided_does_not_count():
    """Ten payments each, the last on the last day: the one before might have been renewed a week later yet.

    So of the nine renewals eight are decided, up to that of the payment of day 210.
    """
    data = dataset(orders=orders(subscribers([10] * 12)))
    rows = clv(data, kind="subscription").table("retention").rows
    assert [row[1] for row in rows[:10]] == [12] * 8 + [0] * 2


def test_what_subscribers_pay_follows_fader_and_hardie_2007():
    """Their high-end customers: of 1,000, so many leave at each renewal, and 491 are there after the seventh.

    With a price of 1, twelve more payments within the year and no discount, each of them is expected to pay
    the sum of S(7 + t) / S(7) over t from 1 to 12; alpha .668 and beta 3.806 are the paper's.
    """
    left = [131, 126, 90, 60, 42, 36, 24]
    paid = [times for times, n in enumerate(left, 1) for _ in range(n)] + [8] * 491
    data = dataset(orders=orders([*subscribers(paid, price=1.0), (None, 220, 5.0)]))
    found = clv(data, kind="subscription", discount=0, horizon=12)
    assert found.overall.n == 491
    expected = sum(survival(7 + t) for t in range(1, 13)) / survival(7)
    assert found.overall.value == pytest.approx(expected, rel=1e-3)
    assert found.numbers["leaving"] == pytest.approx(0.668 / (0.668 + 3.806), rel=1e-3)


def survival(t, alpha=0.668, beta=3.806):
    """Share of subscribers who renew t times and more (Fader & Hardie 2007, equation 7)."""
    return np.prod([(beta + k) / (alpha + beta + k) for k in range(t)])


def test_who_pays_later_than_the_others_ever_did_has_probably_left():
    """All renew on the day; one is five days late today."""
    rows = [row for row in subscribers([1] * 10 + [10] * 20) if row[:2] != ("s0010", 270)]
    listed = loyalty.members(
        "clv", dataset(orders=orders([*rows, ("s0011", 275, 20.0)])), kind="subscription"
    )
    alive = listed.set_index("customer")["alive"]
    assert alive["s0010"] < 0.5 < 0.9 < alive["s0012"]


def test_who_comes_back_after_a_break_begins_anew():
    """A gap of two terms ends a subscription; the payment after it is the first of the next."""
    rows = [*subscribers([1] * 10 + [4] * 10), ("s0010", 150, 20.0)]
    found = clv(dataset(orders=orders(rows)), kind="subscription")
    first = found.table("retention").rows[0]
    assert (first[1], first[2]) == (20, 10)
    assert found.overall.n == 1


def test_nobody_left_to_pay_is_said_in_words():
    data = dataset(orders=orders([*subscribers([2] * 15), (None, 300, 5.0)]))
    with pytest.raises(LoyaltyError) as caught:
        clv(data, kind="subscription", term=7)
    assert caught.value.id == "no_subscribers"


def test_where_all_have_paid_beyond_the_horizon_it_is_said():
    """Twelve who paid for the fourth year today: nothing comes within three months, but within two years."""
    data = dataset(orders=orders(subscribers([4] * 12, term=365)))
    with pytest.raises(LoyaltyError) as caught:
        clv(data, kind="subscription", term=365, horizon=3)
    assert caught.value.id == "nothing_due"
    assert clv(data, kind="subscription", term=365, horizon=24).overall.value > 0


def test_too_few_renewals_are_refused():
    with pytest.raises(LoyaltyError) as caught:
        clv(dataset(orders=orders(subscribers([2] * 15))), kind="subscription", term=365)
    assert caught.value.id == "too_few_renewals"
