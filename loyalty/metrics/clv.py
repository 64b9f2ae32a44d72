"""Customer lifetime value: what each customer has spent, and is expected to spend from now on."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import REST, Estimate, Metric, Need, Option, Result, Table, check_options, month_name
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.stats import differ, last_change
from loyalty.stats.concentration import curve, round_amounts, told_apart, top_share
from loyalty.views import parameters
from loyalty.views.comparison import compared
from loyalty.views.fits import PURCHASE_MODELS, fitted, main_groups
from loyalty.views.histories import MONTH, histories
from loyalty.views.subscriptions import TERMS, regular, subscriptions
from loyalty.views.worth import Worth, mean, worth

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loyalty.models.fitting import Fit

    Numbers = NDArray[np.float64]

KINDS = ("orders", "subscription")
HORIZONS = (3, 6, 12, 24, 36)  # months
DISCOUNTS = (0, 5, 10, 15, 20)  # percent a year
TOP = 20  # percent of the customers
BANDS = {"top": 20, "middle": 50, "low": 100}  # list -> up to so many percent of the customers, best first
BINS = 12  # of the distribution: more than a thousandfold from the first to the last
EPOCH = date(1970, 1, 1).toordinal()
JANUARY = 12 * 1970  # number of the first month after it

MONEY = ("total", "spent_total", "spent_mean", "each", "median", "newcomer")
SHARES = ("alive", "still_share", "top_share", "renewal", "customers_share", "value_share", "spent_share")
CURVE = ("observed", "modelled", "share_low", "share_high")
UNITS = {
    **{f"{name}{end}": "money" for name in MONEY for end in ("", "_low", "_high")},
    **dict.fromkeys(("loglik", "mae", "expected_purchases"), "number"),
    **dict.fromkeys(("amount_from", "amount_to", "spent"), "money"),
    **dict.fromkeys((*SHARES, *CURVE), "share"),
    "discounting": "share",
    "held_back": "days",
    "bias": "relative",
    "last": "date",
}


def clv(
    data: Dataset,
    by: str | None = None,
    *,
    kind: str = "orders",
    model: str | None = None,
    horizon: int = 12,
    discount: int = 10,
    term: int = 30,
) -> Result:
    """What an average customer is expected to spend from now on, in today's money.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer``, ``date`` and ``amount``. Only purchases of known customers count;
        returns lower what was spent and are never purchases; purchases of one day are one.
    by
        Column to break the value down by; a customer belongs to the segment of the first purchase.
    kind
        ``"orders"``: a shop, whose customers come when they like and leave without a word.
        ``"subscription"``: payments renewed term by term, see :mod:`loyalty.views.subscriptions`.
    model
        Of purchases in a shop: ``"bg_nbd"``, ``"mbg_nbd"`` or ``"pareto_nbd"``; None takes the one that fits
        best. What a purchase brings is by Gamma-Gamma. Subscriptions have the shifted beta-geometric.
    horizon
        Months from the last day of the orders on; a month is 365.25 / 12 days.
    discount
        By how many percent money a year later is worth less.
    term
        Days that a payment of a subscription lasts.

    Returns
    -------
    Result
        Money; ``n`` counts customers: of a shop all that are known, of subscriptions those that may still
        run. It is revenue, not profit, and does not count what was spent already, which is in the numbers
        (``spent_total``, ``spent_mean``) and in the lists. The trend is by whole month of first purchase:
        the same expected value for those who began then, who are the fewer the longer ago that is.
        Tables: ``lorenz`` (share of the value, and of what was spent, from the top of the customers),
        ``distribution`` (customers by value and by what they spent), ``models`` (how each model fits, and
        what it would have forecast of months held back, beside the rate so far going on), ``parameters``
        (where they mean something), ``retention`` (of subscriptions), ``lists`` (customers by value).

    Raises
    ------
    LoyaltyError
        If the columns are missing, no customer is known, fewer than ten bought again
        (``too_few_repeats``; of subscriptions ``too_few_renewals``), the orders reach over fewer than 28 days
        (``too_short``), all that was bought again was returned (``no_money``), or no payment of a
        subscription is due within the horizon (``nothing_due``).

    Notes
    -----
    The interval is for what these customers will really spend on average: the parameters are known only from
    them (delta method), another of the models may be right, and customers do not do just what is expected.
    It assumes that the future is like the past; no model knows the season or a rise of prices.

    A few numbers of every customer come back to memory; of subscriptions the days of all payments.

    References
    ----------
    Fader, Hardie & Lee (2005), *“Counting your customers” the easy way*; Fader & Hardie (2007), *How to
    project customer retention*.

    Examples
    --------
    Twelve customers who bought for 10 on the first of every month will go on like that:

    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", "2024-12-01", freq="MS")
    >>> orders = pd.DataFrame([(f"c{i:02}", day, 10.0) for i in range(12) for day in days])
    >>> orders.columns = ["customer", "date", "amount"]
    >>> found = clv(Dataset.from_frames(orders=orders), horizon=12, discount=0)
    >>> found.overall.n, 90 < found.overall.value < 130
    (12, True)
    """
    asked = Question(kind, model, horizon, discount, term)
    data.check_by("orders", by)
    found = asked.worth(data)
    [whole], segments, months = found.totals(None, _segments(data, found, by), _months(found))
    groups, trend = _largest_first(segments) if by else (), _trend(data, months)
    models = _renewals(data, asked) if kind == "subscription" else _models(data, found.fit.model)
    fits = _fits(data, asked, found)
    tables = (_lorenz(found), _distribution(found), models, parameters.table(fits), _lists(found))
    return Result(
        metric="clv",
        overall=mean(whole),
        unit="money",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options=asked._asdict(),
        numbers={**_numbers(found, whole), **_held_back(data, kind), **parameters.terms(fits)},
        units=UNITS | parameters.units(),
        tables=tuple(table for table in tables if table),
        currency=data.currency,
        notes=(
            *(regular(data) if kind == "orders" else ()),
            *parameters.reservations(fits),
            *found.notes,
        ),
    )


class Question(NamedTuple):
    """The options in force."""

    kind: str
    model: str | None
    horizon: int
    discount: int
    term: int

    def worth(self, data: Dataset) -> Worth:
        """What the customers of the data are worth, if it can be asked so."""
        given = self._asdict()
        check_options({option.name: (given[option.name], option.choices) for option in METRIC.options})
        data.require(*METRIC.needs)
        model, discount = self.model, self.discount / 100
        found = worth(
            data, kind=self.kind, model=model, months=self.horizon, discount=discount, term=self.term
        )
        if not found.value.any():
            raise LoyaltyError("nothing_due", months=self.horizon, term=self.term)
        return found


def _segments(data: Dataset, found: Worth, by: str | None) -> list[str] | None:
    """The segment of each customer's first purchase, those beyond the largest together."""
    column = histories(data, by).group if by else None
    return None if column is None else main_groups(found.of_customers(column))


def _largest_first(totals: list[Estimate]) -> tuple[Estimate, ...]:
    means = [mean(total, total.group) for total in totals]
    return tuple(sorted(means, key=lambda each: (each.group == REST, -each.n, str(each.group))))


def _months(found: Worth) -> NDArray[np.int64]:
    """The month of each customer's first purchase."""
    import numpy as np

    days = (found.everyone.first[found.place] - EPOCH).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64) + JANUARY


def _trend(data: Dataset, months: list[Estimate]) -> tuple[Estimate, ...]:
    """Months of the first purchase that have ended."""
    last = data.last_whole_month(0)
    ended = ((int(str(total.group)), total) for total in months if int(str(total.group)) <= last)
    return tuple(mean(total, month_name(month)) for month, total in ended)


def _numbers(found: Worth, whole: Estimate) -> dict[str, float]:
    """What stands in the formula and in the sentences."""
    import numpy as np

    expected, revenue = float(found.purchases.sum()), float((found.purchases * found.spend).sum())
    everyone, still = found.everyone, float(found.alive.sum())
    return {
        "total": whole.value,
        "total_low": whole.low,
        "total_high": whole.high,
        "customers": whole.n,
        "everyone": len(everyone.frequency),
        "spent_total": float(everyone.spent.sum()),
        "spent_mean": float(everyone.spent.mean()),
        "expected": expected,
        "each": revenue / expected,
        "discounting": whole.value / revenue,
        "still": still,
        "still_share": still / whole.n,
        "top_share": top_share(_descending(found.value), TOP).value,
        "median": float(np.median(found.value)),
        "newcomer": found.newcomer,
    }


def _descending(values: Numbers) -> Numbers:
    import numpy as np

    return np.sort(told_apart(values))[::-1]


def _lorenz(found: Worth) -> Table:
    """Which share of the value, and of what was spent so far, comes from the top of the customers by each."""
    value, spent = (curve(_descending(amounts)) for amounts in (found.value, found.spent.clip(0)))
    lines = ((*point, of_spent) for point, (_, of_spent) in zip(value, spent, strict=True))
    return Table("lorenz", ("customers_share", "value_share", "spent_share"), tuple(lines))


def _distribution(found: Worth) -> Table:
    """Customers by value and by what they spent, in bins each about twice as wide as the one before."""
    import numpy as np

    edges = round_amounts(float(max(found.value.max(), found.spent.max())), BINS)
    counts = (np.histogram(np.maximum(each, 0.0), edges)[0].tolist() for each in (found.value, found.spent))
    lines = zip(edges[:-1], edges[1:], *counts, strict=True)
    return Table("distribution", ("amount_from", "amount_to", "customers", "spenders"), tuple(lines))


def _models(data: Dataset, chosen: str) -> Table:
    """How each model of purchases fits, and what it would have forecast of the time held back."""
    found = compared(data)
    lines = (
        (
            each.model,
            each.model == chosen,
            each.state,
            each.loglik,
            *map(_known, (each.expected, found.actual, each.bias, each.error)),
        )
        for each in found.forecasts
    )
    columns = ("model", "chosen", "state", "loglik", "expected", "actual", "bias", "mae")
    return Table("models", columns, tuple(lines))


def _held_back(data: Dataset, kind: str) -> dict[str, float]:
    """How many days the models had to forecast as a check."""
    return {"held_back": compared(data).days} if kind == "orders" and compared(data).days else {}


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _renewals(data: Dataset, asked: Question) -> Table:
    """How many subscribers are there after each renewal, as seen and by the model, and in the horizon."""
    from loyalty.models.renewals import retention_curve

    found = subscriptions(data, asked.term)
    ahead = math.ceil(MONTH * asked.horizon / found.every)
    last = min(limits.CURVE_POINTS, int(found.renewals.max()) + ahead)
    seen = retention_curve(found.fit, found.renewals, found.active, last)
    observed = [_known(share) for share in seen.observed.tolist()]
    others = (column.tolist() for column in (seen.expected, seen.low, seen.high))
    lines = zip(
        range(1, last + 1), seen.asked.tolist(), seen.renewed.tolist(), observed, *others, strict=True
    )
    names = ("renewal_number", "decided", "renewed", "observed", "modelled", "share_low", "share_high")
    return Table("retention", names, tuple(lines))


def _fits(data: Dataset, asked: Question, found: Worth) -> list[Fit]:
    """The fits behind the value: of purchases and of money, or of renewals."""
    money = None if asked.kind == "subscription" else fitted(data, asked.model).money
    return [fit for fit in (found.fit, money) if fit]


def _bands(value: Numbers) -> NDArray[np.str_]:
    """The list of each customer; those worth the same stand on the same one."""
    import numpy as np

    rounded = told_apart(value)
    above = len(value) - np.searchsorted(np.sort(rounded), rounded, side="right")
    codes = np.searchsorted(list(BANDS.values()), 100 * above / len(value), side="right")
    return np.array(list(BANDS))[codes]


def _lists(found: Worth) -> Table:
    """Customers by value: how many, what they spent, and what they are worth."""
    bands, whole = _bands(found.value), found.value.sum()
    here = {name: bands == name for name in BANDS}
    lines = (
        (name, int(of.sum()), float(found.spent[of].sum()), float(found.value[of].sum() / whole))
        for name, of in here.items()
    )
    return Table("lists", ("list", "customers", "spent", "value_share"), tuple(lines))


def members(
    data: Dataset,
    *,
    kind: str = "orders",
    model: str | None = None,
    horizon: int = 12,
    discount: int = 10,
    term: int = 30,
) -> nw.LazyFrame[Any]:
    """Every customer with what was spent and what is expected, those worth most first.

    The interval of a customer reaches as far as the value, which is a mean: of nine in ten who will bring
    nothing and one who will.
    """
    import numpy as np
    import polars as pl

    found = Question(kind, model, horizon, discount, term).worth(data)
    low, high = found.interval()
    everyone, place = found.everyone, found.place
    columns = {
        "list": _bands(found.value),
        "customer": everyone.customer.gather(place),
        "rank": -told_apart(found.value),
        "spent": found.spent,
        "purchase_days": (everyone.frequency[place] + 1).astype("int64"),
        "last": (everyone.first + everyone.recency)[place].astype("int64"),
        "alive": found.alive,
        "expected_purchases": found.purchases,
        "value": found.value,
        "low": np.minimum(low, found.value),
        "high": np.maximum(high, found.value),
    }
    return nw.from_native(pl.LazyFrame(columns))


METRIC = Metric(
    id="clv",
    needs=(Need("orders", ("customer", "date", "amount")),),
    unit="money",
    formula=r"\frac{\begin{gathered}⟨expected⟩\\{}\cdot⟨each⟩\cdot⟨discounting⟩\end{gathered}}{⟨customers⟩}",
    compute=clv,
    better="higher",
    options=(
        Option("kind", KINDS, "orders"),
        Option("model", (None, *PURCHASE_MODELS), None, when=("kind", "orders")),
        Option("horizon", HORIZONS, 12),
        Option("discount", DISCOUNTS, 10),
        Option("term", TERMS, 30, when=("kind", "subscription")),
    ),
    references=(
        "Fader, Hardie & Lee (2005), “Counting Your Customers” the Easy Way: An Alternative to the Pareto/NBD"
        " Model, Marketing Science 24(2)",
        "Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What Will They Do"
        " Next?, Management Science 33(1)",
        "Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for customer"
        " base analysis, International Journal of Research in Marketing 24(3)",
        "Fader, Hardie & Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, Journal"
        " of Marketing Research 42(4)",
        "Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1)",
    ),
    members=members,
    modelled=True,
)
