"""The climb and the states it ends in, on log-likelihoods that can be solved by hand."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from loyalty.errors import LoyaltyError
from loyalty.models.fitting import REACH, Problem, left_out, params_of, solve
from loyalty.models.newton import climb
from loyalty.texts import LANGUAGES, say

NAMES = ("r", "alpha")


def parabola(top, bend):
    """A log-likelihood with its top there, bent so much along each log-parameter."""
    top, bend = np.array(top, float), np.array(bend, float)

    def evaluate(theta):
        away = theta - top
        return float(-(bend * away**2).sum() / 2), -bend * away, -np.diag(bend)

    return evaluate


def problem(evaluate, **others):
    given = {
        "model": "bg_nbd",
        "names": NAMES,
        "evaluate": evaluate,
        "starts": [np.zeros(2)],
        "centre": np.zeros(2),
        "units": np.ones(2),
        "simpler": lambda low, high, params: "limit",
        "n": 5,
    }
    return Problem(**(given | others))


def test_a_parabola_is_solved_in_one_step_and_its_errors_are_its_bends():
    found = solve(problem(parabola((1, -0.5), (4, 25)), units=np.array([1, 10])))
    assert found.params == pytest.approx({"r": np.e, "alpha": 10 * np.exp(-0.5)}, rel=1e-12)
    assert found.se == pytest.approx({"r": np.e / 2, "alpha": 10 * np.exp(-0.5) / 5}, rel=1e-12)
    assert (found.state, found.prior, found.loglik, found.shown) == ("ok", False, pytest.approx(0), True)
    assert found.covariance == pytest.approx(np.diag([1 / 4, 1 / 25]))


def test_the_unit_of_the_likelihood_is_added():
    assert solve(problem(parabola((0, 0), (4, 4)), shift=-7.5)).loglik == pytest.approx(-7.5)


def test_the_state_is_weak_above_a_standard_error_of_one_and_a_half_and_names_the_parameter():
    found = solve(
        problem(
            parabola((0.2, 0.3), (4, 0.44)),
        )
    )
    assert (found.state, found.prior, found.shown) == ("weak", True, True)
    assert "between purchases" in str(found.message)
    assert solve(problem(parabola((0.2, 0.3), (4, 0.45)))).state == "ok"


def test_the_light_prior_has_a_standard_deviation_of_two():
    """The posterior of two normals: precisions add up, the mean is weighted by them."""
    found = solve(problem(parabola((1, 0), (0.25, 4))), prior=True)
    assert np.log(found.params["r"]) == pytest.approx(0.5)
    assert found.covariance[0, 0] == pytest.approx(1 / (0.25 + 0.25))
    assert found.loglik == pytest.approx(-0.25 * 0.5**2 / 2)


def test_without_the_prior_where_it_is_not_wanted():
    found = solve(problem(parabola((1, 0), (0.25, 4))), prior=False)
    assert (found.state, found.prior) == ("weak", False)
    assert found.params["r"] == pytest.approx(np.e)


def slope(theta):
    """It rises with the first log-parameter forever."""
    value, gradient, hessian = parabola((0, 0.3), (0, 9))(theta)
    return (
        value - float(np.exp(-theta[0])),
        gradient + np.array([np.exp(-theta[0]), 0]),
        hessian - np.diag([np.exp(-theta[0]), 0]),
    )


def test_what_rises_forever_ends_at_the_boundary_and_names_the_simpler_model():
    seen = {}

    def simpler(low, high, params):
        seen.update(low=low, high=high, params=params)
        return "same_rate"

    found = solve(problem(slope, simpler=simpler))
    assert (found.state, found.simpler, found.shown, dict(found.se)) == ("boundary", "same_rate", False, {})
    assert (seen["low"], seen["high"]) == (set(), {"r"})
    assert seen["params"]["r"] == pytest.approx(np.exp(REACH))
    assert found.prior
    assert np.isfinite(found.covariance).all()
    assert "purchase rate" in str(found.message)


def test_at_the_boundary_without_the_prior_the_parameter_stays_at_its_bound():
    found = solve(problem(slope), prior=False)
    assert found.params == pytest.approx({"r": np.exp(REACH), "alpha": np.exp(0.3)}, rel=1e-9)


def test_what_the_data_say_nothing_about_is_flat():
    found = solve(problem(parabola((0, 0.3), (0, 9))))
    assert (found.state, found.shown) == ("flat", False)
    assert found.params["r"] == pytest.approx(1)  # the centre of the prior
    assert found.covariance[0, 0] == pytest.approx(4)


def test_an_objection_is_the_state_and_the_floor_holds():
    found = solve(
        problem(
            parabola((-1, 0), (400, 400)),
            objection=lambda params: "no_mean" if params["r"] <= 1 else None,
            floor=np.array([0.1, -REACH]),
        )
    )
    assert (found.state, found.prior, found.shown) == ("no_mean", True, False)
    assert found.params["r"] == pytest.approx(np.exp(0.1))


def two_hills(theta):
    """A mixture of two normals, the higher one at 3, the lower one at −3."""
    x, tops, shares = theta[0], np.array([-3.0, 3.0]), np.array([0.2, 0.8])
    parts = shares * np.exp(-((x - tops) ** 2) / 2)
    weights = parts / parts.sum()
    pull = float((weights * (tops - x)).sum())
    bend = float((weights * (tops - x) ** 2).sum()) - pull**2 - 1
    return float(np.log(parts.sum())), np.array([pull]), np.array([[bend]])


def test_the_highest_of_several_tops_is_taken():
    starts = [np.array([-2.5]), np.array([2.0])]
    found = climb(two_hills, starts, np.array([-9.0]), np.array([9.0]))
    assert found.theta == pytest.approx([3], abs=1e-6)


def test_a_climb_from_a_hollow_goes_up():
    found = climb(two_hills, [np.array([0.1])], np.array([-9.0]), np.array([9.0]))
    assert found.theta == pytest.approx([3], abs=1e-6)


def test_a_climb_over_a_curved_ridge():
    """Rosenbrock (1960), upside down: the top at (1, 1) is reached along a bent ridge."""

    def evaluate(theta):
        x, y = theta
        gradient = np.array([2 * (1 - x) + 400 * x * (y - x * x), -200 * (y - x * x)])
        hessian = np.array([[-2 + 400 * y - 1200 * x * x, 400 * x], [400 * x, -200]])
        return -((1 - x) ** 2) - 100 * (y - x * x) ** 2, gradient, hessian

    found = climb(evaluate, [np.array([-1.2, 1.0])], np.full(2, -9.0), np.full(2, 9.0))
    assert found.theta == pytest.approx([1, 1], abs=1e-9)
    assert found.interior


def test_a_climb_that_meets_a_bound_goes_on_along_it():
    evaluate = parabola((5, 2), (1, 1))
    found = climb(evaluate, [np.zeros(2)], np.full(2, -1.0), np.full(2, 3.0))
    assert found.theta == pytest.approx([3, 2])
    assert (found.high.tolist(), found.low.tolist()) == ([True, False], [False, False])


def test_who_takes_no_part_counts_once_and_by_weight():
    age = np.array([np.nan, -1])
    reasons = {"missing": np.isnan(age), "impossible": ~(age >= 0)}
    assert left_out(reasons, np.array([2.0, 3]), everybody=False) == {"missing": 2, "impossible": 3}


def test_nobody_left_is_an_error_in_a_sentence():
    with pytest.raises(LoyaltyError, match="left out: 2"):
        left_out({"missing": np.ones(2, bool)}, everybody=True)


def test_a_fit_is_a_mapping_of_parameters_and_says_its_state_in_every_language():
    found = solve(problem(parabola((0, 0), (4, 4))), prior=True)
    assert params_of(found, ("alpha", "r")) == pytest.approx((1, 1))
    sentences = {say(found.message, language) for language in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)


def test_parameters_of_another_model_are_refused_in_words():
    with pytest.raises(TypeError, match="parameters r, alpha, s, beta, not r, alpha"):
        params_of(solve(problem(parabola((0, 0), (4, 4)))), ("r", "alpha", "s", "beta"))


def test_a_fit_can_be_stored_and_not_be_changed():
    found = solve(problem(parabola((0, 0), (4, 4))))
    again = pickle.loads(pickle.dumps(found))
    assert (again.params, again.state, again.message) == (found.params, found.state, found.message)
    with pytest.raises(TypeError):
        again.params["r"] = 2.0
