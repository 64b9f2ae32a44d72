"""What customers did in two spans of time, against counting purchase by purchase."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from loyalty import Dataset
from loyalty.views.levers import by_quarter, counted, span
from tests.tables import bought, dataset, draw_orders

END = date(2024, 12, 31)


def test_against_counting_line_by_line():
    lines = draw_orders(7, days=900)
    data = dataset(orders=lines)
    last = max(day for its in bought(lines).values() for day, _ in its)
    last = max(last, lines["date"].max().date())
    year = timedelta(days=365)
    found = [0.0] * 6
    for its in bought(lines).values():
        late = [amount for day, amount in its if day > last - year]
        early = [1 for day, _ in its if last - 2 * year < day <= last - year]
        began = its[0][0] > last - year
        found[0] += bool(early)
        found[1] += bool(early and late)
        found[2] += bool(late)
        found[3] += len(late)
        found[4] += sum(late)
        found[5] += began
    [whole] = counted(data).values()
    assert whole.totals == pytest.approx(found)
    segments = counted(data, "segment").values()
    assert [sum(x) for x in zip(*(each.totals for each in segments), strict=True)] == pytest.approx(found)


@pytest.mark.parametrize(("days", "length"), [(730, 365), (729, 182), (364, 182), (363, 91), (182, 91)])
def test_the_longest_span_that_fits_twice(days, length):
    lines = pd.DataFrame({"customer": "a", "amount": 5.0, "date": [END - timedelta(days=days - 1), END]})
    assert span(Dataset.from_frames(orders=lines)).days == length


def test_quarters_end_where_they_ended():
    """Counted again, purchase by purchase, at the end of the last quarter of a year that has ended."""
    lines = draw_orders(3, days=1250)
    found = by_quarter(dataset(orders=lines))
    assert list(found) == sorted(found)
    [quarter] = [name for name in found if name.endswith("Q4")]
    year = int(quarter[:4])
    known = [its for its in bought(lines).values() if its[0][0].year <= year]
    late = [[amount for day, amount in its if day.year == year] for its in known]
    early = [[amount for day, amount in its if day.year == year - 1] for its in known]
    assert found[quarter].customers == len(known)
    assert found[quarter].totals == pytest.approx(
        (
            sum(map(bool, early)),
            sum(bool(e and w) for e, w in zip(early, late, strict=True)),
            sum(map(bool, late)),
            sum(map(len, late)),
            sum(map(sum, late)),
            sum(its[0][0].year == year for its in known),
        )
    )
    end = max(lines["date"]).date()
    assert list(found)[-1] < f"{end.year}-Q{(end.month + 2) // 3}", "that one has not ended"
