"""Experiment: what a trial has shown, group by group."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.columns import ROLES
from loyalty.core import (
    BLANK,
    REST,
    Estimate,
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    month_name,
    totals,
)
from loyalty.dataset import Dataset
from loyalty.queries import rows
from loyalty.stats import Moments, RatioSums, design_effect, differ, last_change, ratio, share
from loyalty.stats.effects import NOBODY, Effect, Shared, holm, mean_effect, more_needed, share_effect
from loyalty.stats.resampling import bootstrap_effect
from loyalty.texts import Message
from loyalty.views.sampling import ratio_sums
from loyalty.views.trials import arms, control_of, observations, shared, side_by_side

TESTS = ("t", "bootstrap")
FORMULAS = {
    "share": r"\frac{⟨hits⟩}{⟨observations⟩}",
    "number": r"\frac{⟨total⟩}{⟨observations⟩}",
}
# What books and talks on persuasion tell of mints with the bill, as shares of the tips without them; it goes
# back to Strohmetz, Rind, Fisher & Lynn (2002). Held against trials whose groups have such names.
PUBLISHED = {"mints": 0.03, "mention": 0.14, "second": 0.23}
SWEETS = re.compile(r"\b(mint|cand(y|ies)|sweet|chocolate)|薄荷|糖")

DIFFERENCES = (
    "arm",
    "observations",
    *("difference", "difference_low", "difference_high"),
    *("relative", "relative_low", "relative_high"),
    *("p", "p_holm", "needed", "needed_least"),
)
KNOWN = ("treatment", "published", "arm", "relative", "relative_low", "relative_high")
UNITS = {
    "difference": "difference",
    **dict.fromkeys(("difference_low", "difference_high"), "signed"),
    **dict.fromkeys(("relative", "relative_low", "relative_high", "published"), "relative"),
    **dict.fromkeys(("deviation", "total"), "number"),
    "p_holm": "p",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """Observations with what their groups add up to.

    Parameters
    ----------
    seen
        As from :func:`loyalty.views.trials.observations`.
    segments
        Sums of all groups, the largest first.
    control
        The group that the others are held against; None where no group has a name.
    called
        Whether it was asked for or is called so.
    binary
        Whether all outcomes are yes or no.
    test
        ``"t"``, or ``"bootstrap"`` where it says more.
    """

    seen: nw.LazyFrame[Any]
    segments: Mapping[str, RatioSums]
    control: str | None
    called: bool
    binary: bool
    test: str

    def estimate(self, sums: RatioSums, group: str | None = None) -> Estimate:
        """The mean outcome."""
        if not self.binary:
            return ratio(sums, group)
        p = sums.x / sums.y
        return share(sums.x, sums.y, group, design_effect(sums, p * (1 - p)))


def experiment(
    data: Dataset,
    by: str | None = None,
    *,
    outcome: str | None = None,
    control: str | None = None,
    test: str = "t",
) -> Result:
    """What came of a trial: the mean outcome of each group, and what it differs by from the control.

    Parameters
    ----------
    data
        Needs ``trials`` with ``group`` and ``outcome``, one row an observation. Rows without a group, or
        without the outcome that is compared, do not count.
    by
        The column whose groups are compared; ``"group"`` where none is named. Rows that are blank there are
        an estimate of their own, but are not compared.
    outcome
        The column that is compared, one of ``data.measure_choices("trials")``; ``"outcome"`` where none is
        named.
    control
        The group that all others are held against; where none is named, the one that is called a control
        (none, no …, baseline, before, A, 对照 …), else the largest.
    test
        ``"t"``: Welch's t-test. ``"bootstrap"``: customers are drawn again 4,999 times, for money of which
        few spend much. Yes and no are always compared as shares.

    Returns
    -------
    Result
        ``overall`` is the mean of all observations, ``n`` counts them; a share where every outcome is yes or
        no, else a number in the unit of the file. Table ``differences``, where there is something to
        compare: of each group its difference from the control with interval, the same as a share of the
        control's mean (``relative``; none where that mean is not above zero), p-value, the same by Holm over
        all comparisons, and, where zero lies in the interval, how many more observations in this group and in
        the control would settle it: ``needed`` at the difference seen, ``needed_least`` if the true one were
        as large as the farther end of the interval. Table ``groups``: observations, mean, interval and, of
        numbers, standard deviation. Table ``published``, where groups are about mints or sweets: the known
        effects, and the group here that comes closest to each.

    Raises
    ------
    LoyaltyError
        If the columns are missing, or no row has both a group and the outcome.

    Notes
    -----
    The customer is the unit of sampling: a row without one stands for itself. The interval of a number is by
    customer (delta method, Student's t), its difference Welch's; the interval of a share is Wilson's, widened
    by the design effect, its difference Newcombe's. What customers who are in two groups add to both is
    taken together. Relative effects have their interval on the logarithm (delta method, not Fieller's).
    Intervals are not corrected for the number of comparisons, p-values are. The number needed is for a power
    of 80 %, two-sided at 5 %. Months are compared as if they had different customers.

    Only totals leave the engine; the bootstrap brings four numbers a customer of two groups back to memory,
    for trials of up to 20,000 observations. Beyond, the t-test is taken, which says the same then.

    References
    ----------
    Welch (1947), *The generalization of “Student's” problem*; Newcombe (1998), *Interval estimation for the
    difference between independent proportions*; Holm (1979), *A simple sequentially rejective multiple test
    procedure*; Efron (1987), *Better bootstrap confidence intervals*.

    Examples
    --------
    >>> import pandas as pd
    >>> trial = pd.DataFrame({"group": ["control", "control", "voucher", "voucher"], "outcome": [3, 5, 6, 8]})
    >>> result = experiment(Dataset.from_frames(trials=trial))
    >>> result.overall.value, [group.value for group in result.groups]
    (5.5, [4.0, 7.0])
    >>> result.options["control"], result.table("differences").rows[0][:3]
    ('control', ('voucher', 2, 3.0))
    """
    data.require(*METRIC.needs)
    by, measure = by or "group", outcome or "outcome"
    data.check_by("trials", by)
    choices = data.measure_choices("trials")
    check_options({"outcome": (outcome, (None, *choices)), "test": (test, TESTS)})
    trial = _trial(data, measure, by, control, test)
    groups = tuple(trial.estimate(sums, name) for name, sums in trial.segments.items())
    trend = _trend(trial) if data.has("trials", "month") else ()
    [(_, whole)] = ratio_sums(trial.seen)
    overall, both = trial.estimate(whole), _shared(trial)
    effects = dict(_effects(trial, both))
    unit = "share" if trial.binary else "number"
    differences = _differences(trial, effects, both)
    return Result(
        metric="experiment",
        overall=overall,
        unit=unit,
        by=by,
        header=data.header("trials", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=FORMULAS[unit],
        options={"outcome": measure, "control": trial.control, "test": test},
        numbers={
            "observations": overall.n,
            **({"hits": round(whole.x)} if trial.binary else {"total": whole.x}),
            "comparisons": len(effects),
            "shared": max((each.customers for each in both.values()), default=0),
        },
        units=UNITS,
        tables=(*differences, _group_table(trial, groups), *_published(effects)),
        notes=(_compared_by(data, measure, by), *_notes(trial, both, test)),
    )


def _trial(data: Dataset, measure: str, by: str, control: str | None, test: str) -> Trial:
    """The observations, their groups, and what is compared with what."""
    seen = observations(data, measure, by)
    segments = by_group(ratio_sums(seen, "group"), lambda sums: sums.y)
    if not segments:
        raise data.nothing("trials", "no_outcomes", column=data.header("trials", measure) or measure)
    named = {name: sums.y for name, sums in segments.items() if name not in (BLANK, REST)}
    check_options({"control": (control, (None, *named))})
    found, called = (control, True) if control else control_of(named)
    size = sum(sums.y for sums in segments.values())
    binary = _binary(seen)
    drawn = test == "bootstrap" and not binary and size <= limits.RESAMPLED
    return Trial(seen, segments, found, called, binary, "bootstrap" if drawn else "t")


def _binary(seen: nw.LazyFrame[Any]) -> bool:
    """Whether every outcome is 0 or 1."""
    other = ((nw.col("x") != 0) & (nw.col("x") != 1)).cast(nw.Int64)
    [row] = rows(seen.with_columns(other=other).select(nw.col("other").sum()))
    return not row["other"]


def _trend(trial: Trial) -> tuple[Estimate, ...]:
    cells = ratio_sums(trial.seen, "month")
    months = totals((month_name(month), sums) for month, sums in cells if month is not None)
    return tuple(trial.estimate(sums, month) for month, sums in months.items())


def _compared(trial: Trial) -> tuple[str, ...]:
    """The groups that are held against the control."""
    return tuple(name for name in trial.segments if name not in (BLANK, REST, trial.control))


def _shared(trial: Trial) -> dict[str, Shared]:
    """Customers who are in the control, too, group by group."""
    names = _compared(trial)
    if trial.control is None or not names:
        return {}
    known = {name: trial.segments[name] for name in (*names, trial.control)}
    return shared(trial.seen, trial.control, known)


def _effects(trial: Trial, both: Mapping[str, Shared]) -> Iterator[tuple[str, Effect]]:
    """Each group against the control."""
    if trial.control is None:
        return
    control, compare = trial.segments[trial.control], share_effect if trial.binary else mean_effect
    for name in _compared(trial):
        arm = trial.segments[name]
        if trial.test == "bootstrap":
            people = side_by_side(trial.seen, trial.control, name).collect("polars").to_numpy()
            yield name, bootstrap_effect(people, ratio(control, trial.control), ratio(arm, name))
        else:
            yield name, compare(control, arm, both.get(name, NOBODY))


def _differences(trial: Trial, effects: Mapping[str, Effect], both: Mapping[str, Shared]) -> list[Table]:
    """What every group differs by from the control."""
    if trial.control is None or not effects:
        return []
    control = trial.segments[trial.control]
    tested = {name: effect.p for name, effect in effects.items() if effect.p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    lines = []
    for name, effect in effects.items():
        arm, change, relative = trial.segments[name], effect.change, effect.relative
        ends = (relative.value, relative.low, relative.high) if relative else (None, None, None)
        needed = _needed(effect, control, arm, both.get(name, NOBODY))
        numbers = (change.difference, change.low, change.high)
        lines.append((name, round(arm.y), *numbers, *ends, effect.p, adjusted.get(name), *needed))
    return [Table("differences", DIFFERENCES, tuple(lines))]


def _needed(
    effect: Effect, control: RatioSums, arm: RatioSums, both: Shared
) -> tuple[int | None, int | None]:
    """How many more in each of two groups, at the difference seen and at the farther end of its interval."""
    change = effect.change
    if effect.p is None or change.real:
        return None, None
    far = change.high if change.difference >= 0 else change.low
    seen, least = (more_needed(gap, control, arm, both) for gap in (change.difference, far))
    return seen, least


def _group_table(trial: Trial, groups: tuple[Estimate, ...]) -> Table:
    """Every group with its observations and, of numbers, their spread."""
    columns = ("group", "observations", "value", "low", "high")
    lines = [(group.group, group.n, group.value, group.low, group.high) for group in groups]
    if trial.binary:
        return Table("groups", columns, tuple(lines))
    spread = _spread(trial)
    both = zip(lines, (spread[group.group or BLANK] for group in groups), strict=True)
    return Table("groups", (*columns, "deviation"), tuple((*line, deviation) for line, deviation in both))


def _spread(trial: Trial) -> dict[str, float | None]:
    """Standard deviation of the observations of each group; None of a single one."""
    x = nw.col("x")
    totals_ = [nw.len().alias("n"), x.mean().alias("mean"), x.std().alias("std")]
    cells = (
        (row["group"], Moments(row["n"], row["mean"], (row["std"] or 0.0) ** 2 * (row["n"] - 1)))
        for row in rows(trial.seen.group_by("group").agg(*totals_))
    )
    found = by_group(cells, lambda moments: moments.n)
    return {name: each.variance**0.5 if each.n > 1 else None for name, each in found.items()}


def _published(effects: Mapping[str, Effect]) -> list[Table]:
    """The known effects of mints, each beside the group here whose effect comes closest."""
    found = {name: effect.relative for name, effect in effects.items() if effect.relative is not None}
    if not found or not any(SWEETS.search(name.casefold()) for name in effects):
        return []
    lines = []
    for treatment, figure in PUBLISHED.items():
        name = min(found, key=lambda arm: (abs(found[arm].value - figure), arm))
        nearest = found[name]
        lines.append((treatment, figure, name, nearest.value, nearest.low, nearest.high))
    return [Table("published", KNOWN, tuple(lines))]


def _compared_by(data: Dataset, measure: str, by: str) -> Message:
    """Which column is compared by which."""

    def called(column: str) -> str | Message:
        header = data.header("trials", column) or column
        return Message(f"role.{column}") if header == column and column in ROLES["trials"] else header

    return Message("experiment.note.compared", {"outcome": called(measure), "by": called(by)})


def _notes(trial: Trial, both: Mapping[str, Shared], test: str) -> Iterator[Message]:
    """What the reader has to know of the comparison."""
    if not trial.called and trial.control:
        yield Message("experiment.note.largest", {"control": trial.control})
    most = max((each.customers for each in both.values()), default=0)
    if most:
        yield Message("experiment.note.shared", {"count": most})
    if test != trial.test:
        yield Message(f"experiment.note.{'shares' if trial.binary else 'many'}", {"limit": limits.RESAMPLED})


def _outcomes(data: Dataset, _: str | None) -> tuple[str, ...]:
    return tuple(name for name in data.measure_choices("trials") if name != "outcome")


def _controls(data: Dataset, by: str | None) -> tuple[str, ...]:
    return arms(data, by or "group")


METRIC = Metric(
    id="experiment",
    needs=(Need("trials", ("group", "outcome")),),
    unit="number",
    formula=FORMULAS["number"],
    compute=experiment,
    better="neither",
    options=(
        Option("outcome", (None,), None, further=_outcomes),
        Option("control", (None,), None, further=_controls),
        Option("test", TESTS, "t"),
    ),
    references=(
        "Welch (1947), The generalization of “Student's” problem when several different population variances "
        "are involved, Biometrika 34",
        "Newcombe (1998), Interval estimation for the difference between independent proportions, "
        "Statistics in Medicine 17",
        "Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of "
        "Statistics 6",
        "Efron (1987), Better bootstrap confidence intervals, Journal of the American Statistical "
        "Association 82",
        "Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed.",
        "Strohmetz, Rind, Fisher & Lynn (2002), Sweetening the till: the use of candy to increase restaurant "
        "tipping, Journal of Applied Social Psychology 32(2)",
    ),
    by="group",
)
