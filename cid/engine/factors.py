"""Sums of products of tables, by variable elimination.

A factor is a table over some variables. To sum all but a few variables out of a product of factors,
take a variable, multiply the factors that mention it, sum it out of that product, and put the
result back among the factors. The variable whose product is smallest goes first. No table over all
variables is ever made; one that would be too large to hold is an error.

A factor may carry a *worth* beside its probability, and factors then multiply as

    (p, w) * (q, v) = (p q, p v + w q)

so that in the end the worth is the expected sum of all that was carried [1]_. One elimination gives
the expectation of any number of terms.

.. [1] J. Eisner. "Parameter Estimation for Probabilistic Finite-State Transducers". ACL 2002 (the
   expectation semiring).
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from cid.engine.size import check_size, check_work

__all__ = ["Factor", "contract", "factor"]

Array = np.ndarray[Any, Any]


class Factor(NamedTuple):
    """A table, and a worth if there is one, over variables in ascending order, none of size one."""

    scope: tuple[int, ...]
    table: Array
    worth: Array | None = None


def factor(scope: Sequence[int], table: Array, fixed: Mapping[int, int]) -> Factor:
    """Return a factor from a table whose variables are in any order.

    Parameters
    ----------
    scope : sequence of int
        The variable of each axis; no variable occurs twice.
    table : ndarray
        One axis per entry of `scope`.
    fixed : mapping from variable to int
        Variables that are known; their axes are dropped.
    """
    known = np.asarray(table[tuple(fixed.get(i, slice(None)) for i in scope)], dtype=table.dtype)
    left = [i for i in scope if i not in fixed]
    order = sorted(range(len(left)), key=left.__getitem__)
    kept = [k for k in order if known.shape[k] > 1]
    shape = [known.shape[k] for k in kept]
    return Factor(tuple(left[k] for k in kept), known.transpose(order).reshape(shape))


def _times(left: Factor, right: Factor) -> Factor:
    """Multiply two factors that broadcast against each other."""
    # numpy turns a product of two arrays without axes into a bare number.
    table = np.asarray(left.table * right.table)
    worth = None if left.worth is None else np.asarray(left.worth * right.table)
    if right.worth is not None:
        gain = np.asarray(left.table * right.worth)
        worth = gain if worth is None else np.asarray(worth + gain)
    return Factor(left.scope, table, worth)


def _product(factors: Iterable[Factor], scope: tuple[int, ...]) -> Factor:
    """Multiply factors into one over a scope in ascending order."""
    spread = []
    for part in factors:
        sizes = iter(part.table.shape)
        members = set(part.scope)
        shape = [next(sizes) if i in members else 1 for i in scope]
        worth = None if part.worth is None else part.worth.reshape(shape)
        spread.append(Factor(scope, part.table.reshape(shape), worth))
    return reduce(_times, spread)


def contract(
    factors: Iterable[Factor], sizes: Mapping[int, int], keep: Sequence[int], one: Any
) -> tuple[Array, Array]:
    """Multiply factors and sum out every variable but some.

    Parameters
    ----------
    factors : iterable of Factor
        What to multiply.
    sizes : mapping from variable to int
        Number of values of each variable.
    keep : sequence of int
        Variables to keep, each once.
    one : object
        The number one of the arithmetic.

    Returns
    -------
    table, worth : ndarray
        One axis per entry of `keep`.

    Raises
    ------
    ModelError, ScopeError
        If a table would be too large, or there are too many operations.
    """
    kind = np.float64 if isinstance(one, float) else object
    bank = dict(enumerate(factors))
    fresh = itertools.count(len(bank))
    holders: dict[int, set[int]] = {}
    for number, part in bank.items():
        for i in part.scope:
            holders.setdefault(i, set()).add(number)

    def joint(i: int) -> list[int]:
        return sorted({j for number in holders[i] for j in bank[number].scope})

    def cost(i: int) -> float:
        return math.prod(float(sizes[j]) for j in joint(i))

    work = 0.0
    waiting = {i: cost(i) for i in holders if i not in set(keep)}
    heap = [(size, i) for i, size in waiting.items()]
    heapq.heapify(heap)
    while heap:
        size, i = heapq.heappop(heap)
        if waiting.get(i) != size:
            continue
        scope = tuple(joint(i))
        check_size(size, one)
        work += size * (1 + len(holders[i]))
        check_work(0.0, work, one)
        whole = _product([bank[k] for k in sorted(holders[i])], scope)
        axis = scope.index(i)
        table = np.asarray(whole.table.sum(axis=axis), dtype=kind)
        worth = None if whole.worth is None else np.asarray(whole.worth.sum(axis=axis), dtype=kind)
        for number in holders.pop(i):
            for j in bank.pop(number).scope:
                if j != i:
                    holders[j].discard(number)
        del waiting[i]
        rest = tuple(j for j in scope if j != i)
        number = next(fresh)
        bank[number] = Factor(rest, table, worth)
        for j in rest:
            holders[j].add(number)
        for j in rest:
            if j in waiting:
                waiting[j] = cost(j)
                heapq.heappush(heap, (waiting[j], j))
    last = tuple(sorted(keep))
    check_size(math.prod(float(sizes[i]) for i in last), one)
    shape = [sizes[i] for i in last]
    unit = Factor(last, np.full(shape, one, dtype=kind), np.full(shape, one * 0, dtype=kind))
    result = _product([unit, *bank.values()], last)
    order = [last.index(i) for i in keep]
    table, worth = (
        np.asarray(part, dtype=kind).transpose(order) for part in (result.table, result.worth)
    )
    return table, worth
