"""What customers bought: the frames that several metrics ask, each computed once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import narwhals.stable.v2 as nw

from loyalty.core import Need
from loyalty.memory import Memory
from loyalty.purchases import (
    by_customer,
    by_month,
    customers_on,
    first_bought,
    in_orders,
    known_purchases,
    undated_customers,
)
from loyalty.queries import keep, rows

T = TypeVar("T")


class History(ABC):
    """The purchases of a Dataset by order, by customer and by month.

    In memory each frame is computed once, when it is first asked for; on a database it stays a query.
    """

    _memory: Memory

    @abstractmethod
    def table(self, name: str) -> nw.LazyFrame[Any]:
        """One table by its name."""

    @abstractmethod
    def has(self, table: str, *roles: str) -> bool:
        """Whether a table is there and has all these columns."""

    @abstractmethod
    def require(self, *needs: Need) -> None:
        """Refuse a question whose columns are not there."""

    @abstractmethod
    def by_choices(self, table: str) -> tuple[str, ...]:
        """Names that ``by`` may take for metrics of this table."""

    def _orders(self) -> tuple[nw.LazyFrame[Any], nw.LazyFrame[Any]]:
        """Purchases and returns."""
        names = ("customer", "day", "month", "order", "amount", "discount", *self.by_choices("orders"))
        sums = in_orders(self.table("orders"), [name for name in names if self.has("orders", name)])
        if not self.has("orders", "amount"):
            return keep(sums), sums.head(0)
        orders = keep(sums)
        return keep(orders.filter(nw.col("amount") > 0)), keep(orders.filter(nw.col("amount") < 0))

    @property
    def purchases(self) -> nw.LazyFrame[Any]:
        """One row a purchase: lines of one order summed, cancelled orders and returns not among them.

        A purchase is an order whose lines sum to more than nothing; lines without an order id are one
        when they share customer and day, and a line without either is one by itself. Where there is no
        column of amounts every order counts.

        Columns ``customer`` (null for a walk-in), ``day``, ``month``, ``order`` (the order id), ``amount``,
        ``discount`` (sum of the lines' discounts) and the groupings, as far as the data have them.
        """
        return self._memory.get("orders", self._orders)[0]

    @property
    def returns(self) -> nw.LazyFrame[Any]:
        """One row an order whose lines sum to less than nothing, with the columns of `purchases`."""
        return self._memory.get("orders", self._orders)[1]

    @property
    def bought(self) -> nw.LazyFrame[Any]:
        """The order lines that known customers paid for; returned lines and free ones are not among them."""
        self.require(Need("orders", ("customer",)))
        lines = self.table("orders").filter(~nw.col("customer").is_null())
        return lines.filter(nw.col("amount") > 0) if self.has("orders", "amount") else lines

    def first_bought(self, kind: str) -> nw.LazyFrame[Any]:
        """Every known customer and kind of product bought, once.

        Columns ``customer``, ``kind`` (a value of the column `kind`) and, with dates, ``day`` and ``month``
        on which the customer first paid for one. Lines without a kind are passed over.
        """
        dated = self.has("orders", "day")
        return self.kept(f"first {kind}", None, lambda: first_bought(self.bought, kind, dated))

    def known_purchases(self, by: str | None = None) -> nw.LazyFrame[Any]:
        """The purchases of known customers on known days, one row each.

        Columns ``customer``, ``day``, ``month``, ``first`` and ``start`` (day and month of the customer's
        first purchase), ``rank`` (1 for the first, 2 for the second …; of several on a day any comes first),
        ``next`` (day of the customer's next purchase, null for the last), ``order``, ``amount`` and
        ``discount`` as far as the data have them, and with `by` ``group``, the segment of the purchase.
        """
        self.require(Need("orders", ("customer", "date")))
        return self.kept("known", by, lambda: known_purchases(self.purchases, by))

    def customers(self, by: str | None = None) -> nw.LazyFrame[Any]:
        """One row a known customer who bought.

        Columns ``customer``, ``purchases`` (how many) and, where there are amounts, ``amount`` (their sum).
        With dates, purchases without one do not count, and there are ``first``, ``second`` and ``last``
        (days of the first, the second and the last purchase; the second is null where there is none, the
        last is then the first) and ``month`` of the first. With `by` also ``group``, the segment in which
        the first purchase was made (the alphabetically first of a day's).
        """
        self.require(Need("orders", ("customer",)))
        if not self.has("orders", "day"):
            return self.kept("customers", by, lambda: undated_customers(self.purchases, by))
        return self.kept("customers", by, lambda: by_customer(self.known_purchases(by)))

    @property
    def customer_months(self) -> nw.LazyFrame[Any]:
        """One row a known customer and month in which the customer bought.

        Columns ``customer``, ``month``, ``purchases`` (how many), ``amount`` (their sum, where there are
        amounts) and ``start`` (month of the customer's first purchase); months as numbers, 12 · year + month
        − 1. Purchases without a date do not count, so the rows of a customer add up to that of `customers`.
        """
        return self.kept("months", None, lambda: by_month(self.known_purchases(None)))

    def nth_purchase(self, k: int) -> nw.LazyFrame[Any]:
        """The day of every known customer's `k`-th purchase, from 1.

        Columns ``customer`` and ``day``, null where the customer has not bought so often. Two orders of one
        day are two purchases.
        """
        customers = self.customers()
        if k <= 2:
            return customers.select("customer", day=nw.col("first" if k == 1 else "second"))
        reached = self.known_purchases().filter(nw.col("rank") == k).select("customer", "day")
        everyone = customers.select("customer")
        return self.kept(f"purchase {k}", None, lambda: everyone.join(reached, on="customer", how="left"))

    def customers_on(self, day: int) -> nw.LazyFrame[Any]:
        """The customers as they were at the end of a day (``date.toordinal()``).

        Columns ``customer``, ``purchases`` (how many by then) and ``last`` (day of the last one by then);
        nobody who had not bought yet.
        """
        return customers_on(self.known_purchases(), day)

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made of these data before under this key, or is made now."""
        return self._memory.get(("made", key), make)

    def kept(self, name: str, by: str | None, frame: Callable[[], nw.LazyFrame[Any]]) -> nw.LazyFrame[Any]:
        """A frame that is computed once for each breakdown; that of any breakdown serves for none."""
        return self._memory.get((name, by), lambda: keep(frame()), (name, None))

    @cached_property
    def repeat_purchases(self) -> dict[int, tuple[int, int]]:
        """Month to the purchases of known customers, and how many of them were not the customer's first."""
        if not self.has("orders", "customer", "month"):
            return {}
        new = (nw.col("month") == nw.col("start")).cast(nw.Int64)
        months = self.customer_months.select("month", "purchases", new=new).group_by("month")
        found = sorted(rows(months.agg(nw.col("purchases", "new").sum())), key=lambda row: row["month"])
        return {row["month"]: (row["purchases"], row["purchases"] - row["new"]) for row in found}
