"""The records every metric speaks in, and the few steps every metric takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.texts import Message

if TYPE_CHECKING:
    import pandas as pd


class Adds(Protocol):
    """What two of can be added up."""

    def __add__(self, other: Any, /) -> Any: ...


Sums = TypeVar("Sums", bound=Adds)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that is never alone.

    Parameters
    ----------
    value
        The number, in the unit of its metric; NaN when nothing was observed, infinite when a ratio has no
        denominator.
    low, high
        Ends of the 95 % interval.
    n
        How many observations it rests on (answers, customers or purchases, as the metric says).
    group
        The segment, or the period as :func:`period_name` writes it; None for the whole.
    base
        What `value` is a share of, where that is not `n`: groups pool to the whole by it.
    """

    value: float
    low: float
    high: float
    n: int
    group: str | None = None
    base: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two estimates, with the interval that answers “is it real?”.

    Parameters
    ----------
    before, after
        The two estimates.
    difference
        ``after.value - before.value``.
    low, high
        Ends of the 95 % interval of the difference.
    """

    before: Estimate
    after: Estimate
    difference: float
    low: float
    high: float

    @property
    def real(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of totals that belongs to a result.

    Parameters
    ----------
    name
        Key under ``table`` in the metric's texts.
    columns
        Keys under ``column`` in the texts.
    rows
        Plain values.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a metric found: plain Python, so it can be compared, pickled and written as JSON.

    Parameters
    ----------
    metric
        Id of the metric.
    overall
        The whole.
    unit
        ``"points"`` (−100…100), ``"share"`` (0…1), ``"score"`` (0…100), ``"stars"``, ``"ratio"``,
        ``"money"``, ``"number"`` or ``"count"``.
    by
        What `groups` are split by.
    header
        What that column is called in the user's file.
    groups
        One estimate a segment, largest first; together they make up the whole, see `pool`.
    groups_differ
        p-value of the hypothesis that all groups are alike; None with fewer than two.
    trend
        One estimate a month, or a quarter or a year where an option says so; `group` is the period.
    change
        The last period of the trend against the one before, whether or not it has ended; None when
        there are not two.
    formula
        The formula in force, see :class:`Metric`.
    options
        The definitions in force.
    numbers
        The file's own numbers that stand in the formula and in the sentences.
    units
        Units of those numbers and columns of tables that are not counts and have no unit of their own in
        ``story``: as `unit`, or ``"days"``, ``"date"`` (ISO), ``"p"`` (a p-value), ``"difference"`` (of two
        numbers in `unit`; ``"signed"`` for the number alone), ``"relative"`` (a share more or less).
    tables
        Further tables: distribution, comments, pairs of products …
    currency
        ISO code or sign of amounts, where known.
    notes
        What the reader of the number has to know.
    pool
        How groups make up the whole: ``"mean"`` (weighted by `n` or `base`), ``"total"`` (they add up) or
        ``"none"`` (the whole is not made of them).
    """

    metric: str
    overall: Estimate
    unit: str
    by: str | None = None
    header: str | None = None
    groups: tuple[Estimate, ...] = ()
    groups_differ: float | None = None
    trend: tuple[Estimate, ...] = ()
    change: Change | None = None
    formula: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    currency: str | None = None
    notes: tuple[Message, ...] = ()
    pool: str = "mean"

    def table(self, name: str) -> Table:
        """One of `tables` by its name."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """The result as JSON knows it: numbers that are not finite become None, notes sentences."""
        record = asdict(self)
        record["notes"] = [str(note) for note in self.notes]
        return _plain(record)

    def to_pandas(self) -> pd.DataFrame:
        """Whole, groups and trend under each other, one row an estimate.

        Returns
        -------
        pandas.DataFrame
            Columns ``part`` (``"overall"``, ``"group"``, ``"month"``), ``group``, ``value``, ``low``,
            ``high``, ``n``.
        """
        import pandas as pd

        parts = (("overall", (self.overall,)), ("group", self.groups), ("month", self.trend))
        return pd.DataFrame(
            [{"part": part, **asdict(estimate)} for part, estimates in parts for estimate in estimates],
            columns=["part", "group", "value", "low", "high", "n"],
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


@dataclass(frozen=True, slots=True)
class Need:
    """The columns a metric cannot do without.

    Parameters
    ----------
    table
        ``"orders"``, ``"responses"``, ``"visits"`` or ``"trials"``.
    roles
        Each a role, or a tuple of roles of which one is enough.
    partly
        Whether a row counts as soon as one of them is filled; otherwise every one must be.
    """

    table: str
    roles: tuple[str | tuple[str, ...], ...]
    partly: bool = False


def role_names(roles: Iterable[str | tuple[str, ...]]) -> Message:
    """Roles as :class:`Need` lists them, as one message.

    Examples
    --------
    >>> print(role_names(["customer", ("date", "order")]))
    Customer; Date or Order number
    """
    choices = ((role,) if isinstance(role, str) else role for role in roles)
    return _listed("all", [_listed("any", [Message(f"role.{role}") for role in some]) for some in choices])


def _listed(kind: str, messages: Sequence[Message]) -> Message:
    return reduce(lambda left, right: Message(f"list.{kind}", {"left": left, "right": right}), messages)


@dataclass(frozen=True, slots=True)
class Option:
    """A definition that the field disputes, or a choice the user has; the default is named.

    Parameters
    ----------
    name
        Keyword of the metric's function.
    choices
        Language-neutral values; labels are in the texts under ``<metric>.option.<name>.<choice>``.
    default
        One of `choices`.
    when
        Another option and the value of it without which this one has no effect.
    further
        Further choices, names of columns or groups in a Dataset that is split by a column.
    """

    name: str
    choices: tuple[Any, ...]
    default: Any
    when: tuple[str, Any] | None = None
    further: Callable[[Any, str | None], tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric declared as data; computed by one function, drawn by another.

    Parameters
    ----------
    id
        The key everywhere: module, page, URL, texts, benchmarks, test file.
    needs
        What it cannot be computed without; the first table is the one that `by` and the period belong to.
    unit
        See :class:`Result`.
    formula
        LaTeX with the names of `Result.numbers` in angle brackets, ``⟨promoters⟩``, to be replaced by words
        or by the file's own numbers; broken into lines where the words are wider than a telephone.
    compute
        ``compute(data, by=None, **options) -> Result``.
    better
        ``"higher"``, ``"lower"`` or ``"neither"``.
    options
        What the user may choose.
    references
        Where the definition comes from.
    by
        The breakdown that is taken where none is asked for.
    members
        ``members(data, **options)``, for metrics that sort customers into lists: a lazy frame with ``list``
        and ``customer``, then what is worth knowing of each; see :func:`loyalty.members`.
    modelled
        Whether models are fitted to the data: a second or two with hundreds of thousands of customers.
    """

    id: str
    needs: tuple[Need, ...]
    unit: str
    formula: str
    compute: Callable[..., Result]
    better: str
    options: tuple[Option, ...] = ()
    references: tuple[str, ...] = ()
    by: str | None = None
    members: Callable[..., nw.LazyFrame[Any]] | None = None
    modelled: bool = False

    @property
    def table(self) -> str:
        """The table that `by` and the period belong to."""
        return self.needs[0].table


BLANK, REST = "", "*"  # group of rows without a segment; what is left beyond the largest groups


def totals(cells: Iterable[tuple[str | None, Sums]]) -> dict[str, Sums]:
    """Add up sums that come under the same name, in the order of the names; None is the blank name.

    Examples
    --------
    >>> totals([("b", 1), ("a", 2), ("b", 3), (None, 1)])
    {'': 1, 'a': 2, 'b': 4}
    """
    added: dict[str, Sums] = {}
    for name, sums in cells:
        key = BLANK if name is None else name
        added[key] = added[key] + sums if key in added else sums
    return dict(sorted(added.items()))


def by_group(cells: Iterable[tuple[str | None, Sums]], size: Callable[[Sums], float]) -> dict[str, Sums]:
    """Add up sums by segment, largest first; beyond ``limits.GROUPS`` segments the rest becomes one.

    Parameters
    ----------
    cells
        Segment and its sums, in any order and as often as it comes.
    size
        What makes a segment large.

    Examples
    --------
    >>> by_group([("b", 1), ("a", 2), ("b", 3), (None, 1)], size=float)
    {'b': 4, 'a': 2, '': 1}
    """
    ordered = sorted(totals(cells).items(), key=lambda item: -size(item[1]))
    kept, rest = dict(ordered[: limits.GROUPS]), [sums for _, sums in ordered[limits.GROUPS :]]
    if rest:
        rest += [kept.pop(REST)] if REST in kept else []
        kept[REST] = reduce(add, rest)
    return kept


def month_name(month: int) -> str:
    """A month number as ``"2025-03"``.

    Examples
    --------
    >>> month_name(12 * 2025 + 2)
    '2025-03'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def period_name(month: int, months: int = 1) -> str:
    """The month, quarter or year that a month number belongs to; so many months long.

    Examples
    --------
    >>> [period_name(12 * 2025 + 4, months) for months in (1, 3, 12)]
    ['2025-05', '2025-Q2', '2025']
    """
    year, within = divmod(month, 12)
    return {1: month_name(month), 3: f"{year:04d}-Q{within // 3 + 1}", 12: f"{year:04d}"}[months]


def check_options(options: Mapping[str, tuple[Any, tuple[Any, ...]]]) -> None:
    """Refuse a value that an option does not know.

    Parameters
    ----------
    options
        Name to the value given and the values there are.

    Raises
    ------
    LoyaltyError
        ``unknown_option``, with the choices.
    """
    for option, (value, choices) in options.items():
        if value not in choices:
            raise LoyaltyError(
                "unknown_option", option=option, value=value, choices=", ".join(map(str, choices))
            )
