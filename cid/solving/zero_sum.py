"""The least of a largest loss, over mixtures: the value of a zero-sum game, by the simplex method.

Adding a constant to all entries makes them positive, and the mixture x of the rows that keeps every
column at or below v is found from x / v, which solves a linear program with a feasible start [1]_.
Bland's rule keeps it from going in circles. With Fractions the answer is exact.

.. [1] V. Chvátal. "Linear Programming". W. H. Freeman, 1983, chapter 15.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

__all__ = ["least_largest"]

ROUNDING = 1e-12


def least_largest(rows: Sequence[Sequence[Any]]) -> Any:
    """Return the least, over mixtures of the rows, of the largest entry of the mixed row.

    Parameters
    ----------
    rows : sequence of rows of Fraction, int or float
        At least one, all of one length of at least one.

    Returns
    -------
    Fraction or float
        A Fraction where no entry is a float.

    Examples
    --------
    Mixed evenly, matching pennies lose nothing.

    >>> least_largest([[1, -1], [-1, 1]])
    Fraction(0, 1)
    """
    shift = Fraction(1) - min(entry for row in rows for entry in row)
    near = ROUNDING if any(isinstance(entry, float) for row in rows for entry in row) else 0
    count, width = len(rows), len(rows[0])
    one, zero = shift - shift + 1, shift - shift
    table = [
        [row[j] + shift for row in rows] + [one if j == k else zero for k in range(width)] + [one]
        for j in range(width)
    ]
    cost = [-one] * count + [zero] * (width + 1)
    basis = list(range(count, count + width))
    while True:
        entering = next((k for k in range(count + width) if cost[k] < -near), None)
        if entering is None:
            return 1 / cost[-1] - shift
        _, _, leaving = min(
            (row[-1] / row[entering], basis[j], j)
            for j, row in enumerate(table)
            if row[entering] > near
        )
        basis[leaving] = entering
        pivot = [entry / table[leaving][entering] for entry in table[leaving]]
        table = [
            pivot if j == leaving else _less(row, pivot, row[entering])
            for j, row in enumerate(table)
        ]
        cost = _less(cost, pivot, cost[entering])


def _less(row: Sequence[Any], pivot: Sequence[Any], times: Any) -> list[Any]:
    return [entry - times * part for entry, part in zip(row, pivot, strict=True)]
