"""Potentials: stacks of tables that multiply as probabilities with what they carry.

A potential holds a probability and, on the layers below it, probability-weighted sums: of one
utility, of each agent's, of any number of terms. Potentials multiply as

    (p, w) * (q, v) = (p q, p v + w q)

so that the sum of a product of all of them holds the total probability and the *expected sum* of
all that was carried [1]_. A potential that carries nothing has one layer and multiplies every layer
of the other.

.. [1] J. Eisner. "Parameter Estimation for Probabilistic Finite-State Transducers". ACL 2002 (the
   expectation semiring).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Potential", "fit", "potential", "times"]

Array = np.ndarray[Any, Any]


class Potential(NamedTuple):
    """A stack of tables, shape (layers, ...), over variables in ascending order."""

    scope: tuple[int, ...]
    table: Array


def potential(
    scope: Sequence[int], table: Array, known: Mapping[int, int] | None = None
) -> Potential:
    """Return a potential from a stack of tables whose variables are in any order.

    Parameters
    ----------
    scope : sequence of int
        The variable of each axis but the first; no variable occurs twice.
    table : ndarray
        Layers first.
    known : mapping from variable to int, optional
        Variables that are known; their axes are dropped.
    """
    if known:
        table = table[(slice(None), *(known.get(i, slice(None)) for i in scope))]
        scope = [i for i in scope if i not in known]
    order = sorted(range(len(scope)), key=scope.__getitem__)
    moved = table.transpose([0, *(1 + k for k in order)])
    return Potential(tuple(scope[k] for k in order), moved)


def times(a: Array, b: Array) -> Array:
    """Multiply two stacks whose tables broadcast against each other."""
    if len(a) == 1 or len(b) == 1:
        return np.asarray(a * b)
    out: Array = a * b[:1]
    out[1:] += a[:1] * b[1:]
    return out


def fit(part: Potential, onto: Sequence[int]) -> Array:
    """View a potential's tables over a larger scope, in ascending order of variables."""
    if len(part.scope) == len(onto):
        return part.table
    sizes = iter(part.table.shape[1:])
    members = set(part.scope)
    return part.table.reshape(
        [len(part.table), *(next(sizes) if i in members else 1 for i in onto)]
    )
