"""How every model is fitted: one Newton's method, one light prior, and a named state at every end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loyalty.errors import LoyaltyError
from loyalty.texts import Message

Numbers = NDArray[np.float64]
Evaluate = Callable[[Numbers], tuple[float, Numbers, Numbers]]

REACH = 9.25  # log-parameters end so far from the centre: a factor of ten thousand each way
SPREAD = 2.0  # standard deviation of the light prior
SHARP, WEAK = 0.8, 1.5  # standard errors of a log-parameter: surely the optimum; hardly known
CURVED = 1e-6  # a direction that bends less is flat
DECREMENT = 1e-11  # log-likelihood that the last step may still gain
NOISE = 1e-12  # of a log-likelihood, by rounding
EDGE = 1e-9  # as good as at the bound
STEPS = 200  # the longest ever needed were some thirty
RADIUS = 2.0, 6.0  # of the first step, and of the longest


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted model, and what it is good for.

    Parameters
    ----------
    model
        Name of its module: ``"bg_nbd"``, ``"pareto_nbd"`` …
    params
        Parameters by the literature's names, in the caller's units of time and money.
    loglik
        Log-likelihood of the data at `params`, without the prior, in the caller's units.
    se
        Standard errors of `params`; empty where they mean nothing.
    state
        What became of the plain maximum-likelihood fit. ``"ok"``; ``"weak"``: some log-parameter has a
        standard error above 1.5; ``"boundary"``: the best fit is that of a simpler model; ``"flat"``: the
        data cannot tell some parameters apart; ``"no_mean"``: the fit would have no mean.
    message
        The state as a sentence.
    excluded
        Reason to number of customers that took no part.
    n
        Customers that took part.
    prior
        Whether `params` are those of the fit with the light prior.
    covariance
        Of the logarithms of `params`, always finite.
    simpler
        At a boundary, what the simpler model says: ``"no_dropout"`` …
    """

    model: str
    params: Mapping[str, float]
    loglik: float
    se: Mapping[str, float]
    state: str
    message: Message
    excluded: Mapping[str, int]
    n: int
    prior: bool
    covariance: Numbers
    simpler: str | None = None

    @property
    def shown(self) -> bool:
        """Whether the parameters mean something; predictions can be used in any case."""
        return self.state in ("ok", "weak")


Params = Fit | Mapping[str, float]


def params_of(fit: Params, names: Sequence[str]) -> tuple[float, ...]:
    """The parameters of a fit, or of a mapping, in the order of their names.

    Examples
    --------
    >>> params_of({"alpha": 2, "r": 1}, ("r", "alpha"))
    (1.0, 2.0)
    """
    params = fit.params if isinstance(fit, Fit) else fit
    return tuple(float(params[name]) for name in names)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What a model hands over to be fitted; everything in scaled units and logarithms.

    Parameters
    ----------
    model, names
        Of the module, and of its parameters.
    evaluate
        Log-likelihood, gradient and Hessian at log-parameters; finite for any within the box.
    starts
        Log-parameters to start from, the likeliest first.
    centre
        Where the prior is centred, and the box of ± 9.25 too.
    units
        What the parameters are multiplied by to be in the caller's units.
    simpler
        Name of the simpler model, from the names of the parameters that end at their lower and at their
        upper bound, and the parameters by name.
    n, excluded
        As in :class:`Fit`.
    shift
        What is added to the log-likelihood for it to be in the caller's units.
    rough
        The same log-likelihood from a part of the data, to find the start by; None where there is little.
    objection
        A state (``"no_mean"``) that the parameters themselves call for, or None.
    floor
        Lower bounds of the log-parameters where the prior stands in; None for those of the box.
    """

    model: str
    names: tuple[str, ...]
    evaluate: Evaluate
    starts: Sequence[Numbers]
    centre: Numbers
    units: Numbers
    simpler: Callable[[set[str], set[str], Mapping[str, float]], str]
    n: int
    excluded: Mapping[str, int] = field(default_factory=dict)
    shift: float = 0.0
    rough: Evaluate | None = None
    objection: Callable[[Mapping[str, float]], str | None] = lambda params: None
    floor: Numbers | None = None


class Optimum(NamedTuple):
    """Where a climb ended: log-parameters, log-likelihood, Hessian, and which are at a bound."""

    theta: Numbers
    value: float
    hessian: Numbers
    low: NDArray[np.bool_]
    high: NDArray[np.bool_]

    @property
    def interior(self) -> bool:
        """Whether no bound was met."""
        return not (self.low.any() or self.high.any())

    @property
    def curved(self) -> bool:
        """Whether the log-likelihood falls off in every direction."""
        return bool(np.linalg.eigvalsh(-self.hessian).min() > CURVED)

    @property
    def covariance(self) -> Numbers:
        """Of the log-parameters; no direction wider than the box."""
        values, vectors = np.linalg.eigh(-self.hessian)
        inverse: Numbers = (vectors / np.maximum(values, REACH**-2.0)) @ vectors.T
        return inverse

    @property
    def errors(self) -> Numbers:
        """Standard errors of the log-parameters."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def sharp(self) -> bool:
        """Whether no other start can be hoped to end higher."""
        return self.interior and self.curved and bool(self.errors.max() < SHARP)


def solve(problem: Problem, prior: bool | None = None) -> Fit:
    """The fit of a model: by maximum likelihood, and with a light prior where that does not end well.

    Parameters
    ----------
    problem
        The model and its data.
    prior
        None: the prior stands in where the plain fit is not ``ok``; True: in any case; False: never.

    Notes
    -----
    The prior is normal on each log-parameter, with standard deviation 2 around usual values, in units of the
    data's own time and money. It counts as much as a handful of customers and fades as there are more. The
    state is that of the plain fit.
    """
    plain = climb(problem.evaluate, _starts(problem), *_box(problem))
    state = _state(problem, plain)
    if prior is False or (prior is None and state == "ok"):
        return _fit(problem, plain, plain, state, False)
    near = np.clip(plain.theta, problem.centre - 2 * SPREAD, problem.centre + 2 * SPREAD)
    low, high = _box(problem)
    low = low if problem.floor is None else np.maximum(low, problem.floor)
    held = climb(_with_prior(problem), (near, problem.centre), low, high)
    return _fit(problem, plain, held, state, True)


def _box(problem: Problem) -> tuple[Numbers, Numbers]:
    return problem.centre - REACH, problem.centre + REACH


def _starts(problem: Problem) -> Sequence[Numbers]:
    if problem.rough is None:
        return problem.starts
    return (climb(problem.rough, problem.starts, *_box(problem)).theta,)


def _with_prior(problem: Problem) -> Evaluate:
    precision = SPREAD**-2.0

    def evaluate(theta: Numbers) -> tuple[float, Numbers, Numbers]:
        value, gradient, hessian = problem.evaluate(theta)
        away = theta - problem.centre
        curved = hessian - precision * np.eye(len(theta))
        return value - precision * float((away**2).sum()) / 2, gradient - precision * away, curved

    return evaluate


def _state(problem: Problem, plain: Optimum) -> str:
    objection = problem.objection(_params(problem, plain.theta))
    if objection:
        return objection
    if not plain.interior:
        return "boundary"
    if not plain.curved:
        return "flat"
    return "weak" if plain.errors.max() > WEAK else "ok"


def _params(problem: Problem, theta: Numbers, units: Numbers | float = 1.0) -> dict[str, float]:
    return dict(zip(problem.names, (np.exp(theta) * units).tolist(), strict=True))


def _fit(problem: Problem, plain: Optimum, used: Optimum, state: str, prior: bool) -> Fit:
    params = _params(problem, used.theta, problem.units)
    errors = used.errors * list(params.values()) if state in ("ok", "weak") else ()
    simpler = _simpler(problem, plain) if state == "boundary" else None
    away = (used.theta - problem.centre) / SPREAD
    return Fit(
        model=problem.model,
        params=MappingProxyType(params),
        loglik=used.value + (float((away**2).sum()) / 2 if prior else 0.0) + problem.shift,
        se=MappingProxyType(dict(zip(problem.names, map(float, errors), strict=False))),
        state=state,
        message=_message(problem, plain, state, simpler, prior),
        excluded=MappingProxyType(dict(problem.excluded)),
        n=problem.n,
        prior=prior,
        covariance=used.covariance,
        simpler=simpler,
    )


def _simpler(problem: Problem, plain: Optimum) -> str:
    names = np.array(problem.names)
    low, high = set(names[plain.low].tolist()), set(names[plain.high].tolist())
    return problem.simpler(low, high, _params(problem, plain.theta))


def _message(problem: Problem, plain: Optimum, state: str, simpler: str | None, prior: bool) -> Message:
    name = problem.names[int(plain.errors.argmax())]
    parameter = Message(f"models.{problem.model}.parameter.{name}")
    id = f"models.state.{state}.{simpler}" if simpler else f"models.state.{state}"
    message = Message(id, {"parameter": parameter} if state == "weak" else {})
    return Message("models.with_prior", {"state": message}) if prior else message


# The climb


def climb(evaluate: Evaluate, starts: Iterable[Numbers], low: Numbers, high: Numbers) -> Optimum:
    """The highest point of a log-likelihood within bounds: from each start until one ends surely.

    Notes
    -----
    Newton's method with a trust region. Directions in which the log-likelihood bends upward are taken by
    the size of their bend, so that every step climbs; a parameter at its bound stays there as long as it is
    pushed outward. A climb ends when the next step would gain less than 1e-11, a tiny part of what any one
    customer says; that step is still taken.
    """
    best: Optimum | None = None
    for start in starts:
        end = _climb(evaluate, _within(start, low, high), low, high)
        if best is None or end.value > best.value + 1e-7:
            best = end
        if best.sharp:
            break
    assert best is not None, "there is always a start"
    return best


def _climb(evaluate: Evaluate, theta: Numbers, low: Numbers, high: Numbers) -> Optimum:
    value, gradient, hessian = evaluate(theta)
    radius, longest = RADIUS
    for _ in range(STEPS):
        step = _step(theta, gradient, hessian, low, high, radius)
        gain = float((gradient * step).sum() + _bend(hessian, step) / 2)
        ahead = _within(theta + step, low, high)
        if gain < DECREMENT:
            theta, value = ahead, value + gain
            break
        found = evaluate(ahead)
        rise, length = found[0] - value, float(np.sqrt((step**2).sum()))
        if not rise >= 0.25 * gain:
            radius = length / 4
        elif rise > 0.75 * gain and length > 0.9 * radius:
            radius = min(3 * radius, longest)
        if rise > -NOISE * abs(value):
            theta, (value, gradient, hessian) = ahead, found
    return Optimum(theta, value, hessian, theta <= low, theta >= high)


def _within(theta: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """Within the bounds, and at a bound rather than beside it by rounding."""
    theta = np.where(theta < low + EDGE, low, theta)
    return np.where(theta > high - EDGE, high, theta)


def _bend(hessian: Numbers, step: Numbers) -> float:
    return float((step * (hessian * step).sum(axis=1)).sum())


def _step(
    theta: Numbers, gradient: Numbers, hessian: Numbers, low: Numbers, high: Numbers, radius: float
) -> Numbers:
    """Newton's step, no longer than the radius and not beyond a bound."""
    step = np.zeros_like(theta)
    free = ~((theta <= low) & (gradient <= 0) | (theta >= high) & (gradient >= 0))
    while free.any():
        step[:] = 0
        step[free] = _newton(gradient[free], hessian[np.ix_(free, free)])
        outward = free & ((theta <= low) & (step < 0) | (theta >= high) & (step > 0))
        if not outward.any():
            break
        free &= ~outward
    else:
        step[:] = 0
    length = float(np.sqrt((step**2).sum()))
    room = np.where(step > 0, high - theta, theta - low)[step != 0] / np.abs(step[step != 0])
    return step * min(1.0, radius / length if length else 1.0, float(room.min(initial=1.0)))


def _newton(gradient: Numbers, hessian: Numbers) -> Numbers:
    values, vectors = np.linalg.eigh(hessian)
    along = (vectors * gradient[:, None]).sum(axis=0)
    sizes = np.maximum(np.abs(values), 1e-10 * max(1.0, float(np.abs(values).max())))
    step: Numbers = (vectors * (along / sizes)).sum(axis=1)
    return step


# Who takes part


def take_part(
    valid: NDArray[np.bool_], reasons: Mapping[str, NDArray[np.bool_]], weights: Numbers | None = None
) -> dict[str, int]:
    """How many customers are left out, each for the first reason that holds.

    Parameters
    ----------
    valid
        Who takes part.
    reasons
        Name to whom it holds for; the last is for whoever is left.
    weights
        How many customers each row stands for; one where there are none.

    Raises
    ------
    LoyaltyError
        ``no_histories``, where nobody takes part.

    Examples
    --------
    >>> age = np.array([3.0, np.nan, -1.0])
    >>> take_part(age >= 0, {"missing": np.isnan(age), "impossible": age < 0})
    {'missing': 1, 'impossible': 1}
    """
    counts, left = {}, ~valid
    for name, holds in reasons.items():
        here = left & holds
        counts[name] = int(here.sum() if weights is None else np.nansum(weights[here]))
        left = left & ~holds
    if not valid.any():
        raise LoyaltyError("no_histories", count=sum(counts.values()))
    return {name: count for name, count in counts.items() if count}
