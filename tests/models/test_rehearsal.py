"""A shop whose customers are drawn: what it keeps, what it counts, and that it is drawn right."""

import numpy as np
import pytest

from loyalty.models import bg_nbd, mbg_nbd, pareto_nbd, rehearsal, terms
from loyalty.models.rehearsal import BACK, BINS, MOST, NEVER_BACK, rehearse

MODULES = {"bg_nbd": bg_nbd, "mbg_nbd": mbg_nbd, "pareto_nbd": pareto_nbd}
TRUTH = {
    model: terms.params(model, {"rate": 0.5, "alike": 0.8, "leaving": 0.2, "alike_leaving": 2})
    for model in MODULES
}
every_model = pytest.mark.parametrize("model", MODULES)


def shop(model, customers=600, months=12, seed=1):
    return rehearse(model, TRUTH[model], customers, months, seed)


@every_model
def test_the_same_draw_is_the_same_shop_and_another_is_not(model):
    first, again, other = shop(model), shop(model), shop(model, seed=2)
    assert np.array_equal(first.recency, again.recency)
    assert first.fit.params == again.fit.params
    assert not np.array_equal(first.recency, other.recency)


@every_model
def test_histories_are_possible(model):
    found = shop(model)
    assert (found.recency <= found.age).all()
    assert ((found.frequency == 0) == (found.recency == 0)).all()
    assert found.age.min() > found.months / 2
    assert not found.future[~found.alive].any()


def test_a_short_shop_watches_everybody_for_some_time():
    assert rehearsal.ages(5, 3).tolist() == [3, 2, 3, 2, 3]


@every_model
def test_ten_customers_are_among_those_of_the_shop(model):
    found = shop(model)
    people = rehearsal.lives(found)
    assert sum(life.frequency == 0 for life in people) == NEVER_BACK
    assert sum(life.frequency > 0 for life in people) == BACK
    for life in people:
        assert life.frequency == found.frequency[life.number]
        assert len(life.purchases) == 1 + life.frequency
        assert list(life.purchases) == sorted(life.purchases)
        assert life.last == life.purchases[-1] == pytest.approx(life.start + found.recency[life.number])
        assert 0 <= life.start <= life.last <= found.months


def test_a_shop_without_repeat_purchases_has_lives_too():
    truth = terms.params("mbg_nbd", {"rate": 0.05, "alike": 0.1, "leaving": 0.8, "alike_leaving": 0.2})
    found = rehearse("mbg_nbd", truth, 30, 3, 1)
    assert len(rehearsal.lives(found)) >= NEVER_BACK
    assert sum(each.customers for each in rehearsal.classes(found)) == 30


@every_model
def test_classes_add_up_to_the_shop(model):
    found = shop(model)
    classes = rehearsal.classes(found)
    assert [each.frequency for each in classes] == list(range(MOST + 1))
    assert sum(each.customers for each in classes) == 600
    counts = rehearsal.counts(found.fit, found.frequency, found.age)
    assert [each.customers for each in counts] == [each.customers for each in classes]
    assert sum(each.fitted for each in counts) == pytest.approx(600)
    known = [each for each in classes if each.customers]
    outcome = rehearsal.outcome(found)
    for name in ("actual", "expected", "naive"):
        total = sum(each.customers * getattr(each, name) for each in known)
        assert total == pytest.approx(getattr(outcome, name))


@every_model
def test_the_truth_tells_what_is_drawn(model):
    """Of 5,000 customers, as many come back so often as the model says of its own parameters."""
    found = shop(model, customers=5000)
    module, ages = MODULES[model], np.unique(found.age)
    for n in range(3):
        wanted = module.probability_of(TRUTH[model], n, ages).mean()
        spread = np.sqrt(wanted * (1 - wanted) / 5000)
        assert abs((found.frequency == n).mean() - wanted) < 4 * spread
    assert found.frequency.mean() == pytest.approx(module.expected_new(TRUTH[model], ages).mean(), rel=0.08)


@every_model
def test_bins_are_shares_of_the_distributions(model):
    """The shares of the truth are those of 200,000 customers drawn by numpy."""
    found, rng, truth = shop(model), np.random.default_rng(3), TRUTH[model]
    rates = rng.gamma(truth["r"], 1 / truth["alpha"], 200_000)
    if model == "pareto_nbd":
        leaving = rng.gamma(truth["s"], 1 / truth["beta"], 200_000)
    else:
        leaving = rng.beta(truth["a"], truth["b"], 200_000)
    for bins, drawn in ((rehearsal.rates(found), rates), (rehearsal.leavings(found), leaving)):
        assert len(bins) == BINS
        for each in bins:
            share = ((each.low <= drawn) & (drawn < each.high)).mean()
            assert each.true == pytest.approx(share, abs=0.005)
            assert each.found is not None


def test_what_means_nothing_is_not_drawn():
    truth = terms.params("bg_nbd", {"rate": 0.5, "alike": 1, "leaving": 0, "alike_leaving": 3})
    found = rehearse("bg_nbd", truth, 3000, 24, 3)
    assert found.fit.simpler == "no_dropout"
    assert {each.found for each in rehearsal.rates(found)} == {None}


def test_guesses_are_counted():
    people = rehearsal.lives(shop("bg_nbd"))
    gone = {life.number for life in people if not life.alive}
    assert rehearsal.guessed(people, gone) == len(people)
    assert rehearsal.guessed(people, set()) == len(people) - len(gone)


@every_model
def test_outcome_counts_who_has_left(model):
    found = shop(model)
    outcome = rehearsal.outcome(found)
    assert outcome.left == (~found.alive).sum()
    wrong = sum((likely < 0.5) == alive for likely, alive in zip(found.likely, found.alive, strict=True))
    assert outcome.right == 600 - wrong
    assert outcome.low < outcome.expected < outcome.high
