"""The best joint choice: who gets what, when everyone has wishes and everything goes to one only."""

from __future__ import annotations

from collections.abc import Sequence


def best_pairs(scores: Sequence[Sequence[float]]) -> list[int | None]:
    """The choice of one column for each row, or none, whose scores add up to the most.

    Parameters
    ----------
    scores
        One row for each that chooses, one column for each that can be chosen; 0 or more.

    Returns
    -------
    list
        Column of each row, None where it stays without.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Here by shortest augmenting paths;
    scipy has the same, but takes longer to import than a file takes to read.

    Examples
    --------
    >>> best_pairs([[1.0, 0.9], [0.9, 0.0]])
    [1, 0]
    """
    rows, width = len(scores), len(scores[0]) if scores else 0
    size = width + rows  # a column of zeros for each row: to stay without is always possible
    cost = [[-score for score in row] + [0.0] * rows for row in scores]
    row_price, price, owner = [0.0] * rows, [0.0] * size, [-1] * size
    for start in range(rows):
        _augment(start, cost, row_price, price, owner)
    chosen: list[int | None] = [None] * rows
    for column in range(width):
        if owner[column] >= 0:
            chosen[owner[column]] = column
    return chosen


def _augment(
    start: int, cost: Sequence[Sequence[float]], row_price: list[float], price: list[float], owner: list[int]
) -> None:
    """Give one more row a column, along the cheapest chain of swaps."""
    size = len(price)
    distance, before, done = [float("inf")] * size, [-1] * size, [False] * size
    row, column, rows = start, -1, [(start, -1)]
    while row >= 0:
        for other in range(size):
            step = cost[row][other] - row_price[row] - price[other]
            if not done[other] and step < distance[other]:
                distance[other], before[other] = step, column
        column = min((c for c in range(size) if not done[c]), key=distance.__getitem__)
        step = distance[column]
        for taken_row, taken in rows:
            row_price[taken_row] += step
            if taken >= 0:
                price[taken] -= step
        distance = [value if done[c] else value - step for c, value in enumerate(distance)]
        done[column], row = True, owner[column]
        rows.append((row, column))
    while column >= 0:
        owner[column] = owner[before[column]] if before[column] >= 0 else start
        column = before[column]
