"""Sums of products of tables, by variable elimination.

A factor is a table over some variables. To sum all but a few variables out of a product of factors,
take a variable, multiply the factors that mention it, sum it out of that product, and put the
result back among the factors. The variable whose product is smallest goes first. No table over all
variables is ever made; one that would be too large to hold is an error.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from cid.errors import ModelError

__all__ = ["Factor", "check_size", "contract", "factor"]

Array = np.ndarray[Any, Any]

MAX_FLOATS = 2**26
MAX_OBJECTS = 2**22
"""Most entries of an intermediate table: half a gigabyte of floats, or of Python numbers."""


class Factor(NamedTuple):
    """A table over variables in ascending order, none of size one."""

    scope: tuple[int, ...]
    table: Array


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


def _product(factors: Sequence[Factor], scope: Sequence[int]) -> Array:
    """Multiply factors into one table over a scope in ascending order."""
    tables = []
    for part in factors:
        shape = iter(part.table.shape)
        members = set(part.scope)
        tables.append(part.table.reshape([next(shape) if i in members else 1 for i in scope]))
    return reduce(np.multiply, tables)


def contract(
    factors: Iterable[Factor], sizes: Mapping[int, int], keep: Sequence[int], one: Any
) -> Array:
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
    ndarray
        One axis per entry of `keep`.

    Raises
    ------
    ModelError
        If a table would be too large.
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

    waiting = {i: cost(i) for i in holders if i not in set(keep)}
    heap = [(size, i) for i, size in waiting.items()]
    heapq.heapify(heap)
    while heap:
        size, i = heapq.heappop(heap)
        if waiting.get(i) != size:
            continue
        scope = joint(i)
        check_size(size, one)
        table = _product([bank[k] for k in sorted(holders[i])], scope).sum(axis=scope.index(i))
        for number in holders.pop(i):
            for j in bank.pop(number).scope:
                if j != i:
                    holders[j].discard(number)
        del waiting[i]
        rest = tuple(j for j in scope if j != i)
        number = next(fresh)
        bank[number] = Factor(rest, np.asarray(table, dtype=kind))
        for j in rest:
            holders[j].add(number)
        for j in rest:
            if j in waiting:
                waiting[j] = cost(j)
                heapq.heappush(heap, (waiting[j], j))
    scope = sorted(keep)
    check_size(math.prod(float(sizes[i]) for i in scope), one)
    whole = np.full([sizes[i] for i in scope], one, dtype=kind)
    table = np.asarray(_product([Factor(tuple(scope), whole), *bank.values()], scope), dtype=kind)
    return table.transpose([scope.index(i) for i in keep])


def check_size(size: float, one: Any) -> None:
    """Raise if a table would be too large to hold.

    Raises
    ------
    ModelError
        With the size and what to do.
    """
    most = MAX_FLOATS if isinstance(one, float) else MAX_OBJECTS
    if size > most:
        raise ModelError(
            f"The answer needs a table of {size:,.0f} numbers; {most:,} is the most. Ask for fewer "
            "nodes at once, condition on more, or estimate it from sample()."
        )
