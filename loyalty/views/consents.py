"""Who has agreed to be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.queries import keep
from loyalty.views.matching import NEEDS, matched_answers, together

if TYPE_CHECKING:
    from loyalty.dataset import Dataset


def consents(data: Dataset) -> nw.LazyFrame[Any] | None:
    """The latest known word of every customer on being written to.

    Parameters
    ----------
    data
        The column ``consent`` of the orders and that of the answers, as far as they are there.

    Returns
    -------
    narwhals.LazyFrame or None
        ``customer`` and ``agreed``: of two words on the latest day the no counts; a word without a day comes
        before all others. Who was asked in a survey and did not say yes, has said no. Customers without a
        word are not in it. None where nobody was asked.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = ["2025-01-03", "2025-02-03", "2025-01-03"]
    >>> orders = pd.DataFrame({"customer": list("aab"), "date": days, "consent": ["no", "yes", "no"]})
    >>> found = consents(Dataset.from_frames(orders=orders)).collect()
    >>> sorted(zip(found["customer"], found["agreed"]))
    [('a', True), ('b', False)]
    """
    words = [_words(frame, dated) for frame, dated in _asked(data)]
    if not words:
        return None
    said = nw.concat(list(together(*words))) if len(words) > 1 else words[0]
    return data.kept("consents", None, lambda: _latest(keep(said)))


def asked_at_orders(data: Dataset) -> bool:
    """Whether buyers were asked, so that who has said nothing has not agreed."""
    return data.has("orders", "consent")


def _asked(data: Dataset) -> list[tuple[nw.LazyFrame[Any], bool]]:
    found = [(data.table("orders"), data.has("orders", "day"))] if asked_at_orders(data) else []
    if data.has("responses", "consent") and not data.missing(*NEEDS):
        asked = matched_answers(data).with_columns(nw.col("consent").fill_null(False))
        found.append((asked, data.has("responses", "day")))
    return found


def _words(frame: nw.LazyFrame[Any], dated: bool) -> nw.LazyFrame[Any]:
    known = frame.filter(~nw.col("customer").is_null(), ~nw.col("consent").is_null())
    day = nw.col("day").fill_null(0) if dated else nw.lit(0)
    spoken = known.select("customer", "consent", day=day.cast(nw.Int64))
    return spoken.group_by("customer", "consent").agg(nw.col("day").max())


def _latest(words: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    yes = nw.when(nw.col("consent")).then(nw.col("day")).otherwise(nw.lit(-1))
    no = nw.when(~nw.col("consent")).then(nw.col("day")).otherwise(nw.lit(-1))
    totals = words.with_columns(yes=yes, no=no).group_by("customer").agg(nw.col("yes", "no").max())
    return totals.select("customer", agreed=nw.col("yes") > nw.col("no"))
