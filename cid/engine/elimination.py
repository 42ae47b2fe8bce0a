"""Sums of products of tables, by variable elimination.

To sum all but a few variables out of a product of potentials, take a variable, multiply the
potentials that mention it, sum it out of that product, and put the result back. The order is
worked out first (:mod:`cid.engine.order`); no table over all variables is ever made, and one that
would be too large to hold is an error before anything is multiplied.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from cid.engine.arithmetic import Arithmetic, in_a_ring
from cid.engine.order import min_fill
from cid.engine.potentials import Potential, fit, times
from cid.engine.size import check_size, check_work

__all__ = ["contract"]

Array = np.ndarray[Any, Any]


def contract(
    parts: Iterable[Potential],
    sizes: Mapping[int, int],
    keep: Sequence[int],
    numbers: Arithmetic,
) -> Array:
    """Multiply potentials and sum out every variable but some.

    Parameters
    ----------
    parts : iterable of Potential
        What to multiply.
    sizes : mapping from variable to int
        Number of values of each variable.
    keep : sequence of int
        Variables to keep, each once.
    numbers : Arithmetic
        What the tables hold.

    Returns
    -------
    ndarray
        Shape (layers, size of each variable of `keep`...).

    Raises
    ------
    ModelError, ScopeError
        If a table would be too large, or there are too many operations.
    """
    bank = list(parts)
    if numbers.symbolic:
        lifted = in_a_ring([part.table for part in bank])
        if lifted is not None:
            tables, one, back = lifted
            moved = [Potential(p.scope, t) for p, t in zip(bank, tables, strict=True)]
            return back(_contract(moved, sizes, keep, replace(numbers, one=one, symbolic=False)))
    return _contract(bank, sizes, keep, numbers)


def _contract(
    bank: Sequence[Potential],
    sizes: Mapping[int, int],
    keep: Sequence[int],
    numbers: Arithmetic,
) -> Array:
    order = min_fill([part.scope for part in bank], sizes, keep)
    last = tuple(sorted(keep))
    work = 0.0
    for i, near in order:
        clique = [sizes[j] for j in (i, *near)]
        check_size(clique, numbers)
        work += 2 * math.prod(map(float, clique))  # a product and a sum
    check_work(0.0, work, numbers)
    check_size([sizes[i] for i in last], numbers)
    left = dict(enumerate(bank))
    holders: dict[int, set[int]] = {}
    for number, part in left.items():
        for i in part.scope:
            holders.setdefault(i, set()).add(number)
    for fresh, (i, near) in enumerate(order, start=len(bank)):
        scope = tuple(sorted((i, *near)))
        mine = sorted(holders.pop(i))
        whole = reduce(times, (fit(left[k], scope) for k in mine))
        for k in mine:
            for j in left.pop(k).scope:
                if j != i:
                    holders[j].discard(k)
        table = np.asarray(whole.sum(axis=1 + scope.index(i)), dtype=numbers.dtype)
        left[fresh] = Potential(near, table)
        for j in near:
            holders[j].add(fresh)
    shape = (1, *(sizes[i] for i in last))
    unit = numbers.full(shape, numbers.one)
    result = reduce(times, (fit(part, last) for part in left.values()), unit)
    return result.transpose([0, *(1 + last.index(i) for i in keep)])
