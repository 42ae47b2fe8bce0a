"""Rows that are distributions, and how far rounded numbers may miss the sum one.

Exact numbers sum to exactly one or are refused. Floats are often rounded: a softmax in single
precision, a table typed with four digits, most files of Bayesian networks. A row of floats that
misses one by no more than :data:`TOLERANCE` is divided by its sum; further off it is a mistake.
Other libraries take more (pgmpy and pycid .01) and keep the row as it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from cid.engine.numbers import is_symbolic, is_zero, number
from cid.errors import CIDTypeError, ModelError, shorten
from cid.model.values import plain, scalar

__all__ = [
    "ROUNDING",
    "TOLERANCE",
    "bound",
    "check_rows",
    "distribution",
    "normalised",
    "show",
    "sums_to_one",
]

Array = np.ndarray[Any, Any]

ROUNDING = 1e-9
"""Sums of floats that miss one by no more are left as they are."""

TOLERANCE = 1e-4
"""A row of floats that misses the sum one by no more is divided by its sum."""


def bound(normalise: object) -> float:
    """Return how far a row of floats may miss one, from what a user gave as `normalise`.

    Parameters
    ----------
    normalise : float or bool
        The bound itself; True for :data:`TOLERANCE`, False to divide nothing.

    Raises
    ------
    CIDTypeError, ModelError
        If it is no number between 0 and 1.

    Examples
    --------
    >>> bound(True), bound(False), bound(0.01)
    (0.0001, 0.0, 0.01)
    """
    if isinstance(normalise, bool):
        return TOLERANCE if normalise else 0.0
    if not isinstance(normalise, int | float):
        raise CIDTypeError(
            f"normalise is how far a row of floats may miss the sum one, such as 0.01, or a "
            f"Boolean, not {shorten(normalise)}."
        )
    if not 0 <= normalise < 1:
        raise ModelError(f"normalise is {shorten(normalise)}. Give a number from 0 to below 1.")
    return float(normalise)


def sums_to_one(entries: Sequence[Any], within: float = ROUNDING) -> bool:
    """Do some numbers sum to one, floats within a bound, symbols whatever their values?"""
    total = sum(entries)
    if is_symbolic(total):
        if is_zero(total - 1):
            return True
        left = total - 1 if total.is_number else (total - 1).expand()
        return bool(left.is_number) and abs(float(left)) <= ROUNDING
    if isinstance(total, float):
        return abs(total - 1) <= max(within, 0.0) + ROUNDING
    return bool(total == 1)


def show(value: Any) -> str:
    """Return a number for a message."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _missed(total: Any, within: float) -> str:
    """Say that a sum is not one, by what rule, and how to mend it."""
    if is_symbolic(total):
        return f"sums to {show(total)}, not 1 for all parameter values."
    said = f"sums to {show(total)}, not 1."
    if isinstance(total, float):
        return (
            f"{said} Rows of floats that miss 1 by at most {within:g} are divided by their sum; "
            "normalise= sets another bound where a model is made or read."
        )
    near = abs(total - 1) <= max(within, TOLERANCE)
    return f"{said} Exact numbers are held to it; give rounded ones as floats." if near else said


def distribution(
    given: Mapping[Any, Any], where: str, within: float = TOLERANCE
) -> dict[Hashable, Any]:
    """Return a distribution that a user wrote, checked, and divided by its sum if of floats.

    Parameters
    ----------
    given : mapping
        From values to probabilities. The values whose probability is None share what the others
        leave over, in equal parts.
    where : str
        What it is, for messages.
    within : float
        How far a row of floats may miss the sum one.

    Raises
    ------
    ModelError
        If it is none.
    """
    if not given:
        raise ModelError(f"{where} is empty; give a probability to each value.")
    weights: dict[Hashable, Any] = {}
    leftover: list[Hashable] = []
    for key, p in given.items():
        value = plain(key, where)
        if p is None:
            leftover.append(value)
            continue
        weights[value] = weights.get(value, 0) + number(
            scalar(p), f"{where}, probability of {shorten(value)},"
        )
    for value, p in weights.items():
        if p.is_negative if is_symbolic(p) else p < 0:
            raise ModelError(f"{where} gives {shorten(value)} the negative probability {show(p)}.")
    if leftover:
        weights = _spread(weights, leftover, where)
    total = sum(weights.values())
    if not sums_to_one(list(weights.values()), within):
        raise ModelError(f"{where} {_missed(total, within)}")
    if isinstance(total, float):
        weights = {value: p / total for value, p in weights.items()}
    return weights


def _spread(
    weights: Mapping[Hashable, Any], leftover: Sequence[Hashable], where: str
) -> dict[Hashable, Any]:
    """Share what probabilities leave over among the values that have None."""
    twice = next((value for value in leftover if value in weights), None)
    if twice is not None:
        raise ModelError(f"{where} gives {shorten(twice)} a probability and None. Give one.")
    total = sum(weights.values(), Fraction(0))
    left = 1 - total
    if not is_symbolic(left) and left < 0:
        if left < -TOLERANCE or not isinstance(left, float):
            raise ModelError(
                f"{where} leaves nothing over for {shorten(leftover[0])}, whose probability is "
                f"None, the leftover: the others sum to {show(total)}."
            )
        left = 0.0
    return {**weights, **dict.fromkeys(leftover, left / len(leftover))}


def check_rows(table: Array, what: str, within: float = ROUNDING) -> None:
    """Raise unless the rows along the last axis are distributions.

    Raises
    ------
    ModelError
        Naming `what` and what is wrong with its first bad row.
    """
    for row in table.reshape(-1, table.shape[-1]):
        entries = [number(p, f"A probability of {what[:1].lower()}{what[1:]}") for p in row]
        for p in entries:
            if p.is_negative if is_symbolic(p) else p < 0:
                raise ModelError(f"{what} has the negative probability {p}.")
        if not sums_to_one(entries, within):
            raise ModelError(f"{what} has a row that {_missed(sum(entries), within)}")


def normalised(table: Array, what: str, within: float = TOLERANCE) -> Array:
    """Return a table whose rows are distributions; rows of rounded floats are divided by their sum.

    Rows that miss one by no more than the rounding of a sum stay as they are, so that what was
    written by a model reads back bit for bit.

    Raises
    ------
    ModelError
        As :func:`check_rows`.
    """
    check_rows(table, what, within)
    totals = table.sum(axis=-1, keepdims=True)
    off = np.array(
        [isinstance(t, float) and abs(t - 1) > ROUNDING for t in totals.flat], dtype=bool
    ).reshape(totals.shape)
    if not off.any():
        return table
    return np.asarray(np.where(off, table / np.where(off, totals, 1), table), dtype=object)
