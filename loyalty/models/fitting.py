"""How every model is fitted: one Newton's method, one light prior, and a named state at every end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loyalty.errors import LoyaltyError
from loyalty.models.newton import Evaluate, Numbers, Optimum, climb
from loyalty.texts import Message

REACH = 9.25  # log-parameters end so far from the centre: a factor of ten thousand each way
SPREAD = 2.0  # standard deviation of the light prior
NEAR = 2.0  # so far from a bound a climb may come to rest where there is nothing left to gain
WEAK = 1.5  # standard error of a log-parameter that is hardly known


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

    def __post_init__(self) -> None:
        for name in ("params", "se", "excluded"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Any, ...]:
        values = (getattr(self, each.name) for each in fields(self))
        return Fit, tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)

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
    if not set(names) <= set(params):
        raise TypeError(f"expected the parameters {', '.join(names)}, not {', '.join(params)}")
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
        Lower bounds of the log-parameters where there is an objection to the plain fit or to that with the
        prior; None for those of the box.
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
    starts = (near,) if problem.rough else (near, problem.centre)  # many customers are not led elsewhere
    held = climb(_with_prior(problem), starts, low, high)
    objections = (problem.objection(_params(problem, each.theta)) for each in (plain, held))
    if problem.floor is not None and any(objections):
        held = climb(_with_prior(problem), starts, np.maximum(low, problem.floor), high)
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
    if any(_ends(problem, plain)):
        return "boundary"
    if not plain.curved:
        return "flat"
    return "weak" if plain.errors.max() > WEAK else "ok"


def _ends(problem: Problem, plain: Optimum) -> tuple[set[str], set[str]]:
    """Names of the parameters at their lower and upper bounds, or where it is flat, on the way there."""
    near = 0.0 if plain.curved else NEAR
    low, high = _box(problem)
    names, below, above = np.array(problem.names), plain.theta <= low + near, plain.theta >= high - near
    return set(names[below].tolist()), set(names[above].tolist())


def _params(problem: Problem, theta: Numbers, units: Numbers | float = 1.0) -> dict[str, float]:
    return dict(zip(problem.names, (np.exp(theta) * units).tolist(), strict=True))


def _fit(problem: Problem, plain: Optimum, used: Optimum, state: str, prior: bool) -> Fit:
    params = _params(problem, used.theta, problem.units)
    errors = used.errors * list(params.values()) if state in ("ok", "weak") else ()
    simpler = _simpler(problem, plain) if state == "boundary" else None
    away = (used.theta - problem.centre) / SPREAD
    return Fit(
        model=problem.model,
        params=params,
        loglik=used.value + (float((away**2).sum()) / 2 if prior else 0.0) + problem.shift,
        se=dict(zip(problem.names, map(float, errors), strict=False)),
        state=state,
        message=_message(problem, plain, state, simpler, prior),
        excluded=problem.excluded,
        n=problem.n,
        prior=prior,
        covariance=used.covariance,
        simpler=simpler,
    )


def _simpler(problem: Problem, plain: Optimum) -> str:
    return problem.simpler(*_ends(problem, plain), _params(problem, plain.theta))


def _message(problem: Problem, plain: Optimum, state: str, simpler: str | None, prior: bool) -> Message:
    name = problem.names[int(plain.errors.argmax())]
    parameter = Message(f"models.{problem.model}.parameter.{name}")
    id = f"models.state.{state}.{simpler}" if simpler else f"models.state.{state}"
    message = Message(id, {"parameter": parameter} if state == "weak" else {})
    return Message("models.with_prior", {"state": message}) if prior else message


# Who takes part


def left_out(
    reasons: Mapping[str, NDArray[np.bool_]], weights: Numbers | None = None, *, everybody: bool
) -> dict[str, int]:
    """How many customers take no part in a fit, each for the first reason that holds.

    Parameters
    ----------
    reasons
        Name to whom of them it holds for; the last is for whoever is left.
    weights
        How many customers each row stands for; one where there are none, or where that cannot be.
    everybody
        Whether nobody else is there.

    Raises
    ------
    LoyaltyError
        ``no_histories``, where nobody takes part.

    Examples
    --------
    >>> age = np.array([np.nan, -1.0])
    >>> left_out({"missing": np.isnan(age), "impossible": age < 0}, everybody=False)
    {'missing': 1, 'impossible': 1}
    """
    if weights is not None:
        weights = np.where((weights >= 0) & (weights < np.inf), weights, 1.0)
    counts: dict[str, int] = {}
    left: NDArray[np.bool_] | bool = True
    for name, holds in reasons.items():
        here = left & holds
        counts[name] = int(here.sum() if weights is None else weights[here].sum())
        left = left & ~holds
    if everybody:
        raise LoyaltyError("no_histories", count=sum(counts.values()))
    return {name: count for name, count in counts.items() if count}
